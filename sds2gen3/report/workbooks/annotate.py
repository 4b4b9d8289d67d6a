"""annotate: for each metadata file with findings, a copy of the workbook with its cells marked, or a findings file beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import ExpatError

from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.errors import UsageError
from sds2gen3.ooxml.book import put_sheet
from sds2gen3.ooxml.comments import Cell, add_comments
from sds2gen3.ooxml.earlier import unmark
from sds2gen3.ooxml.listing import listing_xml
from sds2gen3.ooxml.package import Parts
from sds2gen3.ooxml.sheet import Sheet
from sds2gen3.ooxml.styles import Styles
from sds2gen3.report.workbooks.beside import SUFFIX, findings_csv
from sds2gen3.report.workbooks.findings_sheet import listing
from sds2gen3.report.workbooks.marks import LOOKS, OURS, chosen, marks, said, worst
from sds2gen3.sheets.files.locate import Source, locate
from sds2gen3.sheets.formats.package import Refused
from sds2gen3.sheets.formats.sniff import Form, sniff

NAME, AUTHOR = "Findings", "sds2gen3"
WORKBOOKS = (".xlsx", ".xlsm")
MAX_SIZE = 64 << 20  # of a workbook that is still marked; beyond that its findings stand beside it


@dataclass(frozen=True, slots=True)
class Limits:
    """How much goes into a copy, since programs become slow: comments of a sheet and of all, listed findings, coloured cells.

    Beyond its comments a sheet has coloured cells only; the list says what is not in it.
    """

    sheet: int = 5_000
    dataset: int = 100_000
    rows: int = 100_000
    cells: int = 200_000


LIMITS = Limits()


def annotate(dataset: Path, report: Report, folder: Path, limits: Limits = LIMITS) -> list[Path]:
    """Write the marked copies into `folder`, each at the path that its original has in the dataset. Gives their paths.

    No value of the curator's is changed, nor any file of the dataset. The same dataset and report give the same bytes.
    Raises UsageError: C910 where there is no dataset, C931 for a folder within it, C935 where it cannot be written.
    """
    located = locate(dataset)
    if dataset.is_dir() and folder.resolve().is_relative_to(dataset.resolve()):
        raise UsageError.of("C931", f"'{folder}' is within the dataset '{dataset}'.")
    by_file: dict[str, list[Diagnostic]] = {}
    for diagnostic in report:
        if diagnostic.place is not None:
            by_file.setdefault(diagnostic.place.file, []).append(diagnostic)
    written: list[Path] = []
    left = limits.dataset
    for source in located.sources:
        found = by_file.get(source.path)
        if not found:
            continue
        name, content, used = _file(source, found, limits, left)
        left -= used
        written.append(_write(folder / name, content))
    return written


def _write(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise UsageError.of("C935", f"'{path}' cannot be written: {error.strerror or type(error).__name__}.") from error
    return path


def _file(source: Source, found: Sequence[Diagnostic], limits: Limits, left: int) -> tuple[str, bytes, int]:
    """Name and content of what is written for a file, and how many comments it took."""
    parts = _opened(source)
    if parts is not None:
        try:
            return (source.path, *marked(parts, source.path, found, limits, left))
        except (Refused, ExpatError, ValueError, LookupError):
            pass  # a sheet that is no XML, or breaks the rules of the format: the reader has told so
    return source.path + SUFFIX, findings_csv(found), 0


def _opened(source: Source) -> Parts | None:
    """The workbook's parts, None for a file that is no workbook, or too large or too broken to be marked."""
    if not source.path.lower().endswith(WORKBOOKS) or source.size > MAX_SIZE:
        return None
    try:
        data = source.read()
        return Parts(data) if sniff(data) is Form.XLSX else None
    except (
        Exception
    ):  # zipfile, zlib and the XML parser raise errors of a dozen types; the reader has told what is wrong
        return None


def marked(parts: Parts, file: str, found: Sequence[Diagnostic], limits: Limits, left: int) -> tuple[bytes, int]:
    """The workbook with its cells marked anew, and how many comments that took."""
    shorter = unmark(parts, LOOKS.values(), OURS)
    styles = Styles(parts)
    used = 0
    notes: list[str] = []
    for name, cells in marks(found).items():
        sheet = parts.sheet(name)
        if sheet is None:
            continue
        coloured = chosen(cells, limits.cells)
        commented = coloured[: min(limits.sheet, left - used)]
        used += len(commented)
        skipped = _mark(
            parts, sheet.path, {cell: cells[cell] for cell in coloured}, commented, styles, shorter[sheet.path]
        )
        hidden = len(coloured) - len(commented)
        if len(coloured) < len(cells):
            notes.append(f"In the sheet '{sheet.name}', {len(cells) - len(coloured):,} more cells are not coloured.")
        if hidden:
            notes.append(f"In the sheet '{sheet.name}', {hidden:,} more cells are coloured but have no comment.")
        if skipped:
            notes.append(f"In the sheet '{sheet.name}', cells with a conversation of yours are coloured only.")
    only = parts.sheets[0].name if len(parts.sheets) == 1 else None
    content = listing(file, found, only, notes, limits.rows)
    put_sheet(parts, NAME, listing_xml(content, parts.main, styles, True), content.filtered, first=True)
    styles.save()
    return parts.pack(), used


def _mark(
    parts: Parts,
    part: str,
    cells: Mapping[Cell, Sequence[Diagnostic]],
    commented: Sequence[Cell],
    styles: Styles,
    roomy: frozenset[Cell],
) -> frozenset[Cell]:
    """Colour the cells of a sheet and comment some of them. Gives those that could not be commented."""
    sheet = Sheet(parts.xml(part), {row for row, _ in cells})
    for (row, column), diagnostics in cells.items():
        look = LOOKS[worst(diagnostics)]
        sheet.restyle(row, column, lambda old, look=look: styles.format(old, look))  # type: ignore[misc]
    skipped: frozenset[Cell] = frozenset()
    if commented:
        skipped = add_comments(parts, part, sheet, {cell: said(cells[cell]) for cell in commented}, AUTHOR, roomy)
    parts[part] = sheet.apply()
    return skipped
