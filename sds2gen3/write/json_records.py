"""A node's records as JSON (one array, indented, so that two runs can be compared) or as JSON Lines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson

from sds2gen3.dictionary.types import Dictionary
from sds2gen3.model import NodeTable

_CHUNK = 1000


def as_json(table: NodeTable, dictionary: Dictionary | None = None) -> Iterator[bytes]:
    """An array of all records with an indent of two, piece by piece."""
    separator = b"[\n"
    for records in _chunks(table):
        # The encoder's own brackets and line breaks around the chunk are replaced by those of the whole.
        yield separator + orjson.dumps(records, option=orjson.OPT_INDENT_2)[2:-2]
        separator = b",\n"
    yield b"\n]\n"


def as_jsonl(table: NodeTable, dictionary: Dictionary | None = None) -> Iterator[bytes]:
    """One record a line."""
    for record in table.records():
        yield orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)


def _chunks(table: NodeTable) -> Iterator[list[dict[str, Any]]]:
    records = table.records()
    while chunk := list(islice(records, _CHUNK)):
        yield chunk
