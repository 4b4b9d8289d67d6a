"""The values of a column that do not fit: each distinct value is judged once, however many records have it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from sds2gen3.model import Table
from sds2gen3.patterns import splitter
from sds2gen3.place import Place

Odd = tuple[str, int, Place]
AllFit = Callable[[Collection[str]], bool]
"""Whether all of many texts fit, found out in one go; False says nothing of any one of them."""


def odd(
    table: Table, name: str, column: Sequence[Any], fits: Callable[[str], bool], all_fit: AllFit | None = None
) -> Iterator[Odd]:
    """Each text in the column that does not fit, with its record and cell; a cell of several values may give several.

    `all_fit` is for columns of many different values, where asking for each takes long.
    """
    split = table.splits.get(name)
    kinds = set(map(type, column))
    lists = list in kinds
    if all_fit and not split and kinds == {str} and all_fit(column):
        return
    distinct = {v for v in column if not isinstance(v, list)} if lists else set(column)
    distinct.discard(None)
    if split:
        odd = {value: wrong for value in distinct if (wrong := [t for t in parts(value, split) if not fits(t)])}
    else:
        odd = {value: [str(value)] for value in distinct if not fits(str(value))}
    if not lists and not odd:
        return
    for record, value in enumerate(column):
        if isinstance(value, list):
            for item, one in enumerate(value):
                place = table.place(record, name, _at(table, name, item))
                yield from ((text, record, place) for text in parts(one, split) if not fits(text))
        elif value in odd:
            yield from ((text, record, table.place(record, name)) for text in odd[value])


def _at(table: Table, name: str, item: int) -> int | None:
    return item if item < len(table.items.get(name, ())) else None


def parts(value: Any, split: str | None) -> list[str]:
    """The values in a cell."""
    text = str(value)
    return splitter(split).split(text) if split else [text]
