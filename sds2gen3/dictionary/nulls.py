"""Null for optional properties: the server adds it to every node before it judges a record (contract section 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def allow_nulls(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The node's schema as the server applies it. `schema` is left alone.

    What is neither in `required` nor a required link takes null too, so that it can be cleared: in `type` where it
    has one, else in `enum`, else as one more `anyOf` or `oneOf`. The first of these that does not take null yet is
    widened, and only that: `type` with `enum` beside it goes on refusing null (measured: exchanges 605, 675, 9710,
    9719; the commons itself serves the schemas without these nulls, exchange 851).
    """
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return dict(schema)
    required = schema.get("required")
    must = [*(required if isinstance(required, list) else ()), *_required_links(schema.get("links"))]
    widened = {
        name: _with_null(prop) if name not in must and isinstance(prop, dict) else prop
        for name, prop in properties.items()
    }
    return {**schema, "properties": widened}


def _required_links(links: Any) -> Iterator[str]:
    """Links that are required themselves; that one of a group is required does not make any of them so."""
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and "subgroup" in link:
            yield from _required_links(link["subgroup"])
        elif isinstance(link, dict) and link.get("required") and isinstance(link.get("name"), str):
            yield link["name"]


def _with_null(prop: dict[str, Any]) -> dict[str, Any]:
    types = prop.get("type")
    if isinstance(types, (str, list)) and "null" not in _as_list(types):
        return {**prop, "type": [*_as_list(types), "null"]}
    if "enum" in prop and None not in _as_list(prop["enum"]):
        return {**prop, "enum": [*_as_list(prop["enum"]), None]}
    for choice in ("anyOf", "oneOf"):
        if isinstance(prop.get(choice), list) and {"type": "null"} not in prop[choice]:
            return {**prop, choice: [*prop[choice], {"type": "null"}]}
    return prop


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
