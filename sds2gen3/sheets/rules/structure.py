"""Everything that takes more than one sheet, or the files, to judge: each check is called here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.sheets.files.inventory import Inventory
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.rules.between.contributors import check_contributors
from sds2gen3.sheets.rules.between.counts import check_counts
from sds2gen3.sheets.rules.between.derived import check_derived
from sds2gen3.sheets.rules.between.either import check_either
from sds2gen3.sheets.rules.between.funding import check_funding
from sds2gen3.sheets.rules.between.pools import check_pools
from sds2gen3.sheets.rules.between.sheets import Sheets
from sds2gen3.sheets.rules.data.entities import check_entities
from sds2gen3.sheets.rules.data.folders import check_folders
from sds2gen3.sheets.rules.data.listed import Listings
from sds2gen3.sheets.rules.data.manifests import check_manifests
from sds2gen3.sheets.rules.data.needed import check_documents
from sds2gen3.sheets.rules.data.paths import check_paths
from sds2gen3.sheets.rules.data.relations import check_relations
from sds2gen3.sheets.tables.outcome import SheetRead


def check_between(reads: Sequence[SheetRead], version: str, layouts: Layouts) -> list[Diagnostic]:
    """What does not fit between the sheets, or between the records of one."""
    sheets = Sheets(reads, layouts.version(version), layouts)
    return [
        *check_either(sheets),
        *check_counts(sheets),
        *check_contributors(sheets),
        *check_funding(sheets),
        *check_derived(sheets),
        *check_pools(sheets),
    ]


def check_data(
    reads: Sequence[SheetRead], present: AbstractSet[str], inventory: Inventory, version: str, layouts: Layouts
) -> list[Diagnostic]:
    """What does not fit between the sheets and the files and folders. `present` are the kinds of sheets that are there."""
    if not reads:
        return []  # there is nothing that tells what the files should be
    sheets = Sheets(reads, layouts.version(version), layouts)
    listings = Listings.of(sheets, inventory)
    return [
        *check_documents(sheets.version, present, inventory),
        *check_paths(sheets.version, inventory),
        *check_manifests(listings, inventory, sheets.version),
        *check_entities(sheets, listings),
        *check_relations(sheets, listings, inventory),
        *check_folders(sheets, present, inventory),
    ]
