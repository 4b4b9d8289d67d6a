"""Baseline: what an earlier run found is known, only what is new is reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.report.identity import Identity, identity


def new_only(reports: Sequence[Report], known: Sequence[Report]) -> list[Report]:
    """The reports with the findings that `known` does not have; `summary['known']` is the number of those left out.

    Two findings are the same if their `identity` is: code, file, sheet, column and value, not the row. As many as the
    baseline has of one identity are known: the sixth of what were five is new. Of those the ones at the very same cells
    are taken for the known ones first. Datasets are matched by name; a single one with a single one whatever their names.
    """
    single = len(reports) == 1 and len(known) == 1
    by_name: dict[str, list[Diagnostic]] = {}
    for report in known:
        by_name.setdefault("" if single else _name(report), []).extend(report)
    return [_new(report, by_name.get("" if single else _name(report), [])) for report in reports]


def _new(report: Report, known: Sequence[Diagnostic]) -> Report:
    left = Counter(map(identity, known))
    cells = Counter((identity(d), d.place) for d in known)
    hidden: set[int] = set()
    moved: list[tuple[int, Identity]] = []
    for at, d in enumerate(report):
        same = identity(d)
        if cells[same, d.place]:
            cells[same, d.place] -= 1
            left[same] -= 1
            hidden.add(at)
        else:
            moved.append((at, same))
    for at, same in moved:
        if left[same] > 0:
            left[same] -= 1
            hidden.add(at)
    kept = [d for at, d in enumerate(report) if at not in hidden]
    return Report(kept, {**report.summary, "known": len(hidden)} if hidden else dict(report.summary))


def _name(report: Report) -> str:
    return str(report.summary.get("dataset"))
