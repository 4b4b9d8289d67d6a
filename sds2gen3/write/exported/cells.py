"""One value as the cell of a table that people open: CSV and .xlsx. Every value can be told from every other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from sds2gen3.dictionary.columns import Column, targets
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


def _is_text(text: str) -> bool:
    """Whether it is no JSON, so that it cannot be mistaken for a number or for true."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return True
    return False
