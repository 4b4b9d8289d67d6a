"""`sds2gen3 batch` as a user runs it: the same bytes as one by one, whatever stops it, and nothing done twice."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from batch_makers import hooked, small, tree, until, workers
from command_line import Cli

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and ends of processes are those of POSIX")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Four datasets, of which one has an error."""
    for name in ("a", "b", "lab/c"):
        small(tmp_path / "root" / name)
    small(tmp_path / "root" / "lab" / "wrong", subject="rat_1")
    return tmp_path / "root"


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "sds2gen3", "batch", *map(str, arguments)]


def documents(out: Path) -> dict[str, dict[str, object]]:
    return {one["name"]: one for one in json.loads((out / "batch.json").read_text(encoding="utf-8"))["datasets"]}


def test_the_result_is_that_of_convert_alone_and_does_not_depend_on_jobs(cli: Cli, root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = []
    for jobs in (1, 2):
        told = cli("batch", "convert", root, "-o", out, "--jobs", jobs)
        said.append((told.code, told.out, tree(out)))
        shutil.rmtree(out)
    assert said[0] == said[1]
    code, text, written = said[0]
    assert code == 1
    assert "1 of 4 datasets cannot be submitted" in text
    for name, path in (("a", "a"), ("lab--c", "lab/c")):
        assert cli("convert", root / path, "-o", tmp_path / "alone").code == 0
        alone = tree(tmp_path / "alone")
        assert {f"{name}/{file}": content for file, content in alone.items()}.items() <= written.items()
    assert not any(file.startswith("lab--wrong/") for file in written)


def test_the_findings_are_those_of_validate_alone(cli: Cli, root: Path, tmp_path: Path) -> None:
    told = cli("batch", "validate", root, "-o", tmp_path / "out", "-f", "json", "--jobs", 1)
    alone = cli("validate", *(root / name for name in ("a", "b", "lab/c", "lab/wrong")), "-f", "json")
    assert (told.code, json.loads(told.out)) == (alone.code, json.loads(alone.out))
    assert cli("validate", "--load", tmp_path / "out" / "batch" / "lab--wrong.findings.jsonl").code == 1


def test_resume_does_nothing_twice_and_only_what_has_changed(cli: Cli, root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    fresh = cli("batch", "convert", root, "-o", out, "-j", 1)
    stamps = {path: path.stat().st_ino for path in out.rglob("nodes/*.json")}
    again = cli("batch", "convert", root, "-o", out, "-j", 1, "--resume")
    assert (again.code, again.out) == (fresh.code, fresh.out)
    assert "4 of them were done before" in again.err
    assert {path: path.stat().st_ino for path in out.rglob("nodes/*.json")} == stamps
    shutil.rmtree(out / "a")
    (root / "b" / "new.dat").touch()
    assert "2 of them were done before" in cli("batch", "convert", root, "-o", out, "-j", 1, "--resume").err
    assert "done before" not in cli("batch", "convert", root, "-o", out, "-j", 1, "--resume", "--as", "jsonl").err
    assert sorted(path.name for path in (out / "a" / "nodes").iterdir())[0].endswith(".jsonl")


def test_datasets_are_told_apart_in_an_overview_and_in_batch_json(cli: Cli, root: Path, tmp_path: Path) -> None:
    told = cli("batch", "convert", root, "-o", tmp_path / "out", "-j", 1)
    rows = [line.split() for line in told.out.splitlines()[-2:]]
    assert [(row[1], " ".join(row[4:])) for row in rows] == [("0", "written"), ("1", "not written")]
    found = documents(tmp_path / "out")
    assert [(name, one["exit"], one["written"]) for name, one in found.items()] == [
        ("a", 0, True),
        ("b", 0, True),
        ("lab--c", 0, True),
        ("lab--wrong", 1, False),
    ]


@posix
def test_a_dataset_that_aborts_its_process_is_its_own_finding(
    cli: Cli, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(root / "poison")
    for name, value in hooked(tmp_path / "marks").items():
        monkeypatch.setenv(name, value)
    told = cli("batch", "convert", root, "-o", tmp_path / "out", "--jobs", 2)
    assert told.code == 1
    assert "error   R138" in told.out
    assert "killed by SIGABRT" in told.out
    assert [one["written"] for one in documents(tmp_path / "out").values()] == [True, True, True, False, False]
    assert workers(tmp_path / "marks") == set()


def stopped(root: Path, tmp_path: Path, number: int) -> subprocess.CompletedProcess[str]:
    """A batch that gets a signal while one dataset is half written and others are done."""
    small(root / "slow")
    environ = hooked(tmp_path / "marks")
    arguments = command("convert", root, "-o", tmp_path / "out", "--jobs", 2)
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)
    until(60, lambda: (tmp_path / "marks" / "writing").exists())
    until(60, lambda: len(list((tmp_path / "out" / "batch").glob("*.json"))) == 4)
    assert list((tmp_path / "out").glob(".slow.partial-*"))
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


@posix
def test_ctrl_c_keeps_what_is_done_leaves_nothing_behind_and_resume_goes_on(
    cli: Cli, root: Path, tmp_path: Path
) -> None:
    done = stopped(root, tmp_path, signal.SIGINT)
    assert (done.returncode, done.stdout) == (130, "")
    assert "Stopped: 4 of 5 datasets are done and kept in" in done.stderr
    assert "--resume" in done.stderr
    assert workers(tmp_path / "marks") == set()
    assert [path.name for path in (tmp_path / "out").rglob(".*")] == []
    assert json.loads((tmp_path / "out" / "batch.json").read_text())["complete"] is False
    resumed = cli("batch", "convert", root, "-o", tmp_path / "out", "--resume", "-j", 1)
    assert "4 of them were done before" in resumed.err
    assert cli("batch", "convert", root, "-o", tmp_path / "fresh", "-j", 1).out == resumed.out.replace(
        "/out/", "/fresh/"
    )
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


@posix
def test_workers_end_with_a_batch_that_is_killed_and_resume_goes_on(cli: Cli, root: Path, tmp_path: Path) -> None:
    assert stopped(root, tmp_path, signal.SIGKILL).returncode == -signal.SIGKILL
    until(60, lambda: workers(tmp_path / "marks") == set())
    resumed = cli("batch", "convert", root, "-o", tmp_path / "out", "--resume", "-j", 1)
    assert "4 of them were done before" in resumed.err
    assert cli("batch", "convert", root, "-o", tmp_path / "fresh", "-j", 1).code == resumed.code
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


@posix
def test_a_dataset_that_hangs_is_given_up(
    cli: Cli, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(tmp_path / "hung" / "slow")
    for name, value in hooked(tmp_path / "marks").items():
        monkeypatch.setenv(name, value)
    told = cli("batch", "convert", tmp_path / "hung", "-o", tmp_path / "out", "--timeout", 2)
    assert (told.code, "error   R139" in told.out) == (1, True)
    assert [path.name for path in (tmp_path / "out").rglob(".*")] == []


def test_one_batch_at_a_time_writes_into_a_folder(cli: Cli, root: Path, tmp_path: Path) -> None:
    from sds2gen3.batch.claim import claimed

    with claimed(str(tmp_path / "out")):
        told = cli("batch", "validate", root, "-o", tmp_path / "out", "-j", 1)
    assert (told.code, "C916" in told.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--mapping", "no-such"), "C961"),
        (("--format", "docx"), "C906"),
        (("--cluster", "tcp://127.0.0.1:1"), "C917|C980"),
    ],
)
def test_what_is_wrong_for_all_is_told_once(
    cli: Cli, root: Path, tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    told = cli("batch", "convert", root, "-o", tmp_path / "out", *arguments)
    assert told.code in (2, 3)
    assert any(one in told.err for one in code.split("|"))


def test_a_users_batch_json_is_not_overwritten(cli: Cli, root: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "batch.json").write_text('{"mine": 1}', encoding="utf-8")
    told = cli("batch", "validate", root, "-o", tmp_path / "out", "-j", 1)
    assert (told.code, "C930" in told.err) == (2, True)


def test_settings_that_are_wrong_for_one_dataset_are_its_finding(cli: Cli, root: Path, tmp_path: Path) -> None:
    (root / "a" / "sds2gen3.toml").write_text('mappping = "sds"', encoding="utf-8")
    told = cli("batch", "validate", root, "-o", tmp_path / "out", "-j", 1)
    assert told.code == 2
    assert "error   C901" in told.out
    assert [one["exit"] for one in documents(tmp_path / "out").values()] == [2, 0, 0, 1]


def test_every_core_that_may_be_used_has_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    from sds2gen3.cli.batch_run import Batch, _jobs

    assert _jobs(Batch("convert", (), "", jobs=7)) == 7
    assert 1 <= _jobs(Batch("convert", (), "")) <= (os.cpu_count() or 1)


@pytest.mark.parametrize(
    ("what", "codes", "code"),
    [
        ("convert", [0, 0], 0),
        ("convert", [0, 1], 1),
        ("convert", [1, 3, 0], 3),
        ("submit", [0, 3], 4),
        ("submit", [3, 1], 3),
        ("submit", [0, 4, 1], 4),
        ("submit", [4, 2], 2),
        ("validate", [], 0),
    ],
)
def test_there_is_one_exit_code_for_all(what: str, codes: list[int], code: int) -> None:
    from sds2gen3.cli.batch_run import exit_code

    assert exit_code(what, codes) == code
