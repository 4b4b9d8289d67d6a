"""The award of the submission is one that dataset_description names too (SDS-S05)."""

from __future__ import annotations

from collections.abc import Iterator

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.sheets.layouts.anchors import DESCRIPTION
from sds2gen3.sheets.layouts.between import Awards
from sds2gen3.sheets.layouts.facts import header_key
from sds2gen3.sheets.rules.between.sheets import Sheets, listed
from sds2gen3.sheets.rules.values.awards import award


def check_funding(sheets: Sheets) -> Iterator[Diagnostic]:
    """A finding for each award of the submission that none of those in dataset_description holds, whatever else they say."""
    awards = sheets.version.awards
    if awards is None:
        return
    described = list(_described(sheets, awards))
    keys = [_key(text) for text in described]
    spelt: dict[str, str] = {}
    for key, text in zip(keys, described, strict=True):
        spelt.setdefault(key, text)
    for table in sheets.tables(awards.sheet) if described else ():
        for record in range(len(table)):
            for text in sheets.words(table, awards.field, record):
                key = _key(text)
                if key and not any(key in known or known in key for known in keys):
                    message = f"The award '{text}' is not in dataset_description, which names {listed(spelt.values())}."
                    yield finding("L543", message, table.place(record, awards.field), value=text)


def _described(sheets: Sheets, awards: Awards) -> Iterator[str]:
    """The awards in dataset_description, and the texts that may hold one."""
    group_of = sheets.layouts.sheet(DESCRIPTION).group_of
    for name in awards.known:
        for table in sheets.tables(group_of.get(name, DESCRIPTION)):
            for record in range(len(table)):
                yield from (text for text in sheets.words(table, name, record) if header_key(text))


def _key(text: str) -> str:
    """What makes two spellings of an award the same."""
    return header_key(award(text).canonical or text)
