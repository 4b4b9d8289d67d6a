"""A sheet may lack any of its columns, or have it mistyped: the rules then say less, and never fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from rule_cases import ALL
from rule_cases.ordinary import LAYOUTS, write

from sds2gen3.model import Table
from sds2gen3.sheets import reader
from sds2gen3.sheets.files.inventory import Inventory
from sds2gen3.sheets.files.locate import locate
from sds2gen3.sheets.reader import check_rules
from sds2gen3.sheets.rules.detect import detect_version
from sds2gen3.sheets.rules.structure import check_data
from sds2gen3.sheets.tables.outcome import SheetRead

MORE = {  # what the ordinary dataset leaves out: columns by which rows come from others
    "samples": [
        {"was_derived_from": "sub-1", "number_of_directly_derived_samples": "1"},
        {"was_derived_from": "sam-1", "number_of_directly_derived_samples": "0"},
    ],
    "subjects": [{"number_of_directly_derived_samples": "1", "pool_id": "pool-1"}],
    "primary/manifest": [{"filename": "sub-1/sam-2/a.csv", "entity": "sam-2", "file_type": ".csv"}],
    "primary/sub-1/sam-2/a.csv": "a,b",
}


def known(version: str) -> dict[str, object]:
    """Of `MORE`, what the version has headers for."""
    found: dict[str, object] = {}
    for name, content in MORE.items():
        kind = name.rpartition("/")[2]
        if isinstance(content, str):
            found[name] = content
        else:
            headers = LAYOUTS.version_sheet(version, kind).headers
            found[name] = [{f: v for f, v in row.items() if f in headers} for row in content]
    return found


def lacking(table: Table, name: str) -> Table:
    """The table without the field."""
    without: Mapping[str, int] = {f: at for f, at in table.headers.items() if f != name}
    return replace(table, columns={f: c for f, c in table.columns.items() if f != name}, headers=without)


def mistyped(table: Table, name: str) -> Table:
    """The table with the field under a header that says nothing."""
    there = lacking(table, name)
    return replace(
        there,
        columns={**there.columns, f"{name}_x": table.columns[name]},
        headers={**there.headers, f"{name}_x": table.headers[name]},
        user_columns=(*table.user_columns, f"{name}_x"),
    )


def changed(reads: list[SheetRead]) -> Iterator[tuple[str, list[SheetRead]]]:
    """The sheets with one header after the other gone or mistyped."""
    for at, read in enumerate(reads):
        for group, tables in read.tables.items():
            for number, table in enumerate(tables):
                for name in table.headers:
                    for how in (lacking, mistyped):
                        others = [*tables[:number], how(table, name), *tables[number + 1 :]]
                        one = replace(read, tables={**read.tables, group: others})
                        yield f"{how.__name__} {read.kind}.{name}", [*reads[:at], one, *reads[at + 1 :]]


def check_all(folder: Path) -> int:
    """Every rule on every change of the dataset; how many changes there were."""
    located = locate(folder)
    reads = [read for source in located.sources if (read := reader._read(source, LAYOUTS)) is not None]
    version, _ = detect_version(reads, located.files, LAYOUTS)
    present = {source.kind for source in located.sources}
    inventory = Inventory.of(located, None)
    count = 0
    for what, sheets in changed(reads):
        try:
            detect_version(sheets, located.files, LAYOUTS)
            check_rules(sheets, present, version, LAYOUTS)
            check_data(sheets, present, inventory, version, LAYOUTS)
        except Exception as error:
            pytest.fail(f"{what}: {error!r}")
        count += 1
    return count


@pytest.mark.parametrize("version", ALL)
def test_the_rules_hold_without_any_one_header(tmp_path: Path, version: str) -> None:
    assert check_all(write(tmp_path, version, known(version))) > 50
