"""Cells as a curator would list them: A4, A7-A9, rows 3-5. Nothing here knows about findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sds2gen3.place import Place, column_letter

Run = list[Place]


def ranges(places: Sequence[Place]) -> list[tuple[str, int]]:
    """The places of one sheet as compact texts in reading order, each with the number of places it stands for."""
    unique = sorted(dict.fromkeys(places), key=lambda place: place.order)
    down = _runs(unique, lambda p: (p.column or 0, p.row or 0))
    across = _runs(unique, lambda p: (p.row or 0, p.column or 0))
    best = min(down, across, key=len)
    return [(_text(run), len(run)) for run in sorted(best, key=lambda run: run[0].order)]


def listed(places: Sequence[Place], limit: int) -> str:
    """`A4, A7-A9 and 12 more`: at most `limit` entries (0: all), then how many places are not shown."""
    entries = ranges(places)
    shown = entries[:limit] if limit else entries
    hidden = sum(count for _, count in entries[len(shown) :])
    return ", ".join(text for text, _ in shown) + (f" and {hidden} more" if hidden else "")


def counted(places: Sequence[Place]) -> str:
    """`4 cells`, `3 rows`, `2 columns`, or `5 places` where they are of different kinds."""
    unique = dict.fromkeys(places)
    kinds = {_kind(place) for place in unique}
    kind = kinds.pop() if len(kinds) == 1 else "place"
    return f"{len(unique)} {kind}{'' if len(unique) == 1 else 's'}"


def _runs(places: Sequence[Place], position: Callable[[Place], tuple[int, int]]) -> list[Run]:
    """Neighbours joined: places of one kind that share the first coordinate and follow each other in the second."""
    runs: list[Run] = []
    for place in sorted(places, key=lambda p: (_kind(p), position(p), p.order)):
        last = runs[-1][-1] if runs else None
        if last is not None and _kind(place) == _kind(last) != "place" and _follows(position(last), position(place)):
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _follows(before: tuple[int, int], after: tuple[int, int]) -> bool:
    return before[0] == after[0] and before[1] + 1 == after[1]


def _kind(place: Place) -> str:
    if place.pointer is not None or (place.row is None and place.column is None):
        return "line" if place.line is not None else "place"
    if place.row is None:
        return "column"
    return "row" if place.column is None else "cell"


def _text(run: Run) -> str:
    first, last = run[0], run[-1]
    kind = _kind(first)
    if kind == "line":
        return f"line {first.line}"
    if kind == "place":
        return f"#{first.pointer}" if first.pointer is not None else ""
    if len(run) == 1:
        return first.cell
    if kind == "row":
        return f"rows {first.row}-{last.row}"
    if kind == "column":
        return f"columns {column_letter(first.column or 0)}-{column_letter(last.column or 0)}"
    return f"{first.cell}-{last.cell}"
