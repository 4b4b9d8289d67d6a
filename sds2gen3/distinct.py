"""The distinct values of a column: most work needs to be done only once for each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

_SAMPLE = 500
_NUMBERS = frozenset((bool, int, float))
_SINGLE = frozenset((str, type(None))) | _NUMBERS


def distinct(column: Sequence[Any]) -> list[Any]:
    """Every value of the column in order of first appearance, few of them twice. 1, 1.0 and True are distinct.

    Lists and the like are the same where they are one object, as what is made once for many records is. A column in which
    hardly anything seems to repeat is given back as it is: to find the few that do costs more than to look at them twice.
    """
    if _equal_is_same(column):
        return list(column) if _hardly_repeats(column) else list(dict.fromkeys(column))
    return list(dict(zip(map(id, column), column, strict=True)).values())


def on_distinct(column: Sequence[Any], function: Callable[[Any], T]) -> list[T]:
    """`function` of each value, called once for each distinct one."""
    keys = column if _equal_is_same(column) else list(map(_key, column))
    known = {key: function(value) for key, value in dict(zip(keys, column, strict=True)).items()}
    return list(map(known.__getitem__, keys))


def _hardly_repeats(column: Sequence[Any]) -> bool:
    """By its beginning, where runs of one value show, and by a sample from everywhere, where what comes in turns shows."""
    sample = [*column[:_SAMPLE], *column[_SAMPLE :: max(1, len(column) // _SAMPLE)]]
    return len(column) > _SAMPLE and len(set(sample)) == len(sample)


def _equal_is_same(column: Sequence[Any]) -> bool:
    kinds = set(map(type, column))
    return kinds <= _SINGLE and len(kinds & _NUMBERS) < 2


def _key(value: Any) -> Any:
    return (type(value), value if type(value) in _SINGLE else id(value))
