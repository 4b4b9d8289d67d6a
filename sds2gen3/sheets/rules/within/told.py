"""How the values of a column that are not as they should be are told: errors cell by cell, other things by value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sds2gen3.catalogue import CATALOGUE, Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.place import Place
from sds2gen3.sheets.rules.within.odd import AllFit, odd

_FEW = {Severity.WARNING: 3, Severity.INFO: 1}  # values of a column; if more have the same fault, it is told once


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value: the code, and the end of the sentence that quotes value and field ('has no unit')."""

    code: str
    what: str
    hint: str = ""
    severity: Severity | None = None

    @property
    def grade(self) -> Severity:
        return CATALOGUE[self.code].severity if self.severity is None else self.severity


Judge = Callable[[str], Fault | None]


def tell(
    table: Table,
    name: str,
    judge: Judge,
    *,
    hint: str = "",
    column: Sequence[Any] | None = None,
    all_fit: AllFit | None = None,
) -> Iterator[Diagnostic]:
    """What `judge` says of the values of a column; `hint` where it advises nothing, `column` to leave out some values.

    `all_fit` says of many values at once that there is nothing to say of any.
    """
    known = cache(judge)  # for what is odd: to remember all the values that are right would only cost
    seen: dict[Fault, dict[str, list[Place]]] = {}
    values = table.columns[name] if column is None else column
    for text, _, place in odd(table, name, values, lambda text: judge(text) is None, all_fit):
        fault = known(text)
        if fault is not None:
            seen.setdefault(fault, {}).setdefault(text, []).append(place)
    yield from _told(seen, label(table, name), hint)


def _told(seen: dict[Fault, dict[str, list[Place]]], label: str, hint: str) -> Iterator[Diagnostic]:
    by_code: dict[tuple[str, Severity], list[tuple[Fault, str, list[Place]]]] = {}
    for fault, texts in seen.items():
        for text, places in texts.items():
            by_code.setdefault((fault.code, fault.grade), []).append((fault, text, places))
    for (_, grade), cases in by_code.items():
        if grade == Severity.ERROR:
            yield from (_one(fault, text, label, [place], hint) for fault, text, places in cases for place in places)
        elif len(cases) <= _FEW[grade]:
            yield from (_one(fault, text, label, places, hint) for fault, text, places in cases)
        else:
            fault, text, _ = cases[0]
            where = [place for _, _, places in cases for place in places]
            shared = fault.hint if len({one.hint for one, _, _ in cases}) == 1 else ""
            yield _one(fault, text, label, where, shared or hint, others=len(cases) - 1)


def _one(fault: Fault, text: str, label: str, places: list[Place], hint: str, others: int = 0) -> Diagnostic:
    more = f", and so with {others:,} more." if others else "."
    message = f"{quoted(text)} at '{label}' {fault.what}{more}"
    advice = hint if others and hint else fault.hint or hint
    return finding(fault.code, message, places[0], hint=advice, value=text, severity=fault.severity, related=places[1:])


def quoted(text: object) -> str:
    """The value in quotes and on one line, cut where it is a whole page."""
    line = " ".join(str(text).split())
    return f"'{line}'" if len(line) <= 80 else f"'{line[:77]}...'"


def label(table: Table, name: str) -> str:
    """The field's name as its sheet has it."""
    return table.labels.get(name, name.replace("_", " ")).strip()


def filled(table: Table, name: str) -> list[tuple[int, Any]]:
    """The records that have something in the field, with its value."""
    return [(record, value) for record, value in enumerate(table.columns.get(name, ())) if value not in (None, [])]


def says(value: Any, words: Collection[str]) -> bool:
    """Whether the value is one of the words, whatever its case."""
    return str(value).strip().casefold() in words


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing to be said of several cells: the sentence without its full stop, the value quoted, and its cells."""

    sentence: str
    value: str
    places: tuple[Place, ...]
    hint: str = ""


def tell_all(code: str, severity: Severity, tellings: Sequence[Telling]) -> Iterator[Diagnostic]:
    """Each with its cells; if they are many, the first with the cells of all. Errors are never put together."""
    if severity == Severity.ERROR or len(tellings) <= _FEW[severity]:
        for one in tellings:
            yield finding(
                code,
                f"{one.sentence}.",
                one.places[0],
                hint=one.hint,
                value=one.value,
                severity=severity,
                related=one.places[1:],
            )
        return
    first = tellings[0]
    where = [place for one in tellings for place in one.places]
    message = f"{first.sentence}, and so with {len(tellings) - 1:,} more."
    yield finding(code, message, where[0], hint=first.hint, value=first.value, severity=severity, related=where[1:])
