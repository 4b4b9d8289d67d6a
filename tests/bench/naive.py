"""The pipeline that one would write in an afternoon, to compare with: pandas with openpyxl, jsonschema, json.

It does less: it knows one SDS version, looks nothing up, keeps no places, and says only which record is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

NODES = {"subjects": "case", "samples": "sample", "manifest": "manifest"}
RENAMED = {"was_derived_from": "wasDerivedFromSample"}
LINKS = {"experiments": "dataset", "cases": "subject_id"}  # link -> the field that names the parent
MISSING = "NA"

Records = dict[str, list[dict[str, Any]]]


def read(folder: Path) -> dict[str, Any]:
    """Sheet name -> DataFrame of text; the dataset description is read, too, and not used."""
    import pandas

    names = ["dataset_description", *NODES]
    return {name: pandas.read_excel(folder / f"{name}.xlsx", engine="openpyxl", dtype=object) for name in names}


def convert(frames: Mapping[str, Any], schemas: Mapping[str, Any]) -> Records:
    """Node -> records: every column whose name, in snake case, is a property of the node."""
    made: Records = {}
    for sheet, node in NODES.items():
        frame, schema = frames[sheet], schemas[node]
        names = {column: _snake(str(column)) for column in frame.columns}
        known = {column: name for column, name in names.items() if name in schema["properties"]}
        required = [name for name in schema["required"] if name in known.values()]
        frame = frame[list(known)].rename(columns=known)
        rows = frame.to_dict("records")
        shapes = {name: _shape(schema["properties"][name]) for name in known.values()}
        links = [name for name in LINKS if name in schema["properties"]]
        made[node] = [_record(node, number, row, required, shapes, links) for number, row in enumerate(rows)]
    return made


def faults(records: Records, schemas: Mapping[str, Any]) -> Iterator[str]:
    """Every way in which a record breaks its schema."""
    from jsonschema import Draft4Validator

    for node, rows in records.items():
        validator = Draft4Validator(schemas[node], format_checker=Draft4Validator.FORMAT_CHECKER)
        for row in rows:
            for error in validator.iter_errors(row):
                yield f"{node} {row['submitter_id']}: {error.message}"


def write(records: Records, folder: Path) -> None:
    """One JSON file per node."""
    folder.mkdir(parents=True, exist_ok=True)
    for node, rows in records.items():
        with open(folder / f"{node}.json", "w", encoding="utf-8") as stream:
            json.dump(rows, stream, indent=2)


def _record(
    node: str, number: int, row: Mapping[str, Any], required: list[str], shapes: Mapping[str, str], links: list[str]
) -> dict[str, Any]:
    record = {"type": node, "submitter_id": f"bench-{node}-{number}"}
    record |= {name: {"submitter_id": f"bench-{row.get(LINKS[name], '')}"} for name in links}
    for name, value in row.items():
        if value == value and value is not None:
            record[name] = {"list": [str(value)], "plain": value, "text": str(value)}[shapes[name]]
        elif name in required:
            record[name] = MISSING
    return record


def _shape(property: Mapping[str, Any]) -> str:
    text = json.dumps(property)
    return "list" if '"array"' in text else "text" if '"string"' in text else "plain"


def _snake(header: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in header.lower()).split()
    name = "_".join(words)
    return RENAMED.get(name, name)
