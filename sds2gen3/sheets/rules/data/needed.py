"""The files that the dataset's version asks for (SDS-F03 to F06), and the note where the data files are elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.place import Place
from sds2gen3.sheets.files.inventory import Inventory
from sds2gen3.sheets.layouts.anchors import DESCRIPTION, MANIFEST
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.layouts.versions import NeededFile, Version
from sds2gen3.sheets.rules.within.filled import described
from sds2gen3.sheets.tables.outcome import SheetRead


def check_files(
    reads: Sequence[SheetRead], present: AbstractSet[str], version: Version, type_: str, layouts: Layouts
) -> list[Diagnostic]:
    """A finding for each metadata file that the version asks for in such a dataset: where it is missing, or has no record."""
    description = next((read.place.file for read in reads if read.kind == DESCRIPTION), "")
    found = []
    for needed in version.required if reads else ():
        if needed.document or needed.when not in (None, type_) or not _needed(needed, reads):
            continue
        count = f"'{(needed.counted or '').replace('_', ' ')}' is not 0" if needed.counted else ""
        why = count or f"SDS {version.name} asks for it"
        if needed.file not in present:
            place = Place(f"{description.rpartition('/')[0]}/{needed.file}.xlsx".lstrip("/"))
            found.append(finding("R180", f"There is no {needed.file} file, but {why}.", place, severity=needed.grade))
        facts = layouts.sheet(needed.file).facts
        for read in reads:
            tables = [table for some in read.tables.values() for table in some]
            if (
                read.kind == needed.file
                and not any(map(len, tables))
                and all(d.severity < Severity.ERROR for d in read.findings)
                and not (facts.orientation == "columns" and facts.key)
            ):
                message = f"The {needed.file} file holds no {facts.noun}, but {why}."
                found.append(finding("R181", message, read.place, severity=needed.grade))
    return found


def check_documents(version: Version, present: AbstractSet[str], inventory: Inventory) -> Iterator[Diagnostic]:
    """A finding for each text that the version asks for; where only metadata was given, a note that says so instead."""
    if inventory.metadata_only:
        message = "The data files are not here, so manifests, folders and file names were not checked"
        yield finding("R190", f"{message}." if MANIFEST in present else f"{message}; there is no manifest either.")
        return
    stems = {path.partition(".")[0].casefold() for path in inventory.files if "/" not in path}
    for needed in version.required:
        if needed.document and needed.file not in stems:
            name = needed.file.upper()
            message = f"There is no {name} file, but SDS {version.name} asks for it."
            yield finding("R183", message, Place(f"{name}.md"), severity=needed.grade)


def _needed(needed: NeededFile, reads: Sequence[SheetRead]) -> bool:
    count = described(reads, needed.counted) if needed.counted else 1
    zero = described(reads, needed.unless_zero) if needed.unless_zero else None
    return count not in (None, 0, "0") and zero not in (0, "0")
