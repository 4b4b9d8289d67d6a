"""A dataset that nobody has filled in yet: told in one sentence, not by everything that it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.sheets.layouts.anchors import DESCRIPTION
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.tables.leftovers import Leftovers
from sds2gen3.sheets.tables.outcome import SheetRead
from sds2gen3.sheets.tables.records import VERSION_FIELD
from sds2gen3.sheets.tables.values import is_blank

_TEMPLATES_OWN = frozenset({"header", "template text", "section"})  # why a cell is in no Table that is not the user's
_TEMPLATES_ROW = "S220"


def is_untouched(reads: Sequence[SheetRead], layouts: Layouts) -> bool:
    """Whether there is a dataset_description, and no sheet holds anything but what its template came with."""
    return any(read.kind == DESCRIPTION for read in reads) and all(_untouched(read, layouts) for read in reads)


def still_blank(reads: Sequence[SheetRead], judged: Sequence[Diagnostic]) -> Diagnostic:
    """The one finding of a blank dataset. Of what is `judged` it takes what has to be filled in first."""
    sheets = len(reads)
    hold = "its sheet holds" if sheets == 1 else f"its {sheets} sheets hold"
    message = f"This dataset is still blank: {hold} nothing but what the template came with."
    needed = dict.fromkeys(d.place.file for d in judged if d.place is not None and d.severity == Severity.ERROR)
    first = [read.place.file for read in reads if read.kind == DESCRIPTION]
    more = [file for file in needed if file not in first]
    then = f", then {' and '.join(more)}" if more else ""
    return finding("R196", message, hint=f"Fill in {first[0]} first{then}; then validate again.")


def _untouched(read: SheetRead, layouts: Layouts) -> bool:
    if any(d.severity > Severity.INFO and d.code != _TEMPLATES_ROW for d in read.findings):
        return False
    if any(cell.reason not in _TEMPLATES_OWN for cell in read.left_out):
        return False
    if any(table.user_columns for tables in read.tables.values() for table in tables):
        return False
    leftovers = Leftovers.of(layouts.template(read.kind))
    return all(leftovers.is_prefilled(record) for record in _records(read))


def _records(read: SheetRead) -> Iterator[Mapping[str, Any]]:
    """What each record of the sheet says, but for the version, which 'init' fills in."""
    for tables in read.tables.values():
        for table in tables:
            for index in range(len(table)):
                cells = ((name, column[index]) for name, column in table.columns.items() if name != VERSION_FIELD)
                yield {name: value for name, value in cells if not (is_blank(value) or value == [])}
