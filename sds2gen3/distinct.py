"""The distinct values of a column: most work needs to be done only once for each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

_NUMBERS = frozenset((bool, int, float))
_SINGLE = frozenset((str, type(None))) | _NUMBERS


def distinct(column: Sequence[Any]) -> list[Any]:
    """Every value of the column in order of first appearance, few of them twice. 1, 1.0 and True are distinct.

    Lists and the like are the same where they are one object, as what is made once for many records is.
    """
    if _equal_is_same(column):
        return list(dict.fromkeys(column))
    return list(dict(zip(map(id, column), column, strict=True)).values())


def on_distinct(column: Sequence[Any], function: Callable[[Any], T]) -> list[T]:
    """`function` of each value, called once for each distinct one."""
    keys = column if _equal_is_same(column) else list(map(_key, column))
    known = {key: function(value) for key, value in dict(zip(keys, column, strict=True)).items()}
    return list(map(known.__getitem__, keys))


def _equal_is_same(column: Sequence[Any]) -> bool:
    kinds = set(map(type, column))
    return kinds <= _SINGLE and len(kinds & _NUMBERS) < 2


def _key(value: Any) -> Any:
    return (type(value), value if type(value) in _SINGLE else id(value))
