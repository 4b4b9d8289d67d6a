"""The output folder when the disk is full, or the program is killed: the old one or the new one, never a mixture."""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from endless_writer import generation, read_generation

from sds2gen3.errors import UsageError
from sds2gen3.model import Graph
from sds2gen3.write import swap, write

TESTS = Path(__file__).resolve().parents[1]


def failing(real: Callable[..., Any], at: int, number: int) -> Callable[..., Any]:
    """The function, which fails when it is called for the `at`th time."""
    calls = 0

    def wrapped(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at:
            raise OSError(number, os.strerror(number))
        return real(*arguments, **options)

    return wrapped


def outcome(graph: Graph, out: Path) -> str:
    """The code of what went wrong, '' where all went well."""
    try:
        write(graph, out)
    except UsageError as error:
        return error.diagnostics[0].code
    return ""


@pytest.mark.parametrize("exchanged", [True, False], ids=["in one step", "by renaming"])
@pytest.mark.parametrize(
    ("what", "number"),
    [("open", errno.ENOSPC), ("mkdir", errno.EROFS), ("rename", errno.EACCES), ("fsync", errno.EIO)],
    ids=["full", "read-only", "forbidden", "broken"],
)
def test_whatever_fails_whenever_leaves_the_old_folder_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, number: int, exchanged: bool
) -> None:
    owner = os if what == "fsync" else Path
    if not exchanged:
        monkeypatch.setattr(swap, "_exchanged", lambda one, other: False)
    out, kept = tmp_path / "out", 1
    write(generation(1), out)
    for at in range(1, 30):
        with monkeypatch.context() as broken:
            broken.setattr(owner, what, failing(getattr(owner, what), at, number))
            told = outcome(generation(at + 1), out)
        assert told in ("", "C935", "C930")  # C930: even the mark of the old one cannot be read
        assert read_generation(out) == (kept if told else at + 1)
        assert [path.name for path in tmp_path.iterdir()] == ["out"]
        kept = read_generation(out)
        if not told:
            break
    assert not told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_file_that_cannot_be_flushed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(generation(1), tmp_path / "out")
    real = Path.open

    def full(self: Path, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        return real(Path("/dev/full") if "w" in mode else self, mode, *arguments, **options)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(UsageError, match="No space left"):
        write(generation(2), tmp_path / "out")
    monkeypatch.undo()
    assert read_generation(tmp_path / "out") == 1


def killed(out: Path, times: int, seed: int) -> list[int]:
    """The generation that is in the folder after each time that the writer was killed, at a random moment."""
    random_ = random.Random(seed)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS.parent), str(TESTS)))}
    write(generation(0), out)
    found = [0]
    for _ in range(times):
        command = [sys.executable, str(TESTS / "endless_writer.py"), str(out), str(found[-1] + 1)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()  # it has begun
            time.sleep(random_.random() * 0.05)
            writer.kill()
        found.append(read_generation(out))
    write(generation(0), out)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="only there two folders change places in one step")
def test_killed_at_any_moment_there_is_a_whole_folder_and_the_next_run_clears_up(tmp_path: Path) -> None:
    found = killed(tmp_path / "out", 4, seed=1)
    assert found == sorted(set(found)), "each run has left a newer folder, and a whole one"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.bench
@pytest.mark.skipif(sys.platform != "linux", reason="only there two folders change places in one step")
def test_killed_at_two_hundred_moments(tmp_path: Path) -> None:
    found = killed(tmp_path / "out", 200, seed=2)
    assert found == sorted(set(found))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(os.name != "posix", reason="asks whether a process runs")
def test_what_a_killed_run_left_is_cleared_up_and_a_nameless_folder_put_back(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(generation(1), out)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    out.rename(tmp_path / f".out.old-{ended.pid}")  # killed between two renames
    (tmp_path / f".out.partial-{ended.pid}/nodes").mkdir(parents=True)
    (tmp_path / f".out.partial-{os.getppid()}").mkdir()  # of a run that is at work
    (tmp_path / ".out.partial-mine").mkdir()
    swap._clear_up(out)
    assert read_generation(out) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [".out.partial-mine", f".out.partial-{os.getppid()}", "out"]
    )
