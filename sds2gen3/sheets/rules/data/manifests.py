"""Manifests against files: what is listed is there, once and as it is spelt (SDS-M02, M04); what is there is listed (M03)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.nearest import nearest
from sds2gen3.place import Place
from sds2gen3.sheets.files.inventory import Inventory, loosely
from sds2gen3.sheets.layouts.versions import Version
from sds2gen3.sheets.rules.between.sheets import MOST_CELLS, MOST_PLACES, SINGLY, at_all, few, listed
from sds2gen3.sheets.rules.data.listed import Listed, Listings


def check_manifests(listings: Listings, inventory: Inventory, version: Version) -> Iterator[Diagnostic]:
    """What is wrong about the files that the manifests list; whether they are there, only where data files are at hand."""
    for one in listings.all:
        yield from few(_twice(one))
        if not inventory.metadata_only:
            yield from few(_missing(one, inventory))
            yield from few(_spelt_otherwise(one))
            yield from _from_the_top(one)
            yield from few(_idle_patterns(one))
    yield from _in_several(listings)
    if not inventory.metadata_only:
        yield from _not_listed(listings, inventory, version)
        yield from _too_many_patterns(listings)


@dataclass(frozen=True)
class _Cause:
    """Rows of one manifest that are wrong for the same reason."""

    one: Listed
    records: Sequence[int]

    @property
    def places(self) -> list[Place]:
        return [self.one.table.place(record, self.one.field) for record in self.records[:MOST_CELLS]]

    @property
    def texts(self) -> list[str]:
        return [self.one.texts[record] or "" for record in self.records]


def _missing(one: Listed, inventory: Inventory) -> Iterator[Diagnostic]:
    """Files that are not there: one by one, or as one finding for a manifest or a folder that lacks many."""
    gone = one.missing
    if len(gone) > SINGLY and len(gone) == one.number:
        cause = _Cause(one, gone)
        message = (
            f"None of the {len(gone):,} files that this manifest lists is in the dataset, e.g. '{cause.texts[0]}'."
        )
        hint = "Put the files there, or say --metadata-only if they are elsewhere."
        yield at_all("L552", message, cause.places, cause.texts[0], hint=hint)
        return
    folders: dict[str, list[int]] = {}
    for record in gone:
        folders.setdefault(_lowest(one.paths[record], inventory), []).append(record)
    for folder, records in folders.items():
        if len(records) <= SINGLY:
            yield from (_is_missing(one, record, folder, inventory) for record in records)
            continue
        cause = _Cause(one, records)
        what = (
            f"folder '{folder}' is not in the dataset"
            if folder not in inventory.folders
            else f"folder '{folder}' lacks them"
        )
        message = f"{len(records):,} files that this manifest lists are missing, e.g. '{cause.texts[0]}': the {what}."
        yield at_all("L552", message, cause.places, cause.texts[0])


def _is_missing(one: Listed, record: int, folder: str, inventory: Inventory) -> Diagnostic:
    text = one.texts[record] or ""
    path = one.paths[record]
    name = path.rpartition("/")[2]
    near = [other.rpartition("/")[2] for other in inventory.children(folder)] if folder in inventory.folders else []
    meant = nearest(name, near) if path.rpartition("/")[0] == folder else None
    hint = f"Did you mean '{text.removesuffix(name)}{meant}'?" if meant else ""
    message = f"There is no file '{text}' in {_where(one.table)}."
    return finding("L552", message, one.table.place(record, one.field), value=text, hint=hint)


def _where(table: Table) -> str:
    return f"'{table.folder}'" if table.folder else "the dataset"


def _lowest(path: str, inventory: Inventory) -> str:
    """The folder of the path; where that is not there either, the highest folder on the way that is missing."""
    folder = path.rpartition("/")[0]
    while "/" in folder and folder not in inventory.folders and folder.rpartition("/")[0] not in inventory.folders:
        folder = folder.rpartition("/")[0]
    return folder


def _spelt_otherwise(one: Listed) -> Iterator[Diagnostic]:
    for record in one.otherwise:
        text, real = one.texts[record] or "", one.found[record] or ""
        proper = real.removeprefix(f"{one.table.folder}/") if one.table.folder else real
        message = f"'{text}' is spelt '{proper}' in the dataset."
        place = one.table.place(record, one.field)
        elsewhere = loosely(real) != loosely(one.paths[record])
        hint = f"Rename what is misnamed in the dataset, or write '{proper}'." if elsewhere else f"Write '{proper}'."
        yield finding("L554", message, place, value=text, hint=hint)


def _from_the_top(one: Listed) -> Iterator[Diagnostic]:
    if one.from_top:
        cause = _Cause(one, one.from_top)
        prefix = f"{one.table.folder}/"
        proper = cause.texts[0].lstrip("./").removeprefix(prefix)
        message = (
            f"'{cause.texts[0]}' counts from the top of the dataset, but this manifest is in '{one.table.folder}'."
        )
        hint = f"Write paths from the folder of the manifest: '{proper}'." if proper != cause.texts[0] else ""
        yield at_all("L555", message, cause.places, cause.texts[0], hint=hint)


def _idle_patterns(one: Listed) -> Iterator[Diagnostic]:
    for place, text in one.idle:
        message = f"No file in {_where(one.table)} fits the pattern '{text}'."
        yield finding("L556", message, place, value=text)


def _too_many_patterns(listings: Listings) -> Iterator[Diagnostic]:
    """Manifests whose patterns were not all held against all files, so that nothing is said of the rest."""
    for one in listings.all:
        if one.patterns is not None and one.patterns.gave_up:
            number = len(one.patterns.texts)
            message = (
                f"The {number:,} patterns of this manifest are too many and too vague to be held against all files."
            )
            hint = "List the files, or write patterns that begin with the folder of their files."
            yield finding("L556", message, Place(one.table.file), hint=hint, severity=Severity.INFO)


def _twice(one: Listed) -> Iterator[Diagnostic]:
    """The same file in several rows of one manifest."""
    for records in one.repeated:
        texts = list(dict.fromkeys(one.texts[record] or "" for record in records))
        others = f", also as {listed(texts[:1])}" if len(texts) > 1 else ""
        message = f"The file '{one.texts[records[1]]}' is listed in {len(records)} rows{others}."
        order = [records[1], records[0], *records[2:]]
        yield at_all("S291", message, _Cause(one, order).places, one.texts[records[1]])


def _in_several(listings: Listings) -> Iterator[Diagnostic]:
    """Files that two manifests list: one finding for each two manifests."""
    groups: dict[tuple[str, str], list[tuple[Listed, int, Listed, int]]] = {}
    for (first, record), (second, other) in listings.shared():
        key = (first.table.file, second.table.file)
        groups.setdefault(key, []).append((first, record, second, other))
    for (file, _), same in groups.items():
        one, number = same[0][2], same[0][3]
        text = one.texts[number]
        more = f" and {len(same) - 1:,} more" if len(same) > 1 else ""
        message = f"The file '{text}'{more} is listed in {file} too."
        places = [second.table.place(other, second.field) for _, _, second, other in same]
        places += [first.table.place(record, first.field) for first, record, _, _ in same]
        yield at_all("L561", message, places, text)


def _not_listed(listings: Listings, inventory: Inventory, version: Version) -> Iterator[Diagnostic]:
    """Files of data that no manifest lists, by the manifest that should; folders that have no manifest at all."""
    without: dict[str, list[str]] = {}
    forgotten: dict[str, list[str]] = {}
    for path in inventory.data:
        if path in listings.covered:
            continue
        file = listings.manifest_of(path)
        if file is None:
            without.setdefault(path.partition("/")[0], []).append(path)
        elif file and not listings.covers(path):
            forgotten.setdefault(file, []).append(path)
    for file, paths in forgotten.items():
        yield _forgotten(file, paths)
    for top, paths in without.items():
        if top.casefold() in (*version.folders.top, *version.folders.renamed):
            yield _no_manifest(top, paths, listings)


def _forgotten(file: str, paths: list[str]) -> Diagnostic:
    folder = file.rpartition("/")[0]
    names = [path.removeprefix(f"{folder}/") if folder else path for path in paths]
    verb, noun = ("is", "file") if len(paths) == 1 else ("are", "files")
    message = f"{len(paths):,} {noun} {verb} not listed in this manifest: {listed(names)}."
    return finding("L553", message, Place(file), value=names[0], related=[Place(path) for path in paths[:MOST_PLACES]])


def _no_manifest(top: str, paths: list[str], listings: Listings) -> Diagnostic:
    some = any(file.startswith(f"{top}/") for file in listings.files)
    verb, noun = ("is", "file") if len(paths) == 1 else ("are", "files")
    message = f"The folder '{top}' has no manifest that lists what is in it ({len(paths):,} {noun})."
    if some:
        message = f"{len(paths):,} {noun} in '{top}' {verb} in no manifest: {listed(paths)}."
    related = [Place(path) for path in paths[:MOST_PLACES]] if some else []
    return finding("R184", message, Place(top), related=related)
