"""Fetch: a dataset behind an address as a local folder that reads the same: metadata whole, of other files the name."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sds2gen3 import config
from sds2gen3.batch.remote import Remote
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.errors import DataError
from sds2gen3.place import Place
from sds2gen3.sheets.files.names import named, shown
from sds2gen3.storage import is_remote

LARGEST = 1 << 30  # bytes of a metadata file that is fetched; the same that is read from a zip
_MARKS = (".dss", config.FILE)


@contextmanager
def fetched(where: str, scratch: str | None) -> Iterator[tuple[Path, list[Diagnostic]]]:
    """The dataset as a path of this machine, removed afterwards if it had to be fetched, and what could not be.

    It keeps its name, since records may be called by it. Raises UnreachableError C918, DataError for what is far too large.
    """
    if not is_remote(where):
        yield Path(where), []
        return
    remote = Remote(where)
    with tempfile.TemporaryDirectory(prefix="sds2gen3-", dir=scratch) as folder:
        path = Path(folder) / (where.rstrip("/").rpartition("/")[2] or "dataset")
        if remote.is_file():
            remote.fetch("", path)
            yield path, []
        else:
            path.mkdir()
            yield path, list(_copied(remote, path))


def _copied(remote: Remote, target: Path) -> Iterator[Diagnostic]:
    """Copy what is read, and put something in the place of what is not: whether a file is there and empty matters."""
    for name, size in remote.files().items():
        if name.endswith("/") or not name:
            continue
        if problem := _unsafe(name):
            yield finding("R112", f"'{shown(name)}' is not read: {problem}.", Place(shown(name)))
            continue
        path = target / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(exist_ok=False)
        except OSError:
            message = f"'{shown(name)}' is not read: it is a file and a folder, or no name for a file here."
            yield finding("R112", message, Place(shown(name)))
            continue
        if not _is_read(name):
            path.write_bytes(b"\0" * min(size, 1))
        elif size > LARGEST:
            message = f"This file has {size >> 20:,} MB, which no metadata sheet needs; it is not read."
            raise DataError(finding("R113", message, Place(name)))
        else:
            remote.fetch(name, path)


def _is_read(name: str) -> bool:
    last = name.rpartition("/")[2]
    return named(last) is not None or last in _MARKS


def _unsafe(name: str) -> str:
    if "\\" in name or "\0" in name:
        return "its name holds a backslash or a NUL character"
    if any(part in ("", ".", "..") for part in name.split("/")):
        return "its name leads through '..' or an empty folder name"
    return ""
