"""Words and numbers that stand for nothing: they are kept, but nobody who computes with the data can know them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.place import Place
from sds2gen3.sheets.layouts.checks import Free
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.layouts.versions import Version
from sds2gen3.sheets.rules.within.forms import is_sentinel
from sds2gen3.sheets.rules.within.odd import odd
from sds2gen3.sheets.rules.within.told import label, quoted
from sds2gen3.sheets.tables.outcome import SheetRead

_WORD, _NUMBER, _CODE = "a word for nothing", "a number for nothing", "a code for missing values of another SDS version"


def check_free(check: Free, read: SheetRead, version: Version, layouts: Layouts) -> Iterator[Diagnostic]:
    """One note for each sort of such values in the sheet, with all their cells (SDS-E18)."""
    words = {word.casefold() for word in version.nothing} - set(check.answers)
    codes = _codes_elsewhere(version, layouts)
    found: dict[str, list[tuple[str, str, Place]]] = {}
    for table in read.tables.get(read.kind, ()):
        for name in table.headers:
            if name not in check.fields:
                for text, place, sort in _stand_for_nothing(table, name, version, words, codes):
                    found.setdefault(sort, []).append((text, label(table, name), place))
    for sort, cases in found.items():
        text, name, place = cases[0]
        count = len(cases) - 1
        more = f", and so with {count:,} more cell{'' if count == 1 else 's'} of the sheet" if count else ""
        message = f"{quoted(text)} at '{name}' is {sort}{more}."
        related = [one for _, _, one in cases[1:]]
        yield finding("S270", message, place, hint=_advice(version), value=text, severity=check.grade, related=related)


def _stand_for_nothing(
    table: Table, name: str, version: Version, words: Collection[str], codes: Collection[str]
) -> Iterator[tuple[str, Place, str]]:
    @cache
    def sort(text: str) -> str:
        folded = text.casefold().rstrip(".")
        if folded in words:
            return _WORD
        if folded in codes:
            return _CODE
        return _NUMBER if is_sentinel(text, version) else ""

    for text, _, place in odd(table, name, table.columns[name], lambda text: not sort(text)):
        yield text, place, sort(text)


def _codes_elsewhere(version: Version, layouts: Layouts) -> frozenset[str]:
    every = {code for name in layouts.versions for code in layouts.version(name).missing_codes}
    return frozenset(every - set(version.missing_codes))


def _advice(version: Version) -> str:
    empty = "Leave the cell empty where there is no value"
    codes = version.missing_codes
    return f"{empty}, or say why with one of: {', '.join(codes)}." if codes else f"{empty}."
