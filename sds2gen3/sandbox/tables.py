"""TSV and CSV as the server reads them, with all that it loses (contract section 4)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from sds2gen3.sandbox.http import Refusal
from sds2gen3.sandbox.schemas import Schemas, Shape, class_name

_COLUMNS = {"csv": ",", "tsv": "\t"}
_TARGETS = {"csv": "#", "tsv": ","}
_ITEMS = {"string": str, "integer": int, "number": float, "boolean": bool}


def read_table(text: str, kind: str, schemas: Schemas) -> list[dict[str, Any]]:
    """One document per row; rows without type, or of an unknown one, are dropped without a word [312-314]."""
    lines = io.StringIO("\n".join(text.strip().splitlines()))
    try:
        return list(_documents(csv.DictReader(lines, delimiter=_COLUMNS[kind]), _TARGETS[kind], schemas))
    except (AttributeError, csv.Error) as error:
        raise Refusal(400, f"Unable to parse document: {error}") from error


def _documents(rows: Iterator[dict[Any, Any]], separator: str, schemas: Schemas) -> Iterator[dict[str, Any]]:
    for row in rows:
        # A row with more cells than headers has them under None, which has no lstrip: the server's own message [336].
        cells = {key.lstrip("*"): value for key, value in ((_strip(key), _strip(row[key])) for key in row)}
        shape = schemas.get(cells.get("type") or None)
        if shape is not None:
            yield _document(cells, shape, separator, schemas)


def _document(cells: Mapping[str, Any], shape: Shape, separator: str, schemas: Schemas) -> dict[str, Any]:
    document: dict[str, Any] = {}
    links: dict[str, list[dict[str, Any]]] = {}
    for key, value in cells.items():
        name, dot, of_target = key.partition(".")
        if dot:
            links.setdefault(name, []).extend(_targets(name, of_target, value, shape, separator, schemas))
        elif value in ("", "null"):
            document[key] = None
        elif value is not None:
            document[key] = _cast(shape, key, value)
    return {**document, **links}


def _targets(
    name: str, key: str, value: str | None, shape: Shape, separator: str, schemas: Schemas
) -> Iterator[dict[str, Any]]:
    """The link objects of a cell. A column `samples.submitter_id#1` gives keys that nothing knows [910]."""
    for part in value.split(separator) if value is not None else ():
        if part in ("", "null"):
            continue
        if name not in shape.edges:
            raise AttributeError(f"type object '{class_name(shape.name)}' has no attribute '{name}'")
        target = schemas.get(shape.edges[name].other)
        yield {key: _cast(target, key, part.strip()) if target else part.strip()}


def _cast(shape: Shape, key: str, text: str) -> Any:
    """The value in the property's first type, or the text as it is where that fails [326-329]."""
    kind = shape.types.get(key, str)
    try:
        if kind is bool:
            return {"true": True, "false": False}.get(text.lower(), text)
        if kind is list:
            return _items(text, _ITEMS.get(_item_type(shape, key), str))
        if kind is float:
            return int(float(text)) if float(text).is_integer() else float(text)
        return kind(text)
    except (ValueError, OverflowError):
        return text


def _item_type(shape: Shape, key: str) -> str:
    items = shape.served.get("properties", {}).get(key, {}).get("items", {})
    return str(items.get("type")) if isinstance(items, dict) else ""


def _items(text: str, kind: type) -> list[Any]:
    """Split at every comma, also inside a name such as 'Doe, John' [321]."""
    items = [item.strip() for item in text.split(",")]
    if kind is int:
        return [int(float(item)) for item in items]
    if kind is float:
        return [float(item) for item in items]
    return [item.lower() in ("true", "t", "yes", "y") for item in items] if kind is bool else items


def _strip(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
