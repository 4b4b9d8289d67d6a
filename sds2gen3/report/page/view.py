"""View: everything that the page says, in the order in which it says it. The template only sets it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from sds2gen3 import __version__
from sds2gen3.catalogue import CATALOGUE, Severity
from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.drawing import from_dict, svg
from sds2gen3.place import Place
from sds2gen3.report.names import short_names
from sds2gen3.report.page.fixes import Entry, Fix, fixes, key
from sds2gen3.report.page.windows import Cell, Window, window
from sds2gen3.report.summary import all_datasets, needs, title, verdict
from sds2gen3.report.words import visible
from sds2gen3.sheets.grid import Grid

ROWS = 1_500  # with findings, drawn of all sheets together: at least FEWEST, at most MOST of each
FEWEST, MOST = 8, 120
SHEETS = 150  # drawn of one dataset
LISTED = 100  # values of JSON sheets listed of one file

Sheets = Mapping[tuple[str, str | None], Grid]


@dataclass(frozen=True, slots=True)
class Note:
    """A finding told in a line: for a file as a whole, a line of a text file or a JSON value."""

    severity: str
    code: str
    cell: str
    message: str
    value: str
    target: str


@dataclass(frozen=True)
class SheetView:
    """A sheet of a file with its window and its further findings; `kinds` counts them: `error S202 5|warning S301 1`."""

    id: str
    file: str
    sheet: str | None
    window: Window | None
    notes: tuple[Note, ...]
    more: int
    count: int
    kinds: str

    @property
    def drawn(self) -> bool:
        """Whether it has a table, or a list of JSON values in place of one."""
        return self.window is not None or any(note.cell.startswith("#") for note in self.notes)


@dataclass(frozen=True)
class DatasetView:
    """A dataset's part of the page. `targets` is where each fix stands on it, by `fixes.key`."""

    id: str
    title: str
    verdict: str
    needs: str
    counts: dict[str, int]
    good: bool
    known: int
    hidden: int
    fixes: tuple[Fix, ...]
    sheets: tuple[SheetView, ...]
    unmapped: tuple[dict[str, Any], ...]
    left_out: dict[str, int]
    nodes: dict[str, int]
    picture: Markup
    versions: tuple[tuple[str, str], ...]
    targets: dict[tuple[str, str, str], str]
    drawn: frozenset[tuple[str, str]]
    undrawn: int

    @property
    def others(self) -> list[SheetView]:
        """The files of which nothing but their name is shown."""
        return [sheet for sheet in self.sheets if not sheet.drawn]

    def target(self, d: Diagnostic) -> str:
        """The id of the finding's fix."""
        return self.targets[key(d)]

    def cell_id(self, entry: Entry) -> str:
        """The id of the entry's first cell where it is drawn, else ''."""
        at = self._sheet_id(entry)
        name = _cell_name(entry.first) if entry.first else ""
        return f"{at}-{name}" if (at, name) in self.drawn else ""

    def sheet_named(self, entry: Entry) -> bool:
        """Whether the file has findings in several sheets, so that the sheet must be said."""
        return sum(sheet.file == entry.file and sheet.sheet is not None for sheet in self.sheets) > 1

    def _sheet_id(self, entry: Entry) -> str:
        return next((s.id for s in self.sheets if (s.file, s.sheet) == (entry.file, entry.sheet)), "")


@dataclass(frozen=True)
class PageView:
    """The whole page."""

    title: str
    verdict: str
    good: bool
    counts: dict[str, int]
    datasets: tuple[DatasetView, ...]
    codes: tuple[tuple[str, str, int], ...]
    files: tuple[tuple[str, int], ...]
    version: str


def view(reports: Sequence[Report], sheets: Sequence[Sheets | None]) -> PageView:
    """The page of the reports; `sheets` are the cells of each, None where they are not at hand."""
    room = max(1, ROWS // max(1, len(reports)))
    names = short_names(reports) if len(reports) > 1 else [""]
    datasets = tuple(
        _dataset(f"d{at}", report, cells, room, name)
        for at, (report, cells, name) in enumerate(zip(reports, sheets, names, strict=True), 1)
    )
    codes = Counter(d.code for report in reports for d in report)
    files = Counter(d.place.file if d.place else "" for report in reports for d in report)
    one = len(reports) == 1
    return PageView(
        title(reports[0]) if one else f"{len(reports):,} datasets",
        verdict(reports[0]) if one else all_datasets(reports),
        not any(report.stopped for report in reports),
        {severity.label: sum(report.count(severity) for report in reports) for severity in reversed(Severity)},
        datasets,
        tuple((code, CATALOGUE[code].title if code in CATALOGUE else "", codes[code]) for code in sorted(codes)),
        tuple((visible(file), files[file]) for file in sorted(files)),
        __version__,
    )


def _dataset(id: str, report: Report, sheets: Sheets | None, room: int, name: str) -> DatasetView:
    summary = report.summary
    todo = fixes(report)
    targets = {(fix.severity, fix.code, fix.hint): f"{id}-f{at}" for at, fix in enumerate(todo, 1)}
    every = list(_sheets(id, report, sheets, targets, room))
    undrawn = [view.id for view in every if view.drawn][SHEETS:]
    views = tuple(view for view in every if view.id not in undrawn)
    names = {(s.id, cell.name) for s in views if s.window for cell in _cells(s.window) if cell.found}
    return DatasetView(
        id,
        title(report, name),
        verdict(report),
        needs(report),
        {severity.label: report.count(severity) for severity in reversed(Severity)},
        not report.stopped,
        summary.get("known", 0),
        summary.get("hidden", 0),
        tuple(todo),
        views,
        tuple(summary.get("unmapped", ())),
        dict(summary.get("left_out", {})),
        dict(summary.get("nodes", {})),
        _picture(id, summary),
        tuple(_versions(summary)),
        targets,
        frozenset(names),
        len(undrawn),
    )


def _sheets(
    id: str, report: Report, sheets: Sheets | None, targets: Mapping[tuple[str, str, str], str], room: int
) -> Iterator[SheetView]:
    """Every sheet with findings in reading order; what concerns the dataset as a whole is told by the fixes alone."""
    found: dict[tuple[str, str | None], list[Diagnostic]] = {}
    for d in report:
        for place in (*((d.place,) if d.place else ()), *d.related):
            here = found.setdefault((place.file, place.sheet), [])
            if not here or here[-1] is not d:
                here.append(d)
    rows = max(FEWEST, min(MOST, room // max(1, len(found))))
    for number, ((file, sheet), here) in enumerate(
        sorted(found.items(), key=lambda item: (item[0][0], item[0][1] or "")), 1
    ):
        grid = sheets.get((file, sheet)) if sheets else None
        shown = window(here, file, sheet, grid, rows)
        told = [(d, place) for d in here for place in _beside(d, file, sheet)]
        notes = tuple(_note(d, place, targets) for d, place in told[:LISTED])
        yield SheetView(
            f"{id}-s{number}", file, sheet, shown, notes, max(0, len(told) - LISTED), len(here), _kinds(here)
        )


def _kinds(here: Sequence[Diagnostic]) -> str:
    counts = Counter(f"{d.severity.label} {d.code}" for d in here)
    return "|".join(f"{kind} {count}" for kind, count in counts.items())


def _beside(d: Diagnostic, file: str, sheet: str | None) -> list[Place]:
    """The finding's places in the sheet that no table shows: the file, a line, a JSON value."""
    places = dict.fromkeys((*((d.place,) if d.place else ()), *d.related))
    return [
        p
        for p in places
        if (p.file, p.sheet) == (file, sheet) and (p.pointer is not None or (p.row is None and p.column is None))
    ]


def _note(d: Diagnostic, place: Place, targets: Mapping[tuple[str, str, str], str]) -> Note:
    cell = f"#{place.pointer}" if place.pointer is not None else f"line {place.line}" if place.line else ""
    value = "" if d.value is None or place != d.place else str(d.value)
    target = targets.get(key(d), "")
    return Note(d.severity.label, d.code, visible(cell), visible(d.message), visible(value[:200]), target)


def _cells(shown: Window) -> Iterator[Cell]:
    yield from (head for head in shown.columns if head is not None)
    for row in shown.rows:
        if row.number is not None:
            yield row.number
            yield from row.cells


def _cell_name(place: Place) -> str:
    if place.row is not None and place.column is None:
        return f"row-{place.row}"
    return place.cell.removeprefix("column ")


def _picture(id: str, summary: Mapping[str, Any]) -> Markup:
    """The picture as SVG, empty where there is none (or one of another version that is not understood)."""
    try:
        picture = from_dict(summary["picture"])
    except (KeyError, TypeError, ValueError):
        return Markup()
    return (
        Markup(svg(picture, f"{id}-picture", inline=True)) if picture.nodes else Markup()
    )  # escaped where it is drawn


def _versions(summary: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "sds2gen3", str(summary.get("sds2gen3") or __version__)
    for word, name in (
        ("SDS", "sds_version"),
        ("Mapping", "mapping"),
        ("Dictionary", "dictionary"),
        ("Dataset", "path"),
    ):
        if summary.get(name):
            yield word, visible(str(summary[name]))
