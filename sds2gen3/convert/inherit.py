"""Links that a record has from the record it was derived from: a sample of a sample belongs to that sample's subject."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sds2gen3.convert.ids import text_of
from sds2gen3.convert.links import references
from sds2gen3.convert.lookup import Lookup
from sds2gen3.mapping.rules import LinkRule, NodeRule
from sds2gen3.model import OMIT, Part


def inherit(rule: NodeRule, link: LinkRule, parts: Sequence[Part], lookup: Lookup) -> list[Part]:
    """The parts with the link filled in from parents, their parents and so on; left out where parents do not agree."""
    known: dict[str, Any] = {}
    columns = [list(part.columns.get(link.name) or [OMIT] * len(part)) for part in parts]
    names = [part.columns["submitter_id"] for part in parts]
    above: dict[tuple[int, int], list[str]] = {}
    below: dict[str, list[tuple[int, int]]] = {}
    for number, part in enumerate(parts):
        for record, name in enumerate(names[number]):
            if columns[number][record] is not OMIT:
                known[name] = columns[number][record]
                continue
            above[number, record] = list(_parents(rule, link, part, record, lookup))
            for parent in above[number, record]:
                below.setdefault(parent, []).append((number, record))
    ready = deque(above)
    while ready:
        number, record = ready.popleft()
        value = _agreed(above[number, record], known) if columns[number][record] is OMIT else None
        if value is not None:
            name = names[number][record]
            columns[number][record] = known[name] = value
            ready.extend(below.get(name, ()))
    return [_with(part, link, column) for part, column in zip(parts, columns, strict=True)]


def _parents(rule: NodeRule, link: LinkRule, part: Part, record: int, lookup: Lookup) -> Iterator[str]:
    """The submitter_ids of the records of the same node that this record's own cells name."""
    table = part.table
    if table is None or any(source not in table.columns for _, source in link.inherit):
        return
    index = lookup.index(rule.node, tuple(template for template, _ in link.inherit))
    row = part.rows[record]
    cells = [table.columns[source][row] for _, source in link.inherit]
    narrowing = tuple(text_of(cell) or "" for cell in cells[1:])
    for text in references(cells[0], table.splits.get(link.inherit[0][1])):
        yield from index.get((text, *narrowing), [])


def _agreed(above: list[str], known: dict[str, Any]) -> Any:
    """The parents' common link; None while a parent's is open, where there are no parents, or where they differ."""
    values = [known.get(name) for name in above]
    return values[0] if values and None not in values and all(value == values[0] for value in values) else None


def _with(part: Part, link: LinkRule, column: list[Any]) -> Part:
    if all(value is OMIT for value in column):
        return part
    columns = dict(part.columns)
    if link.name not in columns:  # links stand before properties
        head = list(columns)[:2]
        columns = {name: columns[name] for name in head} | {link.name: column} | columns
    columns[link.name] = column
    sources = (*part.origins.get(link.name, ()), *(source for _, source in link.inherit))
    origins = {**part.origins, link.name: tuple(dict.fromkeys(sources))}
    return replace(part, columns=columns, origins=origins, ragged=part.ragged or OMIT in column)
