"""Ids that refer to other rows: each must have its row, and nothing may descend from itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.circles import circles
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.nearest import Guesses
from sds2gen3.patterns import UserPattern, user_pattern
from sds2gen3.sheets.layouts.facts import FieldFacts
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.layouts.versions import Version
from sds2gen3.sheets.rules.between.rows import Rows
from sds2gen3.sheets.rules.within.odd import Odd, odd, parts
from sds2gen3.sheets.tables.outcome import SheetRead


def check_references(reads: Sequence[SheetRead], version: Version, layouts: Layouts) -> list[Diagnostic]:
    """A finding for each id that refers to a subject, sample, site or performance that has no row (SPEC section 9).

    Nothing is said of ids that belong to a sheet or a column that is not there, or to a sheet of which there are two: that
    is said once. 'N/A' refers to nothing. A sample that is also in another dataset may have its parent there: then it is a warning.
    """
    known = _Known.of(reads, version, layouts)
    found: list[Diagnostic] = []
    for read in reads:
        layout = layouts.sheet(read.kind)
        for tables in read.tables.values():
            for table in tables:
                for name in table.headers:
                    field = layout.field(name)
                    if field.refers:
                        found += _check_references(table, name, field, known, layout.facts.elsewhere)
                    if f"{read.kind}.{layout.facts.key}" in field.refers:
                        found += _check_circles(table, name, str(layout.facts.key), layout.facts.owner)
    return found


@dataclass(frozen=True)
class _Known:
    """What may be referred to: by table, its ids without case and as they are written (samples of SDS 1.x also under
    subject and sample), the file they are in, and how ids of the table must read; and the words that mean nothing."""

    ids: Mapping[str, Mapping[str, str]]
    files: Mapping[str, str]
    forms: Mapping[str, UserPattern]
    nothing: AbstractSet[str]
    twins: AbstractSet[str] = frozenset()
    together: dict[tuple[str, ...], _Ids] = field(default_factory=dict)

    @classmethod
    def of(cls, reads: Sequence[SheetRead], version: Version, layouts: Layouts) -> _Known:
        ids: dict[str, dict[str, str]] = {}
        files: dict[str, str] = {}
        forms: dict[str, UserPattern] = {}
        for kind in layouts.kinds:
            key = layouts.sheet(kind).facts.key
            form = layouts.version_sheet(version.name, kind).forms.get(key or "")
            if key is not None and form is not None:
                forms[kind] = user_pattern(form.pattern)
        for read in reads:
            facts = layouts.sheet(read.kind).facts
            for table in read.tables.get(read.kind, ()) if read.kind in forms else ():
                if facts.key in table.columns:
                    files[read.kind] = table.file
                    ids.setdefault(read.kind, {}).update(_ids(table, str(facts.key), facts.owner))
        twins = {read.kind for read in reads if read.twin}
        return cls(ids, files, forms, {word.casefold() for word in version.nothing}, twins)

    def of_all(self, tables: tuple[str, ...]) -> _Ids:
        """The ids of those tables taken together, put together once: there may be thousands of manifests."""
        if tables not in self.together:
            ids = {key: text for table in tables for key, text in self.ids[table].items()}
            self.together[tables] = _Ids(frozenset(ids.values()), self.nothing, Guesses(self._valid(tables)))
        return self.together[tables]

    def _valid(self, tables: tuple[str, ...]) -> Iterator[str]:
        """The ids that may be suggested: those that read as ids of their table must."""
        for table in tables:
            fits = self.forms[table].fits
            yield from (text for text in self.ids[table].values() if fits(text) or fits(text.rpartition("_")[2]))


@dataclass(frozen=True)
class _Ids:
    """The ids letter for letter, as the commons compares them; the words that mean nothing; what may be meant by others."""

    ids: AbstractSet[str]
    nothing: AbstractSet[str]
    guesses: Guesses

    def fits(self, text: str) -> bool:
        """Whether the text refers to something, or says nothing."""
        return text in self.ids or text.casefold() in self.nothing


def _ids(table: Table, key: str, owner: str | None) -> dict[str, str]:
    own = [str(value) for value in table.columns.get(key, ()) if value is not None]
    found = {text.casefold(): text for text in own}
    if owner:
        pairs = zip(table.columns.get(owner, ()), table.columns.get(key, ()), strict=False)
        found |= {f"{a}_{b}".casefold(): f"{a}_{b}" for a, b in pairs if a is not None and b is not None}
    return found


def _check_references(
    table: Table, name: str, field: FieldFacts, known: _Known, also_in: str | None
) -> Iterator[Diagnostic]:
    targets = [target.split(".")[0] for target in field.refers]
    there = [target for target in targets if target in known.ids]
    away = [known.forms[target] for target in targets if target not in known.ids and target in known.forms]
    elsewhere = table.columns.get(also_in) if also_in and table.name in targets else None
    if not there or not known.twins.isdisjoint(targets):
        return
    ids = known.of_all(tuple(there))
    forms = [known.forms[target] for target in there]
    unknown = odd(table, name, table.columns[name], ids.fits)
    unknown = (one for one in unknown if not any(form.fits(one[0]) for form in away))
    for text, record, place in _sentences(table, name, unknown, forms):
        nouns = " or ".join(target.removesuffix("s") for target in there)
        message = f"No {nouns} '{text}' in {' or '.join(dict.fromkeys(known.files[target] for target in there))}."
        if elsewhere is not None and _is_dataset(elsewhere[record]):
            hint = f"Nothing to do if it is in the other dataset, {elsewhere[record]}."
            yield finding("L530", message, place, value=text, hint=hint, severity=Severity.WARNING)
        else:
            hint = ids.guesses.did_you_mean(text) or field.hint
            yield finding("L530", message, place, value=text, hint=hint)


def _sentences(table: Table, name: str, unknown: Iterable[Odd], forms: Sequence[UserPattern]) -> Iterator[Odd]:
    """The unknown texts; of a cell with several words that are no ids, such as 'from mouse 1', the whole text once."""
    for (record, place), same in groupby(unknown, key=lambda one: one[1:]):
        texts = list(same)
        words = [text for text, *_ in texts if not any(form.fits(text) for form in forms)]
        value = table.columns[name][record]
        if len(words) > 1 and isinstance(value, str):
            yield value, record, place
        else:
            yield from texts


def _is_dataset(value: Any) -> bool:
    """Whether the cell names a dataset: `N:dataset:` and its UUID, or a DOI (SPEC section 8); 'N/A' does not."""
    return value is not None and ("dataset:" in str(value).casefold() or "10." in str(value))


def _check_circles(table: Table, name: str, key: str, owner: str | None) -> Iterator[Diagnostic]:
    """One finding for each circle of rows that descend from themselves, with the cells of all its rows (SDS-E09)."""
    column = table.columns[name]
    if all(value is None for value in column):
        return
    rows = Rows(table, key, owner)
    parents: dict[str, list[str]] = {}
    for record, value in enumerate(column):
        texts = [] if value is None else parts(value, table.splits.get(name))
        above = [rows.meant(text, record) for text in texts]
        parents[str(record)] = [str(parent) for parent in above if parent is not None]
    for circle in circles(parents):
        records = [int(record) for record in circle]
        names = [str(table.columns[key][record]) for record in records]
        way = " -> ".join(f"'{one}'" for one in [*names, names[0]])
        places = [table.place(record, name) for record in records]
        message = f"This {table.noun} comes from itself: {way}."
        yield finding("L531", message, places[0], value=names[0], related=places[1:])
