"""Export: all records of a node, streamed, or some by id (contract section 8)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from werkzeug.wrappers import Response

from sds2gen3.sandbox.access import READ
from sds2gen3.sandbox.bodies import parse_json
from sds2gen3.sandbox.commons import Commons
from sds2gen3.sandbox.http import Call, ConnectionCut, Refusal, answer, attachment, gunicorn_page, stream
from sds2gen3.sandbox.schemas import Shape
from sds2gen3.sandbox.store import Record
from sds2gen3.sandbox.templates import DELIMITERS, columns

_SEPARATORS = {"csv": "#", "tsv": ","}


def export(commons: Commons, call: Call) -> Response:
    """`GET` or `POST …/export`. Whether the project exists is not asked [820]."""
    commons.allowed(call, READ)
    asked: Any = call.request.args if call.request.method == "GET" else parse_json(call.request.get_data(as_text=True))
    without_id = asked.get("without_id", "false")
    if not isinstance(without_id, str):
        raise Refusal(500, "internal server error")  # the server calls .lower() on what JSON gives [835]
    form = asked.get("format") or "tsv"
    if asked.get("ids"):
        return _export_ids(commons, call, asked, form, without_id.lower() == "true")
    label = asked.get("node_label")
    if not label:
        raise Refusal(400, "expected either `ids` or `node_label` parameter")
    shape = commons.schemas.get(label)
    if shape is None:
        raise Refusal(400, f"dictionary does not have node with type {label}")
    if shape.category == "internal":
        raise Refusal(400, "cannot export node with category `internal`")
    if not shape.owned:
        return gunicorn_page(500, "Internal Server Error")
    header = _header(commons, shape, without_id.lower() == "true")
    records = commons.store.find(label, projects=[call.project_id], order="id")
    kind = "application/json" if form.lower() == "json" else "application/octet-stream"
    return stream(_lines(commons, shape, header, records, form), kind, f"{label}.{form}")


def _header(commons: Commons, shape: Shape, without_id: bool) -> list[str]:
    return [name.lstrip("*") for name in columns(commons.schemas, shape, without_id) if name != "urls"]


def _lines(commons: Commons, shape: Shape, header: list[str], records: list[Record], form: str) -> Iterable[str]:
    """The body, made at once, so that no writer comes between its lines."""
    if form not in ("json", *DELIMITERS):
        return _broken(header)
    rows = _rows(commons, header, records)
    return ["".join(_json(rows) if form == "json" else _table(rows, header, form))]


def _broken(header: list[str]) -> Iterator[str]:
    """The server notices an unknown format only while it answers [819]."""
    yield "\t".join(header) + "\n"
    raise ConnectionCut


def _json(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Null properties are left out; a link is a list of `node_id` and key [205, 810]."""
    yield '{ "data": ['
    for number, row in enumerate(rows):
        yield ("," if number else "") + json.dumps(row)
    yield "]}"


def _table(rows: Iterable[dict[str, Any]], header: list[str], form: str) -> Iterator[str]:
    """Tables are not quoted, and the header of a CSV has tabs [811, 813]."""
    plain = [name for name in header if "." not in name]
    linked = [name for name in header if "." in name]
    yield "\t".join([*plain, *linked]) + "\n"
    for row in rows:
        yield DELIMITERS[form].join(_cells(row, plain, linked, _SEPARATORS[form], "")) + "\n"


def _rows(commons: Commons, header: list[str], records: list[Record]) -> Iterator[dict[str, Any]]:
    """The records, all of one node, without nulls, with their links as lists of objects."""
    plain = [name for name in header if "." not in name]
    keys: dict[str, list[str]] = {}
    for column in header:
        link, dot, key = column.partition(".")
        if dot:
            keys.setdefault(link, []).append(key)
    above = {link: commons.store.parents_of_all(records, link) for link in keys}
    for record in records:
        own = {**record.props, "id": record.id, "type": record.type}
        row: dict[str, Any] = {name: own[name] for name in plain if name in own}
        for link, parents in above.items():
            if record.id in parents:
                row[link] = [{_link_key(key): _value(one, key) for key in keys[link]} for one in parents[record.id]]
        yield row


def _link_key(key: str) -> str:
    return "node_id" if key == "id" else key


def _value(record: Record, key: str) -> Any:
    return record.id if key == "id" else record.props.get(key)


def _cells(row: Mapping[str, Any], plain: list[str], linked: list[str], separator: str, empty: str) -> list[str]:
    cells = [_cell(row.get(name), empty) for name in plain]
    for name in linked:
        link, _, key = name.partition(".")
        targets = [one.get(_link_key(key)) for one in row.get(link, ())]
        cells.append(separator.join(str(one) for one in targets if one not in (None, "")))
    return cells


def _cell(value: Any, empty: str) -> str:
    if value is None:
        return empty
    return ",".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _export_ids(commons: Commons, call: Call, asked: Mapping[str, Any], form: str, without_id: bool) -> Response:
    """Some records by id: a bare list, or one table; two types are more than the server can take [825-835]."""
    given = asked["ids"]
    ids = given.split(",") if isinstance(given, str) else given
    if not isinstance(ids, list):
        raise Refusal(400, f"Invalid list of ids: {ids}")
    if not all(isinstance(one, str) for one in ids):
        raise Refusal(400, f"Ids must be strings: {ids}")
    found = commons.store.find(ids=ids, projects=[call.project_id])
    if not found:
        raise Refusal(404, f"Unable to find {', '.join(ids)}")
    if str(asked.get("with_children", "")).lower() == "true":
        found += [child for record in found for child in commons.store.children(record)]
    shapes = {record.type for record in found}
    if len(shapes) > 1:
        raise Refusal(500, "internal server error")
    shape = commons.schemas.shapes[shapes.pop()]
    header = _header(commons, shape, without_id)
    empty = dict.fromkeys(name for name in header if "." not in name)
    rows = [{**empty, "id": one.id, **row} for one, row in zip(found, _rows(commons, header, found), strict=True)]
    if form == "json":
        bodies = [{**{name: [] for name in shape.links}, **row} for row in rows]
        return _named(answer(bodies), f"{shape.name}.json")
    if form not in DELIMITERS:
        raise Refusal(400, f"Format {form} not supported")
    return attachment(_quoted(header, rows, form), "application/octet-stream", f"{shape.name}.{form}")


def _quoted(header: list[str], rows: list[dict[str, Any]], form: str) -> str:
    """Quoted, unlike the export of a node, and with 'None' for what is empty [827]."""
    plain = [name for name in header if "." not in name]
    linked = [name for name in header if "." in name]
    output = io.StringIO()
    writer = csv.writer(output, delimiter=DELIMITERS[form])
    writer.writerow([*plain, *linked])
    writer.writerows(_cells(row, plain, linked, ",", "None") for row in rows)
    return output.getvalue()


def _named(response: Response, filename: str) -> Response:
    response.headers["Content-Disposition"] = f"attachment; filename={filename}"
    return response
