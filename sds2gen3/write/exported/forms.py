"""The forms that exported records are written in; each takes the records one by one, so that none is kept in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from sds2gen3.dictionary.columns import Column
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.errors import DataError
from sds2gen3.model import OMIT, Dataset, Graph, NodeTable, Part
from sds2gen3.write.exported.cells import guarded, holds_texts, plain, value_of
from sds2gen3.write.exported.json_text import json_of
from sds2gen3.write.exported.xlsx import write_xlsx
from sds2gen3.write.tsv_cells import text_of
from sds2gen3.write.tsv_findings import tsv_findings

_CHUNK = 1_000
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """What is written: the node and its columns, and the dictionary that both are of."""

    node: str
    columns: Sequence[Column]
    dictionary: Dictionary

    def is_text(self, column: Column) -> bool:
        """Whether the column holds texts and nothing else."""
        return holds_texts(self.dictionary.nodes[self.node], column)


def write_json(records: Iterable[Record], sheet: Sheet, file: BinaryIO) -> None:
    """One array, indented by two."""
    separator = b"["
    for chunk in _chunks(records):
        file.write(separator + b"\n" + json_of(chunk, indent=True)[2:-2])
        separator = b","
    file.write(b"[]\n" if separator == b"[" else b"\n]\n")


def write_jsonl(records: Iterable[Record], sheet: Sheet, file: BinaryIO) -> None:
    """One record a line."""
    for record in records:
        file.write(json_of(record) + b"\n")


def write_tsv(records: Iterable[Record], sheet: Sheet, file: BinaryIO) -> None:
    """As the server reads it (contract section 4): see `write.tsv_cells`. Raises DataError D460-D464 for what it cannot carry."""
    _rows([[column.title for column in sheet.columns]], file, "\t")
    for chunk in _chunks(records):
        _refuse(chunk, sheet)
        _rows(([_tsv_cell(record, column) for column in sheet.columns] for record in chunk), file, "\t")


def write_csv(records: Iterable[Record], sheet: Sheet, file: BinaryIO) -> None:
    """For people and their spreadsheets, in UTF-8: lists as JSON, and no text that would be run as a formula."""
    texts = [sheet.is_text(column) for column in sheet.columns]
    _rows([[column.title for column in sheet.columns]], file, ",")
    for record in records:
        values = (value_of(record, column) for column in sheet.columns)
        cells = [_csv_cell(value, text) for value, text in zip(values, texts, strict=True)]
        _rows([cells], file, ",")


def _xlsx(records: Iterable[Record], sheet: Sheet, file: BinaryIO) -> None:
    """A workbook of one sheet. Raises DataError U675 for what a cell or a sheet cannot hold."""
    rows = ([value_of(record, column) for column in sheet.columns] for record in records)
    write_xlsx(sheet.node, [column.title for column in sheet.columns], rows, file)


FORMS: dict[str, Callable[[Iterable[Record], Sheet, BinaryIO], None]] = {
    "json": write_json,
    "jsonl": write_jsonl,
    "tsv": write_tsv,
    "csv": write_csv,
    "xlsx": _xlsx,
}


def _csv_cell(value: Any, texts_only: bool) -> str:
    text = plain(value, texts_only)
    return guarded(text) if isinstance(value, str) else text


def _tsv_cell(record: Record, column: Column) -> str:
    if column.name not in record:
        return ""
    if column.key is None:
        return text_of(record[column.name])
    value = value_of(record, column)
    return ",".join("" if one is None else str(one) for one in (value if isinstance(value, list) else [value]))


def _refuse(chunk: list[Record], sheet: Sheet) -> None:
    columns = {
        name: [record.get(name, OMIT) for record in chunk] for name in dict.fromkeys(c.name for c in sheet.columns)
    }
    graph = Graph(Dataset("", sheet.node, "", {}), {sheet.node: NodeTable(sheet.node, (Part(columns, ragged=True),))})
    found = [one for one in tsv_findings(graph, sheet.dictionary) if one.severity.label == "error"]
    if found:
        raise DataError(*found)


def _chunks(records: Iterable[Record]) -> Iterator[list[Record]]:
    iterator = iter(records)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def _rows(rows: Iterable[Sequence[str]], file: BinaryIO, delimiter: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    file.write(text.getvalue().encode())
