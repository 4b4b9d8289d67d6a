"""Rows: what a manifest says of a file, from the sheets of a dataset or from the records of a commons."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sds2gen3.model import Graph, Table
from sds2gen3.place import Place

FILE = ("filename", "filepath")
"""The columns that name a file, the better one first."""

STUDY, SERIES, INSTANCE = "studyinstanceuid", "seriesinstanceuid", "sopinstanceuid"
_EXTRA = "additional_fields"  # where the bundled mapping keeps the columns that curators added, as JSON


@dataclass(frozen=True, slots=True)
class Row:
    """A row: `values` by the names of its columns, of which only letters and digits count, in lower case.

    `folder` is what a file name counts from, relative to the top of the dataset. `cell` gives the place of a column, or of the
    row without one; a record of a commons has none, and is told by `node` and `name`. `spelt` are the columns as written.
    """

    values: Mapping[str, Any]
    folder: str = ""
    node: str | None = None
    name: str = ""
    manifest: str = ""
    cell: Callable[[str | None], Place | None] | None = field(default=None, repr=False)
    spelt: Mapping[str, str] = field(default_factory=dict, repr=False)

    def text(self, *names: str) -> tuple[str, str]:
        """(column, value as text) of the first of these columns that holds something, else ('', '')."""
        for name in names:
            value = self.values.get(name)
            if isinstance(value, list):
                value = value[0] if value else None
            if value is not None and not isinstance(value, bool | dict) and (text := str(value).strip(" \t\r\n")):
                return name, text
        return "", ""

    def place(self, name: str = "") -> Place | None:
        """The cell of a column, else that of the row; None for a record of a commons."""
        return self.cell(self.spelt.get(name)) if self.cell is not None else None


def squeezed(name: str) -> str:
    """The form in which names of columns are compared: 'MD5 checksum', 'md5_checksum' and 'MD5-Checksum' are one."""
    return "".join(character for character in name.casefold() if character.isalnum())


def rows_of_tables(tables: Iterable[Table]) -> Iterator[Row]:
    """The rows of the manifests of a dataset, in their order."""
    for table in tables:
        spelt = {squeezed(column): column for column in reversed(list(table.columns))}
        columns = {name: table.columns[column] for name, column in spelt.items()}
        for record in range(len(table)):
            values = {name: column[record] for name, column in columns.items() if column[record] is not None}
            cell = partial(table.place, record)
            yield Row(values, table.folder, manifest=table.file, cell=cell, spelt=spelt)


def rows_of_graph(graph: Graph) -> Iterator[Row]:
    """The rows that records were made from, with their cells, of all nodes that list files."""
    for node, table in graph.nodes.items():
        for part in table.parts:
            if not lists_files(part.columns):
                continue
            spelt = {squeezed(column): column for column in reversed(list(part.columns))}
            rows = rows_of_records(part.records(), node)
            for record, row in enumerate(rows):
                yield replace(row, cell=partial(part.place, record), spelt=spelt)


def lists_files(properties: Iterable[str]) -> bool:
    """Whether a node with these properties lists files."""
    return any(squeezed(name) in FILE for name in properties)


def rows_of_records(records: Iterable[Mapping[str, Any]], node: str) -> Iterator[Row]:
    """The rows that records of a commons were made from: their file names count from the top of the dataset.

    What the bundled mapping keeps in `additional_fields` is read as columns of the row.
    """
    for record in records:
        own = {squeezed(name): value for name, value in record.items() if value is not None}
        values = {**_extra(record.get(_EXTRA)), **own}
        manifest = record.get("manifest_file")
        yield Row(
            values,
            node=node,
            name=str(record.get("submitter_id", "")),
            manifest=manifest if isinstance(manifest, str) else "",
        )


def _extra(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return {}
    return {squeezed(name): value for name, value in found.items()} if isinstance(found, dict) else {}


def rows_of_cases(records: Iterable[Mapping[str, Any]], top: str = "primary") -> Iterator[Row]:
    """A row for each subject whose id is `sub-` and a Study Instance UID: the way in which `dtp` finds its images in a PACS.

    The images go to the folder of the subject.
    """
    for record in records:
        subject = record.get("subject_id")
        uid = subject.removeprefix("sub-") if isinstance(subject, str) else ""
        if is_uid(uid) and "." in uid:
            values = {"filename": f"{top}/{subject}", STUDY: uid}
            yield Row(values, node="case", name=str(record.get("submitter_id", "")))


def is_uid(text: str) -> bool:
    """Whether a text is a DICOM UID: digits and dots, at most 64 (DICOM PS3.5 section 9.1)."""
    parts: Sequence[str] = text.split(".")
    return 0 < len(text) <= 64 and all(part.isascii() and part.isdigit() for part in parts)
