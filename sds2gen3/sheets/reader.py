"""read_dataset: the metadata files of an SDS dataset to a Dataset of Tables, with every finding and every cell left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Dataset, LeftOutCells, Table
from sds2gen3.place import Place
from sds2gen3.resources import Declarations
from sds2gen3.sheets.ahead import Ahead
from sds2gen3.sheets.files.inventory import Inventory
from sds2gen3.sheets.files.locate import Located, Source, locate
from sds2gen3.sheets.formats.content import Content, read_content
from sds2gen3.sheets.grid import Grid
from sds2gen3.sheets.layouts.facts import SheetLayout
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.rules.between.meant import as_meant, meant_ids, told_with_what_is_meant
from sds2gen3.sheets.rules.between.references import check_references
from sds2gen3.sheets.rules.between.sheets import Sheets
from sds2gen3.sheets.rules.between.unique import check_unique
from sds2gen3.sheets.rules.blank import is_untouched, still_blank
from sds2gen3.sheets.rules.causes import of_one_cause
from sds2gen3.sheets.rules.data.needed import check_files
from sds2gen3.sheets.rules.detect import detect_version
from sds2gen3.sheets.rules.structure import check_between, check_data
from sds2gen3.sheets.rules.within.checks import Setting, check_declared
from sds2gen3.sheets.rules.within.filled import check_filled, dataset_type
from sds2gen3.sheets.rules.within.forms import Held, check_forms
from sds2gen3.sheets.rules.within.wording import check_wording
from sds2gen3.sheets.tables.columns import read_columns
from sds2gen3.sheets.tables.documents import read_document
from sds2gen3.sheets.tables.frame import find_frame
from sds2gen3.sheets.tables.headers import header_row, known_headers
from sds2gen3.sheets.tables.leftovers import Leftovers
from sds2gen3.sheets.tables.merged import blame_merged, check_merged
from sds2gen3.sheets.tables.outcome import LeftSheet, SheetRead
from sds2gen3.sheets.tables.rows import read_rows
from sds2gen3.sheets.tables.values import is_blank


def read_dataset(
    path: str | Path,
    declarations: Declarations | None = None,
    *,
    metadata_only: bool | None = None,
    ahead: Ahead | None = None,
) -> Dataset:
    """The dataset in a folder or .zip: Tables by name (kinds of sheets and their groups), the version, the findings.

    `metadata_only`: whether the data files are elsewhere, so that manifests and folders cannot be held against them; None
    says so where no folder holds a file of data. `ahead` is what was begun of this folder before.

    Each file is read by its own headers; the version that dataset_description gives only chooses the rules. Every cell
    that holds something is in a Table or in `left_out`. Raises UsageError where there is no such folder or zip, and for
    declarations that cannot be used; never because of what a file holds.
    """
    located = locate(Path(path))
    layouts = Layouts(declarations or Declarations.standard())
    reads = _read_all(located, layouts, ahead)
    twins = {d.place.file for d in located.findings if d.code == "R106" and d.place}
    reads = [replace(read, twin=True) if read.place.file in twins else read for read in reads]
    version, findings = detect_version(reads, located.files, layouts)
    blank = is_untouched(reads, layouts)
    findings = [*located.findings, *findings, *(f for read in reads for f in read.findings)]
    present = {source.kind for source in located.sources} | located.outside
    inventory = Inventory.of(located, metadata_only)
    sheets = Sheets(reads, layouts.version(version), layouts)
    meant = meant_ids(sheets, inventory)
    judged = as_meant(sheets, meant) if meant else reads
    findings += check_rules(reads, present, version, layouts, judged)
    missing = {d.place.file.rpartition("/")[2].partition(".")[0] for d in findings if d.code == "R180" and d.place}
    if blank:
        findings = [*located.findings, still_blank(reads, findings)]
    else:
        findings += check_data(judged, present | missing, inventory, version, layouts)
    findings = of_one_cause(told_with_what_is_meant(findings, meant), reads, layouts)
    findings = blame_merged(findings, reads)
    return Dataset(
        root=located.root,
        name=located.name,
        version=version,
        tables=_tables(reads),
        left_out=LeftOutCells([part for read in reads for part in read.left_out.parts]),
        findings=findings,
        files=located.files,
    )


def check_rules(
    reads: Sequence[SheetRead],
    present: set[str],
    version: str,
    layouts: Layouts,
    judged: Sequence[SheetRead] | None = None,
) -> list[Diagnostic]:
    """What the SDS version asks of the sheets: files, values, forms, words and references.

    `judged` are the sheets as others are held against them, where that is not as they were read.
    """
    judged = reads if judged is None else judged
    rules = layouts.version(version)
    type_ = dataset_type(reads, rules)
    found = check_files(reads, present, rules, type_, layouts)
    held = Held.to(rules, layouts)
    setting = Setting(reads, type_, held, layouts)
    for read in reads:
        found += check_filled(read, rules, type_, layouts)
        found += check_wording(read, rules, layouts)
        found += check_forms(read, held, layouts)
        found += check_declared(read, setting)
        found += check_unique(read, rules, layouts)
    return [*found, *check_references(judged, rules, layouts), *check_between(judged, version, layouts)]


def read_grids(grids: Sequence[Grid], layout: SheetLayout, layouts: Layouts) -> SheetRead | None:
    """The sheet with the most known headers, read; what the other sheets hold is left out. None where all are empty.

    Sheets that sds2gen3 itself has added to the workbook are passed over.
    """
    grids = [grid for grid in grids if not grid.ours]
    filled = [grid for grid in grids if any(not is_blank(cell) for row in grid.rows for cell in row)]
    if not filled:
        return None
    grid = max(filled, key=lambda one: (_score(one, layout), one.visible))
    leftovers = Leftovers.of(layouts.template(layout.kind))
    read = read_columns(grid, layout, leftovers) if layout.transposed else read_rows(grid, layout, leftovers)
    if grid.merged:
        at = None if layout.transposed else header_row(grid, layout)
        read = check_merged(grid, read, None if at is None else grid.first_row + at)
    for other in filled:
        if other is not grid:
            read.sheets.append(LeftSheet(other, "another sheet"))
            read.findings.append(_not_read(other, grid))
    return replace(read, saved=grid.saved)


def _read_all(located: Located, layouts: Layouts, ahead: Ahead | None) -> list[SheetRead]:
    """The metadata files, in sorted order; what was begun ahead is asked for last, so that nobody waits for it."""
    reads: dict[str, SheetRead | None] = {}
    for source in sorted(located.sources, key=lambda one: ahead is not None and ahead.is_of(located, one)):
        reads[source.path] = _read(source, layouts, ahead.content(located, source) if ahead else None)
    return [read for source in located.sources if (read := reads[source.path]) is not None]


def _read(source: Source, layouts: Layouts, content: Content | None = None) -> SheetRead | None:
    """One metadata file, None where it holds nothing that can be read; `content` where that is known already."""
    if source.kind not in layouts.kinds:
        return None
    layout = layouts.sheet(source.kind)
    content = content or read_content(source, frozenset(layout.keys))
    if content.document is not None:
        read: SheetRead | None = read_document(content.document, source.path, layout)
    else:
        read = read_grids(content.grids, layout, layouts)
    if read is None:
        read = SheetRead(source.kind, Place(source.path))
        if not content.findings:
            read.findings.append(finding("R162", "The sheet is empty.", Place(source.path)))
    read.findings[:0] = content.findings
    return read


def _score(grid: Grid, layout: SheetLayout) -> int:
    if not layout.transposed:
        at = header_row(grid, layout)
        return 0 if at is None else known_headers(grid.rows[at], layout)
    frame = find_frame(grid, layout)
    return 0 if frame is None else known_headers([frame.name(row) for row in grid.rows], layout)


def _not_read(other: Grid, chosen: Grid) -> Diagnostic:
    message = f"The sheet '{other.sheet}' was not read, because '{chosen.sheet}' holds the headers of the SDS."
    return finding("R150", message, Place(other.file, other.sheet))


def _tables(reads: Sequence[SheetRead]) -> dict[str, list[Table]]:
    """Tables by name; several files of one kind stay several Tables, sorted by their path."""

    def add(found: dict[str, list[Table]], read: SheetRead) -> dict[str, list[Table]]:
        return {**found, **{name: [*found.get(name, ()), *tables] for name, tables in read.tables.items()}}

    return reduce(add, sorted(reads, key=lambda read: read.place.file), {})
