"""What every sample is built with: official layouts read from the blank workbooks, filled in, and written."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import openpyxl
from xlsx_writer import Cell, Sheet, column_letters, write_workbook

SECTION_FILLS = ("FFB2B2B2", "FFBFBFBF")
INVENTED = (
    "All people, identifiers, awards and measurements in this dataset are invented. It is in the public domain (CC0)."
)


@dataclass
class Page:
    """A sheet under construction: cells by (row, column), both from 1. `page["D5"] = value` keeps the cell's fill."""

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    name: str = "Sheet1"
    widths: Sequence[float] = ()

    def __setitem__(self, address: str, value: Any) -> None:
        self.put(*_position(address), value)

    def put(self, row: int, column: int, value: Any) -> None:
        old = self.cells.get((row, column), Cell())
        if isinstance(value, Cell):
            self.cells[row, column] = replace(value, fill=value.fill or old.fill)
        elif value is None and not old.fill:
            self.cells.pop((row, column), None)
        else:
            self.cells[row, column] = Cell(value, fill=old.fill, bold=old.bold, wrap=old.wrap)

    def value(self, row: int, column: int) -> Any:
        return self.cells.get((row, column), Cell()).value

    @property
    def height(self) -> int:
        return max((row for row, _ in self.cells), default=0)

    @property
    def width(self) -> int:
        return max((column for _, column in self.cells), default=0)

    def rows(self) -> Iterator[list[Any]]:
        for row in range(1, self.height + 1):
            yield [self.cells.get((row, column)) for column in range(1, self.width + 1)]

    def sheet(self) -> Sheet:
        return Sheet(self.name, self.rows(), self.widths, frozen=1)


@dataclass(frozen=True)
class Templates:
    """The official blank workbooks of one SDS version."""

    folder: Path

    def at(self, subfolder: str) -> Templates:
        """The blank workbooks of a folder of the version: SDS 1.x has manifests in some."""
        return Templates(self.folder / subfolder)

    def page(self, file: str, keep_rows: int | None = None) -> Page:
        """The official sheet: headers, section rows, Description and Example texts, fills, pre-filled values."""
        sheet = openpyxl.load_workbook(self.folder / file).worksheets[0]
        page = Page(name=sheet.title, widths=[_width(sheet, n) for n in range(1, min(sheet.max_column, 40) + 1)])
        for row in sheet.iter_rows(max_row=min(sheet.max_row, keep_rows or 80), max_col=min(sheet.max_column, 80)):
            for cell in row:
                if cell.value is not None:
                    page.cells[cell.row, cell.column] = _official_cell(cell)
        return page

    def fields(self, file: str, values: Mapping[str, Any]) -> Page:
        """A sheet with fields in rows: `values` by the field's label, one value or one per column.

        Pre-filled values of the template that are not given are removed, as a careful person would do.
        """
        page = self.page(file)
        first = next(c for c in range(1, page.width + 1) if str(page.value(1, c)).strip().casefold() == "value")
        wanted = dict(values)
        for row in range(2, page.height + 1):
            label = str(page.value(row, 1)).strip()
            if page.cells[row, 1].fill in SECTION_FILLS:
                continue
            given = wanted.pop(label, None)
            items = given if isinstance(given, list) else [given]
            for column in range(first, max(page.width, first + len(items) - 1) + 1):
                page.put(row, column, items[column - first] if column - first < len(items) else None)
        if wanted:
            raise KeyError(f"{file} has no field {sorted(wanted)}")
        return page

    def records(self, file: str, records: Sequence[Mapping[str, Any]], own: Sequence[str] = (), below: int = 1) -> Page:
        """A sheet with one record a row, by header; `own` are columns added by the lab, right of the official ones."""
        page = self.page(file, keep_rows=below)
        for header in own:
            page.put(1, page.width + 1, Cell(header, bold=True))
        columns = {page.value(1, c): c for c in range(1, page.width + 1)}
        for row, record in enumerate(records, below + 1):
            for header, value in record.items():
                page.put(row, columns[header], value)
        page.widths = [max(10.0, len(str(header)) + 2.0) for header in columns]
        return page


@dataclass
class DatasetFolder:
    """The `dataset` folder of a sample, emptied first; what it writes is in place when the call returns."""

    sample: Path

    def __post_init__(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)

    @property
    def root(self) -> Path:
        return self.sample / "dataset"

    def book(self, path: str, *pages: Page) -> None:
        write_workbook(self.root / path, [page.sheet() for page in pages])

    def text(self, path: str, text: str, encoding: str = "utf-8") -> None:
        self.data(path, text.encode(encoding))

    def data(self, path: str, content: bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def story(self, text: str) -> None:
        """The sample's README.md, beside the dataset (the other samples have theirs written by hand)."""
        (self.sample / "README.md").write_text(text, encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class DataFile:
    """A data file of a few bytes and what its manifest says of it; `path` is relative to the manifest's folder."""

    path: str
    description: str
    content: str = "placeholder\n"
    more: Mapping[str, Any] = field(default_factory=dict)


def listed(
    templates: Templates, out: DatasetFolder, at: str, files: Sequence[DataFile], own: Sequence[str] = (), day: str = ""
) -> None:
    """Writes the data files and the manifest in the folder `at` that lists them ('' is the dataset's root)."""
    base = f"{at}/" if at else ""
    records = []
    for number, file in enumerate(files):
        out.text(base + file.path, file.content)
        kind = "." + file.path.rpartition(".")[2]
        known = {"filename": file.path, "timestamp": stamp(day, 7 * number), "description": file.description}
        records.append({**known, "file type": kind, **file.more})
    out.book(f"{base}manifest.xlsx", templates.records("manifest.xlsx", records, own))


def orcid(number: int) -> str:
    """An ORCID with a correct check digit (ISO 7064, mod 11-2) from a range that ORCID does not give out."""
    base = f"00000001{number:07d}"
    total = 0
    for digit in base:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    digits = base + ("X" if check == 10 else str(check))
    return "https://orcid.org/" + "-".join(digits[i : i + 4] for i in range(0, 16, 4))


def ror(number: int) -> str:
    """A ROR id with a correct checksum (ISO 7064, mod 97-10) of an organisation that there is not."""
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    body = "".join(alphabet[number >> shift & 31] for shift in range(25, -1, -5))
    return f"https://ror.org/0{body}{98 - number * 100 % 97:02d}"


def stamp(day: str, minute: int, zone: str = "+12:00") -> str:
    """A manifest timestamp as SDS writes it: ISO 8601 with zone and a comma before the fraction."""
    hours, minutes = divmod(9 * 60 + minute, 60)
    return f"{day}T{hours % 24:02d}:{minutes:02d}:00,{minute * 1709 % 1000000:06d}{zone}"


def _official_cell(cell: Any) -> Cell:
    fill = cell.fill.fgColor.rgb if cell.fill.fill_type and cell.fill.fgColor.type == "rgb" else None
    style = {"fill": fill, "bold": bool(cell.font.b), "wrap": bool(cell.alignment.wrap_text)}
    link = cell.hyperlink.target if cell.hyperlink else None
    if isinstance(cell.value, str) and cell.value.startswith("=HYPERLINK("):
        label = re.findall(r'"((?:[^"]|"")*)"', cell.value)[-1]
        return Cell(label, formula=cell.value[1:], **style)
    return Cell(cell.value, link=link, **style)


def _width(sheet: Any, column: int) -> float:
    letters = column_letters(column)
    return float(sheet.column_dimensions[letters].width) if letters in sheet.column_dimensions else 12.0


def _position(address: str) -> tuple[int, int]:
    letters, digits = re.fullmatch(r"([A-Z]+)([0-9]+)", address).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits), column
