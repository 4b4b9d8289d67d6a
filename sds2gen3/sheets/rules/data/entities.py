"""The entities of a manifest against the folders of its files: data of one subject do not lie with another (SDS-M07)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.place import Place
from sds2gen3.sheets.rules.between.rows import Rows
from sds2gen3.sheets.rules.between.sheets import Sheets, at_all, few, listed, words
from sds2gen3.sheets.rules.data.listed import Listed, Listings


def check_entities(sheets: Sheets, listings: Listings) -> Iterator[Diagnostic]:
    """A finding for each folder whose files are said to be of other subjects, samples, sites or performances than its own.

    A file may be of several: one of the folder's own is enough. What a sample was derived from may hold its files.
    """
    name = sheets.asked("manifest").matches_folder
    if name is None:
        return
    kin = _kin(sheets)
    for one in listings.all:
        if name in one.table.headers:
            yield from few(_check(sheets, one, name, kin))


def _check(sheets: Sheets, one: Listed, name: str, kin: Mapping[str, frozenset[str]]) -> Iterator[Diagnostic]:
    wrong: dict[tuple[str, str], list[Place]] = {}
    judged: dict[tuple[str, object], tuple[str, str] | None] = {}
    for record, value in enumerate(one.table.columns[name]):
        if value is None:
            continue
        folder = one.paths[record].rpartition("/")[0]
        key = (folder, str(value))
        if key not in judged:
            judged[key] = _contradiction(sheets, folder, words(one.table, name, record), kin)
        contradiction = judged[key]
        if contradiction is not None:
            wrong.setdefault(contradiction, []).append(one.table.place(record, name))
    for (owner, entities), places in wrong.items():
        files = "This file is" if len(places) == 1 else f"{len(places):,} files are"
        message = f"{files} in the folder '{owner}', but said to be of {entities}."
        yield at_all("L557", message, places, entities.split("'")[1])


def _contradiction(
    sheets: Sheets, folder: str, entities: list[str], kin: Mapping[str, frozenset[str]]
) -> tuple[str, str] | None:
    """The folder's own id and the other ids of its kind, where none of these is the folder's."""
    steps = folder.casefold().split("/")
    for pattern in sheets.version.folders.named.values():
        owners = [step for step in steps if fnmatchcase(step, pattern)]
        others = [text for text in entities if fnmatchcase(text.casefold(), pattern)]
        related = {one for text in others for one in (text.casefold(), *kin.get(text.casefold(), ()))}
        if owners and others and related.isdisjoint(owners):
            return owners[-1], listed(others)
    return None


def _kin(sheets: Sheets) -> Mapping[str, frozenset[str]]:
    """For each sample that was derived from another: all that it comes from, by their ids without case."""
    parents: dict[str, set[str]] = {}
    for table in sheets.tables("samples"):
        key = sheets.key("samples")
        if key in table.columns and any(v is not None for v in table.columns.get("was_derived_from", ())):
            rows = Rows(table, key)
            for record, own in enumerate(table.columns[key]):
                for text in words(table, "was_derived_from", record):
                    row = rows.meant(text, record)
                    parent = text if row is None else str(table.columns[key][row])
                    parents.setdefault(str(own).casefold(), set()).add(parent.casefold())
    return {own: frozenset(_ancestors(own, parents)) for own in parents}


def _ancestors(own: str, parents: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [own]
    while waiting:
        for parent in parents.get(waiting.pop(), ()):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found
