"""Ids that refer to other rows: each must have its row, and nothing may descend from itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.circles import circles
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.nearest import did_you_mean
from sds2gen3.sheets.layouts.facts import SheetLayout
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.layouts.versions import Version
from sds2gen3.sheets.rules.wording import odd, parts
from sds2gen3.sheets.tables.outcome import SheetRead


def check_references(reads: Sequence[SheetRead], version: Version, layouts: Layouts) -> list[Diagnostic]:
    """A finding for each id that refers to a subject, sample, site or performance that has no row (SPEC section 9).

    Nothing is said of a sheet that is not there: that it is missing is said once. 'N/A' refers to nothing. A sample that
    is also in another dataset may have its parent there: then it is a warning.
    """
    known = _known(reads)
    nothing = {word.casefold() for word in version.nothing}
    files = {name: table.file for read in reads for name, tables in read.tables.items() for table in tables}
    found: list[Diagnostic] = []
    for read in reads:
        layout = layouts.sheet(read.kind)
        for tables in read.tables.values():
            for table in tables:
                for name in table.headers:
                    refers = layout.field(name).refers
                    if any(target.split(".")[0] in known for target in refers):
                        found += _check_references(table, name, refers, known, files, layout, nothing)
                    if f"{read.kind}.{layout.facts.key}" in refers:
                        found += _check_circles(table, name, str(layout.facts.key))
    return found


def _known(reads: Sequence[SheetRead]) -> dict[str, dict[str, str]]:
    """Table -> the ids it holds, without case, as they are written; samples also under subject and sample (SDS 1.x)."""
    known: dict[str, dict[str, str]] = {}
    for read in reads:
        for table in read.tables.get(read.kind, ()):
            key = {
                "subjects": "subject_id",
                "samples": "sample_id",
                "sites": "site_id",
                "performances": "performance_id",
            }
            if read.kind not in key:
                continue
            ids = known.setdefault(read.kind, {})
            ids |= {str(v).casefold(): str(v) for v in table.columns.get(key[read.kind], ()) if v is not None}
            if read.kind == "samples":
                pairs = zip(table.columns.get("subject_id", ()), table.columns.get("sample_id", ()), strict=False)
                ids |= {f"{a}_{b}".casefold(): f"{a}_{b}" for a, b in pairs if a is not None and b is not None}
    return known


def _check_references(
    table: Table,
    name: str,
    refers: Sequence[str],
    known: Mapping[str, Mapping[str, str]],
    files: Mapping[str, str],
    layout: SheetLayout,
    nothing: AbstractSet[str],
) -> Iterator[Diagnostic]:
    targets = [target.split(".")[0] for target in refers if target.split(".")[0] in known]
    ids = {key: text for target in targets for key, text in known[target].items()}
    elsewhere = table.columns.get("also_in_dataset") if table.name in targets else None
    fits = ids.keys() | nothing
    for text, record, place in odd(table, name, table.columns[name], lambda text: text.casefold() in fits):
        away = elsewhere is not None and _is_dataset(elsewhere[record])
        nouns = " or ".join(target.removesuffix("s") for target in targets)
        message = f"No {nouns} '{text}' in {' or '.join(dict.fromkeys(files[target] for target in targets))}."
        hint = did_you_mean(text, ids.values()) or layout.field(name).hint
        if away:
            hint = f"Nothing to do if it is in the other dataset, {elsewhere and elsewhere[record]}."
        severity = Severity.WARNING if away else None
        yield finding("L530", message, place, value=text, hint=hint, severity=severity)


def _is_dataset(value: Any) -> bool:
    """Whether the cell names a dataset: `N:dataset:` and its UUID, or a DOI (SPEC section 8); 'N/A' does not."""
    return value is not None and ("dataset:" in str(value).casefold() or "10." in str(value))


def _check_circles(table: Table, name: str, key: str) -> Iterator[Diagnostic]:
    """One finding for each circle of rows that descend from themselves, with the cells of all its rows (SDS-E09)."""
    column = table.columns[name]
    if all(value is None for value in column):
        return
    rows = _rows_by_reference(table, key)
    parents: dict[str, list[str]] = {}
    for record, value in enumerate(column):
        texts = [] if value is None else parts(value, table.splits.get(name))
        above = [_nearest_kin(table, record, rows.get(text.casefold(), [])) for text in texts]
        parents[str(record)] = [str(parent) for parent in above if parent is not None]
    for circle in circles(parents):
        records = [int(record) for record in circle]
        names = [str(table.columns[key][record]) for record in records]
        way = " -> ".join(f"'{one}'" for one in [*names, names[0]])
        places = [table.place(record, name) for record in records]
        message = f"This {table.noun} comes from itself: {way}."
        yield finding("L531", message, places[0], value=names[0], related=places[1:])


def _rows_by_reference(table: Table, key: str) -> dict[str, list[int]]:
    """How a row may be referred to, without case -> its records: by its id, in SDS 1.x with its subject's before it."""
    rows: dict[str, list[int]] = {}
    subjects = table.columns.get("subject_id", [None] * len(table))
    for record, (own, subject) in enumerate(zip(table.columns.get(key, ()), subjects, strict=False)):
        if own is not None:
            rows.setdefault(str(own).casefold(), []).append(record)
            rows.setdefault(f"{subject}_{own}".casefold(), []).append(record)
    return rows


def _nearest_kin(table: Table, record: int, candidates: list[int]) -> int | None:
    """The candidate of the same subject, for ids that repeat under each subject; else the only one."""
    subjects = table.columns.get("subject_id", [None] * len(table))
    same = [other for other in candidates if subjects[other] == subjects[record]]
    if same:
        return same[0]
    return candidates[0] if len(candidates) == 1 else None
