"""Findings as data: Diagnostic (one finding), Group (equal findings) and Report (what a run has to say)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sds2gen3.catalogue import CATALOGUE, Severity
from sds2gen3.place import Place

STAGES = "CRSMDLU"  # in the order in which the stages run: an earlier error explains a later one at the same cell


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: what is wrong, where, and what to do. `related` holds further cells that belong to it.

    `values` are, where each of these cells has a value of its own, the values at `place` and `related`, in that order.
    """

    code: str
    severity: Severity
    message: str
    hint: str = ""
    place: Place | None = None
    value: Any = None
    node: str | None = None
    property: str | None = None
    related: tuple[Place, ...] = ()
    values: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The stable JSON form, one line of `findings.jsonl` (`v` is its version)."""
        place = self.place
        return {
            "v": 1,
            "code": self.code,
            "severity": self.severity.label,
            "message": self.message,
            "hint": self.hint,
            "place": str(place) if place else None,
            "file": place.file if place else None,
            "sheet": place.sheet if place else None,
            "row": place.row if place else None,
            "column": place.column if place else None,
            "line": place.line if place else None,
            "pointer": place.pointer if place else None,
            "value": self.value,
            "node": self.node,
            "property": self.property,
            "related": [str(other) for other in self.related],
            "related_places": [other.as_dict() for other in self.related],
            **({"values": list(self.values)} if self.values else {}),
        }


def finding(
    code: str,
    message: str,
    place: Place | None = None,
    *,
    hint: str = "",
    value: Any = None,
    severity: Severity | None = None,
    node: str | None = None,
    property: str | None = None,
    related: Iterable[Place] = (),
    values: Iterable[str] = (),
) -> Diagnostic:
    """A Diagnostic with the catalogue's severity and, where none is given, the catalogue's way out as hint.

    Raises KeyError for a code that is not in the catalogue: that is a bug of ours, not a finding.
    """
    entry = CATALOGUE[code]
    return Diagnostic(
        code=code,
        severity=entry.severity if severity is None else severity,
        message=message,
        hint=hint or entry.fix,
        place=place,
        value=value,
        node=node,
        property=property,
        related=tuple(related),
        values=tuple(values),
    )


@dataclass(frozen=True, slots=True)
class Group:
    """Equal findings (same code, message and hint) with all their cells, in reading order."""

    code: str
    severity: Severity
    message: str
    hint: str
    places: tuple[Place, ...]


@dataclass
class Report:
    """All findings of a run, plus what was read, mapped and left out (`summary`, plain JSON values)."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    summary: dict[str, Any] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        return self.count(Severity.ERROR)

    @property
    def stopped(self) -> bool:
        """Whether the dataset cannot be submitted: it has errors, or nobody has filled it in yet."""
        return bool(self.errors or self.summary.get("blank"))

    @property
    def warnings(self) -> int:
        return self.count(Severity.WARNING)

    def count(self, severity: Severity) -> int:
        return sum(1 for d in self.diagnostics if d.severity == severity)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.diagnostics)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics.extend(diagnostics)

    def first_causes(self) -> Report:
        """This report in reading order, without what only repeats an earlier stage's error at the same cell, or its words.

        Nor with what a code of the catalogue says to include: there is one finding for one cause.
        """
        blamed: dict[Place, int] = {}
        for d in self.diagnostics:
            if d.severity == Severity.ERROR and d.place is not None and d.place.cell:
                stage = STAGES.index(d.code[0])
                blamed[d.place] = min(stage, blamed.get(d.place, stage))
        kept = [
            d
            for d in self.diagnostics
            if d.place is None or blamed.get(d.place, len(STAGES)) >= STAGES.index(d.code[0])
        ]
        once: dict[tuple[Place | None, str], Diagnostic] = {}
        for d in sorted(_without_included(kept), key=_reading_order):
            once.setdefault((d.place, d.message), d)
        return Report(list(once.values()), self.summary)

    def groups(self) -> list[Group]:
        """Equal findings together: files in reading order, the worst first within a file."""
        found: dict[tuple[str, str, str, str], list[Diagnostic]] = {}
        for d in self.diagnostics:
            file = d.place.file if d.place else ""
            found.setdefault((file, d.code, d.message, d.hint), []).append(d)
        groups = [
            Group(code, members[0].severity, message, hint, tuple(p for d in members for p in _places(d)))
            for (_, code, message, hint), members in found.items()
        ]
        return sorted(groups, key=lambda g: (g.places[0].file if g.places else "", -g.severity))


def _without_included(found: list[Diagnostic]) -> list[Diagnostic]:
    """The findings without those whose every cell has one that includes them; that one then weighs as much as they do."""
    includers: dict[tuple[str, Place], list[int]] = {}
    for number, d in enumerate(found):
        for code in CATALOGUE[d.code].includes:
            for place in _places(d):
                includers.setdefault((code, place), []).append(number)
    if not includers:
        return found
    worst: dict[int, Severity] = {}
    gone: set[int] = set()
    for number, d in enumerate(found):
        by = [includers.get((d.code, place), []) for place in _places(d)]
        if by and all(by):
            gone.add(number)
            worst.update({one: max(d.severity, worst.get(one, d.severity)) for some in by for one in some})
    return [
        replace(d, severity=worst[number]) if worst.get(number, d.severity) > d.severity else d
        for number, d in enumerate(found)
        if number not in gone
    ]


def _places(d: Diagnostic) -> tuple[Place, ...]:
    return ((d.place,) if d.place else ()) + d.related


def _reading_order(d: Diagnostic) -> tuple[Any, ...]:
    return (*(d.place.order if d.place else ("", "", 0, 0, "")), STAGES.index(d.code[0]), d.code, d.message)
