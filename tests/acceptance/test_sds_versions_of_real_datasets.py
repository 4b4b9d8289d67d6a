"""The version of every official template and of every real dataset (SPEC section 2, real/SOURCES.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from sds2gen3.catalogue import Severity
from sds2gen3.sheets import read_dataset

REAL = {
    "fair-biors": "2.0.0",
    "fair-amd-oct": "2.1.0",
    "gi-review": "1.2.3",
    "pennsieve-pig-heart": "1.2.3",
    "sparc-me-optical-mapping": "1.2.3",
    "sparclink": "1.2.3",
    "soda-test-dataset": "2.1.0",
}


@pytest.mark.parametrize("name", REAL)
def test_a_real_dataset_has_the_version_that_it_says(shared: Path, name: str) -> None:
    dataset = read_dataset(shared / "sds" / "real" / name)
    assert dataset.version == REAL[name]
    assert not {"R170", "R171", "R172", "R173", "R174"} & {finding.code for finding in dataset.findings}


@pytest.mark.parametrize(
    "version", ["1.0", "1.1", "1.2", "1.2.1", "1.2.2", "1.2.3", "2.0.0", "2.1.0", "3.0.0", "3.0.1", "3.0.2"]
)
def test_a_blank_template_has_its_own_version_and_holds_no_records(shared: Path, version: str) -> None:
    dataset = read_dataset(shared / "sds" / "templates" / version)
    assert dataset.version == version
    records = {name: sum(map(len, tables)) for name, tables in dataset.tables.items()}
    records.pop("dataset_description")  # its version and type are filled in
    records.pop("standards", None)  # so are the data standard and its version in 3.x
    assert set(records.values()) == {0}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("gi-review", []),
        ("pennsieve-pig-heart", [("S230", "Principle Investigator")]),
        ("sparc-me-optical-mapping", []),
        ("sparclink", []),
    ],
)
def test_published_sparc_datasets_have_no_errors_but_true_ones(
    shared: Path, name: str, wrong: list[tuple[str, str]]
) -> None:
    dataset = read_dataset(shared / "sds" / "real" / name)
    assert [(f.code, f.value) for f in dataset.findings if f.severity == Severity.ERROR] == wrong


def test_values_right_of_the_last_named_column_are_read(shared: Path) -> None:
    dataset = read_dataset(shared / "sds" / "real" / "pennsieve-pig-heart")
    table = dataset.table("dataset_description")
    assert table is not None
    assert table.columns["keywords"] == [["heart", "pig", "cardiac zone", "ventricles", "atria", "coronary"]]
    assert str(table.place(0, "keywords", 5)) == "dataset_description.xlsx!I4"
    links = [t for t in dataset.tables["related_identifiers"] if t.columns["sds_field"]]
    assert [t.columns["sds_field"][0] for t in links] == ["additional_links"]
    assert links[0].columns["identifier_description"] == [
        "Link to scaffold creation software",
        "Link to scaffold source",
    ]
