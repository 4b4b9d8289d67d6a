"""One value as a TSV cell, and what the server's TSV reader makes of a cell (contract section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sds2gen3.model import OMIT

NULL = "null"
"""The cell that is read as null wherever it stands; an empty one at the end of the file would be cut off."""

LONGEST = 131_072
"""Characters that the server's reader takes in a cell."""


def text_of(value: Any) -> str:
    """The cell: text as it is, true and false, digits; the values of a list with commas; `null` for None."""
    if isinstance(value, str):
        return value
    if value is None:
        return NULL
    if value is OMIT:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(text_of, value))
    return repr(value)


def read_back(text: str, schema: Mapping[str, Any]) -> Any:
    """What the server reads from a property's cell: null for nothing and `null` [306, 329], else cast by the first type."""
    text = text.strip()
    if text in ("", NULL):
        return None
    kinds = schema.get("type")
    kind = kinds[0] if isinstance(kinds, list) and kinds else kinds
    try:
        return _cast(text, kind, schema)
    except (TypeError, ValueError, OverflowError):
        # The reader leaves what it cannot cast as text; validation refuses it then [327, 328].
        return text


def _cast(text: str, kind: Any, schema: Mapping[str, Any]) -> Any:
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    if kind == "array":
        items = schema.get("items")
        return _cast_items(text, items.get("type") if isinstance(items, Mapping) else None)
    if kind == "number":
        number = float(text)
        return int(number) if number.is_integer() else number
    return int(text) if kind == "integer" else text


def _cast_items(text: str, kind: Any) -> list[Any]:
    items = [item.strip() for item in text.split(",")]
    if isinstance(kind, list):
        raise TypeError("the reader fails on an item of several types")
    if kind == "integer":
        return [int(float(item)) for item in items]
    if kind in ("number", "float"):
        return [float(item) for item in items]
    if kind == "boolean":
        return [item.lower() in ("true", "t", "yes", "y") for item in items]
    return list(items)


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal in JSON: 1 and 1.0 are, 1 and true are not."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
