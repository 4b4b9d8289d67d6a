"""validate --load, --baseline and --report, and the command graph."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from command_line import Cli

from sds2gen3.cli.report_folder import CONTENTS

ROOT = Path(__file__).parents[2]
BROKEN = ROOT / "sample_datasets" / "broken-2.1.0" / "dataset"
GOOD = ROOT / "sample_datasets" / "bladder-imaging-3.0.2" / "dataset"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the broken sample, so that nothing can be written beside the sample itself."""
    return Path(shutil.copytree(BROKEN, tmp_path_factory.mktemp("data") / "broken"))


@pytest.mark.parametrize("form", ["text", "html", "json", "jsonl", "sarif", "junit", "github"])
def test_a_loaded_report_is_shown_as_the_run_itself(cli: Cli, broken: Path, tmp_path: Path, form: str) -> None:
    file = tmp_path / "findings.jsonl"
    first = cli("validate", broken, "-o", file)
    shown = cli("validate", "--load", file, "-f", form)
    assert shown.code == first.code == 1
    if form != "html":  # which shows the sheets' own cells only where they are at hand
        assert shown.out == cli("validate", broken, "-f", form).out
    else:
        assert "The sheet itself was not at hand" in shown.out


def test_against_its_own_findings_a_run_has_nothing_new_and_ends_with_0(cli: Cli, broken: Path, tmp_path: Path) -> None:
    file = tmp_path / "findings.jsonl"
    cli("validate", broken, "-o", file)
    again = cli("validate", broken, "--baseline", file)
    count = sum(json.loads(line)["code"] is not None for line in file.read_text(encoding="utf-8").splitlines())
    assert again.code == 0
    assert "Of what is new, nothing stops this dataset from being submitted" in again.out
    assert f"Known from the baseline and not shown: {count} findings." in again.out


def test_what_the_baseline_lacks_is_reported_and_decides_the_exit_code(cli: Cli, broken: Path, tmp_path: Path) -> None:
    file = tmp_path / "findings.jsonl"
    cli("validate", broken, "-o", file)
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line)["code"] != "S202"]
    file.write_text("".join(kept), encoding="utf-8")
    again = cli("validate", broken, "--baseline", file, "-f", "jsonl")
    codes = {json.loads(line)["code"] for line in again.out.splitlines()} - {None}
    assert (again.code, codes) == (1, {"S202"})


def test_a_dataset_and_an_earlier_run_do_not_go_together(cli: Cli, broken: Path, tmp_path: Path) -> None:
    file = tmp_path / "findings.jsonl"
    file.write_text("", encoding="utf-8")
    assert cli("validate", broken, "--load", file).code == 2
    assert "C912" in cli("validate", "--load", file, "--report", tmp_path / "r").err


def test_the_report_folder_holds_page_findings_picture_and_workbooks(cli: Cli, broken: Path, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    assert cli("validate", broken, "--report", folder).code == 1
    assert {path.name for path in folder.iterdir()} == {
        *("report.html", "findings.jsonl", "graph.svg", "workbooks"),
        CONTENTS,
    }
    assert (folder / "workbooks" / "subjects.xlsx").is_file()
    first = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert cli("validate", broken, "--report", folder).code == 1
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == first


def test_several_datasets_have_a_folder_each_in_the_report(cli: Cli, broken: Path, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    other = Path(shutil.copytree(broken, tmp_path / "elsewhere" / "broken"))
    assert cli("validate", broken, other, GOOD, "--report", folder, "-q").code == 1
    names = {path.name for path in folder.iterdir() if path.is_dir()}
    assert names == {f"{broken.parent.name}--broken", "elsewhere--broken", "bladder-imaging-3.0.2--dataset"}
    assert "2 of 3 datasets cannot be submitted" in (folder / "report.html").read_text(encoding="utf-8")


def test_files_of_the_user_in_the_report_folder_are_never_deleted(cli: Cli, broken: Path, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    cli("validate", broken, "--report", folder)
    mended = folder / "workbooks" / "subjects.xlsx"
    mended.write_bytes(mended.read_bytes() + b"mended by hand")
    run = cli("validate", broken, "--report", folder)
    assert (run.code, "C932" in run.err, "subjects.xlsx" in run.err) == (2, True, True)
    assert mended.read_bytes().endswith(b"mended by hand")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.docx").write_text("years", encoding="utf-8")
    assert "C930" in cli("validate", broken, "--report", mine).err
    assert "C931" in cli("validate", broken, "--report", broken / "report").err
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("name", "start"), [("g.svg", "<?xml"), ("g.html", "<!doctype html>"), ("g.mmd", "flowchart TD")]
)
def test_a_dataset_is_drawn_with_its_records(cli: Cli, broken: Path, tmp_path: Path, name: str, start: str) -> None:
    run = cli("graph", broken, "-o", tmp_path / name)
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert (run.code, run.out) == (0, "")
    assert text.startswith(start)
    assert "records" in text
    assert "errors" in text


def test_what_convert_wrote_is_drawn_from_its_report(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert cli("convert", GOOD, "-o", out).code == 0
    drawn, directly = cli("graph", out), cli("graph", GOOD)
    assert drawn.code == 0
    assert drawn.out == directly.out
    assert "case" in drawn.out
    every = cli("graph", out, "--nodes", "all").out
    assert "no records" in every
    assert len(every.splitlines()) > len(drawn.out.splitlines())


def test_errors_are_marked_in_what_convert_wrote_as_they_are_in_the_dataset(
    cli: Cli, broken: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    cli("convert", broken, "-o", out, "--keep-going")
    drawn, directly = cli("graph", out), cli("graph", broken)
    assert (drawn.code, drawn.out) == (0, directly.out)
    assert drawn.out.count(":::bad") > 1
    whole = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert whole.pop("errors")
    (out / "report.json").write_text(json.dumps(whole), encoding="utf-8")  # as earlier versions wrote it
    assert ":::bad" not in cli("graph", out).out


def test_a_dictionary_is_drawn_without_records(cli: Cli) -> None:
    text = cli("graph", "--dictionary", "sds").out
    assert "program" in text
    assert "records" not in text


def test_a_picture_of_another_form_is_refused(cli: Cli, tmp_path: Path) -> None:
    run = cli("graph", "--dictionary", "sds", "-o", tmp_path / "g.png")
    assert (run.code, "C906" in run.err) == (2, True)
    assert "C908" in cli("graph", "--dictionary", "sds", "-o", tmp_path / "no" / "g.svg").err


def test_a_damaged_report_of_convert_is_refused(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text('{"made_by": "sds2gen3", "nodes": {"case": 3}}', encoding="utf-8")
    assert "C936" in cli("graph", tmp_path).err
