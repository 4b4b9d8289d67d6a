"""One writer per project and machine, with whatever ledger, and never a reason not to submit."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commons_graphs import DICTIONARY, SERVED, study
from requests.auth import AuthBase
from small_commons import SmallCommons

from sds2gen3.commons import writer
from sds2gen3.commons.client import Client
from sds2gen3.commons.project import Project
from sds2gen3.commons.submission import Choices, submit
from sds2gen3.commons.writer import only_writer
from sds2gen3.errors import UsageError
from sds2gen3.locks import lock
from sds2gen3.model import Receipt

ENDPOINT = "https://commons.example.org"
PROJECT = Project(Client(AuthBase(), ENDPOINT), "prog", "proj")


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The user's state folder of this test."""
    folder = tmp_path / "state"
    monkeypatch.setattr(writer, "user_state_path", lambda *_, **__: folder)
    return folder


def submitting(commons: SmallCommons, ledger: Path | None) -> Iterator[Receipt]:
    return submit(study(), commons.client(), DICTIONARY, Choices(ledger=ledger))


def refusal(project: Project) -> str:
    """The code by which a writer is refused, '' where it may write."""
    try:
        with only_writer(project):
            return ""
    except UsageError as error:
        return error.diagnostics[0].code


@pytest.mark.parametrize(("first", "second"), [("a", "b"), ("a", None), (None, "b"), (None, None)])
def test_a_second_submission_with_another_ledger_or_none_is_refused(
    first: str | None, second: str | None, tmp_path: Path
) -> None:
    commons = SmallCommons(DICTIONARY, SERVED)
    ledgers = [tmp_path / name / "submission.jsonl" if name else None for name in (first, second)]
    running = submitting(commons, ledgers[0])
    next(running)
    with pytest.raises(UsageError) as caught:
        list(submitting(commons, ledgers[1]))
    assert caught.value.diagnostics[0].code == "U661"
    assert len(list(running)) == 12
    assert {one.action for one in submitting(commons, ledgers[1])} == {"same"}


def test_projects_and_commons_of_other_names_do_not_wait_for_each_other() -> None:
    others = [
        Project(Client(AuthBase(), ENDPOINT), "prog", "other"),
        Project(Client(AuthBase(), "https://other.example.org"), "prog", "proj"),
    ]
    with only_writer(PROJECT), only_writer(others[0]), only_writer(others[1]):
        assert refusal(PROJECT) == "U661"
    with only_writer(PROJECT):
        pass


def test_a_killed_writer_leaves_the_project_free(state: Path) -> None:
    program = (
        "import pathlib, sys, time; from requests.auth import AuthBase\n"
        "from sds2gen3.commons import writer; from sds2gen3.commons.client import Client\n"
        "from sds2gen3.commons.project import Project\n"
        f"writer.user_state_path = lambda *_, **__: pathlib.Path({str(state)!r})\n"
        f"with writer.only_writer(Project(Client(AuthBase(), {ENDPOINT!r}), 'prog', 'proj')):\n"
        "    print('writing', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "writing\n"
        assert refusal(PROJECT) == "U661"
        child.kill()
        child.wait()
        with only_writer(PROJECT):
            pass


def test_where_the_state_folder_cannot_be_written_the_lock_is_in_the_temporary_one(
    state: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    state.write_text("a file where the folder should be", encoding="utf-8")
    monkeypatch.setattr(writer.tempfile, "gettempdir", lambda: str(tmp_path))
    with only_writer(PROJECT):
        assert len(list((tmp_path / "sds2gen3").iterdir())) == 1
        assert refusal(PROJECT) == "U661"


def test_where_no_lock_can_be_kept_nothing_is_refused(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state.write_text("a file where the folder should be", encoding="utf-8")
    monkeypatch.setattr(writer.tempfile, "gettempdir", lambda: str(state))
    with only_writer(PROJECT):
        assert refusal(PROJECT) == ""
    assert state.read_text(encoding="utf-8") == "a file where the folder should be"


@pytest.mark.skipif(sys.platform == "win32", reason="flock is of POSIX")
def test_a_file_system_without_locks_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import fcntl

    def flock(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", flock)
    with (tmp_path / "file").open("ab") as file:
        assert lock(file)


def test_embedded_commons_of_one_name_do_not_wait_for_each_other() -> None:
    sandbox = pytest.importorskip("sds2gen3.sandbox")
    session = sandbox.Sandbox(DICTIONARY).session()
    own = Project(Client(AuthBase(), "http://sandbox.localhost", session=session), "prog", "proj")
    with only_writer(own):
        assert refusal(own) == ""
