"""How a submission ended: its exit code, and the ledger's last line about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from sds2gen3.commons import runs
from sds2gen3.commons.tally import Tally
from sds2gen3.errors import SdsError
from sds2gen3.model import Receipt

BUG, INTERRUPTED = 70, 130


def exit_code(tally: Tally, ended: SdsError | None, stopped: bool) -> int:
    """0: all is there. 130: stopped before that. 4: a part was taken, go on. Else that of what ended it, or 1."""
    if stopped and not tally.complete:
        return INTERRUPTED
    if ended is not None:
        return 4 if tally.counts["created"] + tally.counts["updated"] else ended.exit_code
    return tally.exit_code


def told(
    receipts: Iterator[Receipt], ledger: Path, run: str, sending: int, stop: Callable[[], bool]
) -> Iterator[Receipt]:
    """The receipts, while the ledger tells that the run is on, and at its end, whatever that is, how it ended."""
    tally, ended, code = Tally(), None, INTERRUPTED
    runs.tell(ledger, run, runs.RUNNING, sending=sending)
    try:
        for one in receipts:
            tally.add(one)
            yield one
        code = exit_code(tally, None, stop())
    except SdsError as error:
        ended, code = error, exit_code(tally, error, stop())
        raise
    except Exception:
        code = BUG
        raise
    finally:
        state = runs.FAILED if code else runs.FINISHED
        message = ended.diagnostics[0].message if ended is not None else None
        runs.tell(ledger, run, state, exit_code=code, message=message)
