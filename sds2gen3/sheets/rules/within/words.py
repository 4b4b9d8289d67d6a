"""The words of a list: those that are not on a closed one, near misses of an open one, and short forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.distinct import on_distinct
from sds2gen3.model import Table
from sds2gen3.nearest import Guesses, most_alike
from sds2gen3.place import Place
from sds2gen3.sheets.layouts.anchors import DESCRIPTION
from sds2gen3.sheets.layouts.facts import header_key
from sds2gen3.sheets.layouts.versions import Version, Words
from sds2gen3.sheets.rules.within.odd import odd
from sds2gen3.sheets.rules.within.told import Fault, label, quoted, tell

_SHOWN = 12  # words of a list
_BETWEEN = re.compile(r"[,;/|+&\n]|\band\b")
_NEARLY, _ALIKE = 85, 70  # of 100: what is nearly a word of an open list, and what may be meant on a closed one


def check_words(table: Table, name: str, asked: Words, version: Version) -> Iterator[Diagnostic]:
    """A finding for each value that is not a word of the list, or only nearly; words for nothing are fine in lenient lists.

    On a closed list a word may be in another case, but spaces or hyphens in it make another word, for a commons too.
    """
    words = version.words[asked.list]
    keys = {header_key(word): word for word in words}
    guesses = Guesses(keys, _ALIKE if asked.closed else _NEARLY)
    column = _where(asked, table, name)
    if asked.lenient:
        yield from tell(table, name, lambda text: _lenient(text, asked, keys, guesses, version), column=column)
        return
    exact = {word.casefold() for word in words}
    for text, _, place in odd(
        table, name, column, lambda text: text.casefold() in exact or (not asked.closed and header_key(text) in keys)
    ):
        near = guesses.nearest(header_key(text))
        if asked.closed:
            yield _not_listed(table, name, text, place, asked, keys, near)
        elif near:
            message = f"{quoted(text)} at '{label(table, name)}' is nearly a word of the list."
            yield finding("S231", message, place, value=text, hint=_hint(keys, near))


def _lenient(text: str, asked: Words, keys: dict[str, str], guesses: Guesses, version: Version) -> Fault | None:
    key = header_key(text)
    if key in keys or text.casefold().rstrip(".") in (*version.nothing, *version.missing_codes):
        return None
    for short, word in asked.short.items():
        if key == header_key(short):
            return Fault("S272", "is short for a word of the list", f"Write '{word}'.")
    return Fault("S230", "is not on the list", _hint(keys, guesses.nearest(key), text), asked.grade)


def _not_listed(
    table: Table, name: str, text: str, place: Place, asked: Words, keys: dict[str, str], near: str | None
) -> Diagnostic:
    """A value of a closed list: several of its words in one cell, or none of them."""
    parts = [part for part in _BETWEEN.split(text) if part.strip()]
    several = [keys[key] for part in parts if (key := header_key(part)) in keys] if len(parts) > 1 else []
    if several and len(several) == len(parts):
        message = f"{quoted(text)} at '{label(table, name)}' holds {len(several)} words of the list in one cell."
        where = (
            f"a Value column of its own, in which the {table.noun} is repeated" if table.transposed else "its own row"
        )
        hint = f"Keep the one that fits best, or give each {where}: {', '.join(several)}."
        if table.name == DESCRIPTION:  # one record, of which the field says one thing
            hint = f"Keep one of them: {' or '.join(several)}."
        return finding("S230", message, place, value=text, hint=hint)
    short = {header_key(word): meant for word, meant in asked.short.items()}
    meant = short.get(header_key(text))
    hint = f"Did you mean '{meant}'?" if meant in keys.values() else _hint(keys, near, text)
    message = f"{quoted(text)} is not on the list for '{label(table, name)}'."
    return finding("S230", message, place, value=text, hint=hint)


def _hint(keys: dict[str, str], near: str | None, text: str = "") -> str:
    return f"Did you mean '{keys[near]}'?" if near else f"Use one of: {_list(list(keys.values()), text)}."


def _list(words: Sequence[str], text: str) -> str:
    """The words; of very many, those that are most like the text come first and the others are left out."""
    if len(words) <= _SHOWN:
        return ", ".join(words)
    return ", ".join(most_alike(text, words)[:_SHOWN]) + " ..."


def _where(asked: Words, table: Table, name: str) -> Sequence[Any]:
    """The column, without the records that the words are not for."""
    column = table.columns[name]
    for other, pattern in asked.where.items():
        concerned = reading(table, other, pattern)
        column = [v if is_ else None for v, is_ in zip(column, concerned, strict=True)]
    return column


def reading(table: Table, name: str, *patterns: str) -> list[bool]:
    """For each record whether the field, or a part of it, reads as a pattern, whatever its case; * is anything that is there."""
    folded = [pattern.casefold() for pattern in patterns]

    def reads(value: Any) -> bool:
        parts = value if isinstance(value, list) else [value]
        texts = [str(part).strip().casefold() for part in parts if part is not None]
        return any(fnmatchcase(text, pattern) for text in texts for pattern in folded)

    return on_distinct(table.columns.get(name) or [None] * len(table), reads)
