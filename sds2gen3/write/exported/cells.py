"""One value as the cell of a table that people open, CSV and .xlsx, and back. Every value can be told from every other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson

from sds2gen3.dictionary.columns import Column, targets
from sds2gen3.dictionary.types import NodeType
from sds2gen3.write.exported.json_text import json_of

_JSON = ("[", "{", '"')
_RUN = ("=", "+", "-", "@", "\t", "\r", "'")
"""How a text begins that a spreadsheet would calculate instead of showing it, and what marks such a text."""


def value_of(record: Mapping[str, Any], column: Column) -> Any:
    """What a picked record has in the column; None where it has nothing. Several targets of a link are a list of ids."""
    if column.key is None:
        return record.get(column.name)
    found = targets(record, column)
    return (found if column.many else found[0]) if found else None


def plain(value: Any, texts_only: bool) -> str:
    """Nothing for null; a list as JSON; a text as it is, or in JSON's quotes where it would be taken for something else.

    `texts_only` says that the property holds texts and nothing else, so that `5` is one.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return json_of(value).decode()
    return (
        json_of(value).decode()
        if not value or value.startswith(_JSON) or not (texts_only or _is_text(value))
        else value
    )


def guarded(text: str) -> str:
    """With an apostrophe in front where a spreadsheet would take a text for a formula; so has a text that begins with one."""
    return f"'{text}" if text.startswith(_RUN) else text


def from_csv(cell: str, texts_only: bool) -> Any:
    """What the cell stands for; None for nothing. Raises ValueError for a list or a quoted text that was broken."""
    if cell == "":
        return None
    if cell.startswith("'"):
        return cell[1:]
    if cell.startswith(_JSON):
        return json.loads(cell)
    return cell if texts_only or _is_text(cell) else json.loads(cell)


def from_workbook(cell: Any, texts_only: bool) -> Any:
    """As `from_csv`, of a cell that has a type: a text is one but where the property has none, as for a very long number."""
    if isinstance(cell, str):
        return json.loads(cell) if cell.startswith(_JSON) else cell or None
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell


def holds_texts(node: NodeType | None, column: Column) -> bool:
    """Whether the column holds texts and nothing else."""
    if column.key is not None:
        return not column.many
    known = node.properties.get(column.name) if node is not None else None
    if known is None:
        return True
    return known.types == {"string"} or (not known.types and all(isinstance(one, str) for one in known.enum or (0,)))


def _is_text(text: str) -> bool:
    """Whether it is no JSON, so that it cannot be mistaken for a number or for true."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return True
    return False
