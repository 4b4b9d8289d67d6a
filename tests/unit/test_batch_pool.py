"""Worker processes: one that dies, hangs or prints is about its own dataset only, and none is left behind."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest
from batch_makers import Obeying, small, tree, until

from sds2gen3.batch.child import Child, packed
from sds2gen3.batch.lanes import Lanes
from sds2gen3.batch.one import One, dead
from sds2gen3.batch.pool import Terms, run
from sds2gen3.batch.records import keep
from sds2gen3.batch.stores import DiskStore
from sds2gen3.batch.sweep import sweep
from sds2gen3.batch.task import Answer, Death, Task, Why

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the ends of processes are those of POSIX")


def tasks(folder: Path, *names: str) -> list[Task]:
    return [Task(name, name, str(small(folder / name))) for name in names]


def one(folder: Path) -> One:
    return One(Obeying(folder / "notes"), str(folder / "out"))


def test_whatever_kills_a_worker_the_other_datasets_go_on(tmp_path: Path) -> None:
    given = tasks(tmp_path, "exits", "good1", "segv", "panics", "good2", "fails", "hangs", "good3")
    told: dict[str, str] = {}
    for task, answer in run(given, one(tmp_path), 2, Terms(limit=2.0)):
        final = dead(task, answer, 2.0) if isinstance(answer, Death) else answer
        told[task.name] = (final.findings or "").partition('"message": "')[2].partition('"')[0]
    assert told == {
        "good1": "",
        "good2": "",
        "good3": "",
        "exits": "The process that worked on this dataset ended with exit code 7.",
        "segv": "The process that worked on this dataset was killed by SIGSEGV.",
        "panics": "sds2gen3 itself failed on this dataset: Panic: out of bounds",
        "fails": "sds2gen3 itself failed on this dataset: ValueError: no such thing",
        "hangs": "The dataset took longer than 2 seconds, so it was given up.",
    }


def test_the_death_of_a_worker_has_its_code() -> None:
    task = Task("a", "a", "/data/a")
    codes = {why: dead(task, Death(why, -11), 5.0).findings or "" for why in (Why.CRASHED, Why.LATE, Why.LOST)}
    assert ['"R138"' in codes[why] for why in codes] == [True, False, True]
    assert '"R139"' in codes[Why.LATE]


def test_what_was_killed_from_outside_is_tried_once_more_alone(tmp_path: Path) -> None:
    work = one(tmp_path)
    given = tasks(tmp_path, "kill", "good1", "good2")
    ended = {task.name: answer for task, answer in run(given, work, 2, Terms())}
    assert ended["kill"] == Death(Why.CRASHED, -9)
    assert sorted(work.command.asked()) == ["good1", "good2", "kill", "kill"]  # type: ignore[attr-defined]


def test_a_worker_that_is_closed_has_ended_and_one_that_hangs_is_interrupted(tmp_path: Path) -> None:
    work = one(tmp_path)
    (task,) = tasks(tmp_path, "hangs")
    child = Child(packed(work))
    ended: list[Answer | Death] = []
    thread = threading.Thread(target=lambda: ended.append(child.run(task)))
    thread.start()
    until(60, lambda: (tmp_path / "notes").exists())
    child.stop()
    thread.join(60)
    assert ended == [Death(Why.STOPPED, 130)]
    assert child.run(task) == Death(Why.STOPPED)


def test_tasks_of_one_lane_never_run_at_the_same_time() -> None:
    given = [Task(name, name, name, lane) for name, lane in (("a", "x"), ("b", "x"), ("c", ""), ("d", "y"))]
    lanes = Lanes(given)
    first, second, third = lanes.take(), lanes.take(), lanes.take()
    assert [first, second, third] == [given[0], given[2], given[3]]
    assert lanes.offer() is None
    lanes.free(given[0])
    assert lanes.take() == given[1]
    assert lanes.take() is None


def test_a_taker_waits_for_a_free_lane_and_ends_when_all_is_stopped() -> None:
    given = [Task("a", "a", "a", "x"), Task("b", "b", "b", "x")]
    lanes = Lanes(given)
    lanes.take()
    taken: list[Task | None] = []
    thread = threading.Thread(target=lambda: taken.append(lanes.take()))
    thread.start()
    lanes.stop()
    thread.join(5)
    assert taken == [None]


def test_what_a_killed_worker_left_is_swept_and_its_old_folder_put_back(tmp_path: Path) -> None:
    gone = 2**22 + 1  # no process has this number
    for name in (f".a.partial-{gone}", f".b.old-{gone}", f".c.old-{gone}", "c", f".d.partial-{os.getppid()}", ".e"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name, encoding="utf-8")
    sweep(tmp_path)
    assert {name: text.decode() for name, text in tree(tmp_path).items()} == {
        "b/file": f".b.old-{gone}",
        "c/file": "c",
        f".d.partial-{os.getppid()}/file": f".d.partial-{os.getppid()}",
        ".e/file": ".e",
    }
    sweep(tmp_path / "not there")


def test_the_same_again_is_done_once_and_a_change_is_noticed(tmp_path: Path) -> None:
    store, work = DiskStore(str(tmp_path / "out")), one(tmp_path)
    (task,) = tasks(tmp_path, "good")

    def again(before: dict[str, object]) -> dict[str, object]:
        return keep(store, work(Task(task.name, task.shown, task.where, done=before)))

    first = again({})
    assert again(first) == first
    assert len(work.command.asked()) == 1  # type: ignore[attr-defined]
    (tmp_path / "good" / "primary" / "sub-1" / "more.dat").touch()
    assert again(first)["fingerprint"] != first["fingerprint"]
    (tmp_path / "good" / "subjects.csv").write_text("subject id\nsub-1\n", encoding="utf-8")
    again(first)
    assert len(work.command.asked()) == 3  # type: ignore[attr-defined]
