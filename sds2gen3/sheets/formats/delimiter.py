"""Delimiter: by what the cells of a text file are separated. European Excel writes semicolons, whatever the file is called."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Set

NAMES = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "vertical bars"}

_LOOKED_AT = 50  # records
_LOOKED_AT_CHARACTERS = 1 << 18
_DECLARED = re.compile(r'^"?sep=([,\t;|])"?[ \t]*\n', re.I)
_NOT_KEY = re.compile(r"[\W_]+")


def declared_delimiter(text: str) -> tuple[str | None, str]:
    """The delimiter of a first line `sep=;`, which Excel obeys and does not show, and the text after it."""
    match = _DECLARED.match(text)
    return (match[1], text[match.end() :]) if match else (None, text)


def choose_delimiter(text: str, usual: str, known_keys: Set[str] = frozenset()) -> str:
    """The delimiter that yields the most known header names; without names, the one that yields the most even rows."""
    candidates = [usual, *(d for d in NAMES if d != usual)]
    samples = {delimiter: _sample(text, delimiter) for delimiter in candidates}
    known = {d: sum(_key(cell) in known_keys for row in rows for cell in row) for d, rows in samples.items()}
    best = max(candidates, key=lambda d: known[d])
    # A header of one known cell reads the same by every delimiter that does not occur in it.
    if known[best] > known[usual]:
        return best
    return usual if known[usual] > 1 else max(candidates, key=lambda d: _evenness(samples[d]))


def _sample(text: str, delimiter: str) -> list[list[str]]:
    """The first non-empty records; a record that the sample's end cuts through does no harm."""
    found: list[list[str]] = []
    start = len(text) - len(text.lstrip("\n"))
    try:
        for record in csv.reader(io.StringIO(text[start : start + _LOOKED_AT_CHARACTERS]), delimiter=delimiter):
            if any(record):
                found.append(record)
            if len(found) == _LOOKED_AT:
                break
    except csv.Error:  # a field beyond the csv module's limit: no header lies behind it
        pass
    return found


def _key(cell: str) -> str:
    return _NOT_KEY.sub("", cell).casefold()


def _evenness(rows: list[list[str]]) -> float:
    """The share of rows as wide as most are; 0 where most have one cell. A single row counts for its width."""
    if not rows:
        return 0.0
    width, times = Counter(map(len, rows)).most_common(1)[0]
    return times / len(rows) + min(width, 100) / 1000 if width > 1 else 0.0
