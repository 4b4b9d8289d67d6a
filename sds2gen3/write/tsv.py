"""A node's records as the TSV that the server reads: a column per property, links as `experiments.submitter_id`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Any

from sds2gen3.dictionary.types import Dictionary, Link
from sds2gen3.model import NodeTable, Part
from sds2gen3.validate.targets import ids_of, key_of
from sds2gen3.write.tsv_cells import text_of


def as_tsv(table: NodeTable, dictionary: Dictionary | None) -> Iterator[bytes]:
    """Header and rows in UTF-8 without a byte order mark, which would hide the first column from the server [332].

    A record that lacks a column of another one has an empty cell. What cannot be told this way is in `tsv_findings`.
    """
    links = dictionary.nodes[table.node].links if dictionary and table.node in dictionary.nodes else {}
    names = list(dict.fromkeys(name for part in table.parts for name in part.columns))
    yield _lines([[header(name, links.get(name)) for name in names]])
    for part in table.parts:
        columns = (_cells(part, name, links.get(name)) for name in names)
        yield _lines(zip(*columns, strict=False))


def header(name: str, link: Link | None) -> str:
    """The column's name: a property's own, a link's with the key that names its target."""
    return name if link is None else f"{name}.{key_of(link)}"


def _cells(part: Part, name: str, link: Link | None) -> Iterable[str]:
    column = part.columns.get(name)
    if column is None:
        return repeat("", len(part))
    return map(text_of, column) if link is None else (link_text(value, link) for value in column)


def link_text(value: Any, link: Link) -> str:
    """The ids of a link's targets with commas [909]."""
    return ",".join(ids_of(value, link) or ())


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
