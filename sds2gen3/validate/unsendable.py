"""Values that cannot be sent as JSON, or that make the server fail on the whole batch of records."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Any

import orjson

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import NodeTable, Part
from sds2gen3.validate.naming import cell, label
from sds2gen3.validate.words import shown

MOST_NESTED = 253
"""Lists within lists that orjson writes in a record; Python's own library, which the server runs, gives up at about 1,000."""

_SAY = {
    "D451": "has a character that cannot be stored",
    "D452": "has a number that cannot be sent",
    "D456": "is nested too deeply to be sent",
}


def check(table: NodeTable) -> Iterator[Diagnostic]:
    """D451 for NUL and lone surrogates [7109, 7133, 7134], D452 for numbers beyond 64 bit, infinite ones and NaN,
    D456 for what is nested too deeply for JSON libraries."""
    for part in table.parts:
        for name, column in part.columns.items():
            if part.once("suspect", name, partial(_is_suspect, part, name)):
                yield from _of_column(table.node, part, name, column)


def _is_suspect(part: Part, name: str) -> bool:
    """Whether the column must be looked at value by value. Most columns need not: they are encoded as a whole, fast."""
    values = part.distinct(name)
    kinds = set(map(type, values))
    if kinds <= {type(None), bool}:
        return False
    if kinds == {str}:
        joined = "".join(values)
        return "\0" in joined or not (joined.isascii() or _is_encodable(joined))
    if float in kinds and not all(math.isfinite(value) for value in values if type(value) is float):
        return True
    try:
        data = orjson.dumps(values)
    except TypeError:
        return True
    nested = list in kinds or dict in kinds
    return b"\\u0000" in data or (nested and b"null" in data)


def _of_column(node: str, part: Part, name: str, column: list[Any]) -> Iterator[Diagnostic]:
    for number, value in enumerate(column):
        for item, one in _values(value):
            code = _objection(one)
            if code is None:
                continue
            message = f"'{label(part, name)}' {_SAY[code]}: {shown(one)}."
            yield finding(code, message, cell(part, number, name, item), value=shown(one), node=node, property=name)


def _values(value: Any) -> Iterator[tuple[int | None, Any]]:
    """The single values in a value, keys too, with their position in a list; lists and the like only where too deep."""
    waiting: list[tuple[int | None, Any, int]] = [(None, value, 1)]
    while waiting:
        item, one, depth = waiting.pop()
        if not isinstance(one, (list, dict)) or depth > MOST_NESTED:
            yield item, one
        elif isinstance(one, list):
            inside = [(at if depth == 1 else item, inner, depth + 1) for at, inner in enumerate(one)]
            waiting += reversed(inside)
        else:
            waiting += reversed([(item, inner, depth + 1) for pair in one.items() for inner in pair])


def _objection(value: Any) -> str | None:
    if isinstance(value, (list, dict)):
        return "D456"
    if isinstance(value, str):
        return "D451" if "\0" in value or not _is_encodable(value) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    fits = math.isfinite(value) if isinstance(value, float) else -(2**63) <= value < 2**64
    return None if fits else "D452"


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
