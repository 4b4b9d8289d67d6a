"""Scan: a quick look at the XML of an .xlsx before anyone reads it. It chooses the reader and finds the hyperlinks.

The fast reader (calamine) sets up the whole rectangle from A1 to the last cell in memory, and shows error cells and formulas
without a result as empty. So: sheets that are mostly nothing, and sheets with such formulas, go to the careful reader, and
what error cells show is kept for the fast one.
The searches are over bytes because an XML parser would cost as much as the reading itself.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import Enum

from sds2gen3.sheets.formats.cells import MAX_RECTANGLE
from sds2gen3.sheets.formats.error_cells import error_cells
from sds2gen3.sheets.formats.extent import Extent, is_plain, prefixed
from sds2gen3.sheets.formats.formulas import formulas, hyperlink
from sds2gen3.sheets.formats.hyperlinks import Links, tag_links
from sds2gen3.sheets.formats.merges import merged_ranges
from sds2gen3.sheets.formats.package import USUAL_WORKBOOK, Package, Refused, SheetPart
from sds2gen3.sheets.formats.reach import reach
from sds2gen3.sheets.formats.repeated import check_shown
from sds2gen3.sheets.grid import CellError, Merged

SMALL = 4 << 20  # bytes of XML; a sheet below this can be a few cells far apart
FEW = 3  # sheets; of more, it is added up what they span, since each of a thousand may be as large as one may be
MAX_ROWS_TOGETHER = 4_000_000
MAX_CELLS = 8_000_000  # 650,000 rows of 12
MANY = 100 << 20  # bytes of XML; below, there cannot be as many cells
MAX_ODD = 100_000  # cells that show an error or lack their result: each is told, and kept with its place


class Route(Enum):
    FAST = "fast"
    CAREFUL = "careful"


@dataclass(frozen=True, slots=True)
class Scan:
    """Which reader to take, whether formulas without a result were seen, and what readers do not show.

    That is by name of every sheet and by cell: the targets of hyperlinks, the labels of HYPERLINK formulas without a
    result (the SDS templates have one), the errors that cells show, the ranges of merged cells; and the last row by what the
    sheet says of itself. `saved` is the day on which the workbook was last saved.
    """

    route: Route
    uncached: bool = False
    links: dict[str, Links] = field(default_factory=dict)
    labels: dict[str, Links] = field(default_factory=dict)
    errors: dict[str, dict[tuple[int, int], CellError]] = field(default_factory=dict)
    merged: dict[str, tuple[Merged, ...]] = field(default_factory=dict)
    reach: dict[str, int] = field(default_factory=dict)
    saved: dt.date | None = None


def scan(data: bytes) -> Scan:
    """A quick look at a workbook. Raises Refused for one that no reader may be given, and any error of a broken zip or XML."""
    package = Package(data)
    parts = package.sheets()
    looks = [(part.name, _look(package, part, measured=len(parts) > FEW)) for part in parts]
    rows, cells = (sum(look.span[i] for _, look in looks) for i in (0, 1))
    if rows > MAX_ROWS_TOGETHER or cells > MAX_RECTANGLE:
        raise Refused(f"its {len(parts):,} sheets together span {rows:,} rows and {cells:,} cells, filled or not")
    check_shown(package, parts)
    uncached = any(look.without_result for _, look in looks)
    careful = uncached or any(look.unplaced or look.sparse for _, look in looks)
    careful = (
        careful or package.workbook != USUAL_WORKBOOK
    )  # the fast reader would look for that, and find another or none
    return Scan(
        Route.CAREFUL if careful else Route.FAST,
        uncached,
        {name: look.links for name, look in looks},
        {name: look.labels for name, look in looks},
        {name: look.errors for name, look in looks if look.errors},
        {name: look.merged for name, look in looks if look.merged},
        {name: look.reach for name, look in looks},
        package.saved(),
    )


@dataclass
class _Look:
    unplaced: bool = False  # an error in a cell that does not say where it stands
    without_result: int = 0
    sparse: bool = False
    span: tuple[int, int] = (0, 0)  # rows and cells, where it was measured
    links: Links = field(default_factory=dict)
    labels: Links = field(default_factory=dict)
    errors: dict[tuple[int, int], CellError] = field(default_factory=dict)
    merged: tuple[Merged, ...] = ()
    reach: int = 0


def _look(package: Package, part: SheetPart, measured: bool) -> _Look:
    look, plain, block, head, errors, cells = _Look(), True, b"", b"", 0, 0
    small, large = (package.size(part.path) <= SMALL), (package.size(part.path) > MANY)
    for number, block in enumerate(package.blocks(part.path)):
        if not number and b"\0" in block[:4]:  # UTF-16: the searches below would see nothing
            return _Look(sparse=True)
        head = head or block
        has_prefix = prefixed(block)
        plain = plain and not has_prefix and is_plain(block, small)
        cells += block.count(b"</c>") if large else 0
        if cells > MAX_CELLS:
            raise Refused(f"a sheet of it has more than {MAX_CELLS:,} cells")
        if b"#" in block:  # every error value begins with #, and looking for one character is nearly free
            errors += _add_errors(look, block)
        if has_prefix or (b"f" in block and b"<f" in block):
            _add_formulas(look, block)
        if errors + look.without_result > MAX_ODD:
            raise Refused(f"more than {MAX_ODD:,} of its cells show an error, or are formulas without a result")
    look.links.update(tag_links(block, part.relations))
    look.merged = merged_ranges(block)
    look.reach = reach(head, block)
    if measured or not plain:
        extent = Extent()
        for block in package.blocks(part.path):
            extent.add(block)
        look.sparse, look.span = extent.sparse, extent.span if measured else (0, 0)
    return look


def _add_errors(look: _Look, block: bytes) -> int:
    """Keep what error cells show, and say how many there are; of those without a place only the careful reader knows."""
    found = list(error_cells(block))
    look.errors.update((place, error) for place, error in found if place is not None)
    look.unplaced = look.unplaced or any(place is None for place, _ in found)
    return len(found)


def _add_formulas(look: _Look, block: bytes) -> None:
    for formula in formulas(block):
        parsed = hyperlink(formula.text)
        if parsed and formula.cell and not parsed[0].startswith("#"):
            look.links[formula.cell] = parsed[0]
        if formula.has_result:
            continue
        if parsed and formula.cell and parsed[1] is not None:
            look.labels[formula.cell] = parsed[1]
        else:
            look.without_result += 1
