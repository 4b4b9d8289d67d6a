"""`sds2gen3 status --watch`: a submission followed to its end through the ledger alone."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sds2gen3.commons import runs
from sds2gen3.errors import UsageError

if TYPE_CHECKING:
    from sds2gen3.cli.options import Given
    from sds2gen3.cli.progress import Step
    from sds2gen3.config import Settings

DIED = 4
"""The exit code for a run whose process is gone without a word: what it sent is there, and the same again goes on."""

_EVERY = 0.5  # seconds between two looks
_LINES = 10.0  # seconds between two lines of progress, where there is no terminal


def watch(ledger: Path, settings: Settings, given: Given) -> runs.Run:
    """The last run of the ledger, as it ended. One whose process is gone has failed.

    Raises UsageError U662 where the ledger tells of no run; KeyboardInterrupt leaves the submission as it is.
    """
    from sds2gen3.cli import output as out

    follower = runs.Follower(ledger)
    last = 0.0
    with out.working(settings, given) as step:
        while (run := _standing(follower)) is not None and run.state == runs.RUNNING:
            last = _show(run, step, given, last)
            time.sleep(_EVERY)
    if run is None:
        message = f"The ledger '{ledger.as_posix()}' tells of no submission that could be followed."
        raise UsageError.of("U662", message)
    return run


def standing(ledger: Path) -> runs.Run | None:
    """The last run of the ledger as it stands now; None where it tells of none. Raises UsageError U660."""
    return _standing(runs.Follower(ledger))


def _standing(follower: runs.Follower) -> runs.Run | None:
    run = follower.read()
    if run is None or run.state != runs.RUNNING or runs.is_alive(follower.ledger, run):
        return run
    run = follower.read()  # it may have told its end meanwhile
    if run is None or run.state != runs.RUNNING:
        return run
    return replace(run, state=runs.FAILED, exit_code=DIED, message="The process is gone.")


def _show(run: runs.Run, step: Step, given: Given, last: float) -> float:
    """The bar of a terminal; else a line now and then. When the last line was shown."""
    from sds2gen3.cli.output import note

    step(f"{run.id}: {progress(run)}", run.settled, run.sending or 0)
    if given.quiet or sys.stderr.isatty() or (last and time.monotonic() - last < _LINES):
        return last
    note(f"{run.id}: {progress(run)}")
    return time.monotonic()


def progress(run: runs.Run) -> str:
    """How far a run has come."""
    if run.sending is None:
        return "reading and comparing"
    return f"{run.settled:,} of {run.sending:,} records sent"


def told(run: runs.Run) -> list[str]:
    """How a run stands, in words."""
    if run.state == runs.RUNNING:
        return [f"Submission {run.id} is running since {run.began}: {progress(run)}."]
    code = f" (exit code {run.exit_code})" if run.exit_code else ""
    when = f" at {run.ended}" if run.ended else ""
    why = f" {run.message}" if run.message else ""
    lines = [f"Submission {run.id} {run.state}{when}{code}: {progress(run)}.{why}"]
    if run.state == runs.FAILED:
        log = f" {run.log} beside the ledger tells more." if run.log else ""
        lines.append(f"Run the same submission again to go on: what is there already is not sent again.{log}")
    return lines


def unfinished(run: runs.Run | None) -> list[str]:
    """What to say of a run beside what became of its records: nothing of one that came to a good end."""
    return told(run) if run is not None and run.state != runs.FINISHED else []
