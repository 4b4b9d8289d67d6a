"""The audit of repairs: the last sheet of each repaired workbook, and `fixes.jsonl` for the whole dataset."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sds2gen3.ooxml.book import location, put_sheet
from sds2gen3.ooxml.listing import LINK, PLAIN, Entry, Listing, listing_xml
from sds2gen3.ooxml.package import Parts
from sds2gen3.ooxml.styles import Styles
from sds2gen3.repair.fix import RULES, Fix
from sds2gen3.sheets.formats.hyperlinks import cells_of
from sds2gen3.sheets.grid import MARK

NAME, FILE = "sds2gen3 fixes", "fixes.jsonl"
_HEADERS = (("Done", 10.0), ("Sheet", 16.0), ("Cell", 10.0), ("Before", 40.0), ("After", 40.0), ("Rule", 56.0))


def add_audit(parts: Parts, fixes: Sequence[Fix]) -> None:
    """Put the sheet at the end of the workbook; one of an earlier run is replaced."""
    styles = Styles(parts)
    xml = listing_xml(_listing(fixes), parts.main, styles, selected=False)
    put_sheet(parts, NAME, xml)
    styles.save()


def as_lines(fixes: Iterable[Fix]) -> bytes:
    """The content of `fixes.jsonl`, pure ASCII."""
    return "".join(json.dumps(fix.as_dict()) + "\n" for fix in fixes).encode()


def from_lines(data: bytes) -> list[Fix]:
    """The repairs that an earlier run made; lines that are not ours are passed over."""
    found = []
    for line in data.splitlines():
        try:
            entry = json.loads(line)
            ((row, column),) = cells_of(entry["cell"])
            texts = [entry[name] for name in ("file", "before", "after", "rule")]
        except (ValueError, KeyError, TypeError):
            continue
        if entry.get("applied") is True and entry.get("v") == 1 and all(isinstance(text, str) for text in texts):
            file, before, after, rule = texts
            found.append(Fix(file, entry.get("sheet"), row, column, before, after, rule))
    return found


def _listing(fixes: Sequence[Fix]) -> Listing:
    made = sum(fix.applied for fix in fixes)
    return Listing(
        f"{MARK}: {made} repairs made, {len(fixes) - made} offered",
        [
            "What is 'made' was changed in this copy; what is 'offered' was not: it needs a person to decide.",
            "The original workbook is as it was. This sheet is not data; delete it when you have read it.",
        ],
        _HEADERS,
        [_row(fix) for fix in fixes],
        filter=False,
    )


def _row(fix: Fix) -> list[Entry]:
    link = location(fix.sheet, fix.place.cell) if fix.sheet else ""
    return [
        Entry("made" if fix.applied else "offered"),
        Entry(fix.sheet or ""),
        Entry(fix.place.cell, LINK if link else PLAIN, link),
        Entry(fix.before),
        Entry(fix.after),
        Entry(RULES.get(fix.rule, f"suggested by {fix.rule}")),
    ]
