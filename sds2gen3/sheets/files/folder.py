"""List a dataset folder: bounded, never following a link out of the dataset, never opening anything."""

from __future__ import annotations

import os
import stat
from collections import deque
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.place import Place
from sds2gen3.sheets.files.listing import MAX_ENTRIES, Entry, Listing, Sort
from sds2gen3.sheets.files.names import JUNK_FOLDERS, shown

MAX_READ = (512 << 20) + 1  # one byte more than is taken, so that too large a file is told


@dataclass(frozen=True, slots=True)
class _Folder:
    path: str  # POSIX, below the root
    where: str  # as the system knows it
    above: tuple[str, ...]  # the real paths of this folder and those that hold it


def list_folder(root: Path) -> Listing:
    """Everything below `root`, level by level, so that the metadata near the root is seen before the limit is reached."""
    start = _Folder("", str(root), (os.path.realpath(root),))
    entries: dict[str, Entry] = {}
    findings: list[Diagnostic] = []
    waiting = deque([start])
    while waiting:
        folder = waiting.popleft()
        try:
            with os.scandir(folder.where) as found:
                children = sorted(found, key=attrgetter("name"))
        except OSError as error:
            findings.append(_closed(folder.path, error))
            continue
        below = f"{folder.path}/" if folder.path else ""
        for child in children:
            if len(entries) >= MAX_ENTRIES:
                findings.append(_too_many(folder.path))
                return Listing(dict(sorted(entries.items())), findings)
            path = below + _text(child.name)
            entry = _entry(child, path, folder, findings)
            if entry.sort is Sort.FOLDER and child.name.casefold() in JUNK_FOLDERS:
                message = f"The folder '{shown(child.name)}' is not metadata and is ignored."
                findings.append(finding("R107", message, Place(path)))
                continue
            entries[path] = entry
            if entry.sort is Sort.FOLDER:
                waiting.append(_Folder(path, child.path, (*folder.above, os.path.realpath(child.path))))
    return Listing(dict(sorted(entries.items())), findings)


def _entry(child: os.DirEntry[str], path: str, folder: _Folder, findings: list[Diagnostic]) -> Entry:
    if child.is_symlink():
        real, root = os.path.realpath(child.path), folder.above[0]
        if real != root and not real.startswith(root.rstrip(os.sep) + os.sep):
            findings.append(finding("R109", "This link leads out of the dataset and is not followed.", Place(path)))
            return Entry(Sort.LINK)
        if real in folder.above:
            message = "This link leads back to a folder that holds it and is not followed."
            findings.append(finding("R109", message, Place(path), hint="Remove the link."))
            return Entry(Sort.LINK)
    try:
        status = child.stat()
    except OSError:  # a link to nothing, or a name that vanished meanwhile
        return Entry(Sort.LINK)
    if stat.S_ISDIR(status.st_mode):
        return Entry(Sort.FOLDER)
    if not stat.S_ISREG(status.st_mode):
        return Entry(Sort.OTHER)
    return Entry(Sort.FILE, status.st_size, partial(read_file, child.path))


def read_file(path: str) -> bytes:
    """The file's bytes, up to what no metadata file has. It may have been replaced since the walk, by a pipe even."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("it was replaced by something that is no file")
        return file.read(MAX_READ)


def _text(name: str) -> str:
    """The name as valid text: a name that is not UTF-8 would break every report that is."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")


def _closed(folder: str, error: OSError) -> Diagnostic:
    denied = isinstance(error, PermissionError)
    reason = "you are not allowed to open it" if denied else (error.strerror or "unknown reason")
    return finding("R110", f"This folder cannot be opened: {reason}.", Place(folder or "."))


def _too_many(folder: str) -> Diagnostic:
    message = f"The dataset holds more than {MAX_ENTRIES:,} files and folders; the rest was not looked at."
    return finding("R111", message, Place(folder or "."))
