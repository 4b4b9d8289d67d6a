"""The ordinary dataset of each SDS version, about which there is nothing to say, and how a case's dataset is written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import openpyxl

from rule_cases import Content
from sds2gen3.place import column_letter
from sds2gen3.sheets.layouts.layout import Layouts

LAYOUTS = Layouts()
SUFFIXES = {".csv", ".tsv", ".xlsx", ".json"}
DESCRIPTION: Mapping[str, list[Any]] = {  # of these, each version has the rows that it knows
    "title": ["Rat hearts"],
    "description": ["What we did with them."],
    "subtitle": ["What we did with them."],
    "keywords": ["rat", "heart", "rhythm"],
    "acknowledgments": ["The rats."],
    "funding": ["OT2OD025349"],
    "license": ["CC-BY-4.0"],
    "study_purpose": ["To know how they beat."],
    "study_data_collection": ["We looked at them."],
    "study_primary_conclusion": ["They beat."],
    "study_organ_system": ["heart"],
    "study_approach": ["electrophysiology"],
    "study_technique": ["patch clamp"],
    "data_standard": ["SPARC"],
    "funding_consortium": ["SPARC"],
    "funding_agency": ["NIH"],
    "award_number": ["OT2OD025349"],
    "contributor_name": ["Doe, Jane", "Roe, Richard"],
    "contributor_orcid": ["https://orcid.org/0000-0002-5497-0243", "https://orcid.org/0000-0001-5109-3700"],
    "contributor_affiliation": ["https://ror.org/0168r3w48", "https://ror.org/03b94tp07"],
    "identifier_description": ["The protocol", "The paper"],
    "relation_type": ["HasProtocol", "IsDescribedBy"],
    "identifier": ["https://doi.org/10.17504/protocols.io.bvyjn7un", "https://doi.org/10.1038/s41586-020-2649-2"],
    "identifier_type": ["DOI", "DOI"],
}
ONLY: Mapping[str, Mapping[str, list[Any]]] = {  # what else a version says: by the beginning of its name
    "1": {
        "contributor_role": ["PrincipleInvestigator", "Researcher"],
        "is_contact_person": ["Yes", "No"],
        "originating_article_doi": ["https://doi.org/10.1038/s41586-020-2649-2"],
        "protocol_url_or_doi": ["https://doi.org/10.17504/protocols.io.bvyjn7un"],
        "identifier_description": [],
    },
    "2": {"type": ["experimental"], "contributor_role": ["PrincipalInvestigator", "CorrespondingAuthor"]},
    "3": {"type": ["experimental"], "contributor_role": ["PrincipalInvestigator", "CorrespondingAuthor"]},
}
SUBMISSION: Mapping[str, list[Any]] = {
    "consortium_data_standard": ["SPARC"],
    "funding_consortium": ["SPARC"],
    "award_number": ["OT2OD025349"],
    "milestone_achieved": ["M1"],
    "milestone_completion_date": ["2024-01-25"],
}
RECORDS: Mapping[str, Mapping[str, Any]] = {  # the ordinary record number n of a row-wise sheet
    "subjects": {
        "subject_id": "sub-{n}",
        "species": "Rattus norvegicus",
        "strain": "Wistar",
        "rrid_for_strain": "RRID:RGD_13508588",
        "age_category": "adult",
        "sex": "Female",
        "age": "10 weeks",
    },
    "samples": {"sample_id": "sam-{n}", "subject_id": "sub-1", "sample_type": "tissue"},
    "sites": {"site_id": "site-{n}", "specimen_id": "sub-1", "site_type": "point"},
    "performances": {
        "performance_id": "perf-{n}",
        "protocol_url_or_doi": "https://doi.org/10.17504/protocols.io.bvyjn7un",
        "participants": "sub-1",
    },
    "manifest": {"filename": "data{n}.csv", "description": "what was measured", "file_type": ".csv"},
    "resources": {"rrid": "RRID:SCR_003070", "name": "ImageJ"},
    "code_parameters": {"name": "parameter{n}"},
    "plog": {"folder": "perf-{n}"},
}
OF_1 = {"performance": "perf-1"}  # the first column of SDS 1.1, which has no place for its id
FILES: Mapping[str, str] = {"README.md": "About rat hearts.\n", "CHANGES": "\n"}


def write(folder: Path, version: str, changes: Content) -> Path:
    """The ordinary dataset of the version with these changes, as files in `folder`."""
    for name, content in contents(version, changes).items():
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def cell(version: str, changes: Content, at: str) -> str:
    """`subjects.age:2` as `str(place)` says it, `subjects.csv!D3`; any other text as it is."""
    kind, _, name = at.rpartition(".")
    name, _, record = name.partition(":")
    sheets = {path.rpartition(".")[0]: (path, rows) for path, rows in _sheets(version, changes).items()}
    if kind not in sheets or "!" in name or PurePosixPath(kind).name not in LAYOUTS.kinds or f".{name}" in SUFFIXES:
        return at
    path, rows = sheets[kind]
    layout = LAYOUTS.sheet(PurePosixPath(kind).name)
    header = _header(version, layout.kind, name)
    along = int(record or 1)
    if layout.transposed:
        row = next(index for index, row in enumerate(rows, 1) if row[0] == header)
        where = f"{column_letter(along + 1)}{row}"
    else:
        where = f"{column_letter(rows[0].index(header) + 1)}{along + 1}"
    return f"{path}!{where}"


def contents(version: str, changes: Content) -> dict[str, bytes]:
    """Every file by its path; a folder that is to be empty ends in /."""
    sheets = _sheets(version, changes)
    others = {name: value for name, value in {**FILES, **changes}.items() if value is not None and not _is_sheet(value)}
    written = {name: _file(name, rows) for name, rows in sheets.items()}
    return written | {name: v if isinstance(v, bytes) else str(v).encode() for name, v in others.items()}


def _is_sheet(content: Any) -> bool:
    return not isinstance(content, str | bytes)


def _sheets(version: str, changes: Content) -> dict[str, list[list[Any]]]:
    """The rows of every sheet by its path: those of every dataset, and those of the case."""
    own = {name: value for name, value in changes.items() if _is_sheet(value)}
    of = {_kind(name): name for name in own if "/" not in name}
    usual: dict[str, Any] = {"dataset_description": {}, "subjects": [{}], "submission": {}}
    own |= {kind: content for kind, content in usual.items() if kind not in of}
    counts = {f"number_of_{_kind(name)}": [str(_length(value))] for name, value in own.items() if value is not None}
    sheets: dict[str, list[list[Any]]] = {}
    for name, value in own.items():
        if value is None:
            continue
        kind = _kind(name)
        path = name if PurePosixPath(name).suffix in SUFFIXES else f"{name}.csv"
        if isinstance(value, Mapping):
            sheets[path] = list(_column_wise(version, kind, value, counts))
        elif value and isinstance(value[0], Mapping):
            sheets[path] = _row_wise(version, kind, value)
        else:
            sheets[path] = [list(row) for row in value]
    return dict(sorted(sheets.items()))


def _kind(name: str) -> str:
    path = PurePosixPath(name)
    return path.stem if path.suffix in SUFFIXES else path.name


def _length(content: Any) -> int:
    """How many records a row-wise sheet has, given as records or as rows under their headers."""
    if isinstance(content, Mapping) or not content:
        return 0
    return len(content) if isinstance(content[0], Mapping) else len(content) - 1


def _header(version: str, kind: str, name: str) -> str:
    headers = LAYOUTS.version_sheet(version, kind).headers
    return headers[name][0] if name in headers else name


def _column_wise(
    version: str, kind: str, changes: Mapping[str, Any], counts: Mapping[str, list[str]]
) -> Iterator[list[Any]]:
    """The ordinary rows that the version knows, those of the case laid over them."""
    known = LAYOUTS.version_sheet(version, kind).headers
    rows: dict[str, Any] = {}
    if kind == "dataset_description":
        rows = {**DESCRIPTION, **ONLY[version[0]], "data_standard_version": [version], "metadata_version": [version]}
        rows |= {"number_of_subjects": ["0"], "number_of_samples": ["0"]}
        rows |= {"number_of_sites": ["0"], "number_of_performances": ["0"], **counts}
    elif kind == "submission":
        rows = dict(SUBMISSION)
    values = {name: value for name, value in rows.items() if name in known} | dict(changes)
    width = max((len(value) for value in values.values() if value is not None), default=1)
    corner = LAYOUTS.sheet(kind).facts.corner
    yield [corner[0] if corner else "Field", "Value", *(f"Value {n}" for n in range(2, width + 1))]
    for name, value in values.items():
        if value is not None:
            yield [_header(version, kind, name), *value, *[""] * (width - len(value))]


def _row_wise(version: str, kind: str, records: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """The records, each laid over the ordinary one of its number, under the headers of all of them."""
    known = LAYOUTS.version_sheet(version, kind).headers
    full: list[dict[str, Any]] = []
    for number, record in enumerate(records, 1):
        usual = {**RECORDS.get(kind, {}), **(OF_1 if version == "1.1" else {})}
        usual = {n: v.format(n=number) for n, v in usual.items() if n in known or not known}
        full.append({**usual, **record})
    names = list(dict.fromkeys(name for record in full for name in record))
    return [
        [_header(version, kind, name) for name in names],
        *(["" if record.get(name) is None else record[name] for name in names] for record in full),
    ]


def _file(name: str, rows: list[list[Any]]) -> bytes:
    if name.endswith(".xlsx"):
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append([None if value == "" else value for value in row])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
    text = io.StringIO(newline="")
    csv.writer(text, delimiter="\t" if name.endswith(".tsv") else ",", lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
