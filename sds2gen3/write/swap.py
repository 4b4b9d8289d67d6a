"""A folder written beside the old one and put in its place as a whole: the old one or the new one, never a mixture."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sds2gen3.errors import UsageError


@contextmanager
def swapped(folder: Path, check: Callable[[Path], None]) -> Iterator[Path]:
    """A new folder beside `folder` to write into; when the block ends well it takes its place, else it is removed.

    `check(target)` raises where the folder must not be replaced. Raises UsageError C935 where it cannot be written.
    """
    try:
        target = folder.resolve()
        check(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
        shutil.rmtree(partial, ignore_errors=True)
        try:
            partial.mkdir()
            yield partial
            _sync(partial)
            _take_place(partial, target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError.of("C935", f"'{folder}' cannot be written: {reason}.") from error


def apart(folder: Path, target: Path, dataset: str) -> None:
    """Raises UsageError C931 where the target and the dataset lie one within the other."""
    root = Path(dataset).resolve() if dataset else None
    if root is not None and root.exists() and (root == target or root in target.parents or target in root.parents):
        raise UsageError.of("C931", f"'{folder}' and the dataset '{dataset}' lie one within the other.")


def _sync(folder: Path) -> None:
    """Wait until the disk has everything: a rename must not be on it before the files are."""
    folders = [folder]
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
        elif path.is_dir():
            folders.append(path)
    for inner in reversed(folders):
        _sync_folder(inner)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _take_place(partial: Path, target: Path) -> None:
    """Swap by renaming. The old folder is put back if its successor cannot take its place."""
    old = target.with_name(f".{target.name}.old-{os.getpid()}")
    if target.exists():
        target.rename(old)
    try:
        partial.rename(target)
    except BaseException:
        if old.exists():
            old.rename(target)
        raise
    _sync_folder(target.parent)
    shutil.rmtree(old, ignore_errors=True)
