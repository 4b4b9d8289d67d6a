"""Offers: repairs that a finding suggests and only a person can decide, such as the nearest word of a list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.repair.fix import Fix

_SUGGESTED = re.compile(r"^Did you mean '([^']+)'\?")


def offers(diagnostics: Iterable[Diagnostic]) -> Iterator[Fix]:
    """One for each finding at a cell whose hint says what may have been meant."""
    for diagnostic in diagnostics:
        place, meant = diagnostic.place, _SUGGESTED.match(diagnostic.hint)
        if meant and place is not None and place.row is not None and place.column is not None:
            before = "" if diagnostic.value is None else str(diagnostic.value)
            yield Fix(place.file, place.sheet, place.row, place.column, before, meant[1], diagnostic.code, False)
