"""One finding for one cause: what only follows from an earlier finding is not told again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pipeline import run

SAMPLE = Path(__file__).parents[2] / "sample_datasets/vagus-stimulation-2.0.0/dataset"


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "dataset"))


def test_without_dataset_description_the_records_are_not_blamed_for_missing_it(dataset: Path) -> None:
    (dataset / "dataset_description.xlsx").unlink()
    errors = {d.code for d in run(dataset).report if d.severity.label == "error"}
    assert errors == {"R101"}


def test_without_subjects_the_samples_are_told_once(dataset: Path) -> None:
    (dataset / "subjects.xlsx").unlink()
    found = run(dataset)
    assert "R180" in found.codes()
    assert sum(d.place is not None and d.place.file == "samples.xlsx" for d in found.report) <= 1


def test_without_samples_the_manifest_is_not_blamed(dataset: Path) -> None:
    (dataset / "samples.xlsx").unlink()
    found = run(dataset)
    assert {d.code for d in found.report if d.severity.label == "error"} == {"R180"}
