"""A dictionary in which every keyword of a property and every kind of link is there, as a commons would serve it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXT = {"type": "string"}
_TO_ONE = {"type": ["object", "array"]}
_UBIQUITOUS: Mapping[str, Any] = {
    "id": {
        "type": "string",
        "pattern": "^[a-fA-F0-9]{8}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{12}$",
    },
    "project_id": TEXT,
    "submitter_id": TEXT,
    "state": {"enum": ["validated", "released"], "default": "validated"},
    "created_datetime": {"oneOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
    "updated_datetime": {"oneOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
}
_EVERY_RULE: Mapping[str, Any] = {
    "word": {"enum": ["Raw", "Processed"]},
    "word_or_number": {"enum": ["NA", 1, True]},
    "code": {"type": "string", "pattern": r"^[A-Z]+$"},
    "digits": {"type": "string", "pattern": r"\d+$"},
    "short": {"type": "string", "minLength": 1, "maxLength": 8},
    "number": {"type": "number", "minimum": 0, "maximum": 1_000},
    "open_number": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 4, "exclusiveMaximum": True},
    "step": {"type": "number", "multipleOf": 0.5},
    "whole": {"type": "integer"},
    "flag": {"type": "boolean"},
    "when": {"type": "string", "format": "date-time"},
    "day": {"type": "string", "format": "date"},
    "texts": {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 2, "uniqueItems": True},
    "numbers": {"type": "array", "items": {"type": "number"}},
    "anything_list": {"type": "array"},
    "text_or_list": {"type": ["string", "array"]},
    "number_or_na": {"oneOf": [{"type": "integer"}, {"enum": ["NA"]}]},
    "some": {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "boolean"}]},
    "anything": {"description": "takes whatever comes"},
    "group": {"type": "object"},
    "nothing_but_null": {"type": ["null", "string"]},
}


def every_rule(program_and_project: Mapping[str, Any]) -> dict[str, Any]:
    """A dictionary in which every keyword of a property and every kind of link is there, as a commons serves it."""
    needed = [*_EVERY_RULE]
    return {
        **program_and_project,
        "thing": _node("thing", [("projects", "project", "many_to_one", True)], _EVERY_RULE),
        "strict": _node("strict", [("things", "thing", "many_to_one", True)], _EVERY_RULE, needed),
        "part": _node(
            "part",
            [("things", "thing", "many_to_one", True), ("parts", "part", "many_to_one", False)],
            {"name": TEXT},
        ),
        "single": _node("single", [("things", "thing", "one_to_one", True)], {"name": TEXT}),
        "owner": _node("owner", [("things", "thing", "one_to_many", False)], {"name": TEXT}),
        "many": _node(
            "many", [("things", "thing", "many_to_many", False), ("parts", "part", "many_to_one", False)], {}
        ),
        "open": {**_node("open", [("things", "thing", "many_to_one", True)], {}), "additionalProperties": True},
        "either": _grouped("either", required=True, exclusive=True),
        "some_of": _grouped("some_of", required=True, exclusive=False),
        "at_most": _grouped("at_most", required=False, exclusive=True),
    }


def _grouped(name: str, required: bool, exclusive: bool) -> dict[str, Any]:
    links = [("things", "thing", "many_to_one", False), ("parts", "part", "many_to_many", False)]
    plain = _node(name, links, {})
    return {**plain, "links": [{"required": required, "exclusive": exclusive, "subgroup": plain["links"]}]}


def _node(
    name: str,
    links: list[tuple[str, str, str, bool]],
    properties: Mapping[str, Any],
    required: list[str] | None = None,
) -> dict[str, Any]:
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "id": name,
        "title": name,
        "type": "object",
        "category": "clinical",
        "additionalProperties": False,
        "links": [
            {
                "name": one,
                "target_type": to,
                "multiplicity": many,
                "required": must,
                "backref": f"{name}s",
                "label": "of",
            }
            for one, to, many, must in links
        ],
        "required": ["type", "submitter_id", *(one for one, *_, must in links if must), *(required or ())],
        "systemProperties": ["id", "project_id", "state", "created_datetime", "updated_datetime"],
        "uniqueKeys": [["id"], ["project_id", "submitter_id"]],
        "properties": {
            "type": {"enum": [name]},
            **_UBIQUITOUS,
            **{one: _TO_ONE for one, *_ in links},
            **properties,
        },
    }
