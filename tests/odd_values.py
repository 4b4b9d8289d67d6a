"""Values for records of the test of equal verdicts: such as are taken somewhere, and odd ones by what is odd about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PROGRAM, PROJECT, OTHER_PROJECT = "prog", "proj", "other"
UUID = "11111111-1111-4111-8111-11111111111{}"


def nested(depth: int) -> list[Any]:
    """[[[...]]], as deep as that."""
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


DEEPER = nested(5_000)
"""Deeper than JSON libraries go; `text_of` writes it nevertheless."""

_DATES = ("2024-01-31T13:30:00Z", "2024-01-31T13:30:00+13:00", "2024-12-31T23:59:60Z", "2024-01-31T13:30:00.123456Z")
_WRITTEN = ("text", "Ab 1", "AB", "NA", "", "3", "ä–漢😀", "x" * 40, "d41d8cd98f00b204e9800998ecf8427e", "2024-01-31")
GOOD: tuple[Any, ...] = (
    *_DATES,
    *_WRITTEN,
    UUID.format(0),
    0,
    1,
    2,
    4,
    7,
    2.5,
    0.5,
    True,
    False,
    {"a": 1},
    ["a"],
    [1, 2],
)

ODD: Mapping[str, tuple[Any, ...]] = {
    "text": ("no such word", "x"),
    "empty text": ("", " "),
    "long text": ("x" * 100_000, "y" * 7),
    "number as text": ("3", "2.5"),
    "boolean as text": ("true", "TRUE"),
    "null as text": ("null",),
    "null": (None,),
    "integer": (3, 0),
    "negative number": (-1, -0.5),
    "large number": (1_000_001, 1e300),
    "fraction": (2.5, 0.07, 0.3, 1 / 3, -1.1),
    "integer as float": (3.0, -0.0),
    "boolean": (True, False),
    "64 bit": (2**63 - 1, -(2**63), 2**64 - 1),
    "more than 64 bit": (2**64, -(2**63) - 1, 10**30),
    "not a number": (float("nan"), float("inf"), float("-inf")),
    "not a number in a list": ([float("nan")], [1.5, float("inf")]),
    "empty list": ([],),
    "list of text": (["a", "b"], ["text"]),
    "list of the same": (["a", "a"], [1, 1.0]),
    "list of numbers": ([1, 2], [2.5]),
    "list with null": ([None], ["a", None]),
    "mixed list": (["a", 1], [True, "b"]),
    "list of lists": ([["a"]], nested(3)),
    "deep list": (nested(200), nested(300)),
    "deeper list": (DEEPER,),
    "object": ({}, {"a": 1}),
    "list of objects": ([{}], [{"a": "b"}]),
    "date": ("2024-01-31", "2024-02-30"),
    "date without zone": ("2024-01-31T13:30:00",),
    "date without T": ("2024-01-31 13:30:00Z",),
    "date and time": ("2024-01-31T13:30:00Z", "2024-01-31t13:30:00z"),
    "UUID": (UUID.format(1), UUID.format("x")),
    "NUL": ("a\0b", ["a\0"], "\\u0000"),
    "lone surrogate": ("\ud800", ["\udfff"]),
    "NUL as a key": ({"a\0": 1}, [{"a\0": "b"}]),
    "unicode": ("漢字 😀 ", "٣\n"),
}
"""Odd values by what is odd about them. What a record is worth with one of them, the property's rules say."""

SYSTEM: Mapping[str, tuple[str, Any]] = {
    "system: own project_id": ("project_id", f"{PROGRAM}-{PROJECT}"),
    "system: other project_id": ("project_id", f"{PROGRAM}-{OTHER_PROJECT}"),
    "system: null project_id": ("project_id", None),
    "system: empty project_id": ("project_id", ""),
    "system: number as project_id": ("project_id", 5),
    "system: state": ("state", "released"),
    "system: unknown state": ("state", "done"),
    "system: null state": ("state", None),
    "system: created_datetime": ("created_datetime", "2020-01-01T00:00:00Z"),
    "system: bad created_datetime": ("created_datetime", "yesterday"),
    "system: null updated_datetime": ("updated_datetime", None),
    "system: id": ("id", UUID.format(2)),  # in place of it, another one each time
    "system: id that is no UUID": ("id", "not-a-uuid"),
    "system: null id": ("id", None),
}
