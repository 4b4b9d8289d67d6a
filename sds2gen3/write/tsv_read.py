"""A node's records from the TSV that we write, with what the server would read from each cell; only `null` and nothing differ."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from sds2gen3.dictionary.types import NodeType
from sds2gen3.validate.targets import key_of
from sds2gen3.write.tsv_cells import NULL, read_back


def read_tsv(content: bytes, node: NodeType) -> list[dict[str, Any]]:
    """The records. An empty cell is left out, `null` is None; values have the types that the dictionary gives them.

    Raises ValueError, in the words of a person, for what is no such table.
    """
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter="\t", strict=True))
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8") from error
    except csv.Error as error:
        raise ValueError(str(error)) from error
    if not rows or "type" not in rows[0]:
        raise ValueError("its first row has no column 'type'")
    header, records = [title.lstrip("*") for title in rows[0]], []
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(header):
            raise ValueError(f"row {number} has {len(row)} cells under {len(header)} titles")
        records.append(_record(header, row, node))
    return records


def _record(header: Sequence[str], row: Sequence[str], node: NodeType) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for title, cell in zip(header, row, strict=True):
        if cell == "":
            continue
        name, dot, key = title.partition(".")
        link = node.links.get(name)
        if link is not None and dot:
            targets = _targets(record.get(name), key or key_of(link), cell)
            record[name] = targets if link.to_many else targets[0] if targets else None
        else:
            schema = node.properties[title].schema if title in node.properties else {}
            record[title] = None if cell == NULL else read_back(cell, schema)
    return record


def _targets(known: Any, key: str, cell: str) -> list[dict[str, Any]]:
    """The targets that a cell names; a second column of the same link adds its key to each."""
    names = [part.strip() for part in cell.split(",") if part.strip() not in ("", NULL)]
    before = known if isinstance(known, list) else [known] if known else []
    if len(before) != len(names):
        before = [{} for _ in names]
    return [{**one, key: name} for one, name in zip(before, names, strict=True)]
