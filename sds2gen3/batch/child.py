"""A worker process as its asker sees it: started when needed, ended when overdue, replaced when it has died."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from threading import Event, Timer
from typing import Any

import orjson

from sds2gen3.batch.frames import receive, send
from sds2gen3.batch.task import Answer, Death, Task, Why

GRACE = 10.0  # seconds that a worker has to clean up when it is asked to end


class Child:
    """One worker process. `run` is for one thread at a time, `stop` and `kill` for any."""

    def __init__(
        self, work: bytes, environ: Mapping[str, str] | None = None, loud: bool = False, grace: float = GRACE
    ) -> None:
        self._work = work
        self._environ = {**os.environ, **(environ or {})}
        self._loud = loud
        self._grace = grace
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = Event()

    def run(self, task: Task, limit: float | None = None) -> Answer | Death:
        """The answer to the task; a Death where the process ended over it, or was ended after `limit` seconds."""
        if self._stopped.is_set():
            return Death(Why.STOPPED)
        process = self._started()
        late = Event()
        timer = Timer(limit, _end_late, (process, late)) if limit else None
        if timer is not None:
            timer.daemon = True
            timer.start()
        content = _asked(process, task)
        if timer is not None:
            timer.cancel()
        if content is not None:
            answer: dict[str, Any] = orjson.loads(content)
            return Answer(answer["record"], answer["findings"])
        self._process = None
        code = _ended(process, self._grace)
        if self._stopped.is_set():
            return Death(Why.STOPPED, code)
        return Death(Why.LATE if late.is_set() else Why.CRASHED, code)

    def stop(self) -> None:
        """Ask the process to end now; what it is at is interrupted and cleaned up. Returns at once."""
        self._stopped.set()
        if (process := self._process) is not None and process.stdin is not None:
            try:
                process.stdin.close()
            except (OSError, ValueError):  # it has gone already
                return
            last = Timer(self._grace, process.kill)
            last.daemon = True
            last.start()

    def kill(self) -> None:
        """End the process at once."""
        self._stopped.set()
        if (process := self._process) is not None:
            process.kill()

    def close(self) -> None:
        """End the process and wait for it: when this returns it is gone."""
        self.stop()
        if (process := self._process) is None:
            return
        self._process = None
        _ended(process, self._grace)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            _ended(self._process, self._grace)  # it died between two tasks, so neither is to blame
            self._process = None
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM.format(path=sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if self._loud else subprocess.DEVNULL,
                env=self._environ,
                **_APART,
            )
            if self._stopped.is_set():  # stopped meanwhile
                self.stop()
            else:
                _give(self._process, self._work)
                _heard(self._process)  # that it is ready; one that has died will give no answer either
        return self._process


_PROGRAM = "import sys; sys.path[:] = {path!r}; from sds2gen3.batch.worker import main; sys.exit(main())"

# Ctrl-C in a terminal is for the asker alone, which then ends its workers in order.
_APART: dict[str, Any] = (
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    if os.name == "nt"
    else {"start_new_session": True}
)


def packed(work: object) -> bytes:
    """The work in the form in which a process takes it."""
    return pickle.dumps(work)


def _asked(process: subprocess.Popen[bytes], task: Task) -> bytes | None:
    _give(process, pickle.dumps(task))
    return _heard(process)


def _heard(process: subprocess.Popen[bytes]) -> bytes | None:
    assert process.stdout is not None
    try:
        return receive(process.stdout)
    except (OSError, ValueError):
        return None


def _give(process: subprocess.Popen[bytes], content: bytes) -> None:
    """Send, if anybody is there: who died tells so by giving no answer."""
    assert process.stdin is not None
    with suppress(OSError, ValueError):
        send(process.stdin, content)


def _end_late(process: subprocess.Popen[bytes], late: Event) -> None:
    late.set()
    process.kill()


def _ended(process: subprocess.Popen[bytes], grace: float) -> int:
    """The exit code of a process that ends or is made to, with its pipes closed."""
    for stream in (process.stdin, process.stdout):
        try:
            if stream is not None:
                stream.close()
        except (OSError, ValueError):
            pass
    try:
        return process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
