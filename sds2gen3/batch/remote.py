"""What lies behind an fsspec address, such as s3://bucket/folder: listed, fetched and replaced."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from sds2gen3.errors import SdsError, UnreachableError, UsageError


def is_remote(text: str) -> bool:
    """Whether a root or OUT is an address; `file://` is a path of this machine."""
    return "://" in text and not text.startswith("file://")


def local_path(text: str) -> str:
    """The path that is meant: that of a `file://` address, else the text itself."""
    return url2pathname(urlsplit(text).path) if text.startswith("file://") else text


class Remote:
    """A folder or file behind an address. Every method raises UnreachableError C918, and UsageError C980 without fsspec."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        with told(address):
            self._system, self._path = _opened(self.address)

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


def _opened(address: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise _missing(address, error) from error
    try:
        system, path = url_to_fs(address, use_listings_cache=False)
    except ImportError as error:  # fsspec is there, the client of this kind of storage is not
        raise _missing(address, error) from error
    return system, str(path)


def _missing(address: str, error: ImportError) -> SdsError:
    message = f"'{address}' needs a package that is not installed: {error.name or error}."
    return UsageError.of("C980", message, hint="Type: pip install 'sds2gen3[s3]'", value=address)


@contextmanager
def told(address: str) -> Iterator[None]:
    """What goes wrong with a storage, said in one sentence. Its clients raise what they like, so all is caught."""
    try:
        yield
    except SdsError:
        raise
    except Exception as error:
        reason = str(error).strip().split("\n")[0].rstrip(".") or type(error).__name__
        raise UnreachableError.of("C918", f"'{address}' cannot be used: {reason}.", value=address) from error
