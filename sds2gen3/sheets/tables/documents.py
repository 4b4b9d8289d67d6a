"""A JSON document to Tables (SPEC section 10): records as objects, with canonical names or the sheets' headers as keys."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import LeftOut, Table
from sds2gen3.place import Place
from sds2gen3.sheets.layouts.facts import LABEL, SheetLayout, header_key
from sds2gen3.sheets.tables.headers import own_field, unknown_headers
from sds2gen3.sheets.tables.outcome import SheetRead
from sds2gen3.sheets.tables.values import clean_values

Record = dict[str, Any]
ITSELF = -1  # the row of a record that the pointer itself names


@dataclass(frozen=True)
class _Records:
    """Objects that lie together: each is at `pointer/row`, or at `pointer` itself."""

    pointer: str
    rows: list[int]
    records: list[Record]


@dataclass
class _Made:
    kind: str
    file: str
    tables: dict[str, list[Table]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)


def read_document(document: Any, file: str, layout: SheetLayout) -> SheetRead:
    """The document's Tables. A list of objects, an object with one such list, or an object of id and record; and
    dataset_description and the like as one object, whose groups are lists of values or of objects."""
    made = _Made(layout.kind, file)
    if layout.transposed and isinstance(document, dict) and layout.facts.record == "single":
        _single(made, document, layout)
    else:
        found = _find_records(document, layout)
        if not found:
            message = f"This JSON holds no {layout.facts.noun} records."
            made.findings.append(finding("R158", message, Place(file, pointer="")))
            made.left_out += _left("", document, file)
        for records in found:
            _add(made, layout.kind, layout.facts.noun, records, layout)
    keys = tuple(t.labels[n].casefold() for ts in made.tables.values() for t in ts for n in t.labels)
    return SheetRead(layout.kind, Place(file), made.tables, made.left_out, made.findings, keys)


def _find_records(document: Any, layout: SheetLayout) -> list[_Records]:
    if _is_records(document):
        return [_Records("", list(range(len(document))), list(document))]
    if not isinstance(document, dict):
        return []
    lists = [(key, value) for key, value in document.items() if _is_records(value)]
    if len(lists) == 1:
        key, records = lists[0]
        return [_Records(f"/{_escaped(key)}", list(range(len(records))), list(records))]
    if any(header_key(key) in layout.keys for key in document):
        return [_Records("", [ITSELF], [document])]
    if document and all(isinstance(value, dict) for value in document.values()):
        key_field = layout.facts.key or "id"  # the id is the object's name, so it need not be said again inside
        return [
            _Records(
                f"/{_escaped(key)}",
                [ITSELF],
                [record if _has(record, key_field, layout) else {key_field: key, **record}],
            )
            for key, record in document.items()
        ]
    return []


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(record, dict) for record in value)


def _has(record: Record, name: str, layout: SheetLayout) -> bool:
    return any(layout.keys.get(header_key(key)) == name for key in record)


def _single(made: _Made, document: Record, layout: SheetLayout) -> None:
    """One object: its own fields, and the fields of groups, which are lists of the same length or lists of objects."""
    own: Record = {}
    aligned: dict[str, Record] = {}
    groups = {header_key(name): name for name in layout.facts.groups}
    for key, value in document.items():
        name = layout.keys.get(header_key(key), "")
        group = groups.get(header_key(key))
        if group and (_is_records(value) or isinstance(value, dict)):
            records = value if isinstance(value, list) else [value]
            rows = list(range(len(records))) if isinstance(value, list) else [ITSELF]
            _add(made, group, layout.facts.groups[group].noun, _Records(f"/{_escaped(key)}", rows, records), layout)
        elif name in layout.group_of:
            aligned.setdefault(layout.group_of[name], {})[key] = value
        else:
            own[key] = value
    if own:
        _add(made, layout.kind, layout.facts.noun, _Records("", [ITSELF], [own]), layout)
    for group, fields in aligned.items():
        values = {key: value if isinstance(value, list) else [value] for key, value in fields.items()}
        length = max(map(len, values.values()))
        records = [{k: v[i] for k, v in values.items() if i < len(v)} for i in range(length)]
        rows = [ITSELF] * length
        _add(made, group, layout.facts.groups[group].noun, _Records("", rows, records), layout)


def _add(made: _Made, name: str, noun: str, found: _Records, layout: SheetLayout) -> None:
    """One Table of the objects; a key that some of them lack is empty there."""
    keys = list(dict.fromkeys(key for record in found.records for key in record))
    fields: dict[str, str] = {}
    for key in keys:
        field_name, said = _field(key, fields, layout, Place(made.file, pointer=found.pointer))
        made.findings += said
        if field_name is not None:
            fields[field_name] = key
        else:
            for row, record in zip(found.rows, found.records, strict=True):
                end = f"/{_escaped(key)}"
                pointer = found.pointer + (end if row == ITSELF else f"/{row}{end}")
                made.left_out += _left(pointer, record.get(key), made.file)
    table = Table(
        name,
        made.file,
        None,
        {},
        found.rows,
        {field_name: position for position, field_name in enumerate(fields, 1)},
        labels=fields,
        noun=noun,
        user_columns=tuple(n for n in fields if n not in layout.facts.fields),
        splits={n: split for n in fields if (split := layout.field(n).split)},
        pointer=found.pointer,
    )
    columns = {n: _values(made, table, n, [r.get(key) for r in found.records], layout) for n, key in fields.items()}
    made.tables.setdefault(name, []).append(Table(**{**vars(table), "columns": columns}))


def _field(
    key: str, taken: Mapping[str, str], layout: SheetLayout, place: Place
) -> tuple[str | None, list[Diagnostic]]:
    """The field of a key; None for a second key of the same meaning."""
    name = layout.keys.get(header_key(key))
    known = name is not None
    name = name.removeprefix(LABEL) if name is not None else own_field(key, layout) or "nameless"
    if name in taken:
        message = f"'{taken[name]}' and '{key}' mean the same; only the first was read."
        return None, [finding("S210", message, place)]
    if known:
        return name, []
    missing = {k: n for k, n in layout.keys.items() if n not in taken and not n.startswith("_")}
    return name, unknown_headers([(key, place)], missing, layout)


def _values(made: _Made, table: Table, name: str, raw: Sequence[Any], layout: SheetLayout) -> list[Any]:
    """Plain values; lists stay lists of plain values, and an object is kept as JSON text."""

    def place(index: int) -> Place:
        return table.place(index, name)

    plain: list[Any] = [None if isinstance(value, list | dict) else value for value in raw]
    clean = clean_values(plain, layout.field(name).kind, table.labels[name], place)
    made.findings += clean.findings
    values = clean.values
    for index, value in enumerate(raw):
        if isinstance(value, dict):
            values[index] = _as_text(made, value, place(index))
        elif isinstance(value, list):
            items = [_as_text(made, v, place(index)) if isinstance(v, list | dict) else v for v in value]
            cleaned = clean_values(items, layout.field(name).kind, table.labels[name], partial(_whole, place(index)))
            made.findings += cleaned.findings
            values[index] = [item for item in cleaned.values if item is not None] or None
    return values


def _whole(place: Place, _: int) -> Place:
    """Every item of a list is at the list's own place."""
    return place


def _as_text(made: _Made, value: Any, place: Place) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    made.findings.append(finding("R159", "An object inside a record was kept as JSON text.", place, value=text[:80]))
    return text


def _left(pointer: str, value: Any, file: str) -> list[LeftOut]:
    if value is None or value == "":
        return []
    return [LeftOut(Place(file, pointer=pointer), value, "no known record")]


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
