"""When two findings of two runs are the same one."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.report.json import strict

Identity = tuple[str, ...]
_ROW = re.compile(r"(?<=[A-Z])\d+(?![\w(])|(?<=\$)\d+")  # of A1 or $A$1, not of LOG10(


def identity(d: Diagnostic) -> Identity:
    """What makes a finding the same in another run: its code, file and sheet, its column, and the value found there.

    Rows do not count, so that a row put in above does not make everything below it new, nor do they in a formula, which
    follows the cells that it speaks of. Where no value is told, the message stands for it. The node
    and property count, the hint and the severity do not: they may be worded and set anew.
    In a sheet with its fields in rows the column is the record and the row the field; the message tells them apart.
    """
    told = d.message if d.value is None else json.dumps(strict(_settled(d.value)), sort_keys=True, default=str)
    *where, node, property = kind(d)
    return (*where, told, node, property)


def kind(d: Diagnostic) -> Identity:
    """The identity without the value: what findings of one kind in one column have in common."""
    place = d.place
    where: tuple[Any, ...] = ("", "", "", "")
    if place is not None:
        where = (
            place.file,
            place.sheet or "",
            place.column or "",
            "" if place.pointer is None else _field(place.pointer),
        )
    return (d.code, *map(str, where), d.node or "", d.property or "")


def fingerprint(d: Diagnostic) -> str:
    """The identity as 32 hexadecimal digits."""
    text = json.dumps(identity(d), ensure_ascii=True)
    return sha256(text.encode("ascii")).hexdigest()[:32]


def _settled(value: Any) -> Any:
    """A formula without the numbers of rows."""
    return _ROW.sub("#", value) if isinstance(value, str) and value.startswith("=") else value


def _field(pointer: str) -> str:
    """The pointer without the numbers of items, which change as rows do."""
    return "/".join("#" if step.isdigit() else step for step in pointer.split("/"))
