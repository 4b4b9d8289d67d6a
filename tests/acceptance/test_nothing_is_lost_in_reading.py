"""Promise 1 for reading: over all official templates, real datasets and seed cases every filled cell is accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest
from cell_accounts import filled_cells, grids_of, unaccounted
from real_datasets import LOOSE, folders, human, loose

from sds2gen3.sheets import read_dataset

DATASETS = [*folders("sds/templates"), *folders("sds/real"), *folders("acceptance/seed_cases")]


@pytest.mark.parametrize("folder", DATASETS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_every_filled_cell_is_in_a_table_or_left_out(folder: Path) -> None:
    assert unaccounted(read_dataset(folder), filled_cells(grids_of(folder))) == {}


@pytest.mark.parametrize("name", LOOSE)
def test_every_filled_cell_of_the_loose_sheets_too(shared: Path, tmp_path: Path, name: str) -> None:
    dataset = read_dataset(loose(name, tmp_path))
    assert unaccounted(dataset, filled_cells(grids_of(tmp_path))) == {}
    assert set(LOOSE[name].values()) <= set(dataset.tables)


def test_the_human_subjects_with_76_columns(shared: Path, tmp_path: Path) -> None:
    dataset = read_dataset(human(tmp_path))
    assert unaccounted(dataset, filled_cells(grids_of(tmp_path))) == {}
    assert dataset.version == "3.0.2"
    assert [len(dataset.tables[kind][0]) for kind in ("subjects", "samples")] == [5, 11]
    assert len(dataset.tables["subjects"][0].user_columns) >= 40
