"""A submission in a process of its own, which outlives the terminal: started by one command, and what it is in itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import typer

import sds2gen3
from sds2gen3.commons import runs
from sds2gen3.commons.accounts import BUG, INTERRUPTED
from sds2gen3.errors import SdsError, UsageError
from sds2gen3.locks import lock
from sds2gen3.write import LEDGER, LOG

if TYPE_CHECKING:
    from sds2gen3.cli.cargo import Cargo
    from sds2gen3.cli.options import Given
    from sds2gen3.cli.progress import Step
    from sds2gen3.commons import Choices, Client, Diff

_BOOT = "import sys; sys.path.insert(0, sys.argv.pop(1)); from sds2gen3.cli.main import main; sys.exit(main())"
_PATIENCE = 120.0  # seconds that a process may take to begin
_TICK = 0.05


class _Ready(Exception):
    """The commons was looked at, all questions are answered, and nothing was sent."""


def look(cargo: Cargo, client: Client, choices: Choices, step: Step) -> Choices:
    """The choices with which the submission has nothing to ask; nothing is sent. Raises as `submit`."""
    from sds2gen3.cli.delivery import answered
    from sds2gen3.commons import submit

    def ready(diff: Diff) -> None:
        raise _Ready

    def compare(chosen: Choices) -> None:
        with suppress(_Ready):
            for _ in submit(cargo.sound, client, cargo.dictionary, replace(chosen, seen=ready)):
                raise AssertionError("nothing is sent before it was seen")

    step(f"{client.endpoint}: comparing", 0, 0)
    return answered(compare, choices)


def refuse_second(ledger: Path) -> None:
    """Raises UsageError U661 where a submission that was left to itself lives, also before it comes to the ledger."""
    run = runs.Follower(ledger).read() if ledger.exists() else None
    if run is not None and run.state == runs.RUNNING and run.log is not None and runs.is_alive(ledger, run):
        message = f"Another submission is writing to '{ledger.as_posix()}' (process {run.process})."
        raise UsageError.of("U661", message, value=str(ledger))


def start(arguments: Sequence[str], folder: Path, yes: bool, key: str | None) -> dict[str, Any]:
    """Start `submit` with these arguments in a process of its own, and give what is to be known of it once it runs.

    `key` is what it reads from stdin. Raises UsageError U661 where another submission holds the log, U660 where it cannot
    be written, U663 where the process ended before it began.
    """
    run, ledger = runs.new_id(), folder / LEDGER
    words = list(arguments[arguments.index("submit") + 1 :])
    own = ["submit", "--run", run, "--output", str(folder), *(["--yes"] if yes else []), *words]
    home = str(Path(sds2gen3.__file__).parents[1])
    with _log(folder) as log:
        log.write(f"== {run}\n".encode())
        log.flush()
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _BOOT, home, *own],
            stdin=subprocess.PIPE if key is not None else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            **_apart(),
        )
    if key is not None and process.stdin is not None:
        with process.stdin:
            process.stdin.write(key.encode())
    follower = runs.Follower(ledger)
    end = time.monotonic() + _PATIENCE
    while not _has_begun(follower, run) and process.poll() is None and time.monotonic() < end:
        time.sleep(_TICK)
    if process.poll() is not None and not _has_begun(follower, run):
        message = f"The submission ended before it began (exit code {process.returncode})."
        raise UsageError.of("U663", message, hint=f"'{(folder / LOG).as_posix()}' tells why.")
    pid, process.returncode = process.pid, 0  # it is meant to go on without us: not to be waited for
    return {"run": run, "process": pid, "ledger": ledger.as_posix(), "log": (folder / LOG).as_posix()}


def _has_begun(follower: runs.Follower, run: str) -> bool:
    found = follower.read() if follower.ledger.exists() else None
    return found is not None and found.id == run


def _log(folder: Path) -> IO[bytes]:
    """The log, to which nobody else writes. Raises UsageError U660, U661."""
    path = folder / LOG
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            free = lock(file)
        if free:
            return path.open("ab")
    except OSError as error:
        raise UsageError.of("U660", f"The log '{path.as_posix()}' cannot be written: {error.strerror}.") from error
    raise UsageError.of("U661", f"Another submission is writing to '{path.as_posix()}'.", value=str(path))


def _apart() -> dict[str, Any]:
    """What keeps the end of the terminal, and its Ctrl-C, from the process."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def show(told: dict[str, Any], folder: Path, given: Given, as_json: bool) -> None:
    """What was started, and what to type next."""
    from sds2gen3.cli.output import emit

    if as_json:
        emit(json.dumps({"v": 1, **told}, indent=2) + "\n")
        return
    watch = f"sds2gen3 status {_quoted(folder.as_posix())} --watch"
    lines = [f"The submission runs as process {told['process']}; its words go to {told['log']}."]
    lines += [] if given.quiet else [f"Next: {watch}", f"To stop it after the chunk in flight: kill {told['process']}"]
    emit("\n".join(lines) + "\n")


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


@contextmanager
def left_alone(run: str, ledger: Path) -> Iterator[None]:
    """Around all that the process does: the ledger tells that it has begun, and how it ended, also where nothing was sent.

    Raises UsageError U661 where another one holds the log.
    """
    if not lock(sys.stdout.buffer):  # it is the log
        raise UsageError.of("U661", "Another submission is writing to this log.")
    signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))
    runs.tell(ledger, run, runs.RUNNING, process=os.getpid(), log=LOG)
    code, message = BUG, None
    try:
        yield
        code = 0
    except typer.Exit as end:
        code = end.exit_code
        raise
    except SdsError as error:
        code, message = error.exit_code, error.diagnostics[0].message
        raise
    except KeyboardInterrupt:
        code = INTERRUPTED
        raise
    except Exception as error:
        message = f"sds2gen3 itself failed ({type(error).__name__})."
        raise
    finally:
        follower = runs.Follower(ledger)
        found = follower.read()
        if found is None or found.id != run or found.state == runs.RUNNING:
            runs.tell(ledger, run, runs.FAILED if code else runs.FINISHED, exit_code=code, message=message)
