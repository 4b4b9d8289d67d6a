"""Copying a dataset: the files to be repaired as copies of their own, data files without taking room twice where possible."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Set
from pathlib import Path

_CLONE = 0x40049409  # Linux FICLONE: the copy shares its blocks with the original until one of them is written


def copy_tree(root: Path, target: Path, own: Set[str]) -> list[str]:
    """Copy the folder. Gives what was left out: links out of the dataset or to nothing, and what is no file.

    The files in `own` (POSIX paths) become copies in any case. Others are cloned where the file system can, else hard-linked,
    else copied; a link to a place within the dataset stays one.
    """
    left: list[str] = []
    _copy(root, target, "", os.path.realpath(root), own, left)
    return left


def _copy(source: Path, target: Path, path: str, root: str, own: Set[str], left: list[str]) -> None:
    with os.scandir(source) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        name = f"{path}/{entry.name}".lstrip("/")
        new = target / entry.name
        if entry.is_symlink():
            _link(entry, new, name, root, left)
        elif entry.is_dir():
            new.mkdir()
            _copy(Path(entry.path), new, name, root, own, left)
        elif not entry.is_file():
            left.append(name)
        elif name in own:
            shutil.copy2(entry.path, new)
        else:
            _share(entry.path, new)


def _link(entry: os.DirEntry[str], new: Path, name: str, root: str, left: list[str]) -> None:
    real = os.path.realpath(entry.path)
    if not os.path.exists(real) or not (real == root or real.startswith(root.rstrip(os.sep) + os.sep)):
        left.append(name)
        return
    folder = os.path.realpath(os.path.dirname(entry.path))
    new.symlink_to(os.path.relpath(real, folder), target_is_directory=os.path.isdir(real))


def _share(source: str, new: Path) -> None:
    if _cloned(source, new):
        shutil.copystat(source, new)
        return
    try:
        os.link(source, new)
    except OSError:  # another disk, or a file system without hard links
        shutil.copy2(source, new)


def _cloned(source: str, new: Path) -> bool:
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        with open(source, "rb") as old, open(new, "wb") as copy:
            fcntl.ioctl(copy.fileno(), _CLONE, old.fileno())
    except OSError:
        new.unlink(missing_ok=True)
        return False
    return True
