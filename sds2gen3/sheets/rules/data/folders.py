"""The folders that are named by ids against the rows of the sheets (SDS-P04, and SDS-F04 for a sheet that is not there)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.distinct import distinct
from sds2gen3.model import Table
from sds2gen3.nearest import did_you_mean
from sds2gen3.patterns import user_pattern
from sds2gen3.place import Place
from sds2gen3.sheets.files.inventory import Inventory, without_signs
from sds2gen3.sheets.layouts.anchors import MANIFEST
from sds2gen3.sheets.rules.between.sheets import (
    MOST_CELLS,
    MOST_PLACES,
    SINGLY,
    Sheets,
    at_all,
    few,
    is_yes,
    listed,
    texts,
    words,
)


def check_folders(sheets: Sheets, present: AbstractSet[str], inventory: Inventory) -> Iterator[Diagnostic]:
    """What does not fit between folders and rows, in a dataset whose data files are here (SPEC section 9, rule 6).

    `present` are the kinds of sheets that are there, or are told to be missing already.
    """
    folders = _Folders.of(sheets, inventory)
    if inventory.metadata_only or not folders.any_data:
        return
    for kind, named in folders.named.items():
        if kind not in present:
            yield _no_sheet(sheets, kind, named)
        elif kind not in sheets.twins and any(map(len, sheets.tables(kind))):
            yield from _unknown(sheets, kind, named)
    for kind in sheets.version.folders.named:
        yield from few(_misspelt(sheets, kind, folders.misspelt(sheets, kind)))
    for kind in sheets.version.folders.unused:
        yield from _unused(sheets, kind, folders)
    for kind in dict.fromkeys((*sheets.version.folders.unused, *sheets.version.folders.named)):
        yield from few(_metadata_only(sheets, kind, folders))
        yield from _pooled(sheets, kind, folders)


@dataclass(frozen=True)
class _Folders:
    """The folders in which data of the dataset lie: `named` by kind and id, each with its paths; `names` are all their names.

    `entities` are the ids that manifests give as the entities of files.
    """

    named: Mapping[str, Mapping[str, list[str]]]
    names: Mapping[str, list[str]]
    entities: AbstractSet[str]
    any_data: bool

    def of_row(self, owner: str, text: str) -> list[str]:
        """The folders of a row, which in SDS 1.x lie in a folder of its owner or name it too: sub-1/sam-1, sub-1_sam-1."""
        if not owner:
            return self.names.get(text.casefold(), [])
        inside = self._inside.get((owner.casefold(), text.casefold()), ())
        return [*inside, *self.names.get(f"{owner}_{text}".casefold(), ())]

    def misspelt(self, sheets: Sheets, kind: str) -> Mapping[str, list[str]]:
        """By id without a folder: the folders of that name with other signs in it, sub_3 for sub-3.

        What is named like the ids of the sheet is not among them: that such a folder has no row is told otherwise.
        """
        ids = dict.fromkeys(text for _, _, text in sheets.ids(kind))
        known = {text.casefold() for text in ids}
        like = sheets.version.folders.named.get(kind, "")
        names = {without_signs(name): name for name in self.names if name not in known and not fnmatchcase(name, like)}
        lost = ((text, names.get(without_signs(text))) for text in ids if text.casefold() not in self.names)
        return {text: self.names[name] for text, name in lost if name is not None}

    @cached_property
    def _inside(self) -> Mapping[tuple[str, str], list[str]]:
        """The folders by the name of a folder on the way to them, and their own: sam-1 may lie in that of every subject."""
        found: dict[tuple[str, str], list[str]] = {}
        for name, paths in self.names.items():
            for path in paths:
                for step in dict.fromkeys(path.casefold().split("/")):
                    found.setdefault((step, name), []).append(path)
        return found

    @classmethod
    def of(cls, sheets: Sheets, inventory: Inventory) -> _Folders:
        asked = sheets.version.folders
        tops = {*asked.data, *(old for old, new in asked.renamed.items() if new in asked.data)}
        named: dict[str, dict[str, list[str]]] = {}
        names: dict[str, list[str]] = {}
        for path in sorted(inventory.holding):
            top, _, rest = path.partition("/")
            if not rest or top.casefold() not in tops:
                continue
            name = path.rpartition("/")[2]
            names.setdefault(name.casefold(), []).append(path)
            for kind, pattern in asked.named.items():
                if fnmatchcase(name.casefold(), pattern):
                    named.setdefault(kind, {}).setdefault(name, []).append(path)
        data = any(path.partition("/")[0].casefold() in tops for path in inventory.holding)
        return cls(named, names, frozenset(_entities(sheets)), data)


def _entities(sheets: Sheets) -> Iterator[str]:
    name = sheets.version.folders.entity
    for table in sheets.tables(MANIFEST):
        for value in distinct(table.columns.get(name, ())):
            yield from (text.casefold() for text in texts(value, table.splits.get(name)))


def _no_sheet(sheets: Sheets, kind: str, named: Mapping[str, list[str]]) -> Diagnostic:
    severity = next((needed.grade for needed in sheets.version.required if needed.file == kind), Severity.WARNING)
    message = f"There is no {kind} file, but there are folders of {kind}: {listed(named)}."
    places = [Place(path) for paths in named.values() for path in paths]
    hint = f"Add {kind}.xlsx from the template of the version, with a row for each."
    return finding("R182", message, Place(f"{kind}.xlsx"), hint=hint, related=places[:MOST_PLACES], severity=severity)


def _unknown(sheets: Sheets, kind: str, named: Mapping[str, list[str]]) -> Iterator[Diagnostic]:
    """Folders that are named like an id and have no row."""
    ids = {text.casefold(): text for _, _, text in sheets.ids(kind)}
    tails = {text.casefold().rpartition("_")[2] for text in ids.values() if "_" in text}
    prefix = sheets.version.folders.named[kind].partition("*")[0]
    prefixed = {f"{prefix}{text}" for text in ids}  # 33 may have the folder sub-33, where ids are free
    known = ids.keys() | tails | prefixed | _composites(sheets, kind).keys()
    unknown = {name: paths for name, paths in named.items() if name.casefold() not in known}
    form = sheets.asked(kind).forms.get(sheets.key(kind))
    file, noun, grade = sheets.tables(kind)[0].file, sheets.noun(kind), sheets.version.folders.grade
    if len(unknown) > SINGLY:
        message = f"{len(unknown):,} folders have no row in {file}: {listed(unknown)}."
        places = [Place(path) for paths in unknown.values() for path in paths]
        yield at_all("R186", message, places, next(iter(unknown)), severity=grade)
        return
    for name, paths in unknown.items():
        message = f"The folder '{name}' is named like a {noun}, but {file} has no such {noun}."
        hint = did_you_mean(
            name, (text for text in ids.values() if form is None or user_pattern(form.pattern).fits(text))
        )
        yield at_all("R186", message, [Place(path) for path in paths], name, hint=hint, severity=grade)


def _misspelt(sheets: Sheets, kind: str, misspelt: Mapping[str, list[str]]) -> Iterator[Diagnostic]:
    """Folders whose names are ids with other signs in them."""
    for text, paths in misspelt.items():
        own = paths[0].rpartition("/")[2]
        message = f"The folder '{own}' is not named as the {sheets.noun(kind)} '{text}' is."
        hint = f"Did you mean '{text}'? Rename the folder."
        places = [Place(path) for path in paths]
        yield at_all("R186", message, places, own, hint=hint, severity=sheets.version.folders.grade)


def _composites(sheets: Sheets, kind: str) -> Mapping[str, str]:
    """In SDS 1.x also an id after that under which it is unique: sub-1_sam-1."""
    owner = sheets.asked(kind).within.get(sheets.key(kind))
    if owner is None:
        return {}
    return {
        f"{table.columns[owner][record]}_{text}".casefold(): text
        for table, record, text in sheets.ids(kind)
        if owner in table.columns
    }


def _unused(sheets: Sheets, kind: str, folders: _Folders) -> Iterator[Diagnostic]:
    """Ids that name neither a folder nor the entity of a file, nor anything that has one."""
    held, misspelt = _held(sheets, folders), folders.misspelt(sheets, kind)
    within = sheets.asked(kind).within.get(sheets.key(kind), "")
    alone: list[tuple[str, Place]] = []
    for table, record, text in sheets.ids(kind):
        key = text.casefold()
        owner = " ".join(words(table, within, record))
        if folders.of_row(owner, text) or key in folders.entities or key in held:
            continue
        if fnmatchcase(key, sheets.version.folders.population) or _without(sheets, table, record):
            continue
        if text in misspelt or not sheets.is_id(kind, text):
            continue
        if any(pool.casefold() in folders.names for pool in words(table, sheets.version.folders.pool, record)):
            continue
        alone.append((text, table.place(record, sheets.key(kind))))
    if alone:
        noun = sheets.noun(kind)
        which = (
            f"The {noun} {listed([alone[0][0]])} has"
            if len(alone) == 1
            else (f"{len(alone):,} {noun}s ({listed(text for text, _ in alone)}) have")
        )
        message = f"{which} no folder in the dataset{_or_file(sheets)}."
        hint = _unused_hint(sheets, kind, alone[0][0], folders)
        ids = [text for text, _ in alone] if len(alone) > 1 else []
        places = [place for _, place in alone]
        yield at_all("R185", message, places, alone[0][0], hint=hint, values=ids[:MOST_CELLS])


def _or_file(sheets: Sheets) -> str:
    return " and no file in a manifest" if sheets.asked(MANIFEST).matches_folder else ""


def _unused_hint(sheets: Sheets, kind: str, text: str, folders: _Folders) -> str:
    """The folder that may be meant, where it is no other record's."""
    ids = {other.casefold() for _, _, other in sheets.ids(kind)}
    free = [paths[0].rpartition("/")[2] for name, paths in folders.names.items() if name not in ids]
    near = did_you_mean(text, free)
    return f"{near} Folder and id must be the same." if near else ""


def _held(sheets: Sheets, folders: _Folders) -> set[str]:
    """Records of which a part has data, or what is about them: they need no folder of their own."""
    found: set[str] = set()
    above: dict[str, set[str]] = {}
    for kind in sheets.version.folders.named:
        for table, record, text in sheets.ids(kind):
            parents = (parent for name in sheets.facts(kind).parents for parent in words(table, name, record))
            above.setdefault(text.casefold(), set()).update(parent.casefold() for parent in parents)
    waiting = [text for text in above if text in folders.names or text in folders.entities]
    while waiting:
        for parent in above.get(waiting.pop(), ()):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def _without(sheets: Sheets, table: Table, record: int) -> bool:
    """Whether the record is said to be of metadata only."""
    column = table.columns.get(sheets.version.folders.without)
    return column is not None and is_yes(column[record])


def _metadata_only(sheets: Sheets, kind: str, folders: _Folders) -> Iterator[Diagnostic]:
    name = sheets.version.folders.without
    for table, record, text in sheets.ids(kind):
        if name in table.headers and _without(sheets, table, record) and text.casefold() in folders.names:
            path = folders.names[text.casefold()][0]
            message = f"'{text}' is said to be metadata only, but there are data in '{path}'."
            place = table.place(record, name)
            yield finding("R187", message, place, value=text, related=[Place(path)])


def _pooled(sheets: Sheets, kind: str, folders: _Folders) -> Iterator[Diagnostic]:
    """Members of a pool that has a folder, with folders of their own besides."""
    field = sheets.version.folders.pool
    if not field:
        return
    found: dict[str, list[tuple[str, Place]]] = {}
    within = sheets.asked(kind).within.get(sheets.key(kind), "")
    for table, record, text in sheets.ids(kind):
        own = folders.of_row(" ".join(words(table, within, record)), text)
        for pool in words(table, field, record):
            outside = [path for path in own if pool.casefold() not in path.casefold().split("/")]
            if pool.casefold() in folders.names and outside:
                found.setdefault(pool, []).append((text, table.place(record, field)))
    for pool, members in found.items():
        names = listed(text for text, _ in members)
        verb = "has a folder" if len(members) == 1 else "have folders"
        message = f"The data of '{pool}' have a folder, but {names}, which it holds, {verb} too."
        yield at_all("R188", message, [place for _, place in members], pool)
