"""submitter_ids from templates: injective, so that two different things never get the same one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sds2gen3.mapping.rules import Template
from sds2gen3.mapping.transforms import as_text
from sds2gen3.model import OMIT

_ESCAPE = "%"


def fill(template: Template, values: Sequence[str]) -> str:
    """The template with its fields filled in, reversibly: `parse(template, fill(template, values)) == values`.

    A field is followed by a literal (the separator). In every field but the last, the escape character and the separator's
    punctuation are percent-encoded, so the separator's first occurrence ends the field; the last field stands as it is.
    A field without those characters reads as itself. `mapping check` refuses a separator without punctuation (M326).
    """
    literals = template.literals
    text = literals[0]
    last = len(values) - 1
    for position, value in enumerate(values):
        text += (value if position == last else _escaped(value, literals[position + 1])) + literals[position + 1]
    return text


def fill_columns(template: Template, columns: Sequence[list[Any]]) -> list[str | None]:
    """`fill` for each record of the columns; None where a field is blank. Fields that never change are filled in once."""
    *leading, last = map(_texts, columns)
    end = template.literals[-1]
    if last and all(len(set(column)) == 1 for column in leading):
        fixed = [column[0] for column in leading]
        start = fill(template, [text or "" for text in (*fixed, "")]).removesuffix(end)
        return [None if text is None or None in fixed else start + text + end for text in last]
    rows = zip(*leading, last, strict=True)
    return [None if None in texts else fill(template, [text or "" for text in texts]) for texts in rows]


def _texts(column: list[Any]) -> list[str | None]:
    """`text_of` each value; without a call per value where all are the same, or text, as ids mostly are."""
    if column and type(column[0]) is str and column.count(column[0]) == len(column):
        return [text_of(column[0])] * len(column)
    if set(map(type, column)) <= {str, type(None)}:
        return [(value and value.strip()) or None for value in column]
    return [text_of(value) for value in column]


def parse(template: Template, text: str) -> list[str]:
    """The fields that `fill` was given. Raises ValueError for a text that the template cannot have made."""
    literals = template.literals
    if not text.startswith(literals[0]) or not text.endswith(literals[-1]):
        raise ValueError(f"{text!r} is not made by {template.text!r}")
    rest = text[len(literals[0]) : len(text) - len(literals[-1])]
    values = []
    for separator in literals[1:-1]:
        field, found, rest = rest.partition(separator)
        if not found:
            raise ValueError(f"{text!r} is not made by {template.text!r}")
        values.append(_unescaped(field))
    return [*values, rest] if template.fields else values


def text_of(value: Any) -> str | None:
    """How a value reads in an id or a reference: text as it is, whole numbers without a point, None for nothing."""
    if value is None or value is OMIT or isinstance(value, list):
        return None
    return as_text(value).strip() or None


def _escaped(value: str, separator: str) -> str:
    reserved = {_ESCAPE, *(character for character in separator if not character.isalnum())}
    if not reserved.intersection(value):
        return value
    return "".join("".join(f"{_ESCAPE}{byte:02X}" for byte in c.encode()) if c in reserved else c for c in value)


def _unescaped(field: str) -> str:
    data = bytearray()
    position = 0
    while position < len(field):
        if field[position] == _ESCAPE:
            data.append(int(field[position + 1 : position + 3], 16))
            position += 3
        else:
            data += field[position].encode("utf-8", "surrogatepass")
            position += 1
    return data.decode("utf-8", "surrogatepass")
