"""provenance.jsonl: for each record, the cells that each of its values came from.

A line differs from the next one of its sheet only in the row, so lines are made from a template per sheet and pattern of
empty cells, not from a Place per cell: 100,000 records take a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

import orjson

from sds2gen3.model import OMIT, Graph, Part, Table
from sds2gen3.place import Place, column_letter

_CHUNK = 3_000  # pieces of lines that are encoded at once
_HOLE = "\0"  # where the row goes: JSON text never holds a raw NUL


def provenance(graph: Graph) -> Iterator[bytes]:
    """The lines {"v", "type", "submitter_id", "cells": {property: cell, or list of cells}}, many at a time, in record order.

    A property that comes from no cell (a constant, an empty cell) is not listed.
    """
    for node, table in graph.nodes.items():
        for part in table.parts:
            yield from (_by_template if _is_regular(part) else _one_by_one)(node, part)


def _is_regular(part: Part) -> bool:
    """Whether a record's cells follow from its row alone: every value of the part's table in one cell."""
    table = part.table
    if table is None or table.pointer is not None:
        return table is None
    fields = {field for fields in part.origins.values() for field in fields}
    return not fields.intersection(table.items)


def _one_by_one(node: str, part: Part) -> Iterator[bytes]:
    names = [name for name in part.columns if name in part.origins or name in part.gathered]
    for number, key in enumerate(_keys(part)):
        carried = [name for name in names if part.columns[name][number] is not OMIT]
        cells = {name: [place.full for place in part.places(number, name)] for name in carried}
        yield _line(node, key, {name: places for name, places in cells.items() if places})


def _line(node: str, key: Any, cells: dict[str, list[str]]) -> bytes:
    single = {name: places[0] if len(places) == 1 else places for name, places in cells.items()}
    return orjson.dumps({"v": 1, "type": node, "submitter_id": key, "cells": single}, option=orjson.OPT_APPEND_NEWLINE)


def _keys(part: Part) -> Sequence[Any]:
    return part.columns.get("submitter_id") or [None] * len(part)


def _by_template(node: str, part: Part) -> Iterator[bytes]:
    head = orjson.dumps({"v": 1, "type": node, "submitter_id": ""})[:-3].decode()
    templates: dict[tuple[bool, ...], list[str]] = {}
    marks, names = _marks(part)
    patterns: Iterable[tuple[bool, ...]] = zip(*marks, strict=True) if marks else repeat(())
    lines: list[str] = []
    for key, row, there in zip(_spelt(_keys(part)), _rows(part), patterns, strict=False):
        pieces = templates.get(there)
        if pieces is None:
            pieces = templates[there] = _template(part, dict(zip(names, there, strict=True))).split(_HOLE)
        lines += head, key, row.join(pieces)
        if len(lines) > _CHUNK:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


def _spelt(keys: Sequence[Any]) -> Iterable[str]:
    """Each key as JSON. Most keys need nothing but quotes, which is seen of all at once."""
    if set(map(type, keys)) == {str}:
        together = "".join(keys)
        if together.isascii() and together.isprintable() and not ('"' in together or "\\" in together):
            return (f'"{key}"' for key in keys)
    return (orjson.dumps(key).decode() for key in keys)


def _rows(part: Part) -> Iterable[str]:
    """What the places of the records differ in: the row, or in a transposed sheet the column's letters."""
    table = part.table
    if table is None:
        return repeat("")
    spell = column_letter if table.transposed else str
    along = table.rows
    return (spell(along[taken]) for taken in part.rows)


def _marks(part: Part) -> tuple[list[list[bool]], list[tuple[str, str]]]:
    """For what not every record has, which records have it: (property, '') and (property, field) -> True or False."""
    table = part.table
    marks: list[list[bool]] = []
    names: list[tuple[str, str]] = []
    for name, column in part.columns.items():
        fields = part.origins.get(name, ())
        if part.ragged and (fields or name in part.gathered) and OMIT in column:
            marks.append([value is not OMIT for value in column])
            names.append((name, ""))
        for field in fields:
            cells = table.columns.get(field, ()) if table is not None and field in table.headers else ()
            if None in cells:
                marks.append([cells[row] is not None for row in part.rows])
                names.append((name, field))
    return marks, names


def _template(part: Part, there: dict[tuple[str, str], bool]) -> str:
    """The end of a line, with a hole wherever the row stands."""
    cells = {name: _cells(part, name, there) for name in part.columns if there.get((name, ""), True)}
    texts = {name: f"[{','.join(found)}]" if len(found) > 1 else found[0] for name, found in cells.items() if found}
    inner = ",".join(f"{_json(name)}:{text}" for name, text in texts.items())
    return f',"cells":{{{inner}}}}}\n'


def _cells(part: Part, name: str, there: dict[tuple[str, str], bool]) -> list[str]:
    """The cells of a property as JSON texts with holes."""
    if name in part.gathered:
        return [_json(place.full) for place in part.places(0, name)]
    table = part.table
    if table is None:
        return []
    fields = [field for field in part.origins.get(name, ()) if there.get((name, field), True)]
    return [_cell(table, field) for field in fields if field in table.headers]


def _cell(table: Table, field: str) -> str:
    """The full place of a field's cell as a JSON text with a hole for the row; spelt by Place, as everywhere."""
    across = table.headers[field]
    if table.transposed:
        full = Place(table.file, table.sheet, row=across, column=1).full
        return f'{_json(full[: -len(f"A{across}")])[:-1]}{_HOLE}{across}"'
    full = Place(table.file, table.sheet, row=1, column=across).full
    return f'{_json(full[:-1])[:-1]}{_HOLE}"'


def _json(text: str) -> str:
    return orjson.dumps(text).decode()
