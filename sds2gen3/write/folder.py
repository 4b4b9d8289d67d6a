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
from sds2gen3.write.swap import apart, swapped

LEDGER = "submission.jsonl"
"""What became of the records in a commons: it outlives the records in the folder."""

LOG = "submission.log"
"""What a submission says that was left to itself."""

REQUESTS = "requests"
"""What a dry run would have sent."""

_OURS = re.compile(
    r"nodes|provenance\.jsonl|unmapped\.jsonl|report\.json|submission\.jsonl|submission\.log|requests"
    r"|nodes/\d\d+_\w+\.(json|jsonl|tsv|csv|xlsx)"
)
_STRAY = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))  # what file managers leave behind


@contextmanager
def replacing(folder: Path, dataset: str) -> Iterator[Path]:
    """A new folder beside `folder` to write into; when the block ends well it takes its place, else it is removed.

    Raises UsageError: C930 for a folder that is not ours, C931 where it would mix with the dataset, C932 for files of the
    user in it, C935 where it cannot be written.
    """
    with swapped(folder, lambda target: _check(target, folder, dataset)) as partial:
        yield partial
        for name in (LEDGER, LOG):
            _keep(folder.resolve() / name, partial / name)


def _check(target: Path, folder: Path, dataset: str) -> None:
    apart(folder, target, dataset)
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


def _keep(kept: Path, place: Path) -> None:
    """The file in the new folder too; as the same one where that can be, since a submission may be adding to it."""
    if kept.is_file():
        try:
            os.link(kept, place)
        except OSError:
            shutil.copyfile(kept, place)
