"""Inputs on which an earlier state of the program was wrong."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
import yaml
from command_line import Cli
from pipeline import run

from sds2gen3 import read_dataset

SAMPLE = Path(__file__).parents[2] / "sample_datasets/vagus-stimulation-2.0.0/dataset"


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "dataset"))


@pytest.mark.parametrize(
    "rule", [{"properties": {"sex": "sexx"}}, {"links": {"cases": {"to": "case", "where": {"code": "subject_id"}}}}]
)
def test_a_mapping_that_does_not_fit_is_refused_before_any_data(
    tmp_path: Path, cli: Cli, rule: dict[str, object]
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "mapping.yaml").write_text("title: own\nextends: sds\n", encoding="utf-8")
    name = "sample" if "links" in rule else "case"
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(rule), encoding="utf-8")
    said = cli("validate", SAMPLE, "--mapping", folder)
    assert said.code == 2
    assert "M322" in said.err or "is no field" in said.err


def test_json_of_id_to_record_numbers_its_records_through(dataset: Path) -> None:
    (dataset / "resources.xlsx").unlink()
    records = {"RRID:SCR_1": {"name": "a"}, "RRID:SCR_2": {"name": "b"}}
    (dataset / "resources.json").write_text(json.dumps(records), encoding="utf-8")
    found = run(dataset)
    assert [r["submitter_id"] for r in found.records("resource")] == ["dataset:resource:1", "dataset:resource:2"]
    assert "L522" not in found.codes()


def test_the_keys_of_json_say_nothing_of_the_version(dataset: Path) -> None:
    (dataset / "subjects.xlsx").unlink()
    rows = [{"subject_id": f"sub-{n}", "species": "rat", "sex": "F", "age": "4 weeks"} for n in range(1, 7)]
    (dataset / "subjects.json").write_text(json.dumps({"subjects": rows}), encoding="utf-8")
    found = run(dataset)
    assert "R174" not in found.codes()
    assert len(found.records("case")) == 6


def test_names_in_a_zip_that_does_not_say_utf_8_are_read_as_in_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(SAMPLE.glob("*.xlsx")):
            archive.write(file, f"Herzü/{file.name}")
    raw = path.read_bytes()
    for flagged in (b"PK\x01\x02", b"PK\x03\x04"):
        offset = 8 if flagged == b"PK\x01\x02" else 6
        parts = raw.split(flagged)
        raw = flagged.join([parts[0], *(p[: offset - 4] + b"\0\0" + p[offset - 2 :] for p in parts[1:])])
    path.write_bytes(raw)
    assert read_dataset(path).name == "Herzü"


def test_a_sheet_that_cannot_be_read_is_the_only_error_of_its_kind(dataset: Path) -> None:
    (dataset / "subjects.xlsx").write_bytes(b"")
    errors = [d.code for d in run(dataset).report if d.severity.label == "error"]
    assert errors == ["R120"]
