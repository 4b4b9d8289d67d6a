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
from sds2gen3.sheets.formats.scan import Route, Scan, scan
from sds2gen3.sheets.formats.workbook import Begun, read_xlsx

_WORTH_IT = 32 << 10  # bytes; what is smaller is read in no time
_MANIFEST = "manifest.xlsx"


class Ahead:
    """Looks at one workbook of a dataset's folder when it is made, and has it opened; `content` gives what it holds, once."""

    def __init__(self, dataset: Path) -> None:
        self._begun: Begun | None = None
        self._thread: Thread | None = None
        with suppress(Exception):  # whatever it is, it comes again when the file is read in its turn, and is told then
            file = max(filter(None, _workbooks(dataset)), key=attrgetter("size"))
            if file.size >= _WORTH_IT:
                self._file, self._data = file, read_file(file.where)
                self._thread = self._opening(scan(self._data))

    def _opening(self, seen: Scan) -> Thread | None:
        """Begun here, because Python's lock goes to and fro between two threads that both need it often, as a scan does."""
        if seen.route is not Route.FAST:
            return None
        thread = Thread(target=self._open, args=(seen,), name="sds2gen3-ahead")
        thread.start()
        return thread

    def _open(self, seen: Scan) -> None:
        with suppress(BaseException):  # a panic in calamine is no Exception
            self._begun = Begun(seen, Opened.of(self._data, seen))

    @property
    def is_open(self) -> bool:
        """Whether there was a workbook worth it."""
        return self._thread is not None

    def is_of(self, located: Located, source: Source) -> bool:
        """Whether that file of the dataset is the one that was opened."""
        return self._thread is not None and not located.base and source.path == self._file.path

    def content(self, located: Located, source: Source) -> Content | None:
        """What that file of the dataset holds; None where it is not the one that was opened, or has changed since."""
        if self._thread is None or not self.is_of(located, source):
            return None
        self._thread.join()
        begun, self._begun = self._begun, None
        if begun is None or _File.of(self._file.where, self._file.path) != self._file:
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
