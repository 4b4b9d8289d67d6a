"""A small dictionary with every kind of link, and Graphs of it from plain rows, for the tests of the client."""

from __future__ import annotations

import json
from typing import Any

from builders import dataset, table

from sds2gen3.dictionary import Dictionary, from_json
from sds2gen3.model import OMIT, Graph, NodeTable, Part

TEXT = {"type": "string"}
LINKS = {
    "experiment": [("projects", "project", "many_to_one", True)],
    "case": [("experiments", "experiment", "many_to_one", True)],
    "sample": [
        ("samples", "sample", "many_to_one", False),
        ("cases", "case", "many_to_one", False),
        ("experiments", "experiment", "many_to_one", True),
    ],
    "manifest": [
        ("cases", "case", "many_to_many", False),
        ("samples", "sample", "many_to_many", False),
        ("experiments", "experiment", "many_to_one", True),
    ],
}
PROPERTIES: dict[str, dict[str, Any]] = {
    "experiment": {"title": TEXT},
    "case": {"age": TEXT, "sex": {"type": ["string"], "enum": ["M", "F"]}, "weight": {"type": "number"}},
    "sample": {"kind": TEXT, "parts": {"type": "array", "items": TEXT}},
    "manifest": {"filename": TEXT},
}


def document() -> dict[str, Any]:
    """The dictionary as a commons serves it."""
    return {
        "project": {
            "id": "project",
            "category": "administrative",
            "properties": {"code": TEXT, "name": TEXT, "dbgap_accession_number": TEXT, "state": TEXT},
            "links": [],
            "uniqueKeys": [["id"], ["code"]],
        },
        **{name: _node(name) for name in LINKS},
    }


def _node(name: str) -> dict[str, Any]:
    links = [
        {"name": link, "target_type": to, "multiplicity": many, "required": must, "backref": f"{name}s", "label": "of"}
        for link, to, many, must in LINKS[name]
    ]
    return {
        "id": name,
        "category": "clinical",
        "additionalProperties": False,
        "links": links,
        "required": ["type", "submitter_id", *[link for link, _, _, must in LINKS[name] if must]],
        "systemProperties": ["id", "project_id", "state"],
        "uniqueKeys": [["id"], ["project_id", "submitter_id"]],
        "properties": {
            "type": {"enum": [name]},
            "id": TEXT,
            "project_id": TEXT,
            "submitter_id": TEXT,
            **{link: {"type": ["object", "array"]} for link, *_ in LINKS[name]},
            **PROPERTIES[name],
        },
    }


SERVED = json.dumps(document()).encode()
EXPERIMENT = {"id": "e", "title": "a"}
DICTIONARY: Dictionary = from_json(SERVED, "small")


def graph(**nodes: list[dict[str, Any]]) -> Graph:
    """A Graph of plain rows, in submission order: `graph(case=[{"id": "s1", "experiments": "e", "age": "3 d"}])`.

    Links are given as ids (lists for several). Each node has a sheet, row by row from row 2, a column for each key.
    """
    made = {name: NodeTable(name, (_part(name, nodes[name]),)) for name in DICTIONARY.order if name in nodes}
    return Graph(dataset(), made, {"program": {"name": "prog"}, "project": {"code": "proj"}})


def _part(name: str, rows: list[dict[str, Any]]) -> Part:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    links = {link for link, *_ in LINKS[name]}
    sheet = table(f"{name}s", {key: [_plain(row.get(key)) for row in rows] for key in keys}, noun=name)
    columns: dict[str, list[Any]] = {"type": [name] * len(rows), "submitter_id": [row["id"] for row in rows]}
    for key in keys:
        if key in links:
            columns[key] = [_target(row.get(key, OMIT)) for row in rows]
        elif key != "id":
            columns[key] = [row.get(key, OMIT) for row in rows]
    if name == "experiment":
        columns["projects"] = [{"code": "proj"}] * len(rows)
    origins = {"submitter_id": ("id",), **{key: (key,) for key in keys if key != "id"}}
    return Part(columns, sheet, range(len(rows)), origins, ragged=True)


def _plain(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value


def _target(value: Any) -> Any:
    if isinstance(value, list):
        return [{"submitter_id": one} for one in value]
    return value if value is OMIT or value is None else {"submitter_id": value}


def study(cases: int = 3, samples: int = 4, files: int = 5, name: str = "e") -> Graph:
    """A dataset: one experiment, its cases, samples of them, files of those."""
    return graph(
        experiment=[{"id": name, "title": "a study"}],
        case=[{"id": f"{name}:s{n}", "experiments": name, "age": f"{n} d"} for n in range(cases)],
        sample=[
            {"id": f"{name}:t{n}", "experiments": name, "cases": f"{name}:s{n % cases}", "kind": "nerve"}
            for n in range(samples)
        ],
        manifest=[
            {"id": f"{name}:f{n}", "experiments": name, "samples": [f"{name}:t{n % samples}"], "filename": f"f{n}"}
            for n in range(files)
        ],
    )


def linked(**links: Any) -> Graph:
    """Three cases, and a sample and a manifest that are linked to some of them."""
    cases = [{"id": one, "experiments": "e"} for one in ("s1", "s2", "s3")]
    sample = {"id": "t", "experiments": "e", "cases": links.get("cases")}
    manifest = {"id": "f", "experiments": "e", "cases": links.get("many", ["s1"])}
    return graph(experiment=[EXPERIMENT], case=cases, sample=[sample], manifest=[manifest])
