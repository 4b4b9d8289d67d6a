"""The entities of a manifest against the folders of its files: data of one subject do not lie with another (SDS-M07)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fnmatch import fnmatchcase

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.place import Place
from sds2gen3.sheets.layouts.anchors import MANIFEST
from sds2gen3.sheets.rules.between.rows import Rows
from sds2gen3.sheets.rules.between.sheets import Sheets, at_all, few, listed, texts, words
from sds2gen3.sheets.rules.data.listed import Listed, Listings

MOST_KIN = 1_000
"""Nobody derives a sample from a thousand others, one after another."""


def check_entities(sheets: Sheets, listings: Listings) -> Iterator[Diagnostic]:
    """A finding for each folder whose files are said to be of other subjects, samples, sites or performances than its own.

    A file may be of several: one of the folder's own is enough. What a sample was derived from may hold its files.
    """
    name = sheets.asked(MANIFEST).matches_folder
    if name is None:
        return
    kin = _kin(sheets)
    for one in listings.all:
        if name in one.table.headers:
            yield from few(_check(sheets, one, name, kin))


def _check(sheets: Sheets, one: Listed, name: str, kin: Mapping[str, AbstractSet[str]]) -> Iterator[Diagnostic]:
    wrong: dict[tuple[str, str], list[Place]] = {}
    column, split = one.table.columns[name], one.table.splits.get(name)
    folders = [path.rpartition("/")[0] for path in one.paths]
    spelt = column if set(map(type, column)) <= {str, type(None)} else list(map(str, column))
    said = dict(zip(zip(folders, spelt, strict=True), column, strict=True))
    judged = {
        key: _contradiction(sheets, key[0], texts(value, split), kin)
        for key, value in said.items()
        if value is not None
    }
    for record, key in enumerate(zip(folders, spelt, strict=True)) if any(judged.values()) else ():
        contradiction = judged.get(key) if column[record] is not None else None
        if contradiction is not None:
            wrong.setdefault(contradiction, []).append(one.table.place(record, name))
    for (owner, entities), places in wrong.items():
        files = "This file is" if len(places) == 1 else f"{len(places):,} files are"
        message = f"{files} in the folder '{owner}', but said to be of {entities}."
        yield at_all("L557", message, places, entities.split("'")[1])


def _contradiction(
    sheets: Sheets, folder: str, entities: list[str], kin: Mapping[str, AbstractSet[str]]
) -> tuple[str, str] | None:
    """The folder's own id and the other ids of its kind, where none of these is the folder's."""
    steps = folder.casefold().split("/")
    for pattern in sheets.version.folders.named.values():
        owners = [step for step in steps if fnmatchcase(step, pattern)]
        others = [text for text in entities if fnmatchcase(text.casefold(), pattern)]
        if owners and others and not any(_comes_from(text.casefold(), owners, kin) for text in others):
            return owners[-1], listed(others)
    return None


def _kin(sheets: Sheets) -> Mapping[str, AbstractSet[str]]:
    """For each record that was derived from others of its sheet: those, by their ids without case."""
    parents: dict[str, set[str]] = {}
    for kind in sheets.version.folders.named:
        facts, key = sheets.facts(kind), sheets.key(kind)
        above = [name for name in facts.parents if f"{kind}.{key}" in facts.fields[name].refers]
        for table in sheets.tables(kind) if above else ():
            rows = Rows(table, key, facts.owner)
            for record, own in enumerate(table.columns.get(key, ())):
                for text in (text for name in above for text in words(table, name, record)):
                    row = rows.meant(text, record)
                    parent = text if row is None else str(table.columns[key][row])
                    parents.setdefault(str(own).casefold(), set()).add(parent.casefold())
    return parents


def _comes_from(own: str, owners: Sequence[str], parents: Mapping[str, AbstractSet[str]]) -> bool:
    """Whether it is one of the owners, or was derived from one; also where that is too long a story."""
    found, waiting = {own}, [own]
    while waiting and len(found) <= MOST_KIN:
        one = waiting.pop()
        if one in owners:
            return True
        new = sorted(parents.get(one, frozenset()) - found)
        found.update(new)
        waiting += new
    return bool(waiting)
