"""Bodies of requests: strict JSON, or a table where the content type says exactly so (contract section 1)."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from sds2gen3.sandbox.http import Call, Refusal
from sds2gen3.sandbox.schemas import Schemas
from sds2gen3.sandbox.tables import read_table

_FORMATS = {"text/csv": "csv", "text/tab-separated-values": "tsv", "text/tsv": "tsv"}
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN')


def documents(call: Call, schemas: Schemas) -> tuple[Any, dict[str, Any]]:
    """The documents of a body, and what the log keeps about it. Raises Refusal 400 for one that cannot be read."""
    raw = call.request.get_data()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(400, f"UnicodeDecodeError: {error}: unable to decode data: {raw!r}") from error
    kind = _FORMATS.get(call.request.headers.get("Content-Type", "").lower(), "json")
    data = parse_json(text) if kind == "json" else read_table(text, kind, schemas)
    name = call.request.headers.get("X-Document-Name")
    return data, {"name": name, "doc_format": kind, "doc_size": len(text)}


def single(call: Call, schemas: Schemas, what: str) -> dict[str, Any]:
    """The one document of a body that makes a program or a project."""
    data, _ = documents(call, schemas)
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    if not isinstance(data, dict):
        only = f"The {what} creation endpoint only supports single documents (dict)."
        raise Refusal(400, f"{only} Received data of type {type(data)}: {data}")
    return data


def parse_json(text: str) -> Any:
    """An object or a list. NaN and keys that are there twice are refused [615-619]."""
    try:
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_constant)
    except _Constant:
        place = next(match for match in _TOKEN.finditer(text) if not match.group().startswith('"')).start()
        error: Exception = json.JSONDecodeError("Expecting value", text, place)
        raise Refusal(400, f"Unable to parse json: {error}") from error
    except (ValueError, RecursionError) as error:
        raise Refusal(400, f"Unable to parse json: {error}") from error
    if not isinstance(data, (dict, list)):
        raise Refusal(400, f"JSON parsed from request is an invalid type: {type(data).__name__}")
    return data


class _Constant(Exception):
    pass


def _constant(name: str) -> Any:
    raise _Constant(name)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if twice:
        raise ValueError(f"The document contains duplicate keys: {','.join(twice)}")
    return dict(pairs)
