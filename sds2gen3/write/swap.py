"""A folder written beside the old one and put in its place as a whole: the old one or the new one, never a mixture."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sds2gen3.errors import UsageError

_AT_ONCE = 8  # files that the disk is waited for


@contextmanager
def swapped(folder: Path, check: Callable[[Path], None]) -> Iterator[Path]:
    """A new folder beside `folder` to write into; when the block ends well it takes its place, else it is removed.

    `check(target)` raises where the folder must not be replaced. Raises UsageError C935 where it cannot be written.
    """
    try:
        target = folder.resolve()
        check(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear_up(target)
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


@contextmanager
def swapped_file(path: Path) -> Iterator[BinaryIO]:
    """A new file to write into, which takes the place of `path` when the block ends well. Raises UsageError C935."""
    try:
        target = path.resolve()
        if target.is_dir():
            raise UsageError.of("C935", f"'{path}' is a folder.")
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear_up(target)
        partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
        try:
            with partial.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
            _settle(target.parent)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError.of("C935", f"'{path}' cannot be written: {reason}.") from error


@contextmanager
def settling() -> Iterator[Callable[[Path], None]]:
    """A function that has the disk keep a file while others are still being made; what went wrong is raised at the end."""
    with ThreadPoolExecutor(1) as pool:
        begun: list[Future[None]] = []
        yield lambda path: begun.append(pool.submit(_sync_file, path))
        for one in begun:
            one.result()


def apart(folder: Path, target: Path, dataset: str) -> None:
    """Raises UsageError C931 where the target and the dataset lie one within the other."""
    root = Path(dataset).resolve() if dataset else None
    if root is not None and root.exists() and (root == target or root in target.parents or target in root.parents):
        raise UsageError.of("C931", f"'{folder}' and the dataset '{dataset}' lie one within the other.")


def _sync(folder: Path) -> None:
    """Wait until the disk has everything: a rename must not be on it before the files are."""
    within = sorted(folder.rglob("*"))
    with ThreadPoolExecutor(_AT_ONCE) as pool:  # a disk settles several files in hardly more time than one
        list(pool.map(_sync_file, (path for path in within if path.is_file())))
    for inner in reversed([folder, *(path for path in within if path.is_dir())]):
        _sync_folder(inner)


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _clear_up(target: Path) -> None:
    """Remove what runs that were killed have left beside the folder; one killed between two renames left it nameless."""
    left = re.compile(rf"\.{re.escape(target.name)}\.(partial|old)-(\d+)")
    for path in sorted(target.parent.iterdir()):
        found = left.fullmatch(path.name)
        if found and not _runs(int(found[2])):
            if found[1] == "old" and not target.exists():
                path.rename(target)
            elif path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    """Whether there is such a process. Asking is not without danger on Windows, so there everything is left alone."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def _take_place(partial: Path, target: Path) -> None:
    """Exchange the two in one step where the system can, else swap by renaming; the old folder is put back if that fails."""
    if target.exists() and _exchanged(partial, target):
        _settle(target.parent)
        return
    old = target.with_name(f".{target.name}.old-{os.getpid()}")
    if target.exists():
        target.rename(old)
    try:
        partial.rename(target)
    except BaseException:
        if old.exists():
            old.rename(target)
        raise
    _settle(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def _settle(parent: Path) -> None:
    """Wait for the renaming. It is done: a disk that will not say when it is kept is no reason to call it failed."""
    with suppress(OSError):
        _sync_folder(parent)


_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the two have changed places, so that there is no moment without either; False where nothing was done."""
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError):  # an old C library
        return False
    return bool(rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)
