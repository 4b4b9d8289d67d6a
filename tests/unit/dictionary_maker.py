"""Small dictionaries for tests, written as a folder of YAML."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from sds2gen3.dictionary import Dictionary, check, load

SHARED = Path(__file__).parents[3] / "shared"
EXCHANGES = SHARED / "gen3_contract" / "exchanges"
SERVED = EXCHANGES / "_dictionary_all.json"
EXTENDED = EXCHANGES / "_dictionary_all_extended.json"

ONE_KEY = {"type": "object", "properties": {"submitter_id": {"type": "string"}}}
TO_ONE = {"anyOf": [{"type": "array", "items": ONE_KEY, "minItems": 1, "maxItems": 1}, ONE_KEY]}


def link(
    name: str, target: str, backref: str, required: bool = True, multiplicity: str = "many_to_one"
) -> dict[str, Any]:
    return {
        "name": name,
        "target_type": target,
        "backref": backref,
        "label": "member_of",
        "multiplicity": multiplicity,
        "required": required,
    }


def node(name: str, *links: dict[str, Any], key: str = "submitter_id", **properties: Any) -> dict[str, Any]:
    """A sound node: every key that Gen3 wants, the links as properties too, required where they are."""
    must = [one["name"] for one in links if one.get("required")]
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "id": name,
        "title": name.title(),
        "type": "object",
        "category": "administrative",
        "program": "*",
        "project": "*",
        "additionalProperties": False,
        "validators": None,
        "systemProperties": ["id"],
        "uniqueKeys": [["id"], [key]],
        "links": list(links),
        "required": ["type", key, *must],
        "properties": {
            "id": {"type": "string"},
            "type": {"enum": [name]},
            key: {"type": "string"},
            **{one["name"]: deepcopy(TO_ONE) for one in links},
            **properties,
        },
    }


def sound() -> dict[str, dict[str, Any]]:
    """program <- project <- experiment <- case, in which nothing is to be found."""
    return {
        "program": node("program", key="name"),
        "project": node("project", link("programs", "program", "projects"), key="code"),
        "experiment": node("experiment", link("projects", "project", "experiments")),
        "case": node("case", link("experiments", "experiment", "cases"), age={"type": "string"}),
    }


def write(folder: Path, documents: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for stem, data in documents.items():
        text = data if isinstance(data, str) else yaml.safe_dump(data, sort_keys=False)
        (folder / f"{stem}.yaml").write_text(text, encoding="utf-8")
    return folder


def loaded(folder: Path, documents: dict[str, Any]) -> Dictionary:
    return load(write(folder, documents))


def told(folder: Path, documents: dict[str, Any]) -> list[tuple[str, str]]:
    """(code, place) of what `check` says about the dictionary."""
    return [(d.code, str(d.place)) for d in check(loaded(folder, documents))]
