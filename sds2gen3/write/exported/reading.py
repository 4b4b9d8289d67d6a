"""A node's records from the CSV and the workbook that `export` writes, each value as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sds2gen3.dictionary.columns import Column
from sds2gen3.dictionary.types import NodeType
from sds2gen3.validate.targets import key_of
from sds2gen3.write.exported.cells import from_csv, from_workbook, holds_texts


def read_csv(content: bytes, node: NodeType) -> list[dict[str, Any]]:
    """The records; an empty cell is left out. Raises ValueError, in the words of a person, for what is no such table."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8") from error
    except csv.Error as error:
        raise ValueError(str(error)) from error
    return _records(rows, node, from_csv)


def read_xlsx(content: bytes, node: NodeType) -> list[dict[str, Any]]:
    """As `read_csv`, of the first sheet of a workbook, which may have been edited and saved by another program."""
    from sds2gen3.sheets.files.locate import Source
    from sds2gen3.sheets.formats.content import read_content

    source = Source(node.name, f"{node.name}.xlsx", len(content), lambda: content)
    found = read_content(source, line_ends=True)
    if not found.grids:
        raise ValueError(found.findings[0].message.rstrip(".") if found.findings else "it is no workbook")
    return _records(found.grids[0].rows, node, from_workbook)


def _records(rows: Sequence[Sequence[Any]], node: NodeType, read: Callable[[Any, bool], Any]) -> list[dict[str, Any]]:
    if not rows:
        raise ValueError("its first row has no titles")
    columns = [_column(str(title or ""), node) for title in rows[0]]
    texts = [holds_texts(node, column) for column in columns]
    records = []
    for number, row in enumerate(rows[1:], 2):
        if any(cell not in (None, "") for cell in row[len(columns) :]):
            raise ValueError(f"row {number} has {len(row)} cells under {len(columns)} titles")
        try:
            values = [read(cell, text) for cell, text in zip(row, texts, strict=False)]
        except ValueError as error:
            raise ValueError(f"row {number} has a cell that is not as it was written") from error
        if any(value is not None for value in values):
            records.append(_record(columns, values))
    return records


def _column(title: str, node: NodeType) -> Column:
    name, dot, key = title.partition(".")
    link = node.links.get(name)
    return Column(title) if link is None else Column(name, key if dot else key_of(link), link.to_many)


def _record(columns: Iterable[Column], values: Iterable[Any]) -> dict[str, Any]:
    """A second column of the same link adds its key to each target."""
    record: dict[str, Any] = {}
    for column, value in zip(columns, values, strict=False):
        if value is None:
            continue
        if column.key is None:
            record[column.name] = value
        elif column.many:
            targets = value if isinstance(value, list) else [value]
            known = record.setdefault(column.name, [{} for _ in targets])
            if len(known) != len(targets):
                raise ValueError(f"two columns of the link '{column.name}' name different numbers of records")
            for target, one in zip(known, targets, strict=True):
                target[column.key] = one
        else:
            record.setdefault(column.name, {})[column.key] = value
    return record
