"""Trees: the folders that are searched, on this machine's disks or behind an address."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sds2gen3.batch.remote import Remote
from sds2gen3.storage import is_remote, local_path


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder: its path below the root, and what opens it."""

    below: str
    where: str
    folder: bool
    link: bool = False


class Tree(Protocol):
    def start(self, root: str) -> Entry:
        """The root itself, to be opened from any working directory."""

    def children(self, folder: Entry) -> list[Entry] | None:
        """What is directly in a folder, sorted; None where it cannot be opened."""

    def zipped(self, path: str) -> Sequence[str] | None:
        """The names of a zip's members; None where it cannot be opened."""

    def real(self, path: str) -> str:
        """One name for everything that is the same."""

    def exists(self, path: str) -> bool: ...


def tree_of(root: str) -> Tree:
    """The tree in which a root lies."""
    return RemoteTree() if is_remote(root) else DiskTree()


class DiskTree:
    """The folders of this machine."""

    def start(self, root: str) -> Entry:
        path = os.path.abspath(local_path(root))
        return Entry("", path, folder=os.path.isdir(path) or not path.lower().endswith(".zip"))

    def children(self, folder: Entry) -> list[Entry] | None:
        try:
            with os.scandir(folder.where) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            return None
        return [self._entry(folder.below, entry) for entry in entries]

    def _entry(self, above: str, entry: os.DirEntry[str]) -> Entry:
        try:
            folder = entry.is_dir()
        except OSError:
            folder = False
        return Entry(f"{above}/{entry.name}".lstrip("/"), entry.path, folder, entry.is_symlink())

    def zipped(self, path: str) -> Sequence[str] | None:
        if not os.path.isfile(path):  # a pipe would never end
            return ()
        try:
            with zipfile.ZipFile(path) as archive:
                return archive.namelist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return None

    def real(self, path: str) -> str:
        return os.path.realpath(local_path(path))

    def exists(self, path: str) -> bool:
        return Path(local_path(path)).exists()


class RemoteTree:
    """What lies behind an fsspec address, where there are no links."""

    def start(self, root: str) -> Entry:
        return Entry("", root.rstrip("/"), folder=not root.lower().endswith(".zip"))

    def children(self, folder: Entry) -> list[Entry] | None:
        entries = Remote(folder.where).children()
        return [
            Entry(f"{folder.below}/{name}".lstrip("/"), f"{folder.where}/{name}", is_folder)
            for name, is_folder in sorted(entries)
        ]

    def zipped(self, path: str) -> Sequence[str] | None:
        return Remote(path).zipped()

    def real(self, path: str) -> str:
        return path.rstrip("/") if is_remote(path) else os.path.realpath(path)

    def exists(self, path: str) -> bool:
        return Remote(path).exists()
