"""Cases of the rules about values within a sheet."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import openpyxl

from rule_cases import ALL, SINCE_2, V1, V2, V3, Case
from rule_cases.ordinary import LAYOUTS

SINCE_2_1 = ("2.1.0", *V3)
COUNTED = ("1.2", "1.2.1", "1.2.2", "1.2.3", *SINCE_2)  # the versions that ask for the numbers of subjects and samples
DATASET = "N:dataset:c5c2f40f-76be-4979-bfc4-b9f9947231cf"


def about(**fields: Any) -> dict[str, Any]:
    """A dataset_description with these rows."""
    return {"dataset_description": fields}


def staffed(role: str) -> dict[str, Any]:
    """A dataset_description with a second contributor, in this role and without an ORCID."""
    return about(
        contributor_name=["Doe, Jane", "Imaging, Core"],
        contributor_orcid=["https://orcid.org/0000-0002-5497-0243", ""],
        contributor_role=["PrincipalInvestigator", role],
    )


def in_roles(*roles: str) -> dict[str, Any]:
    """A dataset_description with one contributor, once for each role."""
    link = "https://orcid.org/0000-0002-5497-0243"
    return about(
        contributor_name=["Doe, Jane"] * len(roles),
        contributor_orcid=[link] * len(roles),
        contributor_affiliation=["https://ror.org/0168r3w48"] * len(roles),
        contributor_role=list(roles),
    )


def mouse(**fields: Any) -> dict[str, Any]:
    """A subjects sheet of one record with these fields."""
    return {"subjects": [fields]}


def saved_in_2025(*rows: list[Any]) -> dict[str, Any]:
    """A subjects workbook that was last saved on the last day of 2025."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    stream = io.BytesIO()
    book.save(stream)
    content = stream.getvalue()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(stream := io.BytesIO(), "w") as saved:
        for name in given.namelist():
            part = given.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2025-12-31T20:00:00Z", part)
            saved.writestr(name, part)
    return {"subjects": None, "subjects.xlsx": stream.getvalue(), **about(number_of_subjects=["1"])}


def beside_the_title(example: str) -> dict[str, Any]:
    """A title with this text under Example."""
    rows = [["Metadata element", "Description", "Example", "Value"], ["Title", "", example, "What rats do"]]
    return {"dataset_description": [*rows, ["Keywords", "", "", "heart"]]}


def submission(**fields: Any) -> dict[str, Any]:
    return {"submission": {name: [value] for name, value in fields.items()}}


def performance(**fields: Any) -> dict[str, Any]:
    return {"performances": [fields]}


def file(**fields: Any) -> dict[str, Any]:
    return {"manifest": [fields]}


def code(**fields: Any) -> dict[str, Any]:
    """A code_description with these rows."""
    return {"code_description": fields}


RULES = (
    *("tsr1_clearly_defined_context", "tsr2_use_of_appropriate_data", "tsr3a_verification"),
    *("tsr4_explicitly_listed_limitations", "tsr5_version_control", "tsr6_adequate_documentation"),
    *("tsr7a_broad_dissemination_releases", "tsr8a_independent_reviews"),
    *("tsr9_competing_implementation_testing", "tsr10a_relevant_standards"),
)


def rating(word: str) -> dict[str, Any]:
    """A code_description of SDS 3 whose ten rules are all rated so."""
    return code(tsr_column_type=["Rating"], number_of_inputs=["0"], **{name: [word] for name in RULES})


def document(type_: str, word: str) -> dict[str, Any]:
    """One with a column of links or targets in which a single rule has none, and is rated so."""
    rows = {name: ["Adequate", "Adequate"] for name in RULES} | {"tsr6_adequate_documentation": ["", word]}
    return code(tsr_column_type=[type_, "Rating"], number_of_inputs=["0"], **rows)


DESCRIPTION = [
    Case(
        "SDS-D02", "S205", ALL, about(title=["TBD"]), about(title=["TBD1 in rats"]), "dataset_description.title", "TBD"
    ),
    Case(
        "SDS-D02",
        "S205",
        ALL,
        about(contributor_orcid=["https://orcid.org/0000-0002-5497-0243", "none"]),
        about(contributor_orcid=["https://orcid.org/0000-0002-5497-0243", "https://orcid.org/0000-0001-5109-3700"]),
        "dataset_description.contributor_orcid:2",
        "none",
        "https://orcid.org/",
    ),
    *(
        Case(
            *("SDS-E06", "S201", SINCE_2, {"subjects": [{name: ""}, {name: ""}]}),
            {"subjects": [{name: ""}, {}]},
            f"subjects.{name}",
            severity="warning",
        )
        for name in ("strain", "rrid_for_strain", "age_category")
    ),
    Case(
        *("SDS-E06", "S201", SINCE_2, mouse(strain="", rrid_for_strain="")),
        mouse(strain="", rrid_for_strain="", species="Homo sapiens"),
        "subjects.strain",
        severity="warning",
    ),
    Case(
        *(
            "SDS-D03",
            "S230",
            V2,
            about(type=["experimantal"]),
            about(type=["Experimental"]),
            "dataset_description.type",
        ),
        hint="Did you mean 'experimental'?",
    ),
    Case(
        *("SDS-D03", "S230", V3, about(type=["review"]), about(type=["Device"]), "dataset_description.type"),
        hint="Use one of: experimental, computational, device.",
    ),
    Case(
        "SDS-D03",
        "S225",
        SINCE_2,
        about(type=["experimental", "computational"]),
        about(type=["experimental"]),
        "dataset_description.type:2",
        severity="error",
    ),
    *(
        Case(
            "SDS-D04",
            "S250",
            COUNTED,
            about(number_of_samples=[text]),
            near,
            "dataset_description.number_of_samples",
            text,
        )
        for text, near in (
            ("none yet", about(number_of_samples=["0"])),
            ("-1", about(number_of_samples=["0"])),
            ("2.5", about(number_of_samples=["0.0"])),
        )
    ),
    Case(
        "SDS-D04",
        "S251",
        COUNTED,
        about(number_of_samples=["0.0"]),
        about(number_of_samples=["0"]),
        "dataset_description.number_of_samples",
        hint="Write 0.",
    ),
    Case(
        "SDS-D06",
        "S227",
        SINCE_2,
        about(contributor_name=["Doe, Jane"]),
        about(contributor_name=["Doe, Jane", "Roe, Richard"]),
        "dataset_description.contributor_name:2",
    ),
    *(
        Case(
            "SDS-D06",
            "S263",
            ALL,
            about(contributor_name=[name, "Roe, Richard"]),
            about(contributor_name=[near, "Roe, R"]),
        )
        for name, near in (
            ("Jane Doe", "Doe, Jane"),
            ("Doe, Jane; Poe, Edgar", "de la Doe, Jane M."),
            ("Doe, Jane, PhD", "Doe Smith, Jane Mary"),
            ("Doe", "O'Doe, J"),
        )
    ),
    Case(
        "SDS-D06",
        "S263",
        SINCE_2,
        about(contributor_name=["Doe, Jane", "Imaging Facility"]),
        about(
            contributor_name=["Doe, Jane", "Imaging Facility"],
            contributor_role=["CorrespondingAuthor", "ResearchGroup"],
        ),
        "dataset_description.contributor_name:2",
    ),
    Case(
        "SDS-D06",
        "S264",
        ALL,
        about(contributor_name=["Doe, Jane", "doe,  jane"]),
        about(contributor_name=["Doe, Jane", "Doe, John"]),
        "dataset_description.contributor_name:2",
    ),
    Case(
        "SDS-D06",
        "S264",
        SINCE_2,
        in_roles("Researcher", "Researcher"),
        in_roles("PrincipalInvestigator", "CorrespondingAuthor"),  # each role in a column of its own
        "dataset_description.contributor_name:2",
    ),
    Case(
        "SDS-D06",
        "S264",
        ALL,
        about(contributor_orcid=["https://orcid.org/0000-0002-5497-0243"] * 2),
        about(contributor_orcid=["https://orcid.org/0000-0002-5497-0243", ""]),
        "dataset_description.contributor_orcid:2",
    ),
    Case(
        *("SDS-D01", "S201", ALL, staffed("Researcher"), staffed("ResearchGroup")),
        at="dataset_description.contributor_orcid:2",
        hint="orcid.org",
        severity="warning",
    ),
    Case(
        "SDS-D07",
        "S240",
        ALL,
        about(contributor_orcid=["https://orcid.org/0000-0002-5497-0244", ""]),
        about(contributor_orcid=["https://orcid.org/0000-0002-5497-0243", ""]),
        "dataset_description.contributor_orcid",
        "https://orcid.org/0000-0002-5497-0244",
        hint="https://orcid.org/0000-0002-5497-0243",
    ),
    *(
        Case("SDS-D07", "S240", ALL, about(contributor_orcid=[bad, ""]), about(contributor_orcid=[good, ""]), value=bad)
        for bad, good in (
            ("0000-0002-5497-024", "0000-0002-5497-0243"),
            ("my orcid", "orcid.org/0000-0002-5497-0243"),
            ("https://orcid.org/0000-0002-1694-2331", "https://orcid.org/0000-0002-1694-233X"),
        )
    ),
    Case(
        "SDS-D07",
        "S241",
        SINCE_2,
        about(contributor_orcid=["0000-0002-5497-0243", ""]),
        about(contributor_orcid=["https://orcid.org/0000-0002-5497-0243", ""]),
        "dataset_description.contributor_orcid",
        hint="Write https://orcid.org/0000-0002-5497-0243",
    ),
    Case(
        "SDS-D08",
        "S242",
        ALL,
        about(contributor_affiliation=["https://ror.org/0168r3w49", "x"]),
        about(contributor_affiliation=["https://ror.org/0168r3w48", "x"]),
        "dataset_description.contributor_affiliation",
        hint="https://ror.org/0168r3w48",
    ),
    Case(
        "SDS-D08",
        "S243",
        SINCE_2,
        about(contributor_affiliation=["University of Auckland", "https://ror.org/0168r3w48"]),
        about(contributor_affiliation=["ror.org/03b94tp07", "https://ror.org/0168r3w48"]),
        "dataset_description.contributor_affiliation",
        "University of Auckland",
    ),
    Case(
        "SDS-D09",
        "S230",
        SINCE_2,
        about(contributor_role=["PrincipalInvestigator", "Corresponding Autor"]),
        about(contributor_role=["PrincipalInvestigator", "correspondingauthor"]),
        "dataset_description.contributor_role:2",
        hint="Did you mean 'CorrespondingAuthor'?",
    ),
    Case(
        "SDS-D09",
        "S265",
        ALL,
        about(contributor_role=["Creator", "Researcher"]),
        about(contributor_role=["Creator, Researcher", "Researcher"]),
        "dataset_description.contributor_role",
    ),
    Case(
        "SDS-D09",
        "S265",
        ALL,
        about(contributor_role=["Creator", "Creator"]),
        about(contributor_name=["Doe, Jane", "Doe, Jane"], contributor_role=["Creator", "Researcher"]),
    ),
    Case(
        "SDS-D09",
        "S267",
        ALL,
        about(contributor_role=["DataCurator, Researcher", "Other"]),
        about(contributor_role=["DataCurator", "Other"]),
        "dataset_description.contributor_role",
        severity="info",
    ),
    Case(
        "SDS-D12",
        "S230",
        SINCE_2,
        about(relation_type=["HasProtocal", "Cites"]),
        about(relation_type=["hasprotocol", "Cites"]),
        "dataset_description.relation_type",
        hint="Did you mean 'HasProtocol'?",
    ),
    Case(
        "SDS-D12",
        "S230",
        V3,
        about(identifier_type=["DOI", "webpage"]),
        about(identifier_type=["DOI", "arXiv"]),
        "dataset_description.identifier_type:2",
    ),
    Case(
        "SDS-D12",
        "S247",
        "3.0.2",
        about(relation_type=["HasProtocol", "UsedResource"]),
        about(
            relation_type=["HasProtocol", "UsedResource"],
            identifier=["https://doi.org/10.17504/protocols.io.x", "RRID:SCR_003070"],
            identifier_type=["DOI", "RRID"],
        ),
        "dataset_description.identifier_type:2",
    ),
    *(
        Case(
            *("SDS-D13", "S246", SINCE_2),
            about(identifier=[bad, "10.1000/x"], identifier_type=[type_, "DOI"]),
            about(identifier=[good, "10.1000/x"], identifier_type=[type_, "DOI"]),
            "dataset_description.identifier",
            bad,
        )
        for type_, bad, good in (
            ("DOI", "https://example.org/paper", "doi:10.1000/182"),
            ("URL", "see the paper", "https://example.org/paper"),
            ("PMID", "PMC31350343", "31350343"),
            ("PMID", "https://doi.org/10.1000/x", "https://pubmed.ncbi.nlm.nih.gov/31350343/"),
        )
    ),
    Case(
        "SDS-D13",
        "S246",
        "3.0.2",
        about(identifier=["ImageJ", "10.1000/x"], identifier_type=["RRID", "DOI"]),
        about(identifier=["SCR_003070", "10.1000/x"], identifier_type=["RRID", "DOI"]),
        "dataset_description.identifier",
    ),
    Case(
        "SDS-D14",
        "S268",
        SINCE_2,
        about(relation_type=["Cites", "IsDescribedBy"]),
        about(relation_type=["IsDescribedBy", "HasProtocol"]),
        "dataset_description.csv",
    ),
    Case(
        "SDS-D14",
        "S268",
        SINCE_2,
        about(relation_type=["Cites", "IsDescribedBy"]),
        {**about(relation_type=["Cites", "IsDescribedBy"]), **mouse(protocol_url_or_doi="https://doi.org/10.17504/x")},
    ),
    Case(
        "SDS-D14",
        "S268",
        V1,
        about(protocol_url_or_doi=[]),
        {**about(protocol_url_or_doi=[]), "subjects": [{"protocol_url_or_doi": "10.17504/protocols.io.x"}]},
    ),
    Case(
        "SDS-D14",
        "S268",
        V2,
        about(relation_type=["Cites", "IsDescribedBy"]),
        about(relation_type=["Cites", "IsDescribedBy"], type=["computational"]),
    ),
    Case(
        "SDS-D15",
        "S245",
        V1,
        about(originating_article_doi=["Nature 2020"]),
        about(originating_article_doi=["doi:10.1038/s41586-020-2649-2"]),
        "dataset_description.originating_article_doi",
    ),
    Case(
        "SDS-D15",
        "S245",
        V1,
        about(protocol_url_or_doi=["www.protocols.io/view/x"]),
        about(protocol_url_or_doi=["https://www.protocols.io/view/x"]),
        "dataset_description.protocol_url_or_doi",
        hint="Write https://www.protocols.io/view/x",
    ),
    Case(
        "SDS-D15",
        "S226",
        V1,
        about(identifier_description=["The code"], additional_links=[""]),
        about(identifier_description=["The code"], additional_links=["https://github.com/x/y"]),
        "dataset_description.identifier_description",
    ),
    Case("SDS-D16", "S266", ALL, about(keywords=["rat", "heart"]), about(keywords=["rat", "heart", "rhythm"])),
    Case("SDS-D16", "S266", V1, about(keywords=["a", "b", "c", "d", "e", "f"]), about(keywords=["a, b, c", "d", "e"])),
    Case(
        *("SDS-D16", "S267", V3, about(keywords=["rat, heart, rhythm"]), about(keywords=["rat heart", "rhythm"])),
        at="dataset_description.keywords",
        severity="warning",
    ),
    Case(
        *("SDS-D16", "S267", (*V1, *V2), about(keywords=["rat; heart; rhythm"]), about(keywords=["rat", "heart", "x"])),
        at="dataset_description.keywords",
        severity="info",
    ),
    Case(
        "SDS-D17", "S252", V3, about(license=["CC-BY"]), about(license=["cc by 4.0"]), hint="Did you mean 'CC-BY-4.0'?"
    ),
    Case("SDS-D17", "S252", V3, about(license=["free for all"]), about(license=["MIT"]), "dataset_description.license"),
    Case(
        "SDS-D18",
        "S264",
        V3,
        about(data_standard=["SPARC", "SPARC"]),
        about(data_standard=["SPARC", "HEAL"]),
        "dataset_description.data_standard:2",
    ),
    Case(
        "SDS-D18",
        "S201",
        V3,
        about(data_standard_version=[""]),
        about(data_standard_version=["3.0.0"]),
        "dataset_description.data_standard_version",
        severity="warning",
    ),
    Case(
        "SDS-D18",
        "S201",
        V3,
        about(data_dictionary_path=["docs/a.json"], data_dictionary_type=[""]),
        about(data_dictionary_path=["docs/a.json"], data_dictionary_type=["json-schema"]),
        "dataset_description.data_dictionary_type",
        severity="warning",
    ),
    Case(
        "SDS-D18",
        "S201",
        V3,
        about(type=["device"], device_type=["electrode"], device_intended_use=[]),
        about(type=["experimental"], device_type=["electrode"], device_intended_use=[]),
        "dataset_description.device_intended_use",
        severity="warning",
    ),
    Case(
        "SDS-D19",
        "S248",
        ("1.2", "1.2.1", "1.2.2", "1.2.3"),
        about(parent_dataset_id=["dataset 12"]),
        about(parent_dataset_id=[DATASET]),
        "dataset_description.parent_dataset_id",
        "dataset 12",
    ),
    Case(
        "SDS-D19",
        "S230",
        V1,
        about(completeness=["nearly"]),
        about(completeness=["hasNext, hasChildren"]),
        "dataset_description.completeness",
        severity="warning",
    ),
    Case(
        "SDS-D21",
        "S223",
        ALL,
        {
            "dataset_description": [
                ["Metadata element", "Description", "Example", "Value"],
                ["Title", "", "What hearts do", ""],
                ["Keywords", "", "", "heart"],
            ]
        },
        {
            "dataset_description": [
                ["Metadata element", "Description", "Example", "Value"],
                ["Title", "", "What hearts do", "What rats do"],
                ["Keywords", "", "", "heart"],
            ]
        },
        "dataset_description.csv!C2",
    ),
    Case(
        "SDS-D21",
        "S228",
        ALL,
        beside_the_title("What hearts do"),
        beside_the_title(str(LAYOUTS.template("dataset_description").explained["title"][0])),
        "dataset_description.csv!C2",
        "What hearts do",
        severity="warning",
    ),
]

SUBMISSION = [
    *(
        Case(
            *(
                "SDS-S01",
                "S201",
                SINCE_2_1,
                submission(**{name: ""}),
                submission(**{name: "SPARC"}),
                f"submission.{name}",
            ),
            severity="error",
        )
        for name in ("consortium_data_standard", "funding_consortium")
    ),
    *(
        Case(
            *("SDS-S02", "S201", SINCE_2_1, submission(**{name: ""})),
            submission(**{name: "", "funding_consortium": "external"}),
            f"submission.{name}",
            severity="error",
        )
        for name in ("award_number", "milestone_achieved", "milestone_completion_date")
    ),
    Case(
        *("SDS-S02", "S201", (*V1, "2.0.0"), submission(award_number=""), submission(award_number="N/A")),
        at="submission.award_number",
        severity="error",
    ),
    Case(  # a submission of SDS 2.1 in an older dataset
        *("SDS-S02", "S201", (*V1, "2.0.0"), submission(award_number="", funding_consortium="SPARC")),
        submission(award_number="", funding_consortium="EXTERNAL"),
        at="submission.award_number",
    ),
    Case(
        *("SDS-S02", "S205", SINCE_2_1, submission(milestone_achieved="N/A")),
        submission(milestone_achieved="N/A", funding_consortium="EXTERNAL"),
        at="submission.milestone_achieved",
    ),
    Case(
        "SDS-S03",
        "S256",
        ALL,
        submission(milestone_completion_date="31/02/2022"),
        submission(milestone_completion_date="28/02/2022"),
        "submission.milestone_completion_date",
        "31/02/2022",
        severity="error",
    ),
    Case(
        "SDS-S03",
        "S257",
        ALL,
        submission(milestone_completion_date="03/04/2022"),
        submission(milestone_completion_date="2022-04-03"),
        "submission.milestone_completion_date",
        hint="Write 2022-04-03 or 2022-03-04",
        severity="warning",
    ),
    Case(
        "SDS-S03",
        "S258",
        ALL,
        submission(milestone_completion_date="2025-07-10T07:00:00.000Z"),
        submission(milestone_completion_date="2025-07-10"),
        "submission.milestone_completion_date",
        hint="Write 2025-07-10.",
    ),
    *(
        Case(
            "SDS-S04",
            "S253",
            ALL,
            submission(award_number=bad),
            submission(award_number=good),
            "submission.award_number",
            bad,
        )
        for bad, good in (
            ("1 OT2 OD025349", "OT2OD025349"),
            ("OT2OD025349-01S1", "EFHA-2022-003"),
            ("NIH-1OT2OD025349", "1412412"),
            ("12/34", "12-34"),
            ("U18TR001, U18TR002", "U18TR001"),
        )
    ),
    Case(
        "SDS-S06",
        "S276",
        ALL,
        {"submission": {"milestone_achieved": ["M1", "M2", "M3"]}},
        {"submission": {"milestone_achieved": ["M1", "", ""]}},
        "submission.milestone_achieved:2",
        severity="warning",
    ),
    Case(
        "SDS-S06",
        "S223",
        ALL,
        {
            "submission": [
                ["Submission Item", "Definition", "Value"],
                ["Award number", "OT2OD025349", ""],
                ["Milestone achieved", "", "M1"],
            ]
        },
        {
            "submission": [
                ["Submission Item", "Definition", "Value"],
                ["Award number", "OT2OD025349", "OT2OD025349"],
                ["Milestone achieved", "", "M1"],
            ]
        },
        "submission.csv!B2",
    ),
]

RECORDS = [
    Case(
        *(
            "SDS-E03",
            "S202",
            SINCE_2,
            mouse(subject_id="sub_1"),
            mouse(subject_id="sub-1-b"),
            "subjects.subject_id",
            "sub_1",
        ),
        hint="Use sub- followed by letters",
        severity="error",
    ),
    Case(
        *(
            "SDS-E03",
            "S202",
            V1,
            mouse(subject_id="rat: 1"),
            mouse(subject_id="rat_1"),
            "subjects.subject_id",
            "rat: 1",
        ),
        severity="warning",
    ),
    Case(
        *("SDS-E04", "S203", ALL, {"subjects.xlsx": [{"subject_id": 101}]}, {"subjects.xlsx": [{"subject_id": "101"}]}),
        at="subjects.subject_id",
    ),
    Case(
        *(
            "SDS-E04",
            "S204",
            ALL,
            {"subjects.xlsx": [{"subject_id": True}]},
            {"subjects.xlsx": [{"subject_id": "true"}]},
        ),
        at="subjects.subject_id",
    ),
    Case(
        "SDS-E05",
        "S269",
        ALL,
        {"subjects": [{"subject_id": "sub-1"}, {"subject_id": "Sub_1"}]},
        {"subjects": [{"subject_id": "sub-1"}, {"subject_id": "sub-11"}]},
        "subjects.subject_id:2",
        "Sub_1",
    ),
    Case(
        "SDS-E05",
        "S269",
        ALL,
        {"samples": [{"sample_id": "sam-a"}, {"sample_id": "sam-A"}]},
        {"samples": [{"sample_id": "sam-1-1"}, {"sample_id": "sam-11"}]},
        "samples.sample_id:2",
    ),
    Case("SDS-E05", "S206", ALL, mouse(subject_id="sub\u20131"), mouse(subject_id="sub-1"), "subjects.subject_id"),
    Case("SDS-E05", "S207", ALL, mouse(subject_id=" sub-1"), mouse(subject_id="sub-1"), "subjects.subject_id"),
    Case("SDS-E13", "S236", ALL, mouse(age="adult"), mouse(age="unknown"), "subjects.age", "adult"),
    *(
        Case("SDS-E13", "S254", ALL, mouse(age=bad), mouse(age=good), "subjects.age", bad, hint=hint)
        for bad, good, hint in (
            ("5", "5 days", "Add the unit"),
            ("12 wekes", "12 weeks", "Did you mean '12 weeks'?"),
            ("8-10 weeks", "9 weeks", "one number"),
            ("-3 days", "P3D", ""),
            ("10 g", "1 year and 2 months", ""),
            ("E18.5", "18.5 days", ""),
            ("12,5 weeks", "12.5 weeks", "Write 12.5 weeks"),
            ("1,200 days", "1 year, 2 months", "Write 1.200 days or 1200 days"),
        )
    ),
    Case("SDS-E13", "S254", SINCE_2, mouse(body_mass="250"), mouse(body_mass="250 g"), "subjects.body_mass"),
    Case("SDS-E13", "S241", SINCE_2, mouse(age="30y"), mouse(age="30 years"), "subjects.age", hint="Write 30 years"),
    Case("SDS-E13", "S241", V1, mouse(age="10wks"), mouse(age="~10 weeks"), "subjects.age", hint="Write 10 weeks"),
    Case(
        "SDS-E13",
        "S255",
        ALL,
        mouse(age_range_min="30 weeks", age_range_max="3 months"),
        mouse(age_range_min="3 weeks", age_range_max="3 months"),
        "subjects.age_range_min",
    ),
    Case(
        "SDS-E14",
        "S244",
        ALL,
        mouse(rrid_for_strain="RRID:MSR_JAX:000664"),
        mouse(rrid_for_strain="RRID:IMSR_JAX:000664"),
        "subjects.rrid_for_strain",
        hint="Did you mean 'RRID:IMSR_JAX:000664'?",
    ),
    Case(
        "SDS-E14",
        "S244",
        ALL,
        mouse(rrid_for_strain="JAX:000664"),
        mouse(rrid_for_strain="IMSR_JAX:000664"),
        "subjects.rrid_for_strain",
        "JAX:000664",
        "RRID:IMSR_JAX:000664",
    ),
    Case("SDS-E14", "S244", ALL, mouse(rrid_for_strain="RRID:XYZ_1"), mouse(rrid_for_strain="RRID:WB-STRAIN_N2")),
    Case("SDS-E14", "S244", ALL, mouse(rrid_for_strain="Wistar"), mouse(rrid_for_strain="RRID:RGD_10395233")),
    *(
        Case("SDS-E14", "S244", ALL, mouse(rrid_for_strain=bad), mouse(rrid_for_strain=good))
        for bad, good in (
            ("RRID:TSC-SD01539", "RRID:TSC_SD01539"),
            ("RRID:IMSR_RBRC/06344", "RRID:IMSR_RBRC06344"),
            ("RRID:NXR_Xla", "RRID:NXR_0.0080"),
        )
    ),
    Case(
        "SDS-E14",
        "S241",
        SINCE_2,
        mouse(rrid_for_strain="RRID: RGD_10395233"),
        mouse(rrid_for_strain="RRID:RGD_10395233"),
        "subjects.rrid_for_strain",
        hint="Write RRID:RGD_10395233",
    ),
    *(
        Case(
            "SDS-E14",
            "S245",
            ALL,
            mouse(protocol_url_or_doi=bad),
            mouse(protocol_url_or_doi=good),
            "subjects.protocol_url_or_doi",
        )
        for bad, good in (
            ("our protocol", "https://www.protocols.io/view/x-vtwe6pe"),
            ("protocols.io/view/x", "10.17504/protocols.io.x"),
            ("https://doi.org/10.1/x", "N/A"),
            ("https://a.org/b, https://c.org/d", "https://a.org/b,c"),
        )
    ),
    Case(
        "SDS-E14",
        "S248",
        SINCE_2,
        mouse(also_in_dataset="dataset 12"),
        mouse(also_in_dataset=DATASET),
        "subjects.also_in_dataset",
    ),
    Case(
        *("SDS-E14", "S267", SINCE_2, mouse(also_in_dataset=f"{DATASET}, {DATASET}"), mouse(also_in_dataset=DATASET)),
        at="subjects.also_in_dataset",
        severity="warning",
    ),
    Case(
        "SDS-E15",
        "S256",
        SINCE_2,
        mouse(experiment_date="last spring"),
        mouse(experiment_date="2022-05-09"),
        severity="warning",
    ),
    Case(
        "SDS-E15",
        "S256",
        SINCE_2,
        mouse(experiment_date="44690"),
        mouse(experiment_date="2022-05-09"),
        hint="2022-05-09",
    ),
    Case(
        "SDS-E15",
        "S257",
        SINCE_2,
        mouse(experiment_date="9 May 2022"),
        mouse(experiment_date="2022-05-09"),
        hint="Write 2022-05-09",
    ),
    Case(
        "SDS-E15",
        "S261",
        SINCE_2,
        mouse(experiment_date="2199-11-02"),
        mouse(experiment_date="2030-12-31"),
        "subjects.experiment_date",
        hint="Correct the date.",
    ),
    Case(
        "SDS-E15",
        "S261",
        SINCE_2,
        performance(start_datetime="2032-05-09T10:00:00Z"),
        performance(start_datetime="2022-05-09T10:00:00Z"),
        "performances.start_datetime",
    ),
    Case(
        "SDS-E15",
        "S261",
        SINCE_2,
        saved_in_2025(["subject id", "species", "experiment date"], ["sub-1", "Rattus norvegicus", "2026-02-01"]),
        saved_in_2025(["subject id", "species", "experiment date"], ["sub-1", "Rattus norvegicus", "2026-01-01"]),
        "subjects.xlsx!C2",
        "2026-02-01",
        hint="Correct the date.",
    ),
    Case(
        "SDS-E15",
        "S262",
        SINCE_2,
        mouse(date_of_birth="2022-06-01", experiment_date="2022-05-09"),
        mouse(date_of_birth="2022-05-09", experiment_date="2022-05-09"),
        "subjects.date_of_birth",
    ),
    Case(
        "SDS-E15",
        "S262",
        SINCE_2,
        performance(start_datetime="2022-06-01T10:00:00Z", end_datetime="2022-06-01T11:00:00+02:00"),
        performance(start_datetime="2022-06-01T10:00:00+02:00", end_datetime="2022-06-01T09:00:00Z"),
        "performances.start_datetime",
    ),
    Case(
        "SDS-E15",
        "S259",
        SINCE_2,
        performance(start_datetime="noon"),
        performance(start_datetime="2022-06-01T12:00:00Z"),
    ),
    Case(
        *("SDS-E16", "S232", V3, mouse(metadata_only="maybe"), mouse(metadata_only="No"), "subjects.metadata_only"),
        severity="error",
    ),
    Case(
        "SDS-E16",
        "S232",
        V3,
        file(entity_is_transitive="2"),
        file(entity_is_transitive="TRUE"),
        "manifest.entity_is_transitive",
    ),
    *(
        Case("SDS-E18", "S270", ALL, mouse(strain=text), mouse(strain=near), "subjects.strain", text)
        for text, near in (("N/A", "NA8/Ola"), ("-999", "999"), ("Not available.", "available on request"))
    ),
    Case(
        "SDS-E18",
        "S270",
        ("1.2.3", "2.0.0", "3.0.1"),
        mouse(strain="not-asked"),
        mouse(strain="unknown"),
        "subjects.strain",
    ),
    Case("SDS-E18", "S270", "3.0.2", mouse(strain="N/A"), mouse(strain="not-asked"), hint="asked-not-answered"),
    *(
        Case("SDS-D02", "S205", SINCE_2, mouse(species=bad), mouse(species=f"{bad} rat"), "subjects.species", bad)
        for bad in ("?", "??", "tbd", "to be determined")
    ),
    *(
        Case(
            *("SDS-D09", "S230", SINCE_2, in_roles("PrincipalInvestigator", "CorrespondingAuthor", bad)),
            in_roles("PrincipalInvestigator", "CorrespondingAuthor", "DataCollector"),
            at="dataset_description.contributor_role:3",
            value=bad,
            hint=hint,
        )
        for bad, hint in (
            ("Corresponding Author; DataCollector", "a Value column of its own"),
            ("co-PI", "Did you mean 'CoInvestigator'?"),
        )
    ),
    Case(
        *("SDS-D12", "S230", V3, about(identifier_type=["PubMed", "DOI"]), about(identifier_type=["DOI", "DOI"])),
        at="dataset_description.identifier_type",
        value="PubMed",
        hint="Did you mean 'PMID'?",
    ),
    Case(
        *("SDS-D13", "S246", V3, about(identifier=["PMID: 12345678", "10.1038/s41586-020-2649-2"])),
        about(identifier=["PMID: 12345678", "10.1038/s41586-020-2649-2"], identifier_type=["PMID", "DOI"]),
        at="dataset_description.identifier",
        hint="write PMID at 'Identifier type'",
    ),
    Case("SDS-E19", "S230", ALL, mouse(sex="1"), mouse(sex="male"), "subjects.sex", "1", severity="warning"),
    Case("SDS-E19", "S272", ALL, mouse(sex="F"), mouse(sex="FEMALE"), "subjects.sex", "F", hint="Write 'female'."),
    Case(
        *("SDS-E20", "S201", SINCE_2, performance(protocol_url_or_doi="")),
        performance(protocol_url_or_doi="10.17504/protocols.io.x"),
        "performances.protocol_url_or_doi",
        severity="warning",
    ),
]

FILES = [
    *(
        Case("SDS-M05", "S259", ALL, file(timestamp=bad), file(timestamp=good), "manifest.timestamp", bad)
        for bad, good in (
            ("yesterday", "2021-09-08T12:28:05,904470-07:00"),
            ("2021-02-30T12:00:00Z", "2021-02-28T12:00:00.123456789Z"),
            ("8/9/2021", "2021-09-08"),
        )
    ),
    Case(
        "SDS-M05",
        "S260",
        SINCE_2,
        file(timestamp="2021-09-08T12:28:05"),
        file(timestamp="2021-09-08T12:28:05Z"),
        "manifest.timestamp",
    ),
    Case(
        "SDS-M06",
        "S273",
        ALL,
        file(filename="a.json", file_type=".csv"),
        file(filename="a.CSV", file_type=".csv"),
        "manifest.file_type",
    ),
    Case(
        "SDS-M06",
        "S273",
        ALL,
        file(filename="a.json", file_type=".csv"),
        file(filename="a.nii.gz", file_type=".nii.gz"),
        hint=".json",
    ),
    Case(
        "SDS-M06",
        "S273",
        ALL,
        file(filename="a.json", file_type=".csv"),
        file(filename="a.json", file_type="text/json"),
    ),
]

CODE = [
    Case(
        *("SDS-C01", "S230", V2, code(tsr1_define_context_clearly_rating_0_4=["5"])),
        code(tsr1_define_context_clearly_rating_0_4=["4"]),
        "code_description.tsr1_define_context_clearly_rating_0_4",
        severity="warning",
    ),
    Case(
        *("SDS-C01", "S201", V2, code(tsr2_use_appropriate_data_rating_0_4=[""], number_of_inputs=["3"])),
        code(
            **{
                f"tsr{name}_rating_0_4": ["3"]
                for name in (
                    "1_define_context_clearly",
                    "2_use_appropriate_data",
                    "3_evaluate_within_context",
                    "4_list_limitations_explicitly",
                    "5_use_version_control",
                    "6_document_adequately",
                    "7_disseminate_broadly",
                    "8_get_independent_reviews",
                    "9_test_competing_implementations",
                    "10a_conform_to_standards",
                )
            }
        ),
        "code_description.tsr2_use_appropriate_data_rating_0_4",
        severity="warning",
    ),
    Case(
        "SDS-C01",
        "S230",
        V3,
        rating("Superb"),
        rating("Not applicable"),
        "code_description.tsr1_clearly_defined_context",
    ),
    *(
        Case(
            *("SDS-C01", "S201", V3),
            document(type_, "Adequate"),
            document(type_, "Not Applicable"),
            "code_description.tsr6_adequate_documentation",
            severity="warning",
        )
        for type_ in ("Link", "Target")
    ),
    Case("SDS-C02", "S250", V3, code(number_of_inputs=["a few"]), code(number_of_inputs=["0"]), severity="warning"),
    Case(
        "SDS-C02",
        "S274",
        V3,
        code(number_of_inputs=["2"], input_parameter_name=["voltage"]),
        code(number_of_inputs=["1"], input_parameter_name=["voltage"]),
        "code_description.number_of_inputs",
        "2",
    ),
    Case(
        "SDS-C02",
        "S274",
        V3,
        code(number_of_inputs=["0"], number_of_outputs=["1"]),
        code(number_of_inputs=["0"], number_of_outputs=["0"]),
        "code_description.number_of_outputs",
    ),
    Case(
        "SDS-C03",
        "S230",
        V3,
        code(input_parameter_name=["voltage"], input_parameter_type=["number"]),
        code(input_parameter_name=["voltage"], input_parameter_type=["Time Series"]),
        "code_description.input_parameter_type",
        severity="warning",
    ),
    Case(
        "SDS-C03",
        "S230",
        V3,
        code(tsr_column_type=["Score"], tsr5_version_control=["git"]),
        code(tsr_column_type=["Text"], tsr5_version_control=["git"]),
        "code_description.tsr_column_type",
        severity="warning",
    ),
    Case(
        "SDS-C04",
        "S275",
        V2,
        code(number_of_inputs=["10"], number_of_outputs=["11"], rrid_term=["ImageJ 2"]),
        code(number_of_inputs=["10"], number_of_outputs=["12"], rrid_term=["ImageJ 2"]),
        "code_description.number_of_inputs",
    ),
    Case(
        "SDS-R01",
        "S244",
        SINCE_2,
        {"resources": [{"rrid": "ImageJ"}]},
        {"resources": [{"rrid": "RRID:SCR_003070"}]},
        "resources.rrid",
    ),
    Case(
        "SDS-R01",
        "S244",
        SINCE_2,
        {"resources": [{"rrid": "SCR_8394"}]},
        {"resources": [{"rrid": "RRID:nlx_144509"}]},
        "resources.rrid",
    ),
    Case(
        *("SDS-R01", "S201", SINCE_2, {"resources": [{"rrid": "", "name": "", "vendor": "NIH"}]}),
        {"resources": [{"rrid": "", "name": "", "url": "https://imagej.net/"}]},
        "resources.rrid",
        severity="warning",
    ),
    Case(
        *("SDS-K01", "S201", V3, {"curation": {"organ": [""], "experimental_design": ["One group."]}}),
        {
            "curation": {
                "organ": ["heart"],
                "experimental_approach": ["electrophysiology"],
                "experimental_technique": ["patch clamp"],
                "experimental_design": ["One group."],
            }
        },
        "curation.organ",
        severity="info",
    ),
    Case("", "S249", SINCE_2, mouse(species="UBERON:948"), mouse(species="NCBITaxon:10116"), "subjects.species"),
    Case(
        "",
        "S249",
        SINCE_2,
        mouse(age_category="UBERON:113"),
        mouse(age_category="prime adult stage"),
        "subjects.age_category",
    ),
]

CASES = [*DESCRIPTION, *SUBMISSION, *RECORDS, *FILES, *CODE]
