"""How values must read: the form of ids, the words of lists, yes or no, and ids that refer to other sheets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz, process

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.place import Place
from sds2gen3.sheets.facts import SheetLayout, header_key
from sds2gen3.sheets.layout import Layouts
from sds2gen3.sheets.outcome import SheetRead
from sds2gen3.sheets.versions import Form, Version

_NEARLY = 85
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
    return found


def _check_form(
    table: Table, name: str, column: Sequence[Any], form: Form, layout: SheetLayout
) -> Iterator[Diagnostic]:
    fits = re.compile(form.pattern).fullmatch
    for text, _, place in _odd(table, name, column, lambda text: fits(text) is not None):
        message = f"'{text}' is not a valid {name.replace('_', ' ')}."
        yield finding(
            "S202", message, place, value=text, hint=form.hint or layout.field(name).hint, severity=form.grade
        )


def _check_words(
    table: Table, name: str, column: Sequence[Any], words: Sequence[str], closed: bool
) -> Iterator[Diagnostic]:
    keys = {header_key(word): word for word in words}
    label = table.labels.get(name, name)
    for text, _, place in _odd(table, name, column, lambda text: header_key(text) in keys):
        near = process.extractOne(
            header_key(text), list(keys), scorer=fuzz.ratio, score_cutoff=60 if closed else _NEARLY
        )
        if closed:
            hint = f"Did you mean '{keys[near[0]]}'?" if near else f"Use one of: {_list(words)}."
            yield finding("S230", f"'{text}' is not on the list for '{label}'.", place, value=text, hint=hint)
        elif near:
            hint = f"Did you mean '{keys[near[0]]}'?"
            yield finding("S231", f"'{text}' at '{label}' is nearly a word of the list.", place, value=text, hint=hint)


def _list(words: Sequence[str]) -> str:
    return ", ".join(words[:12]) + (" ..." if len(words) > 12 else "")


def _check_boolean(table: Table, name: str, column: Sequence[Any], layout: SheetLayout) -> Iterator[Diagnostic]:
    for text, _, place in _odd(table, name, column, lambda text: text.casefold() in _YES_OR_NO):
        message = f"'{text}' at '{table.labels.get(name, name)}' is neither yes nor no."
        yield finding("S232", message, place, value=text, hint=layout.field(name).hint)


def _odd(table: Table, name: str, column: Sequence[Any], fits: Callable[[str], bool]) -> Iterator[Odd]:
    """Each text in the column that does not fit, with its record and cell; a cell of several values may give several."""
    split = table.splits.get(name)
    odd: dict[Any, list[str]] = {}
    for value in {v for v in column if not isinstance(v, list)} - {None}:
        odd[value] = [text for text in _parts(value, split) if not fits(text)]
    if not any(odd.values()) and not any(isinstance(v, list) for v in column):
        return
    for record, value in enumerate(column):
        if isinstance(value, list):
            for item, one in enumerate(value):
                place = table.place(record, name, _at(table, name, item))
                yield from ((text, record, place) for text in _parts(one, split) if not fits(text))
        elif value is not None:
            yield from ((text, record, table.place(record, name)) for text in odd[value])


def _at(table: Table, name: str, item: int) -> int | None:
    return item if item < len(table.items.get(name, ())) else None


def _parts(value: Any, split: str | None) -> list[str]:
    """The values in a cell."""
    text = str(value)
    return [part.strip() for part in re.split(split, text) if part.strip()] if split else [text]


def check_references(reads: Sequence[SheetRead], layouts: Layouts) -> list[Diagnostic]:
    """A finding for each id that refers to a subject, sample, site or performance that has no row (SPEC section 9).

    Nothing is said of a sheet that is not there: that it is missing is said once. A sample that is also in another
    dataset may have its parent there.
    """
    known = _known(reads)
    found: list[Diagnostic] = []
    for read in reads:
        layout = layouts.sheet(read.kind)
        for tables in read.tables.values():
            for table in tables:
                for name in table.headers:
                    refers = layout.field(name).refers
                    if any(target.split(".")[0] in known for target in refers):
                        found += _check_references(table, name, refers, known, layout)
    return found


def _known(reads: Sequence[SheetRead]) -> dict[str, dict[str, str]]:
    """Table -> the ids it holds, without case, as they are written; samples also under subject and sample (SDS 1.x)."""
    known: dict[str, dict[str, str]] = {}
    for read in reads:
        for table in read.tables.get(read.kind, ()):
            key = {
                "subjects": "subject_id",
                "samples": "sample_id",
                "sites": "site_id",
                "performances": "performance_id",
            }
            if read.kind not in key:
                continue
            ids = known.setdefault(read.kind, {})
            ids |= {str(v).casefold(): str(v) for v in table.columns.get(key[read.kind], ()) if v is not None}
            if read.kind == "samples":
                pairs = zip(table.columns.get("subject_id", ()), table.columns.get("sample_id", ()), strict=False)
                ids |= {f"{a}_{b}".casefold(): f"{a}_{b}" for a, b in pairs if a is not None and b is not None}
    return known


def _check_references(
    table: Table, name: str, refers: Sequence[str], known: Mapping[str, Mapping[str, str]], layout: SheetLayout
) -> Iterator[Diagnostic]:
    targets = [target.split(".")[0] for target in refers if target.split(".")[0] in known]
    ids = {key: text for target in targets for key, text in known[target].items()}
    elsewhere = table.columns.get("also_in_dataset")
    for text, record, place in _odd(table, name, table.columns[name], lambda text: text.casefold() in ids):
        if elsewhere is not None and elsewhere[record] is not None:
            continue
        near = process.extractOne(text.casefold(), list(ids), scorer=fuzz.ratio, score_cutoff=75)
        nouns = " or ".join(target.removesuffix("s") for target in targets)
        hint = f"Did you mean '{ids[near[0]]}'?" if near else layout.field(name).hint
        yield finding("S233", f"There is no {nouns} '{text}'.", place, value=text, hint=hint)
