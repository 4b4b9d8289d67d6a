"""What lies behind an fsspec address, such as s3://bucket/folder: listed, fetched and replaced."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

from sds2gen3.storage import opened, told


class Remote:
    """A folder or file behind an address. Every method raises UnreachableError C918, and UsageError C980 without fsspec."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        with told(address):
            self._system, self._path = opened(self.address)

    def children(self) -> list[tuple[str, bool]]:
        """(name, whether it is a folder) of what is directly in it."""
        with told(self.address):
            entries = self._system.ls(self._path, detail=True) if self._system.isdir(self._path) else []
        found = [(self._below(entry["name"]), entry["type"] == "directory") for entry in entries]
        return [(name, folder) for name, folder in found if name and "/" not in name]

    def files(self) -> dict[str, int]:
        """The sizes of all files below it, by their paths, in sorted order."""
        with told(self.address):
            entries = self._system.find(self._path, detail=True, withdirs=False)
        return dict(sorted((self._below(name), int(entry.get("size") or 0)) for name, entry in entries.items()))

    def exists(self) -> bool:
        with told(self.address):
            return bool(self._system.exists(self._path))

    def is_file(self) -> bool:
        with told(self.address):
            return bool(self._system.isfile(self._path))

    def zipped(self) -> Sequence[str] | None:
        """The names of a zip's members; only its directory is transferred."""
        with told(self.address), self._system.open(self._path, "rb") as file:
            try:
                return zipfile.ZipFile(file).namelist()
            except (zipfile.BadZipFile, ValueError, NotImplementedError):
                return None

    def read(self, below: str = "") -> bytes | None:
        """A file's content; None where there is no such file."""
        with told(self.address):
            try:
                content: bytes = self._system.cat_file(self._full(below))
            except FileNotFoundError:
                return None
            return content

    def fetch(self, below: str, target: Path) -> None:
        """A file's content into a local file, whose folder is there."""
        with told(self.address):
            self._system.get_file(self._full(below), os.fspath(target))

    def write(self, below: str, content: bytes) -> None:
        """A file as a whole: the old one or the new one, never a part."""
        with told(self.address):
            self._system.pipe_file(self._full(below), content)

    def put(self, source: Path, below: str) -> None:
        """A local file, as a whole."""
        with told(self.address):
            self._system.put_file(os.fspath(source), self._full(below))

    def remove(self, below: str) -> None:
        """A file, if it is there."""
        with told(self.address):
            if self._system.exists(self._full(below)):
                self._system.rm_file(self._full(below))

    def _full(self, below: str) -> str:
        return f"{self._path.rstrip('/')}/{below}" if below else self._path

    def _below(self, name: str) -> str:
        base = self._path.strip("/") + "/"
        return name.lstrip("/").removeprefix(base) if name.lstrip("/").startswith(base) else ""
