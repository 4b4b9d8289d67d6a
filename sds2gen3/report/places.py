"""Where a finding stands, for other programs: paths that lead from where the command ran, and the sheets that were read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sds2gen3.diagnostics import Diagnostic, Report


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a file; `sheet` is '' for a file without sheets, or for what is said of the file as a whole."""

    file: str
    sheet: str = ""

    def __str__(self) -> str:
        return f"{self.file}, sheet '{self.sheet}'" if self.sheet else self.file or "the dataset as a whole"


def by_sheet(report: Report) -> dict[Sheet, list[Diagnostic]]:
    """The findings of each sheet, in reading order; sheets that were read without any are there too, with none."""
    found: dict[Sheet, list[Diagnostic]] = {sheet: [] for sheet in _read(report)}
    for diagnostic in report:
        place = diagnostic.place
        sheet = Sheet(place.file, place.sheet or "") if place else Sheet("")
        found.setdefault(sheet, []).append(diagnostic)
    return dict(sorted(found.items(), key=lambda item: (item[0].file, item[0].sheet)))


def path(report: Report, file: str) -> str:
    """The file as seen from where the command ran: the dataset's folder and the path in it."""
    folder = str(report.summary.get("path") or "").rstrip("/")
    return "/".join(part for part in (folder, file) if part and part != ".")


def name(report: Report) -> str:
    """The dataset's name, or what else was checked."""
    return str(report.summary.get("dataset") or report.summary.get("checked") or "dataset")


def _read(report: Report) -> Iterator[Sheet]:
    for entry in report.summary.get("read", []):
        yield Sheet(entry["file"], entry["sheet"] or "")
