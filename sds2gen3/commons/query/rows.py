"""An answer as tables: one for each list at the top, with a column for each value asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Row = dict[str, list[Any]]


def tables(answer: Mapping[str, Any]) -> dict[str, tuple[list[str], list[list[str]]]]:
    """Header and rows of each list by its name; single values, such as counts, are in a table of the name ''.

    What lies behind a link stands in columns such as `samples.submitter_id`; several values in a cell have commas.
    """
    found: dict[str, tuple[list[str], list[list[str]]]] = {}
    single = {name: value for name, value in answer.items() if not _is_list(value)}
    for name, value in answer.items():
        if _is_list(value):
            rows = [_row(item) for item in value]
            header = _header(rows)
            found[name] = header, [[", ".join(map(shown, row.get(column, ()))) for column in header] for row in rows]
    if single:
        flat = _row(single)
        found[""] = ["", ""], [[name, ", ".join(map(shown, values))] for name, values in flat.items()]
    return found


def _header(rows: list[Row]) -> list[str]:
    """All columns; a link without any target has none of its own where others tell what lies behind it."""
    filled = {column: False for row in rows for column in row}
    for row in rows:
        filled |= {column: True for column, values in row.items() if values}
    behind = {column[:at] for column in filled for at, letter in enumerate(column) if letter == "."}
    return [column for column, has in filled.items() if has or column not in behind]


def shown(value: Any) -> str:
    """A plain value in a cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _row(item: Mapping[str, Any]) -> Row:
    row: Row = {}
    for name, value in _values(item, ""):
        row.setdefault(name, []).extend([] if value is None else [value])
    return row


def _values(item: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for name, value in item.items():
        full = f"{path}.{name}" if path else name
        if isinstance(value, dict):
            yield from _values(value, full)
        elif isinstance(value, list):
            for one in value:
                if isinstance(one, dict):
                    yield from _values(one, full)
                else:
                    yield full, one
            if not value:
                yield full, None
        else:
            yield full, value
