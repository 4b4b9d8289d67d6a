"""A property's JSON Schema as a Property: which types, words and formats it takes, whatever way it says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sds2gen3.dictionary.types import Property

_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


def make_property(name: str, schema: Mapping[str, Any], required: bool = False, system: bool = False) -> Property:
    """The Property that a (null-widened) schema describes."""
    items = schema_of_items(schema)
    return Property(
        name=name,
        types=_types(schema) - {"null"},
        enum=_enum(schema),
        items=make_property(name, items) if items is not None else None,
        formats=frozenset(_formats(schema)),
        required=required,
        nullable=takes_null(schema),
        system=system,
        description=_description(schema),
        schema=schema,
    )


def choices(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The alternatives of oneOf and anyOf; none where there is no choice."""
    found: list[Mapping[str, Any]] = []
    for keyword in ("oneOf", "anyOf"):
        alternatives = schema.get(keyword)
        if isinstance(alternatives, list):
            found += [one for one in alternatives if isinstance(one, dict)]
    return found


def as_list(value: Any) -> list[Any]:
    """A list as it is, None as nothing, anything else as the only item: `type` and `enum` are written both ways."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def schema_of_items(schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The schema of an array's items, also where the array is one of several choices."""
    own = schema.get("items")
    if isinstance(own, dict):
        return own
    return next((items for one in choices(schema) if (items := schema_of_items(one)) is not None), None)


def takes_null(schema: Mapping[str, Any]) -> bool:
    """Whether an explicit null is accepted."""
    if "type" in schema and "null" not in as_list(schema["type"]):
        return False
    if "enum" in schema and None not in as_list(schema["enum"]):
        return False
    for keyword, enough in (("anyOf", bool), ("oneOf", lambda count: count == 1)):
        alternatives = schema.get(keyword)
        if isinstance(alternatives, list):
            count = sum(1 for one in alternatives if isinstance(one, dict) and takes_null(one))
            if not enough(count):
                return False
    return True


def _types(schema: Mapping[str, Any]) -> frozenset[str]:
    own = frozenset(name for name in as_list(schema.get("type")) if isinstance(name, str))
    if own:
        return own
    if "enum" in schema:
        return frozenset(_TYPES.get(type(word), "null") for word in as_list(schema["enum"]))
    return frozenset().union(*(_types(one) for one in choices(schema)))


def _enum(schema: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The agreed words; None as soon as some choice takes more than agreed words."""
    if "enum" in schema:
        return tuple(word for word in as_list(schema["enum"]) if word is not None)
    alternatives = [one for one in choices(schema) if one.get("type") != "null"]
    words = [_enum(one) for one in alternatives]
    if not words or any(one is None for one in words):
        return None
    return tuple({repr(word): word for one in words if one is not None for word in one}.values())


def _formats(schema: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(schema.get("format"), str):
        yield schema["format"]
    for one in choices(schema):
        yield from _formats(one)


def _description(schema: Mapping[str, Any]) -> str:
    """What is said of the property itself, else of its term."""
    term = schema.get("term")
    found = schema.get("description") or (term.get("description") if isinstance(term, dict) else None)
    return found.strip() if isinstance(found, str) else ""
