"""Workbook: the bytes of an .xlsx or .xls become Grids, by the fast reader where it can be trusted, else by the careful one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.place import Place
from sds2gen3.sheets.files.names import shown
from sds2gen3.sheets.formats.apart import ReaderError, read_apart
from sds2gen3.sheets.formats.careful import read_careful
from sds2gen3.sheets.formats.fast import Doubtful, Opened, read_fast
from sds2gen3.sheets.formats.package import Refused
from sds2gen3.sheets.formats.reach import told_far
from sds2gen3.sheets.formats.scan import Route, Scan, scan
from sds2gen3.sheets.formats.xls import ErrorCell, look_into_xls
from sds2gen3.sheets.grid import Grid

Read = tuple[list[Grid], list[Diagnostic]]


@dataclass(frozen=True)
class Begun:
    """A workbook that was looked at before it is read, and perhaps opened; `looked` is also why it cannot be read."""

    looked: Scan | Exception
    opened: Opened | None = None

    @classmethod
    def of(cls, data: bytes) -> Begun:
        """With a look at the workbook."""
        try:
            return cls(scan(data))
        except Exception as error:
            return cls(error)

    @property
    def seen(self) -> Scan:
        """What the look has shown. Raises what it raised."""
        if isinstance(self.looked, Exception):
            raise self.looked
        return self.looked


def read_xlsx(data: bytes, file: str, *, line_ends: bool = False, begun: Begun | None = None) -> Read:
    """The Grids of an .xlsx or .xlsm; none, and one finding, where it cannot be read.

    Every line end in a cell is made a newline, which is what people mean, unless `line_ends` asks for them as they are.
    """
    try:
        seen = (begun or Begun.of(data)).seen
    except Refused as reason:
        return [], [_refused(file, reason)]
    except Exception as error:  # zipfile and ElementTree raise errors of a dozen types for damaged files
        return [], [_unreadable(file, error)]
    grids, findings = _read_by(seen, data, file, line_ends, begun.opened if begun else None)
    if seen.merged or seen.saved:
        grids = [replace(grid, merged=seen.merged.get(str(grid.sheet), ()), saved=seen.saved) for grid in grids]
    return _not_empty((grids, [*findings, *told_far(grids, seen.reach)]), file)


def read_xls(data: bytes, file: str) -> Read:
    """The Grids of an .xls; none, and one finding, where it cannot be read. Error cells are told, because no reader shows them."""
    try:
        errors = look_into_xls(data)
        grids = read_apart(data, file)
    except Refused as reason:
        return [], [_refused(file, reason)]
    except BaseException as error:
        _stop_if_not_about_the_file(error)
        if isinstance(error, ReaderError) and "Password" in error.kind:
            return [], [
                finding("R125", "This workbook is protected with a password, so it cannot be read.", Place(file))
            ]
        return [], [_unreadable(file, error)]
    return _not_empty((grids, [_hidden_error(file, grids, cell) for cell in errors]), file)


def _read_by(seen: Scan, data: bytes, file: str, line_ends: bool, opened: Opened | None) -> Read:
    doubtful, fast_error = False, None
    if seen.route is Route.FAST:
        try:
            return read_fast(data, file, seen, line_ends=line_ends, opened=opened), []
        except Doubtful:
            doubtful = True
        except Refused as reason:
            return [], [_refused(file, reason)]
        except BaseException as error:  # a panic in calamine is no Exception
            _stop_if_not_about_the_file(error)
            fast_error = error
    try:
        return read_careful(data, file, seen, line_ends=line_ends), []
    except Refused as reason:
        return [], [_refused(file, reason)]
    except BaseException as error:
        _stop_if_not_about_the_file(error)
        if doubtful:  # openpyxl does not know the strict flavour of the format
            return read_fast(data, file, seen, trust=True, line_ends=line_ends), []
        return [], [_unreadable(file, fast_error or error)]


def _not_empty(read: Read, file: str) -> Read:
    if read[0] or read[1]:
        return read
    return [], [finding("R128", "This workbook cannot be read, because it holds no worksheet.", Place(file))]


def _stop_if_not_about_the_file(error: BaseException) -> None:
    if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit)):
        raise error


def _refused(file: str, reason: Refused) -> Diagnostic:
    return finding("R129", f"This workbook is not read, because {shown(str(reason))}.", Place(file))


def _unreadable(file: str, error: BaseException) -> Diagnostic:
    reason = shown(" ".join(str(error).split()))[:200].rstrip(".") or type(error).__name__
    return finding("R128", f"This workbook cannot be read, because it is damaged: {reason}.", Place(file))


def _hidden_error(file: str, grids: list[Grid], cell: ErrorCell) -> Diagnostic:
    sheet = grids[0].sheet if len(grids) == 1 else None
    place = Place(file, sheet, row=cell.row, column=cell.column)
    return finding("R130", f"This cell shows the error {cell.text}, which is read as empty.", place, value=cell.text)
