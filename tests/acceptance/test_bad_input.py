"""Bad input, as a user meets it at the console: one clear line, the right exit code, no traceback, nothing half written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from raw_xlsx import container
from real_datasets import SAMPLES

GOOD = SAMPLES / "vagus-stimulation-2.0.0/dataset"
BAD = SAMPLES / "broken-2.1.0/dataset"


@dataclass(frozen=True)
class Ended:
    """How the process ended, and what stands on stdout and stderr."""

    code: int
    out: str
    err: str


def sds2gen3(*arguments: str | Path, before: str = "") -> Ended:
    """The program in a process of its own, as the console script starts it; `before` is shell to set limits with."""
    command = [sys.executable, "-m", "sds2gen3", *map(str, arguments)]
    if before:
        command = ["bash", "-c", f'{before}; exec "$@"', "bash", *command]
    environ = {**os.environ, "COLUMNS": "200", "PYTHONPATH": str(SAMPLES.parent)}
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environ, check=False)
    assert "Traceback" not in ended.stdout + ended.stderr
    return Ended(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good dataset that may be spoilt."""
    return Path(shutil.copytree(GOOD, tmp_path / "my dataset"))


def assert_called_wrongly(ended: Ended, said: str) -> None:
    """Exit code 2, nothing on stdout, and on stderr one line that says it and at most one hint."""
    assert (ended.code, ended.out) == (2, "")
    first, *hints = ended.err.splitlines()
    assert said in first
    assert all(line.startswith("  hint: ") for line in hints)
    assert len(hints) <= 1


def assert_found(ended: Ended, code: str, cell: str, said: str) -> None:
    """Exit code 1, and in the report, below the file's name, one line with code, place and words."""
    assert ended.code == 1
    assert len([line for line in ended.out.splitlines() if code in line and cell in line and said in line]) == 1
    assert "stop" in ended.out


def test_no_such_folder(tmp_path: Path) -> None:
    assert_called_wrongly(sds2gen3("validate", tmp_path / "nowhere"), "There is no such dataset folder.")


def test_a_file_that_is_no_folder_and_no_zip(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a dataset", encoding="utf-8")
    ended = sds2gen3("validate", tmp_path / "notes.txt")
    assert_called_wrongly(ended, "notes.txt")


def test_no_dataset_description(folder: Path) -> None:
    (folder / "dataset_description.xlsx").unlink()
    assert_found(sds2gen3("validate", folder), "R101", "", "There is no dataset_description file.")


SPOILT = {
    "subjects.xlsx": (b"", "R120", "This file is empty (0 bytes)."),
    "samples.xlsx": (
        b"dear curator, see the attached file",
        "R151",
        "No header of the SDS for a sample sheet was found",
    ),
    "performances.xlsx": (container("EncryptedPackage", b""), "R125", "protected with a password"),
    "resources.xlsx": (b"PK\x03\x04 only the beginning", "R128", "cannot be read"),
    "submission.xlsx": (bytes(range(256)) * 8, "R127", "not a table that can be read"),
}
"""A file without content, a text, an encrypted workbook, half a workbook, and anything at all, all named .xlsx."""


def test_files_that_are_no_workbooks_are_all_told_in_one_run(folder: Path) -> None:
    for name, (content, _, _) in SPOILT.items():
        assert (folder / name).is_file()
        (folder / name).write_bytes(content)
    ended = sds2gen3("validate", folder)
    assert ended.code == 1
    parts = {part.partition("\n")[0]: part for part in ended.out.split("\n\n")}
    for name, (_, code, said) in SPOILT.items():
        assert len([line for line in parts[name].splitlines() if code in line and said in line]) == 1, name
    assert "25 manifest" in ended.out  # the others are read all the same


def test_no_such_mapping_and_no_such_dictionary(tmp_path: Path) -> None:
    assert_called_wrongly(sds2gen3("validate", GOOD, "--mapping", "sd"), "There is no mapping called 'sd'.")
    assert_called_wrongly(sds2gen3("validate", GOOD, "--dictionary", tmp_path / "d.json"), "d.json")


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("mapping.yaml", "title: mine\ndictionary: [sds\n", "mapping.yaml:3"),
        ("case.yaml", "node: case\nfrom: subjects\nid: '{dataset}'\nproperies: {}\n", "case.yaml:4"),
    ],
    ids=["open bracket", "unknown key"],
)
def test_an_error_in_a_mapping_has_file_and_line(tmp_path: Path, name: str, text: str, place: str) -> None:
    (tmp_path / "mapping.yaml").write_text("title: mine\ndictionary: sds\n", encoding="utf-8")
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert_called_wrongly(sds2gen3("validate", GOOD, "--mapping", tmp_path), place)


def test_an_unknown_option() -> None:
    assert_called_wrongly(sds2gen3("validate", GOOD, "--strickt"), "--strickt")


def everything_in(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """What an earlier run has written."""
    out = tmp_path / "here/out"
    assert sds2gen3("convert", GOOD, "--output", out, "--set", "dataset=earlier").code == 0
    return out


def test_somebody_else_s_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out/nodes").mkdir(parents=True)
    (tmp_path / "out/nodes/01_experiment.json").write_text("[]", encoding="utf-8")
    assert_called_wrongly(sds2gen3("convert", GOOD, "--output", tmp_path / "out"), "was not written by sds2gen3")
    assert everything_in(tmp_path) == {"out/nodes/01_experiment.json": b"[]"}


def test_data_with_errors_leave_what_was_written_before(written: Path) -> None:
    before = everything_in(written.parent)
    ended = sds2gen3("convert", BAD, "--output", written)
    assert ended.code == 1
    assert ended.err.startswith("Not written: ")
    assert everything_in(written.parent) == before


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files by the shell")
def test_a_full_disk_leaves_what_was_written_before_and_nothing_else(written: Path) -> None:
    before = everything_in(written.parent)
    ended = sds2gen3("convert", GOOD, "--output", written, before="ulimit -f 4")
    assert_called_wrongly(ended, "cannot be written: File too large.")
    assert ended.err.startswith("error C935 ")
    assert everything_in(written.parent) == before
    assert [path.name for path in written.parent.iterdir()] == ["out"]
