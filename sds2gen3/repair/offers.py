"""Offers: repairs that a finding suggests and only a person can decide, such as the nearest word of a list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.repair.fix import Fix

_SUGGESTED = re.compile(r"Did you mean '([^']+)'\?.*", re.S)
_EXACT = re.compile(r"Write (?:'([^']+)'|((?!an? |the )\S+(?: \S+)?))\.?")
_TOLD = frozenset(("S241", "S257", "S258", "S272"))  # whose hints say what exactly is to be written


def offers(diagnostics: Iterable[Diagnostic]) -> Iterator[Fix]:
    """One for each cell of a finding whose hint says what may have been meant, or what exactly to write."""
    for diagnostic in diagnostics:
        meant = _meant(diagnostic)
        before = "" if diagnostic.value is None else str(diagnostic.value)
        if meant is None or meant == before:
            continue
        # The further cells of one finding hold the same value, unless it says that it is one of several.
        same = diagnostic.related if diagnostic.code in _TOLD and ", and so with " not in diagnostic.message else ()
        for place in (diagnostic.place, *same):
            if place is not None and place.row is not None and place.column is not None:
                yield Fix(place.file, place.sheet, place.row, place.column, before, meant, diagnostic.code, False)


def _meant(diagnostic: Diagnostic) -> str | None:
    if suggested := _SUGGESTED.fullmatch(diagnostic.hint):
        return suggested[1]
    exact = _EXACT.fullmatch(diagnostic.hint) if diagnostic.code in _TOLD else None
    return (exact[1] or exact[2].removesuffix(".")) if exact else None
