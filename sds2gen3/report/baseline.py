"""Baseline: what an earlier run found is known, only what is new is reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.report.identity import Identity, identity, kind

_SHOWN = 5  # new values that a sentence names


def new_only(reports: Sequence[Report], known: Sequence[Report]) -> list[Report]:
    """The reports with the findings that `known` does not have. Of those left out, `summary['known']` is the number, and
    `summary['known_errors']` that of errors.

    Two findings are the same if their `identity` is: code, file, sheet, column and value, not the row. As many as the
    baseline has of one identity are known: the sixth of what were five is new. Of those the ones at the very same cells
    are taken for the known ones first. A finding of several values (R185) is reported for those of them that are new.
    Datasets are matched by name; a single one with a single one whatever their names.
    """
    single = len(reports) == 1 and len(known) == 1
    by_name: dict[str, list[Diagnostic]] = {}
    for report in known:
        by_name.setdefault("" if single else _name(report), []).extend(report)
    return [_new(report, by_name.get("" if single else _name(report), [])) for report in reports]


def _new(report: Report, before: Sequence[Diagnostic]) -> Report:
    left = Counter(map(identity, before))
    cells = Counter((identity(d), d.place) for d in before)
    hidden: set[int] = set()
    moved: list[tuple[int, Identity]] = []
    for at, d in enumerate(report):
        same = identity(d)
        if not d.values and cells[same, d.place]:
            cells[same, d.place] -= 1
            left[same] -= 1
            hidden.add(at)
        else:
            moved.append((at, same))
    told = _told(before)
    partly: dict[int, Diagnostic] = {}
    for at, same in moved:
        d = report.diagnostics[at]
        if (names := told.get(kind(d))) and (d.values or d.value is not None):
            partly[at] = rest = _rest(d, names)
            if rest.place is None:
                hidden.add(at)
        elif left[same] > 0:
            left[same] -= 1
            hidden.add(at)
    kept = [partly.get(at, d) for at, d in enumerate(report) if at not in hidden]
    errors = sum(d.severity == Severity.ERROR for at, d in enumerate(report) if at in hidden)
    known = {"known": len(hidden), **({"known_errors": errors} if errors else {})} if hidden else {}
    return Report(kept, {**report.summary, **known})


def _told(before: Sequence[Diagnostic]) -> dict[Identity, set[str]]:
    """What the findings of several values told, by their kind; a finding of one value may be one of them now."""
    several = [d for d in before if d.values]
    found: dict[Identity, set[str]] = {kind(d): set() for d in several}
    for d in before:
        if (names := found.get(kind(d))) is not None:
            names.update(d.values or ([str(d.value)] if d.value is not None else []))
    return found


def _rest(d: Diagnostic, known: set[str]) -> Diagnostic:
    """The finding at those of its values that are not known; without a place where all are."""
    if not d.values:
        return replace(d, place=None) if str(d.value) in known else d
    places = [place for place in (d.place, *d.related) if place is not None]
    new = [(value, place) for value, place in zip(d.values, places, strict=False) if value not in known]
    if not new or len(new) == len(d.values):
        return d if new else replace(d, place=None)
    shown = ", ".join(f"'{value}'" for value, _ in new[:_SHOWN]) + (" ..." if len(new) > _SHOWN else "")
    message = f"{d.message} New since the baseline: {shown}."
    (value, place), *more = new
    related = tuple(other for _, other in more)
    return replace(d, message=message, value=value, place=place, related=related, values=tuple(v for v, _ in new))


def _name(report: Report) -> str:
    return str(report.summary.get("dataset"))
