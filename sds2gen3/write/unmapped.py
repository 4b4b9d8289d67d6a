"""unmapped.jsonl: every input cell that is in no record, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from sds2gen3.model import Graph


def unmapped(graph: Graph) -> Iterator[bytes]:
    """The lines {"v", "cell", "value", "reason"}, in the order of `Graph.left_out()`."""
    for cell in graph.left_out():
        line = {"v": 1, "cell": cell.place.full, "value": cell.value, "reason": cell.reason}
        try:
            yield orjson.dumps(line, default=str, option=orjson.OPT_APPEND_NEWLINE)
        except TypeError:
            # A lone surrogate or a number beyond 64 bit: kept readable, since this list only informs.
            yield orjson.dumps(line | {"value": _readable(cell.value)}, option=orjson.OPT_APPEND_NEWLINE)


def _readable(value: Any) -> str:
    return str(value).encode("utf-8", "backslashreplace").decode()
