"""Rules between sheets and files where a case of one finding does not show it: many at once, zips, and what was not checked."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from rule_cases.ordinary import write
from sheet_makers import one

from sds2gen3 import read_dataset
from sds2gen3.diagnostics import Diagnostic

SAMPLES = Path(__file__).parents[2] / "sample_datasets"
DATA = "a,b\n1,2\n"


def said(folder: Path, version: str = "2.0.0", **files: object) -> Sequence[Diagnostic]:
    """What is said of the ordinary dataset with these files besides."""
    return read_dataset(write(folder, version, files)).findings


def codes(findings: Sequence[Diagnostic]) -> list[str]:
    return [d.code for d in findings]


class TestManyAtOnce:
    def test_a_manifest_of_files_that_are_all_elsewhere_is_one_finding(self, tmp_path: Path) -> None:
        manifest = [{"filename": f"sub-{n % 40}/{n}.csv"} for n in range(1000)]
        found = said(
            tmp_path, **{"primary/manifest": manifest, "code/run.py": DATA, "code/manifest": [{"filename": "run.py"}]}
        )
        problem = one(found, "L552")
        assert problem.message.startswith("None of the 1,000 files that this manifest lists is in the dataset")
        assert "--metadata-only" in problem.hint

    def test_a_folder_that_is_missing_is_one_finding_with_all_its_cells(self, tmp_path: Path) -> None:
        manifest = [{"filename": "here.csv"}, *({"filename": f"sub-9/run/{n}.csv"} for n in range(30))]
        problem = one(said(tmp_path, **{"primary/manifest": manifest, "primary/here.csv": DATA}), "L552")
        assert "the folder 'primary/sub-9' is not in the dataset" in problem.message
        assert len(problem.related) == 29

    def test_misspelt_paths_beyond_what_anyone_reads_are_one_finding(self, tmp_path: Path) -> None:
        manifest = [{"filename": f"{n}.CSV"} for n in range(30)]
        found = said(tmp_path, **{"primary/manifest": manifest, **{f"primary/{n}.csv": DATA for n in range(30)}})
        problem = one(found, "L554")
        assert problem.message == "'0.CSV' is spelt '0.csv' in the dataset; the same holds for 29 others."
        assert len(problem.related) == 29

    def test_folders_without_a_row_are_one_finding_where_they_are_many(self, tmp_path: Path) -> None:
        found = said(tmp_path, **{f"primary/sub-{n}/a.csv": DATA for n in range(1, 12)})
        problem = one(found, "R186")
        assert problem.message == "10 folders have no row in subjects.csv: 'sub-10', 'sub-11', 'sub-2' ... (10 in all)."

    def test_files_that_are_not_listed_are_one_finding_for_a_manifest(self, tmp_path: Path) -> None:
        files = {f"primary/sub-1/{n}.csv": DATA for n in range(50)}
        problem = one(said(tmp_path, **{**files, "primary/manifest": [{"filename": "sub-1/0.csv"}]}), "L553")
        assert problem.message.startswith("49 files are not listed in this manifest: 'sub-1/1.csv'")
        assert str(problem.place) == "primary/manifest.csv"


class TestWhatIsHere:
    def test_without_data_files_that_is_said_once_and_nothing_else(self, tmp_path: Path) -> None:
        found = said(tmp_path, **{"primary/manifest": [{"filename": "sub-1/a.csv"}], "docs/README.md": "Nothing."})
        assert codes(found) == ["R190"]

    @pytest.mark.parametrize(("manifest", "told"), [([{}], False), (None, True)])
    def test_that_there_is_no_manifest_either_is_said_with_it(
        self, tmp_path: Path, manifest: list[dict[str, str]] | None, told: bool
    ) -> None:
        files = {} if manifest is None else {"manifest": manifest}
        assert ("there is no manifest either" in one(said(tmp_path, **files), "R190").message) is told

    def test_whoever_says_that_only_metadata_is_here_is_believed(self, tmp_path: Path) -> None:
        write(tmp_path, "2.0.0", {"primary/a.csv": DATA, "primary/manifest": [{"filename": "b.csv"}]})
        assert {"L552", "L553"} <= set(codes(read_dataset(tmp_path).findings))
        assert codes(read_dataset(tmp_path, metadata_only=True).findings) == ["R190"]

    def test_a_manifest_that_cannot_be_read_says_nothing_of_its_files(self, tmp_path: Path) -> None:
        found = said(tmp_path, **{"primary/sub-1/a.csv": DATA, "primary/manifest.xlsx": b""})
        assert {"L552", "L553", "R184"}.isdisjoint(codes(found))

    @pytest.mark.parametrize("name", ["vagus-stimulation-2.0.0", "broken-2.1.0"])
    def test_a_zip_is_told_the_same_as_its_folder(self, tmp_path: Path, name: str) -> None:
        folder = SAMPLES / name / "dataset"
        archive = shutil.make_archive(str(tmp_path / "dataset"), "zip", folder)
        zipped = [(d.code, str(d.place), d.message) for d in read_dataset(archive).findings]
        assert zipped == [(d.code, str(d.place), d.message) for d in read_dataset(folder).findings]
