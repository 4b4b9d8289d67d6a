"""Names: which paths below DEST are taken, told apart as the pickiest of file systems does."""

from __future__ import annotations

import threading
from typing import Literal

from sds2gen3.download.safe_names import same_file_key

Claim = Literal["free", "mine", "taken"]


class Names:
    """The paths of all files of a download. May be used by several threads."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._folders: set[str] = set()
        self._lock = threading.Lock()

    def claim(self, path: str) -> tuple[Claim, str]:
        """'free': it is taken from now on. 'mine': it was, in the same spelling. 'taken': the spelling that is given has it."""
        key = same_file_key(path)
        with self._lock:
            if (other := self._files.get(key)) is not None:
                return ("mine" if other == path else "taken"), other
            self._files[key] = path
            while "/" in key:
                key = key.rpartition("/")[0]
                self._folders.add(key)
        return "free", path

    def is_folder(self, path: str) -> bool:
        """Whether other files are to lie below that path."""
        return same_file_key(path) in self._folders
