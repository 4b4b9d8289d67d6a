"""How values must read: the form of ids, the words of lists, yes or no, and plain paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.patterns import user_pattern
from sds2gen3.sheets.layouts.facts import SheetLayout
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.layouts.versions import Form, Version
from sds2gen3.sheets.rules.values.paths import are_plain, is_plain
from sds2gen3.sheets.rules.within.odd import odd
from sds2gen3.sheets.rules.within.words import check_words
from sds2gen3.sheets.tables.outcome import SheetRead

_YES_OR_NO = frozenset({"true", "false", "yes", "no", "y", "n", "1", "0"})


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
                    found += check_words(table, name, words[name], version)
                if layout.field(name).kind == "boolean":
                    found += _check_boolean(table, name, column, layout)
                if layout.field(name).kind == "path":
                    found += _check_path(table, name, column)
    return found


def _check_form(
    table: Table, name: str, column: Sequence[Any], form: Form, layout: SheetLayout
) -> Iterator[Diagnostic]:
    fits = user_pattern(form.pattern).fits
    for text, _, place in odd(table, name, column, fits):
        message = f"'{text}' is not a valid {name.replace('_', ' ')}."
        yield finding(
            "S202", message, place, value=text, hint=form.hint or layout.field(name).hint, severity=form.grade
        )


def _check_boolean(table: Table, name: str, column: Sequence[Any], layout: SheetLayout) -> Iterator[Diagnostic]:
    for text, _, place in odd(table, name, column, lambda text: text.casefold() in _YES_OR_NO):
        message = f"'{text}' at '{table.labels.get(name, name)}' is neither yes nor no."
        yield finding("S232", message, place, value=text, hint=layout.field(name).hint)


def _check_path(table: Table, name: str, column: Sequence[Any]) -> Iterator[Diagnostic]:
    """Paths are POSIX and relative (SPEC section 8); others lead elsewhere, or nowhere, on another machine."""
    for text, _, place in odd(table, name, column, is_plain, are_plain):
        message = f"'{text}' at '{table.labels.get(name, name).strip()}' is not a plain path below its folder."
        hint = "Write folders with / between them, without a drive, .. or a / at the start."
        yield finding("S237", message, place, value=text, hint=hint)
