"""Tables as a folder of SDS workbooks: complete or not there at all, and read back before it is said to be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from sds2gen3 import __version__
from sds2gen3.blank.helps import Helps
from sds2gen3.blank.workbook import workbook
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.errors import DataError, UsageError
from sds2gen3.model import Dataset, Table
from sds2gen3.restore.compare import Comparison, compare
from sds2gen3.restore.rows import kinds_by_table
from sds2gen3.restore.sheet import sheet_for
from sds2gen3.restore.to_check import to_check
from sds2gen3.sheets import read_dataset
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.write.summary import MARKER
from sds2gen3.write.swap import apart, swapped

NAME, LIST = "sds.json", "to_check.txt"
"""What was written, for programs; and what a person has to look at."""

_STRAY = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))
_ROWS, _COLUMNS = 1_048_575, 16_000


@dataclass(frozen=True)
class Written:
    """The workbooks' paths in the folder, the folder as it is read, and how that compares with what was to be written."""

    files: tuple[str, ...]
    dataset: Dataset
    comparison: Comparison


@dataclass(frozen=True)
class Note:
    """What is put beside the workbooks: findings under a heading, and what is known of where the tables come from."""

    heading: str
    findings: Sequence[Diagnostic]
    about: Mapping[str, Any]


def write_sds(
    dataset: Dataset, version: str, folder: Path, layouts: Layouts, note: Callable[[Written], Note]
) -> Written:
    """Write the tables as workbooks of the version, and return what was written.

    `note(written)` gives the Note that is put beside them. The folder appears complete or not at all; one that was
    written so before is replaced. Raises UsageError: C930 for a folder that is not ours, C931 where it would mix with the
    dataset, C932 for files of the user in it, C935 where it cannot be written; DataError U675 for more than a sheet holds.
    """
    books = _books(dataset, layouts)
    helps = cache(lambda name: Helps.of(name, layouts))  # read once for all workbooks
    with swapped(folder, lambda target: _check(folder, target, dataset.root)) as partial:
        for file, (kind, tables) in books.items():
            blank, cells = sheet_for(kind, version, tables, layouts, helps)
            _fits(file, cells, blank.transposed)
            path = partial / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(workbook(blank, cells))
        again = read_dataset(partial, layouts.declarations, metadata_only=True)
        written = Written(tuple(books), again, compare(dataset, again, layouts))
        told = note(written)
        (partial / NAME).write_bytes(_summary(written, version, told))
        if told.findings:
            (partial / LIST).write_text(to_check(told.findings, told.heading), encoding="utf-8", newline="\n")
    return written


def _books(dataset: Dataset, layouts: Layouts) -> dict[str, tuple[str, list[Table]]]:
    """The workbooks by path: kind of sheet and tables. Files that only differ in their form (.csv, .json) become one."""
    kinds = kinds_by_table(layouts)
    books: dict[str, tuple[str, list[Table]]] = {}
    for name, tables in dataset.tables.items():
        for table in tables:
            if len(table):
                kind = kinds[name]
                path = f"{table.folder}/{kind}.xlsx" if table.folder else f"{kind}.xlsx"
                books.setdefault(path, (kind, []))[1].append(table)
    return dict(sorted(books.items()))


def _fits(file: str, cells: Mapping[str, Sequence[Any]], transposed: bool) -> None:
    longest, most = max(map(len, cells.values()), default=0), _COLUMNS if transposed else _ROWS
    if longest > most or len(cells) > _COLUMNS:
        what = f"{longest:,} values of a field" if longest > most else f"{len(cells):,} columns"
        raise DataError.of("U675", f"'{file}' would have {what}, which is more than a sheet holds.")


def _check(folder: Path, target: Path, dataset: str) -> None:
    """Refuse to replace anything that was not written here."""
    apart(folder, target, dataset)
    if not target.exists():
        return
    if not target.is_dir():
        raise UsageError.of("C930", f"'{folder}' is a file.")
    inside = sorted(
        path.relative_to(target).as_posix()
        for path in target.rglob("*")
        if path.name not in _STRAY and (path.is_symlink() or not path.is_dir())
    )
    if not inside:
        return
    ours = _ours(target / NAME)
    if ours is None:
        raise UsageError.of("C930", f"'{folder}' was not written by sds2gen3 and is not empty.")
    strange = [name for name in inside if name not in ours]
    if strange:
        names = ", ".join(f"'{name}'" for name in strange[:3]) + (" ..." if len(strange) > 3 else "")
        raise UsageError.of("C932", f"'{folder}' holds other files: {names}.")


def _ours(path: Path) -> frozenset[str] | None:
    """The files that were written, None where the folder was not written here."""
    try:
        told = orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(told, dict) or told.get("made_by") != MARKER or not isinstance(told.get("files"), list):
        return None
    return frozenset([*map(str, told["files"]), NAME, LIST])


def _summary(written: Written, version: str, told: Note) -> bytes:
    cells = [
        {"table": table, "field": field, **counts}
        for (table, field), counts in written.comparison.by_field().items()
        if table
    ]
    document = {
        "v": 1,
        "made_by": MARKER,
        "version": __version__,
        "sds_version": version,
        **told.about,
        "files": list(written.files),
        "cells": cells,
        "findings": [one.as_dict() for one in told.findings],
    }
    return orjson.dumps(document, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
