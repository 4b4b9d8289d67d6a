"""The synthetic datasets of tests/bench are what their README says: right size, readable, links that resolve."""

from __future__ import annotations

import filecmp
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest

BENCH = Path(__file__).parents[1] / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCH))
    import generate

    return generate


def rows(path: Path) -> list[dict[str, Any]]:
    header, *rest = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=False)) for row in rest]


def test_dataset_has_the_size_and_the_columns_that_were_asked_for(bench: ModuleType, tmp_path: Path) -> None:
    bench.generate(tmp_path, bench.Size(subjects=3, samples=8, files=40))
    found = {name: rows(tmp_path / f"{name}.xlsx") for name in ("subjects", "samples", "manifest")}
    assert {name: len(records) for name, records in found.items()} == {"subjects": 3, "samples": 8, "manifest": 40}
    assert {name: len(records[0]) for name, records in found.items()} == {"subjects": 35, "samples": 25, "manifest": 12}


def test_ids_are_unique_and_links_resolve(bench: ModuleType, tmp_path: Path) -> None:
    bench.generate(tmp_path, bench.Size(subjects=3, samples=9, files=20))
    subjects = [row["subject id"] for row in rows(tmp_path / "subjects.xlsx")]
    samples = [row["sample id"] for row in rows(tmp_path / "samples.xlsx")]
    known = {*subjects, *samples}
    assert len(known) == 12
    for row in rows(tmp_path / "samples.xlsx"):
        assert row["subject id"] in subjects
        assert row["was derived from"] in known
    assert {row["entity"] for row in rows(tmp_path / "manifest.xlsx")} <= set(samples)


def test_derived_samples_are_counted_right(bench: ModuleType, tmp_path: Path) -> None:
    bench.generate(tmp_path, bench.Size(subjects=2, samples=9, files=9), with_files=False)
    entities = [*rows(tmp_path / "subjects.xlsx"), *rows(tmp_path / "samples.xlsx")]
    parents = [row["was derived from"] for row in rows(tmp_path / "samples.xlsx")]
    for row in entities:
        assert row["number of directly derived samples"] == parents.count(row.get("sample id") or row["subject id"])


@pytest.mark.parametrize(("samples", "files"), [(8, 40), (8, 3)])
def test_listed_files_exist_and_entities_without_files_are_metadata_only(
    bench: ModuleType, tmp_path: Path, samples: int, files: int
) -> None:
    bench.generate(tmp_path, bench.Size(subjects=4, samples=samples, files=files))
    listed = [row["filename"] for row in rows(tmp_path / "manifest.xlsx")]
    assert len(set(listed)) == files
    assert all((tmp_path / path).is_file() for path in listed)
    for row in rows(tmp_path / "samples.xlsx"):
        folder = tmp_path / "primary" / row["subject id"] / row["sample id"]
        assert row["metadata only"] is not folder.is_dir()


def test_same_seed_gives_the_same_bytes(bench: ModuleType, tmp_path: Path) -> None:
    size = bench.Size(subjects=2, samples=4, files=10)
    for name, seed in (("one", 1), ("two", 1), ("three", 2)):
        bench.generate(tmp_path / name, size, seed, with_files=False)
    assert filecmp.cmp(tmp_path / "one" / "subjects.xlsx", tmp_path / "two" / "subjects.xlsx", shallow=False)
    assert not filecmp.cmp(tmp_path / "one" / "subjects.xlsx", tmp_path / "three" / "subjects.xlsx", shallow=False)
