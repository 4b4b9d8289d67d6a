"""A folder that is replaced as a whole: the old one or the new one, never a mixture, and never somebody's own files."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from sds2gen3.errors import UsageError
from sds2gen3.write.summary import MARKER, NAME

_OURS = re.compile(r"nodes|provenance\.jsonl|unmapped\.jsonl|report\.json|nodes/\d\d+_\w+\.(json|jsonl|tsv)")
_STRAY = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))  # what file managers leave behind


@contextmanager
def replacing(folder: Path, dataset: str) -> Iterator[Path]:
    """A new folder beside `folder` to write into; when the block ends well it takes its place, else it is removed.

    Raises UsageError: C930 for a folder that is not ours, C931 where it would mix with the dataset, C932 for files of the
    user in it, C935 where it cannot be written.
    """
    try:
        target = folder.resolve()
        _check(target, folder, dataset)
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


def _check(target: Path, folder: Path, dataset: str) -> None:
    root = Path(dataset).resolve() if dataset else None
    if root is not None and root.exists() and (root == target or root in target.parents or target in root.parents):
        raise UsageError.of("C931", f"'{folder}' and the dataset '{dataset}' lie one within the other.")
    if not target.exists():
        return
    if not target.is_dir():
        raise UsageError.of("C930", f"'{folder}' is a file.")
    inside = sorted(path.relative_to(target).as_posix() for path in _entries(target))
    if not inside:
        return
    if not _is_marked(target / NAME):
        raise UsageError.of("C930", f"'{folder}' was not written by sds2gen3 and is not empty.")
    strange = [name for name in inside if not _OURS.fullmatch(name)]
    if strange:
        names = ", ".join(f"'{name}'" for name in strange[:3]) + (" ..." if len(strange) > 3 else "")
        raise UsageError.of("C932", f"'{folder}' holds other files: {names}.")


def _entries(folder: Path) -> Iterator[Path]:
    """What stands in the folder and in its `nodes`."""
    for path in folder.iterdir():
        if path.name not in _STRAY:
            yield path
            if path.name == "nodes" and path.is_dir():
                yield from (inner for inner in path.iterdir() if inner.name not in _STRAY)


def _is_marked(path: Path) -> bool:
    """Whether the file is a report.json of ours."""
    try:
        document = orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(document, dict) and document.get("made_by") == MARKER


def _sync(folder: Path) -> None:
    """Wait until the disk has everything: a rename must not be on it before the files are."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    _sync_folder(folder / "nodes")
    _sync_folder(folder)


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
