"""How values must read: the form of ids, the words of lists, yes or no, and ids that refer to other sheets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.nearest import Guesses
from sds2gen3.place import Place
from sds2gen3.sheets.layouts.facts import SheetLayout, header_key
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.layouts.versions import Form, Version
from sds2gen3.sheets.tables.outcome import SheetRead

_NEARLY, _ALIKE = 85, 60  # of 100: what is nearly a word of an open list, and what may be meant on a closed one
_TANGLED_PATH = re.compile(r"\\|^/|^[A-Za-z]:|(^|/)\.\.?(/|$)|//")
_YES_OR_NO = frozenset({"true", "false", "yes", "no", "y", "n", "1", "0"})
Odd = tuple[str, int, Place]


def check_wording(read: SheetRead, version: Version, layouts: Layouts) -> list[Diagnostic]:
    """A finding for each cell of the sheet whose form or word the version does not allow."""
    layout = layouts.sheet(read.kind)
    asked = layouts.version_sheet(version.name, read.kind)
    words = version.vocabularies.get(read.kind, {})
    found: list[Diagnostic] = []
    for tables in read.tables.values():
        for table in tables:
            for name in table.headers:
                column = table.columns[name]
                if name in asked.forms:
                    found += _check_form(table, name, column, asked.forms[name], layout)
                if name in words:
                    found += _check_words(table, name, column, version.words[words[name].list], words[name].closed)
                if layout.field(name).kind == "boolean":
                    found += _check_boolean(table, name, column, layout)
                if layout.field(name).kind == "path":
                    found += _check_path(table, name, column)
                if layout.field(name).kind == "quantity":
                    found += _check_quantity(table, name, column, version, layout)
    return found


def _check_form(
    table: Table, name: str, column: Sequence[Any], form: Form, layout: SheetLayout
) -> Iterator[Diagnostic]:
    fits = re.compile(form.pattern).fullmatch
    for text, _, place in odd(table, name, column, lambda text: fits(text) is not None):
        message = f"'{text}' is not a valid {name.replace('_', ' ')}."
        yield finding(
            "S202", message, place, value=text, hint=form.hint or layout.field(name).hint, severity=form.grade
        )


def _check_words(
    table: Table, name: str, column: Sequence[Any], words: Sequence[str], closed: bool
) -> Iterator[Diagnostic]:
    keys = {header_key(word): word for word in words}
    guesses = Guesses(keys, _ALIKE if closed else _NEARLY)
    label = table.labels.get(name, name).strip()
    for text, _, place in odd(table, name, column, lambda text: header_key(text) in keys):
        near = guesses.nearest(header_key(text))
        if closed:
            hint = f"Did you mean '{keys[near]}'?" if near else f"Use one of: {_list(words)}."
            yield finding("S230", f"'{text}' is not on the list for '{label}'.", place, value=text, hint=hint)
        elif near:
            hint = f"Did you mean '{keys[near]}'?"
            yield finding("S231", f"'{text}' at '{label}' is nearly a word of the list.", place, value=text, hint=hint)


def _list(words: Sequence[str]) -> str:
    return ", ".join(words[:12]) + (" ..." if len(words) > 12 else "")


def _check_boolean(table: Table, name: str, column: Sequence[Any], layout: SheetLayout) -> Iterator[Diagnostic]:
    for text, _, place in odd(table, name, column, lambda text: text.casefold() in _YES_OR_NO):
        message = f"'{text}' at '{table.labels.get(name, name)}' is neither yes nor no."
        yield finding("S232", message, place, value=text, hint=layout.field(name).hint)


def _check_quantity(
    table: Table, name: str, column: Sequence[Any], version: Version, layout: SheetLayout
) -> Iterator[Diagnostic]:
    """A quantity without any digit is none, unless it says that nothing is known (SPEC section 8)."""
    words = {word.casefold() for word in (*version.nothing, *version.missing_codes)}
    fits = re.compile(r"[0-9]").search
    none = odd(table, name, column, lambda text: fits(text) is not None or text.casefold() in words)
    for text, _, place in none:
        message = f"'{text}' at '{table.labels.get(name, name).strip()}' is not a number with a unit."
        yield finding("S236", message, place, value=text, hint=layout.field(name).hint)


def _check_path(table: Table, name: str, column: Sequence[Any]) -> Iterator[Diagnostic]:
    """Paths are POSIX and relative (SPEC section 8); others lead elsewhere, or nowhere, on another machine."""
    for text, _, place in odd(table, name, column, lambda text: _TANGLED_PATH.search(text) is None):
        message = f"'{text}' at '{table.labels.get(name, name).strip()}' is not a plain path below its folder."
        hint = "Write folders with / between them, without a drive, .. or a / at the start."
        yield finding("S237", message, place, value=text, hint=hint)


def odd(table: Table, name: str, column: Sequence[Any], fits: Callable[[str], bool]) -> Iterator[Odd]:
    """Each text in the column that does not fit, with its record and cell; a cell of several values may give several."""
    split = table.splits.get(name)
    lists = list in set(map(type, column))
    distinct = {v for v in column if not isinstance(v, list)} if lists else set(column)
    odd = {value: [text for text in parts(value, split) if not fits(text)] for value in distinct - {None}}
    if not lists and not any(odd.values()):
        return
    for record, value in enumerate(column):
        if isinstance(value, list):
            for item, one in enumerate(value):
                place = table.place(record, name, _at(table, name, item))
                yield from ((text, record, place) for text in parts(one, split) if not fits(text))
        elif value is not None:
            yield from ((text, record, table.place(record, name)) for text in odd[value])


def _at(table: Table, name: str, item: int) -> int | None:
    return item if item < len(table.items.get(name, ())) else None


def parts(value: Any, split: str | None) -> list[str]:
    """The values in a cell."""
    text = str(value)
    return [part.strip() for part in re.split(split, text) if part.strip()] if split else [text]
