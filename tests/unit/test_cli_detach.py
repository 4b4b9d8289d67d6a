"""`submit --detach` and `status --watch`: a submission that outlives its terminal, followed through the ledger alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import Cli

from sds2gen3 import dictionary
from sds2gen3.cli import watch as watching
from sds2gen3.commons import runs
from sds2gen3.commons.ledger import read_ledger

pytest.importorskip("werkzeug")
pytest.importorskip("graphql")
if sys.platform == "win32":
    pytest.skip("signals are sent here", allow_module_level=True)

from sds2gen3.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
VAGUS = ROOT / "sample_datasets" / "vagus-stimulation-2.0.0" / "dataset"
BROKEN = ROOT / "sample_datasets" / "broken-2.1.0" / "dataset"
ALL = 58
LEDGER = Path("dataset.submission/submission.jsonl")
LOG = LEDGER.with_name("submission.log")
SLOW = "latency=0.03"  # seconds for each record, where a test has to come in between


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A served commons with program and project 'sds'; commands run in an empty folder and log in by GEN3_API_KEY."""
    made = Sandbox(dictionary.load("sds"), faults=[SLOW] if "slow" in request.fixturenames else [])
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.delenv("GEN3_ENDPOINT", raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(watching, "_EVERY", 0.05)
    with made.serve():
        made.ensure("sds", "sds")
        key = tmp_path / "key.json"
        key.write_text(json.dumps(made.credentials()))
        monkeypatch.setenv("GEN3_API_KEY", str(key))
        yield made


@pytest.fixture
def slow(sandbox: Sandbox) -> Iterator[Sandbox]:
    """The same, in which every write takes its time; what is left running is ended."""
    yield sandbox
    if LEDGER.exists() and (run := runs.Follower(LEDGER).read()) and run.process and is_running(run.process):
        os.kill(run.process, signal.SIGKILL)


def detached(cli: Cli, *more: str) -> dict[str, Any]:
    """What `submit --detach` says that it started."""
    run = cli("submit", VAGUS, "--detach", "-f", "json", *more)
    assert run.code == 0, run.err
    told: dict[str, Any] = json.loads(run.out)
    return told


def is_running(process: int) -> bool:
    """Whether the process is there, and more than a name in the table of processes."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(true: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it does not come to it"
        time.sleep(0.02)


def settled() -> int:
    return sum(1 for _ in read_ledger(LEDGER))


def test_it_returns_at_once_and_says_what_to_type_next(cli: Cli, slow: Sandbox) -> None:
    run = cli("submit", VAGUS, "--detach", "--chunk-size", "10")
    assert run.code == 0
    first, then, *_ = run.out.splitlines()
    assert "its words go to dataset.submission/submission.log" in first
    assert then == "Next: sds2gen3 status dataset.submission --watch"
    assert settled() < ALL
    assert cli("status", "dataset.submission", "--watch").code == 0
    assert settled() == ALL


def test_it_is_followed_to_its_end_through_the_ledger_alone(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = detached(cli)
    monkeypatch.delenv("GEN3_API_KEY")
    run = cli("status", "--watch", "-f", "json")
    assert run.code == 0
    seen = json.loads(run.out)["run"]
    assert (seen["id"], seen["state"], seen["exit_code"]) == (told["run"], "FINISHED", 0)
    assert (seen["sending"], seen["settled"]) == (ALL, ALL)
    assert seen["began"] <= seen["ended"]
    until(lambda: not is_running(told["process"]))
    assert sandbox.counts()["case"] == 6


def test_the_log_has_the_report_and_no_secret(cli: Cli, sandbox: Sandbox) -> None:
    detached(cli)
    assert cli("status", "--watch").code == 0
    until(lambda: "verified 58" in LOG.read_text())
    key = sandbox.credentials()
    text = LOG.read_text() + LEDGER.read_text()
    assert key["api_key"] not in text
    assert "eyJ" not in text


def test_the_key_may_come_from_stdin(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, cli: Cli) -> None:
    monkeypatch.delenv("GEN3_API_KEY")
    command = [sys.executable, "-m", "sds2gen3", "submit", str(VAGUS), "--detach", "--credentials", "-"]
    ended = subprocess.run(
        command,
        input=json.dumps(sandbox.credentials()),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert cli("status", "--watch").code == 0
    assert settled() == ALL


def test_killed_in_the_middle_it_has_failed_and_the_same_again_goes_on(cli: Cli, slow: Sandbox) -> None:
    told = detached(cli, "--chunk-size", "5")
    until(lambda: 0 < settled() < ALL)
    os.kill(told["process"], signal.SIGKILL)
    run = cli("status", "--watch", "-f", "json")
    assert run.code == 4
    seen = json.loads(run.out)["run"]
    assert (seen["state"], seen["message"]) == ("FAILED", "The process is gone.")
    assert 0 < seen["settled"] < ALL
    told = detached(cli, "--chunk-size", "20")
    assert cli("status", "--watch").code == 0
    assert slow.counts()["manifest"] == 25
    until(lambda: not is_running(told["process"]))


def test_a_second_submission_is_refused_while_it_runs(cli: Cli, slow: Sandbox) -> None:
    told = detached(cli, "--chunk-size", "5")
    for more in ((), ("--detach",)):
        run = cli("submit", VAGUS, *more)
        assert run.code == 2
        assert "U661" in run.err
    assert is_running(told["process"])
    assert cli("status", "--watch").code == 0


def test_ctrl_c_of_the_watch_leaves_the_submission_running(cli: Cli, slow: Sandbox) -> None:
    told = detached(cli, "--chunk-size", "5")
    assert os.getsid(told["process"]) == told["process"], "nor does the end of the terminal reach it"
    timer = threading.Timer(0.4, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    run = cli("status", "--watch")
    timer.join()
    assert run.code == 130
    assert "goes on" in run.err
    assert is_running(told["process"])
    assert cli("status", "--watch").code == 0
    assert settled() == ALL


def test_a_terminate_ends_it_after_the_chunk_in_flight(cli: Cli, slow: Sandbox) -> None:
    told = detached(cli, "--chunk-size", "5")
    until(lambda: 0 < settled() < ALL)
    os.kill(told["process"], signal.SIGTERM)
    run = cli("status", "--watch")
    assert run.code == 130
    assert "FAILED" in run.out
    assert "Run the same submission again" in run.out


def test_questions_are_asked_before_it_is_left_alone(cli: Cli, sandbox: Sandbox) -> None:
    assert cli("submit", VAGUS, "--set", "dataset=other", "--output", "other").code == 0
    run = cli("submit", VAGUS, "--detach")
    assert run.code == 2
    assert "U624" in run.err
    assert not LOG.exists()
    detached(cli, "--yes")
    assert cli("status", "dataset.submission", "--watch").code == 0
    assert settled() == ALL


def test_a_dataset_with_errors_is_not_left_alone(cli: Cli, sandbox: Sandbox) -> None:
    run = cli("submit", BROKEN, "--detach")
    assert run.code == 1
    assert "Nothing was sent" in run.err
    assert not LEDGER.exists()


@pytest.mark.parametrize("other", ["--dry-run", "--sandbox"])
def test_it_goes_with_nothing_that_ends_here(cli: Cli, sandbox: Sandbox, other: str) -> None:
    run = cli("submit", VAGUS, "--detach", other)
    assert run.code == 2
    assert "C912" in run.err


def test_the_exit_code_is_that_of_the_submission(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.set_state("sds", "sds", "closed")
    assert cli("submit", VAGUS, "--detach").code == 2, "what is seen beforehand is told at once"
    runs.tell(LEDGER, "one", "RUNNING", process=1, sending=3)
    runs.tell(LEDGER, "one", "FAILED", exit_code=3, message="The commons cannot be reached.")
    run = cli("status", "dataset.submission", "--watch")
    assert run.code == 3
    assert "FAILED" in run.out
    assert "cannot be reached" in run.out


def test_a_submission_in_a_terminal_can_be_watched_too(cli: Cli, sandbox: Sandbox) -> None:
    assert cli("submit", VAGUS).code == 0
    run = cli("status", "--watch")
    assert run.code == 0
    assert "FINISHED" in run.out


def test_status_tells_of_a_submission_that_did_not_come_to_a_good_end(cli: Cli, sandbox: Sandbox) -> None:
    assert cli("submit", VAGUS).code == 0
    assert "FINISHED" not in cli("status").out
    runs.tell(LEDGER, "again", "RUNNING", process=1, log="submission.log")
    run = cli("status", "--offline")
    assert "Submission again FAILED" in run.out
    assert "The process is gone." in run.out
    assert run.code == cli("status", "--watch").code == 4
    assert cli("status", "--offline", "-f", "json").code == 4


def test_a_ledger_without_runs_cannot_be_watched(cli: Cli, sandbox: Sandbox) -> None:
    LEDGER.parent.mkdir()
    LEDGER.write_text('{"v": 2, "type": "case", "submitter_id": "a", "action": "created"}\n')
    run = cli("status", "--watch")
    assert run.code == 2
    assert "U662" in run.err


def test_a_process_that_does_not_come_up_is_told(cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    from sds2gen3.cli import detach

    monkeypatch.setattr(detach, "_BOOT", "import sys; sys.exit(9)")
    run = cli("submit", VAGUS, "--detach")
    assert run.code == 2
    assert "U663" in run.err
    assert "exit code 9" in run.err


def test_where_there_is_no_terminal_lines_tell_of_the_progress(
    cli: Cli, slow: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_LINES", 0.0)
    detached(cli, "--chunk-size", "5")
    lines = cli("status", "--watch").err.splitlines()
    assert any("of 58 records sent" in line for line in lines)
    assert cli("status", "--watch", "--quiet").err == ""


class TestTheRunsInALedger:
    """The lines that tell of runs, among those of records."""

    def test_a_line_is_whole_also_after_one_that_a_crash_has_torn(self, tmp_path: Path) -> None:
        ledger = tmp_path / "a" / "submission.jsonl"
        runs.tell(ledger, "one", "RUNNING")
        with ledger.open("ab") as file:
            file.write(b'{"type": "case", "subm')
        runs.tell(ledger, "one", "FAILED", exit_code=4)
        run = runs.Follower(ledger).read()
        assert run is not None
        assert (run.state, run.exit_code) == ("FAILED", 4)
        assert list(read_ledger(ledger)) == []

    def test_half_a_line_is_read_when_it_is_whole(self, tmp_path: Path) -> None:
        ledger = tmp_path / "submission.jsonl"
        runs.tell(ledger, "one", "RUNNING", sending=2)
        follower = runs.Follower(ledger)
        line = b'{"type": "case", "submitter_id": "A", "action": "created"}\n'
        for piece in (line[:9], line[9:], line.replace(b"A", b"a"), line.replace(b"created", b"same")):
            with ledger.open("ab") as file:
                file.write(piece)
            run = follower.read()
        assert run is not None
        assert run.settled == 1

    def test_only_the_last_run_counts(self, tmp_path: Path) -> None:
        ledger = tmp_path / "submission.jsonl"
        for name in ("one", "two"):
            runs.tell(ledger, name, "RUNNING", sending=1)
            with ledger.open("ab") as file:
                file.write(b'{"type": "case", "submitter_id": "%s", "action": "created"}\n' % name.encode())
        run = runs.Follower(ledger).read()
        assert run is not None
        assert (run.id, run.settled, run.state) == ("two", 1, "RUNNING")
        assert not runs.is_alive(ledger, run)
