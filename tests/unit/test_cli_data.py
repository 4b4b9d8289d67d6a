"""validate and convert on datasets: what is written where, and how it ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Cli

from sds2gen3.cli.convert import Form
from sds2gen3.write.output import FORMS

SAMPLES = Path(__file__).parents[2] / "sample_datasets"
GOOD = SAMPLES / "vagus-stimulation-2.0.0" / "dataset"
BAD = SAMPLES / "broken-2.1.0" / "dataset"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "not a dataset"
    folder.mkdir()
    return folder


def test_data_without_errors_end_with_0(cli: Cli) -> None:
    run = cli("validate", GOOD)
    assert run.code == 0
    assert run.err == ""
    assert "Nothing stops this dataset from being submitted" in run.out


def test_data_with_errors_end_with_1(cli: Cli) -> None:
    run = cli("validate", BAD)
    assert run.code == 1
    assert "subjects.xlsx\n" in run.out
    assert "stop this dataset from being submitted" in run.out


def test_a_folder_that_is_not_there_ends_with_2(cli: Cli, tmp_path: Path) -> None:
    run = cli("validate", tmp_path / "nowhere")
    assert (run.code, run.out) == (2, "")
    assert "nowhere" in run.err
    assert "Traceback" not in run.err


def test_a_folder_without_dataset_description_ends_with_1(cli: Cli, empty: Path) -> None:
    run = cli("validate", empty)
    assert run.code == 1
    assert "dataset_description" in run.out + run.err
    assert "Traceback" not in run.err


def test_warnings_fail_only_when_strict(cli: Cli) -> None:
    report = json.loads(cli("validate", BAD, "--format", "json").out)
    warning = next(f["code"] for f in report["findings"] if f["severity"] == "warning")
    assert cli("validate", BAD, "--select", warning).code == 0
    strict = cli("validate", BAD, "--select", warning, "--strict")
    assert strict.code == 1
    assert "--strict" in strict.err


def test_json_on_stdout_is_only_json(cli: Cli, tmp_path: Path) -> None:
    for arguments in (["validate", BAD], ["convert", BAD, "--output", tmp_path / "out", "--keep-going"]):
        run = cli(*arguments, "--format", "json")
        assert run.code == 1
        assert json.loads(run.out)["summary"]["errors"] > 0


def test_every_json_line_but_the_first_of_a_dataset_is_a_finding(cli: Cli) -> None:
    dataset, *findings = [json.loads(line) for line in cli("validate", BAD, "--format", "jsonl").out.splitlines()]
    assert (dataset["code"], dataset["severity"], dataset["summary"]["dataset"]) == (None, None, dataset["dataset"])
    assert {finding["v"] for finding in (dataset, *findings)} == {1}
    assert all(finding["code"] and finding["dataset"] for finding in findings)


@pytest.mark.parametrize("extension", ["txt", "json", "jsonl"])
def test_a_report_file_has_the_format_of_its_extension(cli: Cli, tmp_path: Path, extension: str) -> None:
    file = tmp_path / f"findings.{extension}"
    run = cli("validate", BAD, "--output", file)
    assert (run.code, run.out) == (1, "")
    assert run.err == f"Report written to {file.as_posix()}\n"
    text = file.read_text(encoding="utf-8")
    assert text == cli("validate", BAD, "--format", {"txt": "text"}.get(extension, extension)).out


def test_a_report_that_cannot_be_written_ends_with_2(cli: Cli, tmp_path: Path) -> None:
    run = cli("validate", GOOD, "--output", tmp_path / "no" / "such" / "folder.json")
    assert run.code == 2
    assert run.err.startswith("error C908 ")


def test_select_and_ignore_take_beginnings_and_say_what_they_hide(cli: Cli) -> None:
    codes = {f["code"] for f in json.loads(cli("validate", BAD, "-f", "json").out)["findings"]}
    one = sorted(codes)[0]
    chosen = json.loads(cli("validate", BAD, "-f", "json", "--select", one[0].lower()).out)
    assert {f["code"] for f in chosen["findings"]} == {code for code in codes if code[0] == one[0]}
    assert chosen["summary"]["datasets"][0]["hidden"] > 0
    rest = json.loads(cli("validate", BAD, "-f", "json", "--ignore", one).out)
    assert {f["code"] for f in rest["findings"]} == codes - {one}


def test_settings_beside_the_dataset_count(cli: Cli, tmp_path: Path) -> None:
    shutil.copytree(GOOD, tmp_path / "dataset")
    (tmp_path / "sds2gen3.toml").write_text('format = "json"\n[needs]\nproject = "mine"\n', encoding="utf-8")
    assert json.loads(cli("validate", tmp_path / "dataset").out)["v"] == 1
    (tmp_path / "sds2gen3.toml").write_text("frmat = 'json'\n", encoding="utf-8")
    run = cli("validate", tmp_path / "dataset")
    assert run.code == 2
    assert run.err == "error C901 sds2gen3.toml:1 Unknown setting 'frmat'.\n  hint: Did you mean 'format'?\n"


@pytest.mark.parametrize("form", [form.value for form in Form])
def test_convert_writes_the_records(cli: Cli, tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    run = cli("convert", GOOD, "--output", out, "--as", form)
    assert run.code == 0
    assert (out / "nodes" / f"01_experiment.{form}").is_file()
    assert f"Written to: {out.as_posix()}" in run.out


def test_the_forms_offered_are_those_that_there_are() -> None:
    assert [form.value for form in Form] == list(FORMS)


def test_data_with_errors_are_written_only_when_told_to(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = cli("convert", BAD, "--output", out)
    assert run.code == 1
    assert "Not written: " in run.err
    assert "--keep-going" in run.err
    assert not out.exists()
    again = cli("convert", BAD, "--output", out, "--keep-going")
    assert again.code == 1
    assert (out / "report.json").is_file()


def test_what_is_selected_does_not_hide_an_error_from_convert(cli: Cli, tmp_path: Path) -> None:
    shutil.copytree(BAD, tmp_path / "dataset")
    (tmp_path / "sds2gen3.toml").write_text("select = ['R']\n", encoding="utf-8")
    run = cli("convert", tmp_path / "dataset", "--output", tmp_path / "out")
    assert run.code == 1
    assert "S202" in run.out
    assert not (tmp_path / "out").exists()


def test_several_datasets_get_a_folder_each_and_one_bad_one_stops_no_other(cli: Cli, tmp_path: Path) -> None:
    for name, source in (("a", BAD), ("b", GOOD)):
        shutil.copytree(source, tmp_path / name)
    run = cli("convert", tmp_path / "a", tmp_path / "b", "--output", tmp_path / "out")
    assert run.code == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b"]
    assert "1 of 2 datasets cannot be submitted: a." in run.out.replace("\n", " ")


def test_two_datasets_of_one_name_are_refused(cli: Cli, tmp_path: Path) -> None:
    run = cli("convert", GOOD, BAD, "--output", tmp_path / "out")
    assert run.code == 2
    assert run.err.startswith("error C904 2 of the datasets are called 'dataset'.")


def test_a_folder_that_is_not_ours_is_not_replaced(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    run = cli("convert", GOOD, "--output", tmp_path)
    assert run.code == 2
    assert "error C93" in run.err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_writing_twice_gives_the_same_bytes(cli: Cli, tmp_path: Path) -> None:
    def written() -> dict[str, bytes]:
        assert cli("convert", GOOD, "--output", tmp_path / "out").code == 0
        files = sorted(path for path in (tmp_path / "out").rglob("*") if path.is_file())
        return {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in files}

    assert written() == written()


def test_a_broken_mapping_names_file_and_line(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text("title: mine\ndictionary: [sds\n", encoding="utf-8")
    run = cli("validate", GOOD, "--mapping", tmp_path)
    assert (run.code, run.out) == (2, "")
    assert "mapping.yaml:" in run.err.splitlines()[0]


def test_a_windows_console_shows_what_it_can(tmp_path: Path) -> None:
    folder = tmp_path / "données \u4e2d\u6587"
    shutil.copytree(BAD, folder)
    run = subprocess.run(
        [sys.executable, "-m", "sds2gen3", "validate", str(folder), "--color", "always"],
        capture_output=True,
        encoding="cp1252",
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        cwd=SAMPLES.parent,
        check=False,
    )
    assert run.returncode == 1
    assert r"données \u4e2d\u6587" in run.stdout
    assert "\x1b[1;31merror" in run.stdout
