"""Stores: OUT, on this machine's disks or behind an address, with what is kept of each dataset."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Protocol

from sds2gen3.batch.remote import Remote
from sds2gen3.batch.sweep import sweep
from sds2gen3.errors import UsageError
from sds2gen3.storage import is_remote, local_path
from sds2gen3.write import LEDGER

SUMMARY = "batch.json"
KEPT = "batch"
"""The folder in OUT that holds, for each dataset, the record of what became of it, and its findings."""

REPORT = "report.json"
_UNFINISHED = ".sds2gen3-partial"


class Store(Protocol):
    shown: str

    def folder(self, name: str) -> AbstractContextManager[Path]:
        """Where the output of a dataset is to be written; at the end of the block it is in OUT."""

    def digest(self, name: str) -> str | None:
        """The hash of a dataset's report.json, which is there when all is; None where it is not."""

    def read(self, name: str) -> bytes | None:
        """A file of OUT; None where there is none."""

    def write(self, name: str, content: bytes) -> None:
        """A file of OUT: the old one or the new one, never a part. Raises UsageError C935 or UnreachableError C918."""

    def sweep(self) -> None:
        """Remove what killed workers have left behind."""


def store_of(out: str) -> Store:
    """The store of that path or address."""
    return RemoteStore(out) if is_remote(out) else DiskStore(out)


class DiskStore:
    """OUT as a folder of this machine, or one that all machines share."""

    def __init__(self, out: str) -> None:
        self.shown = Path(local_path(out)).as_posix()
        self.root = Path(os.path.abspath(local_path(out)))

    def folder(self, name: str) -> AbstractContextManager[Path]:
        return nullcontext(self.root / name)

    def digest(self, name: str) -> str | None:
        content = self.read(f"{name}/{REPORT}")
        return None if content is None else hashlib.sha256(content).hexdigest()

    def read(self, name: str) -> bytes | None:
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        target = self.root / name
        partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                partial.write_bytes(content)
                partial.replace(target)
            finally:
                partial.unlink(missing_ok=True)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise UsageError.of("C935", f"'{self.shown}/{name}' cannot be written: {reason}.") from error

    def sweep(self) -> None:
        for folder in (self.root, self.root / KEPT):
            sweep(folder)


class RemoteStore:
    """OUT behind an fsspec address. A dataset's folder is complete when its report.json is there: it goes first and comes last."""

    def __init__(self, out: str) -> None:
        self.shown = out.rstrip("/")

    @contextmanager
    def folder(self, name: str) -> Iterator[Path]:
        """A local likeness of the folder as it is; what is changed in it is uploaded."""
        remote = Remote(f"{self.shown}/{name}")
        with tempfile.TemporaryDirectory(prefix="sds2gen3-") as scratch:
            target = Path(scratch) / name
            there = remote.files()
            _likeness(remote, there, target)
            before = _state(target)
            yield target
            after = _state(target)
            changed = [file for file, state in after.items() if before.get(file) != state]
            if REPORT in changed:
                gone = [file for file in there if file not in after and file not in (LEDGER, _UNFINISHED)]
                _replace(remote, target, changed, gone)
            else:
                for file in changed:
                    remote.put(target / file, file)

    def digest(self, name: str) -> str | None:
        content = self.read(f"{name}/{REPORT}")
        return None if content is None else hashlib.sha256(content).hexdigest()

    def read(self, name: str) -> bytes | None:
        return Remote(self.shown).read(name)

    def write(self, name: str, content: bytes) -> None:
        Remote(self.shown).write(name, content)

    def sweep(self) -> None:
        """Nothing is left behind: a file is there as a whole or not at all."""


def _likeness(remote: Remote, there: dict[str, int], target: Path) -> None:
    """The files by name, so that what is not ours is noticed; whole only those that are read. After a broken upload: none."""
    if not there or (_UNFINISHED in there and REPORT not in there):
        return
    for name in there:
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name in (REPORT, LEDGER):
            remote.fetch(name, path)
        elif name != _UNFINISHED:
            path.touch()


def _state(folder: Path) -> dict[str, tuple[int, int, int]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    stats = {path.relative_to(folder).as_posix(): path.stat() for path in files}
    return {name: (stat.st_ino, stat.st_mtime_ns, stat.st_size) for name, stat in stats.items()}


def _replace(remote: Remote, source: Path, changed: list[str], gone: list[str]) -> None:
    remote.write(_UNFINISHED, b"")
    remote.remove(REPORT)
    for name in gone:
        remote.remove(name)
    for name in (*(name for name in changed if name != REPORT), REPORT):
        remote.put(source / name, name)
    remote.remove(_UNFINISHED)
