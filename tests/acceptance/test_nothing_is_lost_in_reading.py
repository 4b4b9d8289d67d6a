"""Promise 1 for reading: over all official templates, real datasets and seed cases every filled cell is accounted for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cell_accounts import filled_cells, grids_of, unaccounted

from sds2gen3.sheets import read_dataset

SHARED = Path(__file__).parents[3] / "shared"
DATASETS = sorted(
    path.relative_to(SHARED).as_posix()
    for parent in ("sds/templates", "sds/real", "acceptance/seed_cases")
    for path in (SHARED / parent).glob("*")
    if path.is_dir()
)


@pytest.mark.parametrize("name", DATASETS)
def test_every_filled_cell_is_in_a_table_or_left_out(shared: Path, name: str) -> None:
    cells = filled_cells(grids_of(shared / name))
    assert unaccounted(read_dataset(shared / name), cells) == {}


LOOSE = {  # files of sparcur's own tests, and the SDS file that each of them is
    "pie": {
        "dd-pie": "dataset_description",
        "su-pie": "subjects",
        "sa-pie": "samples",
        "si-pie": "sites",
        "cu-pie": "curation",
        "sm-reva": "submission",
    },
    "cry": {"dd-no-sub-no-samp": "dataset_description", "su-cry": "subjects", "sm-ot": "submission"},
    **{
        name: {"dd-pie": "dataset_description", name: "submission"}
        for name in (
            "sm-210",
            "sm-210-ext-award",
            "sm-210-ext-blank",
            "sm-210-ext-na",
            "sm-210-sparc-award",
            "sm-210-sparc-na",
            "submission-data-in-definition",
            "submission-matched-alt-header",
            "submission-multi-column-extra-row",
            "submission-multi-row-error-no-values",
        )
    },
}


@pytest.mark.parametrize("name", LOOSE)
def test_every_filled_cell_of_the_loose_sheets_too(shared: Path, tmp_path: Path, name: str) -> None:
    for file, kind in LOOSE[name].items():
        shutil.copyfile(shared / "sds" / "real" / "sparcur-csv" / f"{file}.csv", tmp_path / f"{kind}.csv")
    dataset = read_dataset(tmp_path)
    assert unaccounted(dataset, filled_cells(grids_of(tmp_path))) == {}
    assert set(LOOSE[name].values()) <= set(dataset.tables)


def test_the_human_subjects_with_76_columns(shared: Path, tmp_path: Path) -> None:
    for kind in ("subjects", "samples"):
        shutil.copyfile(shared / "sds/real/dbgap-prep/testdata" / f"{kind}.xlsx", tmp_path / f"{kind}.xlsx")
    dataset = read_dataset(tmp_path)
    assert unaccounted(dataset, filled_cells(grids_of(tmp_path))) == {}
    assert dataset.version == "3.0.2"
    assert [len(dataset.tables[kind][0]) for kind in ("subjects", "samples")] == [5, 11]
    assert len(dataset.tables["subjects"][0].user_columns) >= 40
