"""The list of what a person has to look at, as a plain text that lies beside the workbooks."""

from __future__ import annotations

from collections.abc import Sequence

from sds2gen3.diagnostics import Diagnostic, Group, Report

_CELLS = 20


def to_check(findings: Sequence[Diagnostic], heading: str) -> str:
    """The text: errors first, equal findings once with all their cells, what is to be done, and a box to tick."""
    lines = [heading, "", "Only metadata workbooks are written here, no data files.", ""]
    for group in sorted(Report(list(findings)).groups(), key=_order):
        places = [str(place) for place in group.places]
        more = f" and {len(places) - _CELLS:,} more" if len(places) > _CELLS else ""
        where = f"{', '.join(places[:_CELLS])}{more}: " if places else ""
        lines.append(f"[ ] {where}{group.message} ({group.severity.label} {group.code})")
        lines += [f"    {group.hint}"] if group.hint else []
    return "\n".join(lines) + "\n"


def _order(group: Group) -> tuple[int, tuple[str, str, int, int, str], str]:
    return -group.severity, group.places[0].order if group.places else ("", "", 0, 0, ""), group.code
