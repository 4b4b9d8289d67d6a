"""`sds2gen3 batch --cluster`: a real scheduler with two workers on loopback, one of which is killed in mid-run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from batch_makers import hooked, small, tree, until, workers
from command_line import Cli

pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")

QUIET = {"DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s", "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s"}


@contextmanager
def process(*arguments: str, environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is killed in the end, if it is still there."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-m", *arguments], env=environ, **quiet) as started:  # type: ignore[call-overload]
        try:
            yield started
        finally:
            started.kill()


def test_a_cluster_that_loses_a_worker_gives_the_bytes_of_the_local_run(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "lazy1", "lazy2", "lazy3", "lazy4", "poison", "z"):
        small(tmp_path / "root" / name)
    marks = tmp_path / "marks"
    environ = {**hooked(marks), **QUIET}
    file = tmp_path / "scheduler.json"
    with ExitStack() as stack:
        scheduler = ("distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
        stack.enter_context(process(*scheduler, environ=environ))
        worker = ("distributed.cli.dask_worker", "--scheduler-file", str(file), "--no-nanny", "--nthreads", "1")
        mine = ("--no-dashboard", "--local-directory", str(tmp_path / "dask"))
        lost, _ = (stack.enter_context(process(*worker, *mine, environ=environ)) for _ in range(2))
        until(60, file.exists)
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        arguments = ("sds2gen3", "batch", "convert", str(tmp_path / "root"), "-o", str(tmp_path / "far"))
        run = stack.enter_context(process(*arguments, "--cluster", address, environ=environ))
        until(60, lambda: list((tmp_path / "far" / "batch").glob("*.json")))
        before = len(list((tmp_path / "far" / "batch").glob("*.json")))
        lost.send_signal(signal.SIGKILL)
        assert run.wait(90) == 1
    assert before < 7
    until(60, lambda: workers(marks) == set())
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    here = cli("batch", "convert", tmp_path / "root", "-o", tmp_path / "here")
    assert here.code == 1
    assert tree(tmp_path / "far") == tree(tmp_path / "here")


def test_a_cluster_of_this_machine_gives_the_bytes_of_the_local_run(tmp_path: Path) -> None:
    for name in ("a", "b"):
        small(tmp_path / "root" / name)
    base = [sys.executable, "-m", "sds2gen3", "batch", "validate", str(tmp_path / "root"), "-o"]
    for out, more in (("here", ["--jobs", "1"]), ("far", ["--cluster", "local", "--jobs", "1"])):
        done = subprocess.run(
            [*base, str(tmp_path / out), *more], check=False, env={**os.environ, **hooked(tmp_path / "m")}
        )
        assert done.returncode == 0
    assert tree(tmp_path / "far") == tree(tmp_path / "here")
