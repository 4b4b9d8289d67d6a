"""Listed: which files of the dataset the rows of a manifest mean (SPEC section 8: paths count from the manifest's folder)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from sds2gen3.model import Table
from sds2gen3.place import Place
from sds2gen3.sheets.files.inventory import Inventory, loosely, without_signs
from sds2gen3.sheets.layouts.anchors import MANIFEST
from sds2gen3.sheets.rules.between.sheets import Sheets
from sds2gen3.sheets.rules.data.globs import Globs
from sds2gen3.sheets.rules.values.paths import are_plain

_TANGLED = re.compile(r"\\|^/|(?:^|/)\.\.?(?:/|$)|//|/$")


@dataclass(frozen=True)
class Listed:
    """One manifest: for each row what is typed, the path that it means, and the file or folder of that path, if it is there.

    `otherwise` are the rows that spell it otherwise, `from_top` those that count from the top of the dataset, `missing`
    those of files that are not there, `idle` the patterns that no file fits, with their cells; `patterns` are all patterns.
    """

    table: Table
    texts: Sequence[str | None]
    paths: Sequence[str]
    found: Sequence[str | None]
    otherwise: Sequence[int] = ()
    from_top: Sequence[int] = ()
    missing: Sequence[int] = ()
    idle: Sequence[tuple[Place, str]] = ()
    patterns: Globs | None = None
    field: str = ""

    @property
    def number(self) -> int:
        """How many files it lists."""
        return sum(text is not None for text in self.texts)

    @cached_property
    def repeated(self) -> list[list[int]]:
        """The rows of one file, for each file that several rows mean."""
        means = [found or path for found, path in zip(self.found, self.paths, strict=True)]
        if len(set(means)) == len(means):
            return []
        rows: dict[str, list[int]] = {}
        for record, path in enumerate(means):
            if self.texts[record] is not None:
                rows.setdefault(path, []).append(record)
        return [records for records in rows.values() if len(records) > 1]


@dataclass(frozen=True)
class Listings:
    """All manifests; `files` are also those that could not be read, of which nothing can be said."""

    all: tuple[Listed, ...]
    files: tuple[str, ...]
    inventory: Inventory

    @classmethod
    def of(cls, sheets: Sheets, inventory: Inventory) -> Listings:
        """Of the manifests among the sheets."""
        name, pattern = sheets.key(MANIFEST), sheets.facts(MANIFEST).pattern or ""
        tables = [table for table in sheets.tables(MANIFEST) if name in table.headers or pattern in table.headers]
        files = tuple(read.place.file for read in sheets.reads if read.kind == MANIFEST)
        return cls(tuple(_listed(table, inventory, name, pattern) for table in tables), files, inventory)

    @cached_property
    def covered(self) -> AbstractSet[str]:
        """The files and folders that some row means."""
        return {path for one in self.all for path in one.found if path is not None}

    @cached_property
    def _folders(self) -> AbstractSet[str]:
        return self.covered & self.inventory.folders

    @cached_property
    def _manifests(self) -> dict[str, str]:
        """The manifest of each folder that has one, '' for one that could not be read."""
        readable = {one.table.file for one in self.all}
        return {file.rpartition("/")[0]: file if file in readable else "" for file in self.files}

    @cached_property
    def _patterns(self) -> dict[str, list[Globs]]:
        found: dict[str, list[Globs]] = {}
        for one in self.all:
            if one.patterns is not None:
                found.setdefault(one.table.folder, []).append(one.patterns)
        return found

    def manifest_of(self, path: str) -> str | None:
        """The nearest manifest above the file, '' for one that could not be read, None where there is none."""
        for folder in _above(path):
            if folder in self._manifests:
                return self._manifests[folder]
        return None

    def covers(self, path: str) -> bool:
        """Whether a row is of a folder that holds the file, or of a pattern that it fits."""
        for folder in _above(path):
            if folder in self._folders:
                return True
            inner = path.removeprefix(f"{folder}/") if folder else path
            if any(patterns.fits(inner) for patterns in self._patterns.get(folder, ())):
                return True
        return False

    def shared(self) -> Iterator[tuple[tuple[Listed, int], tuple[Listed, int]]]:
        """The rows of two manifests that mean one file."""
        seen: dict[str, tuple[Listed, int]] = {}
        for one in self.all if len(self.all) > 1 else ():
            for record, path in enumerate(one.paths):
                if one.texts[record] is None:
                    continue
                means = one.found[record] or path
                first = seen.setdefault(means, (one, record))
                if first[0] is not one and means not in self.inventory.folders:
                    yield first, (one, record)


def _above(path: str) -> Iterator[str]:
    """The folders that hold the file, the nearest first, '' for the root last."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def resolve(text: str, folder: str) -> str:
    """The path that a text in a sheet of that folder means, from the root of the dataset."""
    joined = f"{folder}/{text}" if folder else text
    if not ("\\" in text or "//" in text or "/." in text or text[:1] in "/." or text[-1:] == "/"):
        return joined  # the most usual, without the pattern
    if _TANGLED.search(text) is None:
        return joined
    plain = re.sub(r"^[A-Za-z]:", "", text).replace("\\", "/").strip("/")
    normal = posixpath.normpath(f"{folder}/{plain}" if folder else plain)
    return "" if normal == "." else normal


def _listed(table: Table, inventory: Inventory, name: str, pattern: str) -> Listed:
    texts, known, folder = _texts(table, name), inventory.files, table.folder
    paths = _paths(texts, folder, known)
    found: list[str | None] = [path if path in known else None for path in paths]
    listed = set(found)  # a file that is listed as it is spelt is not what another row means
    otherwise, from_top, missing = [], [], []
    for record, path in enumerate(paths):
        if found[record] is not None or texts[record] is None:
            continue
        if path in inventory.folders or path == folder:
            found[record] = path
        elif inventory.metadata_only:
            continue
        elif (near := _spelt_otherwise(path, inventory)) is not None and near not in listed:
            found[record] = near
            otherwise.append(record)
        elif folder and _is_there(top := resolve(texts[record] or "", ""), inventory):
            found[record] = top
            from_top.append(record)
        else:
            missing.append(record)
    patterns, idle = _patterns(table, inventory, pattern)
    return Listed(table, texts, paths, found, otherwise, from_top, missing, idle, patterns, name)


def _texts(table: Table, name: str) -> Sequence[str | None]:
    column = table.columns.get(name) or [None] * len(table)
    if set(map(type, column)) <= {str, type(None)}:
        return column
    return [None if value is None else str(value) for value in column]


def _paths(texts: Sequence[str | None], folder: str, known: AbstractSet[str]) -> Sequence[str]:
    """The path that each text means, '' where there is none."""
    prefix = f"{folder}/" if folder else ""
    filled = [text for text in texts if text is not None]
    if len(filled) == len(texts) and are_plain(filled):
        return [prefix + text for text in filled] if prefix else filled
    return [
        "" if text is None else path if (path := f"{prefix}{text}") in known else resolve(text, folder)
        for text in texts
    ]


def _spelt_otherwise(path: str, inventory: Inventory) -> str | None:
    found = inventory.spelt.get(loosely(path))
    return inventory.nearly.get(without_signs(path)) if found is None else found


def _is_there(path: str, inventory: Inventory) -> bool:
    return path in inventory.files or path in inventory.folders


def _patterns(table: Table, inventory: Inventory, name: str) -> tuple[Globs | None, list[tuple[Place, str]]]:
    """All patterns of a manifest, and those that no file below it fits."""
    given = [(record, str(value)) for record, value in enumerate(table.columns.get(name, ())) if value is not None]
    if not given:
        return None, []
    globs = Globs(text for _, text in given)
    prefix = f"{table.folder}/" if table.folder else ""
    idle = globs.idle(path.removeprefix(prefix) for path in inventory.data_below(table.folder))
    return globs, [(table.place(record, name), text) for record, text in given if text in idle]
