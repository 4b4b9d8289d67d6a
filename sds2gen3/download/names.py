"""Names: which paths below DEST are taken, told apart as the pickiest of file systems does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Literal

from sds2gen3.download.safe_names import same_file_key

Claim = Literal["free", "mine", "taken"]


class Names:
    """The paths of all files of a download. May be used by several threads."""

    def __init__(self) -> None:
        self._files: dict[str, list[str]] = {}  # the spellings of a name, the first one first
        self._order: dict[str, int] = {}
        self._folders: set[str] = set()
        self._lock = threading.Lock()

    def claim(self, path: str) -> tuple[Claim, str]:
        """'free': it is taken from now on. 'mine': it was, in the same spelling. 'taken': the spelling that is given has it."""
        key = same_file_key(path)
        with self._lock:
            if (others := self._files.get(key)) is not None:
                return ("mine", path) if path in others else ("taken", others[0])
            self._add(key, path)
        return "free", path

    def share(self, path: str) -> None:
        """Keep a path whose name is taken in another spelling: which of them is in the storage decides."""
        with self._lock:
            self._add(same_file_key(path), path)

    def rivals(self, path: str) -> list[str]:
        """The paths that came earlier and cannot lie beside this one, if both are files: the same name, or a folder of one."""
        key = same_file_key(path)
        with self._lock:
            found = list(self._files.get(key, ()))
            for above in _folders_of(key):
                found += self._files.get(above, ())
            if key in self._folders:
                found += [one for name, some in self._files.items() if name.startswith(f"{key}/") for one in some]
            mine = self._order.get(path, len(self._order))
            return [one for one in found if self._order[one] < mine]

    def _add(self, key: str, path: str) -> None:
        self._files.setdefault(key, []).append(path)
        self._order[path] = len(self._order)
        self._folders.update(_folders_of(key))


def _folders_of(key: str) -> Iterator[str]:
    """The folders that a path lies in, the innermost first."""
    while "/" in key:
        key = key.rpartition("/")[0]
        yield key
