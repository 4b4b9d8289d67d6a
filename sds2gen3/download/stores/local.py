"""Folders of this machine, and files that are at hand as functions that read them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from sds2gen3.download.stores.protocol import Found, Pulse, StoreError, Stream

_CHUNK = 1 << 20
_LINK = "Put the file itself where the link is, or give with --from a folder that holds what the link leads to as well."


class LocalStore:
    """A folder. What links lead to outside of it is not given."""

    dicom = False

    def __init__(self, folder: Path, shown: str = "") -> None:
        self.shown = shown or folder.as_posix()
        self._root = os.path.realpath(folder)

    def look(self, key: str, pulse: Pulse) -> Found | None:
        try:
            told = os.stat(self._path(key))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _failed(error) from error
        if S_ISDIR(told.st_mode):
            return Found(folder=True)
        if not S_ISREG(told.st_mode):
            raise StoreError("wrong", "it is neither a file nor a folder")
        return Found(told.st_size, f"{told.st_mtime_ns}-{told.st_ino}", ranges=True)

    def read(self, key: str, found: Found, start: int, pulse: Pulse) -> Stream:
        return Stream(start, self._chunks(self._path(key), start))

    def _chunks(self, path: str, start: int) -> Iterator[bytes]:
        try:
            with open(path, "rb") as file:
                file.seek(start)
                while chunk := file.read(_CHUNK):
                    yield chunk
        except OSError as error:
            raise _failed(error) from error

    def below(self, key: str, pulse: Pulse) -> Mapping[str, str] | None:
        top = self._path(key)
        found: dict[str, str] = {}
        for folder, folders, files in os.walk(top):
            pulse()
            folders.sort()
            for name in files:
                path = Path(folder, name).relative_to(top).as_posix()
                found[path] = f"{key}/{path}" if key else path
        return dict(sorted(found.items()))

    def close(self) -> None:
        """There is nothing to let go of."""

    def _path(self, key: str) -> str:
        path = os.path.realpath(os.path.join(self._root, *key.split("/")))
        if path != self._root and not path.startswith(self._root.rstrip(os.sep) + os.sep):
            raise StoreError("outside", "it is a link that leads out of the folder, or lies behind one", _LINK)
        return path


def _failed(error: OSError) -> StoreError:
    return StoreError(
        "refused" if isinstance(error, PermissionError) else "broken", error.strerror or type(error).__name__
    )


class HeldStore:
    """Files that are at hand: the metadata of a dataset, which may lie in a zip. `read` gives all bytes or raises OSError."""

    dicom = False

    def __init__(self, shown: str, files: Mapping[str, tuple[int, Callable[[], bytes]]]) -> None:
        self.shown = shown
        self.files = files

    def look(self, key: str, pulse: Pulse) -> Found | None:
        return Found(self.files[key][0]) if key in self.files else None

    def read(self, key: str, found: Found, start: int, pulse: Pulse) -> Stream:
        try:
            return Stream(0, iter((self.files[key][1](),)))
        except OSError as error:
            raise _failed(error) from error

    def below(self, key: str, pulse: Pulse) -> Mapping[str, str] | None:
        return {name: name for name in sorted(self.files)}

    def close(self) -> None:
        """There is nothing to let go of."""
