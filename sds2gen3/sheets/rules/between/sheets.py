"""Sheets: all that was read of a dataset, for the rules that hold one sheet against another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.patterns import user_pattern
from sds2gen3.place import Place
from sds2gen3.sheets.layouts.facts import SheetFacts
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.layouts.versions import Version, VersionSheet
from sds2gen3.sheets.rules.within.odd import parts
from sds2gen3.sheets.tables.outcome import SheetRead

SINGLY = 5
"""How many findings of one cause there may be; more are told as one."""
MOST_PLACES = 500
"""Files and folders that are listed with one finding."""

MOST_CELLS = 100_000
"""Cells that are listed with one finding: as many as are marked in a workbook, so that none is passed over."""
"""How many places one finding lists."""
_YES = frozenset({"true", "yes", "y", "1"})


@dataclass(frozen=True)
class Sheets:
    """The sheets of a dataset, and what its SDS version asks of them."""

    reads: Sequence[SheetRead]
    version: Version
    layouts: Layouts

    def tables(self, name: str) -> list[Table]:
        """The Tables of a kind of sheet, or of a group of one."""
        return [table for read in self.reads for table in read.tables.get(name, ())]

    def asked(self, kind: str) -> VersionSheet:
        """What the version says of a kind of sheet."""
        return self.layouts.version_sheet(self.version.name, kind)

    def noun(self, kind: str) -> str:
        """What one record of the sheet is called."""
        return self.layouts.sheet(kind).facts.noun

    def facts(self, kind: str) -> SheetFacts:
        """What is known of the sheet in every version."""
        return self.layouts.sheet(kind).facts

    def key(self, kind: str) -> str:
        """The field that names a record of the sheet."""
        return self.layouts.sheet(kind).facts.key or ""

    def ids(self, kind: str) -> Iterator[tuple[Table, int, str]]:
        """Every id of a kind of sheet with its Table and record."""
        key = self.key(kind)
        for table in self.tables(kind):
            for record, value in enumerate(table.columns.get(key, ())):
                if value is not None:
                    yield table, record, str(value)

    def is_id(self, kind: str, text: str) -> bool:
        """Whether the text reads as an id of the sheet must; of one that does not, that is all there is to say."""
        form = self.asked(kind).forms.get(self.key(kind))
        return form is None or user_pattern(form.pattern).fits(text)

    @cached_property
    def twins(self) -> frozenset[str]:
        """The kinds of sheets of which there are two, so that what one of them lacks may be in the other."""
        return frozenset(read.kind for read in self.reads if read.twin)

    @cached_property
    def nothing(self) -> frozenset[str]:
        """The words that refer to nothing, such as N/A."""
        return frozenset(word.casefold() for word in (*self.version.nothing, *self.version.missing_codes))

    def words(self, table: Table, name: str, record: int) -> list[str]:
        """The texts in a cell, each by itself, without those that mean nothing."""
        return [text for text in words(table, name, record) if text.casefold() not in self.nothing]


def words(table: Table, name: str, record: int) -> list[str]:
    """The texts in a cell, or in the cells of a list, each by itself; none where there is no such field."""
    column = table.columns.get(name)
    return texts(column[record], table.splits.get(name)) if column is not None else []


def texts(value: Any, split: str | None) -> list[str]:
    """The texts in a value, or in a list of values, each by itself."""
    values = value if isinstance(value, list) else [value]
    return [text for one in values if one is not None for text in parts(one, split)]


def is_yes(value: Any) -> bool:
    """Whether a cell says yes: TRUE, yes, y or 1."""
    return str(value).strip().casefold() in _YES


def listed(names: Iterable[str], most: int = 4) -> str:
    """`'a', 'b' and 'c'`, or the first few of many: `'a', 'b' ... (12 in all)`."""
    quoted = [f"'{name}'" for name in names]
    if len(quoted) > most:
        return f"{', '.join(quoted[: most - 1])} ... ({len(quoted):,} in all)"
    return " and ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]])) if quoted else "none"


def at_all(code: str, message: str, places: Sequence[Place | None], value: Any = None, **details: Any) -> Diagnostic:
    """One finding at the first of these places; the others are related to it, as far as they can all be listed."""
    there = [place for place in places if place is not None]
    return finding(code, message, there[0] if there else None, value=value, related=there[1:MOST_CELLS], **details)


def _most(places: Sequence[Place]) -> int:
    return MOST_CELLS if all(place.cell for place in places) else MOST_PLACES


def few(findings: Iterable[Diagnostic], most: int = 20) -> list[Diagnostic]:
    """These findings of one cause; if they are too many to read, only the first, which says so and lists the other places."""
    found = list(findings)
    if len(found) <= most:
        return found
    first = found[0]
    message = f"{first.message.removesuffix('.')}; the same holds for {len(found) - 1:,} others."
    others = [place for other in found[1:] for place in (other.place, *other.related) if place is not None]
    return [replace(first, message=message, related=(*first.related, *others)[: _most(others)])]
