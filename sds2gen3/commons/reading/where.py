"""Which records are asked for: `--where sex=Male`, judged by what the export says and not by the server's filters."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from sds2gen3.dictionary.asked import refused, told_as_text
from sds2gen3.dictionary.columns import Column, columns, targets
from sds2gen3.dictionary.types import Dictionary, NodeType, Property
from sds2gen3.errors import UsageError

_CONDITION = re.compile(r"\s*([\w.]+)\s*(!=|>=|<=|=|>|<)(.*)", re.DOTALL)
_SPACED = re.compile(r"\s*[\w.]+\s+(?:!=|>=|<=|=|>|<) .+", re.DOTALL)
"""As people write it who do not mean the blank."""
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Condition:
    """One condition; `columns` are what it looks at, by node. A node that has no such property has no such records."""

    columns: Mapping[str, tuple[Column, ...]]
    operator: str
    value: str

    def meets(self, record: Mapping[str, Any], node: NodeType) -> bool:
        """Whether the record meets it; of a list or of several targets, whether one of them does."""
        found = self.columns.get(node.name, ())
        if not found:
            return False
        values = _values(record, found[0])
        if self.operator in ("=", "!="):
            there = any(_equal(one, self.value) for one in values) if self.value else not values
            return there is (self.operator == "=")
        return any(_compare(one, self.value, _ORDER[self.operator]) for one in values)


def conditions(texts: Sequence[str], nodes: Sequence[NodeType], dictionary: Dictionary) -> tuple[Condition, ...]:
    """The conditions of --where; a value is all that stands after the operator, blanks too.

    Raises UsageError U672 for a name that no node has, U673 for what is no condition, or one that no record can meet.
    """
    found = []
    for text in texts:
        match = _CONDITION.fullmatch(text)
        if match is None:
            hint = "Write NAME=VALUE, or with != < <= > >= in place of =."
            raise UsageError.of("U673", f"'--where {text}' is no condition.", hint=hint, value=text)
        name, sign, value = match.groups()
        found.append(Condition(columns(name, nodes, dictionary), sign, value))
        _check(found[-1], nodes)
    return tuple(found)


def doubts(texts: Sequence[str], nodes: Sequence[NodeType], dictionary: Dictionary) -> tuple[str, ...]:
    """What to say of conditions that are not wrong, and may be meant otherwise. Raises as `conditions`."""
    told: dict[str, None] = {}
    for text, one in zip(texts, conditions(texts, nodes, dictionary), strict=True):
        if _SPACED.fullmatch(text):
            told[f"The blank after '{one.operator}' in '{text}' belongs to the value."] = None
        for known in _properties(one, nodes):
            said = told_as_text(known, one.operator, one.value)
            told |= {said: None} if said else {}
    return tuple(told)


@dataclass(frozen=True)
class Period:
    """The time in which a record was last changed; both ends belong to it."""

    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def of(cls, since: str | None, until: str | None) -> Period:
        """From ISO 8601 dates or times; a date alone is the whole day, a time without zone is UTC. Raises UsageError U673."""
        return cls(_moment("--since", since, time.min), _moment("--until", until, time.max))

    def __bool__(self) -> bool:
        return self.since is not None or self.until is not None

    def holds(self, text: Any) -> bool:
        """Whether a time as the server writes it lies in the period; what is no time does not."""
        try:
            at = datetime.fromisoformat(str(text))
        except ValueError:
            return not self
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return (self.since is None or at >= self.since) and (self.until is None or at <= self.until)


def _moment(option: str, text: str | None, of_day: time) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        hint = "Write it as 2026-03-31 or 2026-03-31T14:00+01:00."
        raise UsageError.of("U673", f"'{option} {text}' is no date.", hint=hint, value=text) from error
    if len(text.strip()) <= len("2026-03-31"):
        found = datetime.combine(found.date(), of_day)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _properties(condition: Condition, nodes: Sequence[NodeType]) -> list[Property]:
    """The properties that the condition looks at: none for a link, or for the server's id."""
    found = ((node, column) for node in nodes for column in condition.columns[node.name][:1])
    return [node.properties[one.name] for node, one in found if one.key is None and one.name in node.properties]


def _check(condition: Condition, nodes: Sequence[NodeType]) -> None:
    """Raises UsageError U673 for a value that no node can have there; with = and !=, nothing means empty."""
    if condition.value == "" and condition.operator in ("=", "!="):
        return
    known = _properties(condition, nodes)
    errors = [refused(one, condition.operator, condition.value) for one in known]
    asked = sum(bool(condition.columns[node.name]) for node in nodes)
    if errors and len(errors) == asked and errors[0] is not None and all(errors):
        raise errors[0]


def _values(record: Mapping[str, Any], column: Column) -> list[Any]:
    if column.key is not None:
        return [one for one in targets(record, column) if one is not None]
    value = record.get(column.name)
    return [one for one in (value if isinstance(value, list) else [value]) if one is not None and one != ""]


def _equal(value: Any, text: str) -> bool:
    if isinstance(value, bool):
        return text.lower() == ("true" if value else "false")
    if isinstance(value, int | float):
        number = _number(text)
        return number is not None and value == number
    return str(value) == text


def _compare(value: Any, text: str, order: Callable[[Any, Any], bool]) -> bool:
    """Numbers as numbers; everything else as text, which is right for ISO dates and times."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = _number(text)
        return number is not None and order(value, number)
    return isinstance(value, str) and order(value, text)


def _number(text: str) -> int | float | None:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return None
