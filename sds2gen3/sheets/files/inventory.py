"""Inventory: what a dataset holds besides its metadata, by which the manifests and the ids can be checked."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left as bisect
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from sds2gen3.sheets.files.locate import Located, Source
from sds2gen3.sheets.files.names import FOLDER_KINDS, junk, named, near_miss

_TEXTS = ("readme", "changes", "changelog", "license", "licence")
_OURS = ("sds2gen3.toml", "fixes.jsonl")  # of a mended copy
_FIRST = {letter for kind in FOLDER_KINDS for letter in (kind[0], kind[0].upper())}
_MARK = re.compile(r"\(\s*([\w-]+)")
_MARK_SIZE = 10_000  # bytes; a mark is one short line


@dataclass(frozen=True)
class Inventory:
    """The files and folders of a dataset by their paths; `data` are the files that describe nothing themselves.

    `foreign` are the folders with rules of their own, by what they follow; nothing below them counts as data.
    `metadata_only` says that the data files are elsewhere, so that nothing can be said of them.
    """

    files: AbstractSet[str]
    folders: AbstractSet[str]
    data: tuple[str, ...]
    empty: tuple[str, ...]
    foreign: Mapping[str, str]
    metadata_only: bool

    @classmethod
    def of(cls, located: Located, metadata_only: bool | None = None) -> Inventory:
        """Of a dataset as it was located. Unless said, there is only metadata where no folder holds a file of data."""
        foreign = {mark.path.rpartition("/")[0]: text for mark in located.marks if (text := _standard(mark))}
        apart = frozenset((*foreign, *located.nested))
        data = tuple(path for path in located.files if _is_data(path) and not _below(path, apart))
        return cls(
            files=frozenset(located.files),
            folders=frozenset(folder for folder in located.folders if not _below(folder, apart)),
            data=data,
            empty=tuple(path for path in located.empty if not _below(path, apart)),
            foreign=foreign,
            metadata_only=not data if metadata_only is None else metadata_only,
        )

    @cached_property
    def spelt(self) -> Mapping[str, str]:
        """Every file and folder, as it is spelt, by its path without case and without ways of writing accents."""
        return {loosely(path): path for path in (*self.folders, *self.files)}

    @cached_property
    def nearly(self) -> Mapping[str, str | None]:
        """Every file by the letters and digits of its path, without regard to signs between; None for those of several."""
        found: dict[str, str | None] = {}
        for path in self.files:
            key = without_signs(path)
            found[key] = None if key in found else path
        return found

    @cached_property
    def _children(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in (*self.folders, *self.files):
            found.setdefault(path.rpartition("/")[0], []).append(path)
        return found

    def children(self, folder: str) -> list[str]:
        """The files and folders directly in a folder, sorted."""
        return sorted(self._children.get(folder, ()))

    def data_below(self, folder: str) -> Sequence[str]:
        """The files of data in a folder, at any depth."""
        if not folder:
            return self.data
        return self._ordered[bisect(self._ordered, f"{folder}/") : bisect(self._ordered, f"{folder}0")]  # 0 follows /

    @cached_property
    def _ordered(self) -> list[str]:
        return sorted(self.data)

    @cached_property
    def strangers(self) -> list[str]:
        """The files at the root that are none of the SDS, sorted; names that are nearly of the SDS are told elsewhere."""
        return sorted(path for path in self.files if "/" not in path and _is_strange(path))

    @cached_property
    def holding(self) -> AbstractSet[str]:
        """The folders that hold data, at any depth."""
        return above(self.data)


def above(paths: Iterable[str]) -> set[str]:
    """Every folder that holds one of the paths, at any depth."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def loosely(path: str) -> str:
    """A path as a careless system sees it: no case, one way to write accents."""
    return path.casefold() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


def without_signs(path: str) -> str:
    """A path as somebody remembers it: no case, no spaces, underscores and hyphens. sub_3/a.csv is sub-3/a.csv."""
    return re.sub(r"[\s_-]+", "", loosely(path))


def _is_data(path: str) -> bool:
    """A file in a folder that is no metadata file and no text about the folder."""
    folder, _, name = path.rpartition("/")
    if not folder or name.startswith(".") or name.partition(".")[0].casefold() in _TEXTS:
        return False
    if name.lstrip(" _-")[0:1] not in _FIRST:  # most names are ruled out by one letter
        return True
    kind = named(name)
    return kind is None or kind.kind not in FOLDER_KINDS


def _is_strange(name: str) -> bool:
    """A file at the root that is no metadata, no text about the dataset, and none of ours."""
    hidden_or_text = name.startswith((".", "~$")) or name.partition(".")[0].casefold() in _TEXTS
    return not (
        hidden_or_text
        or name.endswith(".findings.csv")
        or name in _OURS
        or junk(name)
        or named(name)
        or near_miss(name)
    )


def _below(path: str, folders: AbstractSet[str]) -> bool:
    while folders and path:
        if path in folders:
            return True
        path = path.rpartition("/")[0]
    return False


def _standard(mark: Source) -> str:
    """The standard that a .dss file names, '' for the SDS itself and for what cannot be read."""
    if mark.size > _MARK_SIZE:
        return ""
    try:
        found = _MARK.search(mark.read().decode("utf-8", "replace"))
    except (OSError, ValueError):
        return ""
    return found[1] if found and found[1].casefold() != "sds" else ""
