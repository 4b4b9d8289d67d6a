"""Ahead: what was opened while the program was loading is what the file holds when it is read, or is not used at all."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from raw_xlsx import file_source, raw_xlsx

from sds2gen3.sheets import ahead as module
from sds2gen3.sheets import read_dataset
from sds2gen3.sheets.ahead import Ahead
from sds2gen3.sheets.files.locate import locate
from sds2gen3.sheets.formats import workbook as reading
from sds2gen3.sheets.formats.scan import scan

SUBJECTS = [["subject id", "species", "age"], ["sub-1", "Rattus norvegicus", 4.5], ["sub-2", None, "4 weeks"]]


@pytest.fixture(autouse=True)
def however_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WORTH_IT", 0)


def workbook(path: Path, rows: list[list[object]], sheets: int = 1) -> None:
    book = openpyxl.Workbook()
    for number in range(sheets):
        sheet = book.active if not number else book.create_sheet()
        for row in rows:
            sheet.append(row)
    path.parent.mkdir(exist_ok=True)
    book.save(path)


def opened(dataset: Path) -> list[str]:
    """The files of the dataset that the thread has opened."""
    located, ahead = locate(dataset), Ahead(dataset)
    return [source.path for source in located.sources if ahead.content(located, source) is not None]


@pytest.mark.parametrize("path", ["subjects.xlsx", "Subjects.XLSX", "primary/manifest.xlsx"])
@pytest.mark.parametrize("sheets", [1, 2])
def test_the_dataset_is_the_same_as_without(tmp_path: Path, path: str, sheets: int) -> None:
    workbook(tmp_path / path, SUBJECTS, sheets)
    assert opened(tmp_path) == [path]
    assert read_dataset(tmp_path, ahead=Ahead(tmp_path)) == read_dataset(tmp_path)


def test_the_largest_workbook_is_opened_and_only_once(tmp_path: Path) -> None:
    workbook(tmp_path / "subjects.xlsx", SUBJECTS)
    workbook(tmp_path / "samples.xlsx", [["sample id"], *([f"sam-{n}"] for n in range(500))])
    (tmp_path / "manifest.csv").write_text("filename\n" * 100_000)
    located, ahead = locate(tmp_path), Ahead(tmp_path)
    samples = next(source for source in located.sources if source.kind == "samples")
    assert ahead.is_of(located, samples)
    assert ahead.content(located, samples) is not None
    assert ahead.content(located, samples) is None


def test_a_file_that_has_changed_since_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "subjects.xlsx"
    workbook(path, SUBJECTS)
    ahead = Ahead(tmp_path)
    workbook(path, [["subject id"], ["sub-9"]])
    later = time.time_ns() + 10**9  # where the system's clock for files is coarse
    os.utime(path, ns=(later, later))
    (subjects,) = read_dataset(tmp_path, ahead=ahead).tables["subjects"]
    assert subjects.columns["subject_id"] == ["sub-9"]


def test_a_file_of_the_same_name_in_the_folder_that_is_the_dataset_is_another(tmp_path: Path) -> None:
    workbook(tmp_path / "subjects.xlsx", SUBJECTS)
    workbook(tmp_path / "inner" / "subjects.xlsx", [["subject id"], ["sub-9"]])
    located = replace(locate(tmp_path), base="inner")
    assert not any(Ahead(tmp_path).is_of(located, source) for source in located.sources)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"subject id\nsub-1\n",
        b"PK\x03\x04 not a zip",
        raw_xlsx('<row r="1"><c r="A1"><f>1/0</f></c></row>'),
        raw_xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="9999999"><c r="XFE9999999"><v>1</v></c></row>'),
        raw_xlsx('<row r="1"><c r="A1"><v>1</v>'),
    ],
    ids=["empty", "text", "no zip", "a formula without a result", "beyond Excel", "no end"],
)
def test_what_cannot_be_opened_ahead_is_told_as_without(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "subjects.xlsx").write_bytes(data)
    assert read_dataset(tmp_path, ahead=Ahead(tmp_path)) == read_dataset(tmp_path)


def test_a_workbook_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    monkeypatch.setattr(reading, "scan", lambda data: looks.append(len(data)) or scan(data))
    (tmp_path / "subjects.xlsx").write_bytes(raw_xlsx('<row r="1"><c r="A1"><f>1/0</f></c></row>'))
    read_dataset(tmp_path, ahead=Ahead(tmp_path))
    assert len(looks) == 1


def test_links_pipes_and_what_is_no_folder_are_left_to_the_listing(tmp_path: Path) -> None:
    workbook(tmp_path / "elsewhere" / "x.xlsx", SUBJECTS)
    dataset = tmp_path / "dataset"
    dataset.mkdir()
    (dataset / "subjects.xlsx").symlink_to(tmp_path / "elsewhere" / "x.xlsx")
    os.mkfifo(dataset / "samples.xlsx")
    (dataset / "primary").mkdir()
    os.mkfifo(dataset / "primary" / "manifest.xlsx")
    assert opened(dataset) == []
    for path in (tmp_path / "nowhere", tmp_path / "elsewhere" / "x.xlsx", Path("\0")):
        assert not Ahead(path).is_of(locate(dataset), file_source(tmp_path / "elsewhere" / "x.xlsx"))
