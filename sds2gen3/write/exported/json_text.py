"""JSON of what a commons may hold: whole numbers of any length, too, which the fast encoder refuses."""

from __future__ import annotations

import json
from typing import Any

import orjson


def json_of(value: Any, indent: bool = False) -> bytes:
    """The JSON of a plain value in UTF-8, in one line or indented by two."""
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 if indent else 0)
    except TypeError:
        separators = (",", ": ") if indent else (",", ":")
        return json.dumps(value, ensure_ascii=False, indent=2 if indent else None, separators=separators).encode()
