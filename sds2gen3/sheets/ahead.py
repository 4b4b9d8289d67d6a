"""Ahead: the largest workbook of a dataset, read on a thread while the rest of the program is still loading.

Unpacking and parsing are done outside of Python's lock, so that they cost hardly any time beside the imports.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from threading import Thread

from sds2gen3.sheets.files.folder import read_file
from sds2gen3.sheets.files.locate import Located, Source
from sds2gen3.sheets.files.names import named
from sds2gen3.sheets.formats.content import Content
from sds2gen3.sheets.formats.fast import Opened
from sds2gen3.sheets.formats.scan import Route, Scan
from sds2gen3.sheets.formats.sniff import Form, sniff
from sds2gen3.sheets.formats.workbook import Begun, read_xlsx

_WORTH_IT = 32 << 10  # bytes; what is smaller is read in no time
_MANIFEST = "manifest.xlsx"


class Ahead:
    """Looks at one workbook of a dataset's folder when it is made, and has it opened; `content` gives what it holds, once."""

    def __init__(self, dataset: Path) -> None:
        self._file: _File | None = None
        self._begun: Begun | None = None
        self._thread: Thread | None = None
        with suppress(OSError, ValueError):  # what is wrong with the folder or the file is told when its turn comes
            file = max(filter(None, _workbooks(dataset)), key=attrgetter("size"))
            data = read_file(file.where) if file.size >= _WORTH_IT else b""
            if data and sniff(data) is Form.XLSX:
                self._file, self._data = file, data
                self._begin()

    def _begin(self) -> None:
        """Look at it here: Python's lock would go to and fro between two threads that both need it often, as a look does."""
        self._begun = begun = Begun.of(self._data)
        if isinstance(begun.looked, Scan) and begun.looked.route is Route.FAST:
            self._thread = Thread(target=self._open, args=(begun.looked,), name="sds2gen3-ahead")
            self._thread.start()

    def _open(self, seen: Scan) -> None:
        with suppress(BaseException):  # a panic in calamine is no Exception; it comes again when the workbook is read
            self._begun = Begun(seen, Opened.of(self._data, seen))

    @property
    def has_begun(self) -> bool:
        """Whether there was a workbook worth it."""
        return self._file is not None

    def is_of(self, located: Located, source: Source) -> bool:
        """Whether that file of the dataset is the one that was opened."""
        return self._file is not None and not located.base and source.path == self._file.path

    def content(self, located: Located, source: Source) -> Content | None:
        """What that file of the dataset holds; None where it is not the one that was opened, or has changed since."""
        if self._file is None or not self.is_of(located, source):
            return None
        if self._thread is not None:
            self._thread.join()
        file, begun, self._file, self._begun = self._file, self._begun, None, None
        if begun is None or _File.of(file.where, file.path) != file:
            return None
        grids, findings = read_xlsx(self._data, source.path, begun=begun)
        return Content(grids, findings=findings)


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the dataset, and what tells that it is still the same."""

    where: str
    path: str  # POSIX, below the root
    size: int
    state: tuple[int, ...]

    @classmethod
    def of(cls, where: str, path: str) -> _File | None:
        """None for what is no file, or a link: where those may lead, others know."""
        try:
            status = os.lstat(where)
        except OSError:
            return None
        state = (status.st_dev, status.st_ino, status.st_mtime_ns)
        return cls(where, path, status.st_size, state) if stat.S_ISREG(status.st_mode) else None


def _workbooks(dataset: Path) -> Iterator[_File | None]:
    """The workbooks at the root that are metadata by their names, and the manifests one folder below."""
    with os.scandir(dataset) as found:
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                yield _File.of(os.path.join(entry.path, _MANIFEST), f"{entry.name}/{_MANIFEST}")
            elif entry.name.lower().endswith(".xlsx") and named(entry.name) is not None:
                yield _File.of(entry.path, entry.name)
