"""mend: a repaired copy of a dataset, with every repair written down. The original is only read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from xml.parsers.expat import ExpatError

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.errors import UsageError
from sds2gen3.ooxml.package import Parts
from sds2gen3.ooxml.styles import Styles
from sds2gen3.repair.audit import FILE, add_audit, as_lines, from_lines
from sds2gen3.repair.copying import copy_tree
from sds2gen3.repair.delimited import mend_text
from sds2gen3.repair.fix import Fix
from sds2gen3.repair.offers import offers
from sds2gen3.repair.propose import Known, propose
from sds2gen3.repair.workbook import mend_workbook
from sds2gen3.resources import Declarations
from sds2gen3.sheets import read_dataset
from sds2gen3.sheets.files.locate import Located, Source, locate
from sds2gen3.sheets.formats.content import read_content
from sds2gen3.sheets.formats.package import Refused
from sds2gen3.sheets.formats.sniff import Form, sniff
from sds2gen3.sheets.grid import Grid
from sds2gen3.sheets.layouts.layout import Layouts

_DOUBTED = frozenset({"R101", "R170", "R171", "R172", "R173"})  # the version was guessed

Judge = Callable[[Path], Iterable[Diagnostic]]
"""What there is to say about the dataset in a folder."""


@dataclass(frozen=True)
class Mended:
    """What was done: the repairs in reading order, made or offered, and what of the dataset is not in the copy."""

    fixes: tuple[Fix, ...]
    left_out: tuple[str, ...]


def mend(dataset: Path, copy: Path, judge: Judge | None = None, declarations: Declarations | None = None) -> Mended:
    """Write a copy of the dataset with all its files and make the safe repairs in it; `fixes.jsonl` lists them.

    `judge` looks at the copy and so gives what can be offered beside (without it, what reading finds). The copy appears
    complete or not at all. Raises UsageError: C910 no dataset, C931 one folder within the other, C935 cannot be written,
    C940 the copy's folder is in use, C942 a dataset in a .zip.
    """
    located = locate(dataset)
    if not dataset.is_dir():
        raise UsageError.of("C942", f"'{dataset.as_posix()}' is a .zip, which is not repaired.")
    known = declarations or Declarations.standard()
    proposed = _proposals(located, dataset, known)
    with _appearing(copy, dataset) as partial:
        base = partial / located.base
        own = {f"{located.base}/{path}".lstrip("/") for path in (FILE, *(source.path for source in located.sources))}
        left = copy_tree(dataset, partial, own)
        earlier = _earlier(dataset / located.base / FILE)
        made = [fix for proposal in proposed for fix in _mend_file(proposal, base)]
        offered = [fix for fix in made if not fix.applied]
        findings = judge(partial) if judge else read_dataset(partial, known).findings
        offered += [fix for fix in offers(findings) if fix.place not in {other.place for other in offered}]
        fixes = _in_order([*(fix for fix in made if fix.applied), *offered])
        listed = _in_order([*earlier, *fixes])
        for file in sorted({fix.file for fix in made if fix.applied}):
            _audit(base / file, [fix for fix in listed if fix.file == file])
        if listed:
            _write(base / FILE, as_lines(listed))
    return Mended(tuple(fixes), tuple(left))


@dataclass(frozen=True)
class _Proposal:
    """A metadata file as it was read, and its safe repairs; `keys` are what tells the delimiter of a text."""

    source: Source
    grids: Sequence[Grid]
    fixes: Sequence[Fix]
    keys: frozenset[str]


def _proposals(located: Located, dataset: Path, declarations: Declarations) -> list[_Proposal]:
    """The metadata files that have something to be repaired."""
    read = read_dataset(dataset, declarations)
    layouts = Layouts(declarations)
    tables = [table for same in read.tables.values() for table in same]
    certain = not any(d.code in _DOUBTED for d in read.findings)
    found = []
    for source in located.sources:
        if source.kind not in layouts.kinds:
            continue
        own = [table for table in tables if table.file == source.path]
        known = Known(source.kind, read.version, layouts, own, certain)
        keys = frozenset(layouts.sheet(source.kind).keys)
        grids = read_content(source, keys).grids if known.tables else []
        fixes = list(propose(grids, known))
        if fixes:
            found.append(_Proposal(source, grids, fixes, keys))
    return found


def _mend_file(proposal: _Proposal, base: Path) -> list[Fix]:
    """Make the repairs of a file in the copy. Gives them as they were made; where the file resists they are only offered."""
    data, fixes = proposal.source.read(), proposal.fixes
    form = sniff(data)
    made: list[Fix] = []
    new: bytes | None = None
    if form is Form.XLSX:
        try:
            made, new = _mended_workbook(data, fixes)
        except (Refused, ExpatError, ValueError, LookupError):
            new = None  # the workbook breaks the rules of its format, and readers are only more lenient
    elif form is Form.TEXT:
        made = [fix for fix in fixes if fix.rule != "date format"]
        new = mend_text(data, _texts(made))
    if not any(fix.applied for fix in made) and new is not None:
        return made
    if new is None or not _as_meant(proposal, new, made):
        return [replace(fix, applied=False) for fix in fixes if fix.rule != "date format"]
    _write(base / proposal.source.path, new)
    return made


def _mended_workbook(data: bytes, fixes: Sequence[Fix]) -> tuple[list[Fix], bytes]:
    parts = Parts(data)
    styles = Styles(parts)
    made = mend_workbook(parts, styles, fixes)
    styles.save()
    return made, parts.pack()


def _in_order(fixes: Iterable[Fix]) -> list[Fix]:
    """In reading order; the repairs of one cell as they were made, then what is offered for it."""
    return sorted(dict.fromkeys(fixes), key=lambda fix: (fix.place.order, not fix.applied))


def _texts(fixes: Sequence[Fix]) -> dict[tuple[int, int], tuple[str, str]]:
    """Cell -> what it holds and what it is to hold."""
    found: dict[tuple[int, int], tuple[str, str]] = {}
    for fix in fixes:
        first, _ = found.get((fix.row, fix.column), (fix.before, ""))
        found[fix.row, fix.column] = (first, fix.after)
    return found


def _as_meant(proposal: _Proposal, new: bytes, made: Sequence[Fix]) -> bool:
    """Whether the new file reads as the old one with exactly these repairs: what was not meant must not happen."""
    read = read_content(replace(proposal.source, size=len(new), read=lambda: new), proposal.keys).grids
    changed = {(fix.sheet, fix.row, fix.column): fix for fix in made if fix.applied and fix.rule != "date format"}
    expected = []
    for grid in proposal.grids:
        rows = [list(row) for row in grid.rows]
        for (sheet, row, column), fix in changed.items():
            if sheet == grid.sheet:
                rows[row - grid.first_row][column - 1] = fix.after
        expected.append((grid.sheet, grid.first_row, rows, grid.links))
    return [(grid.sheet, grid.first_row, grid.rows, grid.links) for grid in read] == expected


def _audit(path: Path, fixes: Sequence[Fix]) -> None:
    data = path.read_bytes()
    if sniff(data) is Form.XLSX:
        parts = Parts(data)
        add_audit(parts, fixes)
        _write(path, parts.pack())


def _earlier(path: Path) -> list[Fix]:
    try:
        return from_lines(path.read_bytes())
    except OSError:
        return []


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)  # it may be a link, or be shared with the original
    path.write_bytes(content)


@contextmanager
def _appearing(folder: Path, dataset: Path) -> Iterator[Path]:
    """A folder beside `folder` to write into, which takes its place when all went well, and is removed if not."""
    root, target = dataset.resolve(), folder.resolve()
    if root == target or root in target.parents or target in root.parents:
        raise UsageError.of(
            "C931", f"'{folder.as_posix()}' and the dataset '{dataset.as_posix()}' lie one within the other."
        )
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise UsageError.of("C940", f"'{folder.as_posix()}' is there already and not empty.")
        partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
        shutil.rmtree(partial, ignore_errors=True)
        try:
            partial.mkdir(parents=True)
            yield partial
            if target.exists():
                target.rmdir()
            partial.rename(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError.of("C935", f"'{folder.as_posix()}' cannot be written: {reason}.") from error
