"""The mistakes of broken-2.1.0: which cell gets which value, and what is wrong with it. The sample's README is made from this."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sample_content.build import Cell, orcid

DESCRIPTION, SUBMISSION, SUBJECTS, SAMPLES = (
    "dataset_description.xlsx",
    "submission.xlsx",
    "subjects.xlsx",
    "samples.xlsx",
)
MANIFEST = "primary/manifest.xlsx"


class Mistake(NamedTuple):
    """`story` is empty for a cell that only belongs to the mistake before it."""

    file: str
    cell: str
    value: Any
    story: str = ""


MISTAKES = (
    Mistake(DESCRIPTION, "C2", "2.0.0", "the example column says another SDS version than the value column (2.1.0)"),
    Mistake(DESCRIPTION, "D3", "experimantal", "`Type` is misspelt"),
    Mistake(DESCRIPTION, "D5", None, "no title, which is required"),
    Mistake(DESCRIPTION, "D7", "stomach, pacing; slow wave", "several keywords in one cell"),
    Mistake(DESCRIPTION, "E7", None),
    Mistake(DESCRIPTION, "F7", None),
    Mistake(DESCRIPTION, "G7", None),
    Mistake(DESCRIPTION, "D11", None, "no study purpose, which is required"),
    Mistake(DESCRIPTION, "D12", "TBD", "`TBD` in a required field"),
    Mistake(
        DESCRIPTION, "B13", "Pacing entrained the slow waves.", "the conclusion was typed in the Description column"
    ),
    Mistake(DESCRIPTION, "D13", None),
    Mistake(DESCRIPTION, "E19", "Juniper Falk", "a name that is not `Last, First`"),
    Mistake(DESCRIPTION, "F19", None, "a role without a name (left over from the template)"),
    Mistake(DESCRIPTION, "G19", "Castellane, Orso", "a contributor who is there twice"),
    Mistake(
        DESCRIPTION, "D20", Cell(orcid(4001), link=orcid(4009)), "the link behind the ORCID leads to somebody else's"
    ),
    Mistake(DESCRIPTION, "E20", "https://orcid.org/0000-0001-0004-0021", "an ORCID whose check digit is wrong"),
    Mistake(DESCRIPTION, "D22", "Principle Investigator", "the role is misspelt"),
    Mistake(DESCRIPTION, "G22", "Creator", "`Creator` as the only role"),
    Mistake(DESCRIPTION, "D25", "HasProtocal", "the relation type is misspelt"),
    Mistake(DESCRIPTION, "E25", None, "an identifier without a relation type"),
    Mistake(
        DESCRIPTION, "F26", None, "a relation and a description without an identifier (left over from the template)"
    ),
    Mistake(DESCRIPTION, "G26", "https://www.example.org/pacing", "a web address whose type is said to be DOI"),
    Mistake(DESCRIPTION, "D29", "six", "a number in words"),
    Mistake(DESCRIPTION, "D30", 5, "5 samples, but `samples.xlsx` has 7"),
    Mistake(DESCRIPTION, "A31", "Favourite electrode", "a row that SDS does not know"),
    Mistake(DESCRIPTION, "D31", "the short one"),
    Mistake(SUBMISSION, "C3", None, "no funding consortium, which is required from 2.1.0 on"),
    Mistake(SUBMISSION, "C4", "1 OT2 OD099904", "blanks in the award number"),
    Mistake(SUBMISSION, "C5", None, "no milestone, which is required unless the consortium is EXTERNAL"),
    Mistake(SUBMISSION, "C6", "31/02/2022", "a date that there is not"),
    Mistake(SUBJECTS, "F1", "speceis", "the header `species` is misspelt"),
    Mistake(SUBJECTS, "AB1", "cage colour", "a header that SDS does not know (allowed: a column of the laboratory)"),
    Mistake(SUBJECTS, "AB2", "blue"),
    Mistake(SUBJECTS, "AC1", "age", "the header `age` a second time, with other values"),
    Mistake(SUBJECTS, "AC2", "140 days"),
    Mistake(SUBJECTS, "AC3", "141 days"),
    Mistake(SUBJECTS, "H2", "RGD_10395233", "an RRID without `RRID:`"),
    Mistake(SUBJECTS, "J2", "dataset 12", "not the id of a dataset"),
    Mistake(SUBJECTS, "AA2", "protocols.io gastric pacing", "neither a URL nor a DOI"),
    Mistake(SUBJECTS, "N3", "30 weeks", "the least age is above the greatest (21 weeks)"),
    Mistake(SUBJECTS, "A4", "sub_3", "an underscore in a subject id"),
    Mistake(SUBJECTS, "D4", "adult", "an age without number and unit"),
    Mistake(SUBJECTS, "V4", "03/04/2022", "a date that can be read in two ways"),
    Mistake(SUBJECTS, "A5", None, "a blank row in the middle (row 5)"),
    Mistake(SUBJECTS, "A6", 6, "a number instead of a subject id"),
    Mistake(SUBJECTS, "E6", 1, "a code instead of a sex"),
    Mistake(SUBJECTS, "G6", "Not Defined", "`Not Defined` in a required field"),
    Mistake(SUBJECTS, "P6", Cell(formula="900+6"), "a formula whose result was never stored"),
    Mistake(SUBJECTS, "A7", dt.date(2022, 5, 7), "a date instead of a subject id"),
    Mistake(SUBJECTS, "A8", "sub-8 ", "a blank after the id"),
    Mistake(SUBJECTS, "D8", Cell(error="#N/A", formula="VLOOKUP(A8,ages,2,FALSE)"), "an error value"),
    Mistake(SUBJECTS, "M8", dt.date(2022, 6, 1), "born after the experiment"),
    Mistake(SUBJECTS, "A9", "sub-2", "an id that row 3 has already"),
    Mistake(SUBJECTS, "G10", None, "no strain, which is required"),
    Mistake(SUBJECTS, "A11", "Sub-10", "an id that differs from `sub-10` in row 10 only by a capital letter"),
    Mistake(SUBJECTS, "A12", None, "a row without an id"),
    Mistake(SAMPLES, "B3", "sub-22", "a subject that there is not"),
    Mistake(SAMPLES, "C3", "sub-22"),
    Mistake(SAMPLES, "C4", "sam-9", "derived from a sample that there is not"),
    Mistake(SAMPLES, "C5", "sam-5", "`sam-4` was derived from `sam-5` ..."),
    Mistake(SAMPLES, "C6", "sam-4", "... and `sam-5` from `sam-4`"),
    Mistake(SAMPLES, "B7", None, "a sample without a subject and without a parent"),
    Mistake(SAMPLES, "C7", None),
    Mistake(SAMPLES, "C8", "sam-1", "derived from a sample of another subject (`sub-1`)"),
    Mistake(MANIFEST, "A5", "sub-1/recording.csv", "a file that row 2 lists already"),
    Mistake(MANIFEST, "A6", "sub-1/sam-1/wieght.txt", "a file that there is not; `weight.txt` was meant"),
    Mistake(MANIFEST, "A7", "sub-2\\sam-2\\weight.txt", "backslashes in a path"),
    Mistake(MANIFEST, "B8", "yesterday", "not a time"),
    Mistake(MANIFEST, "D9", ".xlsx", "another file type than the name says"),
    Mistake(MANIFEST, "A10", None, "a row without a file name"),
)
OTHER_MISTAKES = (
    ("samples.xlsx", "a second sheet (`notes`) with text that looks like a table"),
    ("subject.xlsx", "nearly the name of a metadata file, beside the right one"),
    ("performances.csv", "`performances` twice, as .xlsx and .csv"),
    (
        "resources.csv",
        "semicolons between the fields and cp1252 letters; a wrong RRID; a resource without RRID and URL",
    ),
    ("code_parameters.xlsx", "plain text with the name of a workbook"),
    ("docs/manifest.xlsx", "an empty file (0 bytes)"),
    ("~$subjects.xlsx", "Excel's lock file"),
    ("primary/._manifest.xlsx", "a resource fork of a mac, no workbook"),
    (".DS_Store", "a folder view of a mac"),
    (
        "primary/sub-2/forgotten.csv",
        "a file that no manifest lists (nor do the rows above, for the files that they meant)",
    ),
    ("primary/sub-99", "a folder of a subject that there is not"),
    ("derivative", "a top folder with a file and no manifest"),
    ("Protocols", "a top folder that SDS does not know; `protocol` was meant"),
    ("dataset_description.xlsx!D22:G22", "nobody is CorrespondingAuthor (the one who was has lost the name)"),
    (".", "no README.md"),
)
