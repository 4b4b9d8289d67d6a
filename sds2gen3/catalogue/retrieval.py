"""Codes of stage U: reading a commons back."""

from __future__ import annotations

from sds2gen3.catalogue.code import Code, Severity

ERROR = Severity.ERROR

RETRIEVAL: tuple[Code, ...] = (
    Code(
        "U670",
        ERROR,
        "a result that is not whole",
        "A server that leaves records out without a word would make a wrong count look right.",
        "the commons counts 2,550 records and gives 2,540",
        "Run the command again; where others are writing to the project at this moment, wait until they have ended.",
    ),
    Code(
        "U671",
        ERROR,
        "what is asked for is not said, or said twice",
        "A guess would give the wrong records.",
        "sds2gen3 export without a node, --all, --dataset or --ids",
        "Say what is wanted; '--help' shows how.",
    ),
    Code(
        "U672",
        ERROR,
        "a name that the commons does not have",
        "A misspelt name would give an empty result that looks like an answer.",
        "--where gender=Male where the property is called 'sex'",
        "Use a name that 'sds2gen3 dictionary show NODE' lists.",
    ),
    Code(
        "U673",
        ERROR,
        "a choice that cannot be understood",
        "A condition that is left out would give too many records.",
        "--where 'sex is Male', --since yesterday",
        "Write NAME=VALUE, and times as 2026-03-31 or 2026-03-31T14:00+01:00.",
    ),
    Code(
        "U674",
        ERROR,
        "ids that are nowhere",
        "The server leaves unknown ids out without a word.",
        "a list of ids with one that was withdrawn",
        "Correct the ids, or take them out of the list.",
    ),
    Code(
        "U675",
        ERROR,
        "what a workbook cannot hold",
        "A cell holds 32,767 letters and a sheet 1,048,576 rows; a spreadsheet would cut off the rest.",
        "a description of 40,000 letters",
        "Export it with --as json or --as csv.",
    ),
    Code(
        "U677",
        ERROR,
        "no such dataset in the project",
        "A dataset is known by the submitter_id of the record that stands directly below the project.",
        "--dataset my_study where it is called 'my-study'",
        "Use a submitter_id that 'sds2gen3 browse PROJECT experiment' lists.",
    ),
    Code(
        "U680",
        ERROR,
        "a query that cannot be read",
        "The commons takes one GraphQL query that asks; it would refuse anything else.",
        "{ case { submitter_id } without the last brace",
        "Correct the query at the place that is named.",
    ),
    Code(
        "U681",
        ERROR,
        "a query that names what there is not",
        "The dictionary of the commons tells what it can be asked, before anything is sent.",
        "{ case { gender } } where the property is called 'sex'",
        "Use a name that 'sds2gen3 dictionary show NODE' lists.",
    ),
    Code(
        "U682",
        ERROR,
        "a variable that does not fit the query",
        "The commons refuses a query with a variable that it does not declare, or without one that it needs.",
        "--var sx=Male for a query with $sex",
        "Give each variable that the query declares as --var name=value, the value as JSON or as plain text.",
    ),
    Code(
        "U683",
        ERROR,
        "a commons that takes too long for a single record",
        "The page was halved until one record was left.",
        "a query with several levels of links below a record that has 100,000 of them",
        "Ask for less at the deeper levels, or use 'sds2gen3 export'.",
    ),
)
