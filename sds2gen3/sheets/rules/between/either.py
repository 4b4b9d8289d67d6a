"""Fields of which a record has one or the other, but not both: a manifest row is of a file or of a pattern (SDS-M01)."""

from __future__ import annotations

from collections.abc import Iterator

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.sheets.rules.between.sheets import Sheets, at_all


def check_either(sheets: Sheets) -> Iterator[Diagnostic]:
    """A finding for each sheet in which some record has both."""
    for read in sheets.reads:
        for one, other in sheets.asked(read.kind).either:
            for table in read.tables.get(read.kind, ()):
                first, second = table.columns.get(one, ()), table.columns.get(other, ())
                both = [
                    i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a is not None and b is not None
                ]
                if both:
                    noun = sheets.noun(read.kind)
                    labels = [f"'{table.labels.get(name, name).strip()}'" for name in (one, other)]
                    message = f"This row has {labels[0]} and {labels[1]}, but a {noun} is given by one of them."
                    places = [table.place(record, other) for record in both]
                    yield at_all("L560", message, places, str(second[both[0]]))
