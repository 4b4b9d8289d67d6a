"""Runs: when a submission began, how it ended and whether it lives, told by lines of the ledger among those of its records.

A run that was left to itself also holds a lock on its log, beside the ledger, from its first moment to its last: whatever
ends the process lets go of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import orjson

from sds2gen3.commons.ledger import VERSION, unusable
from sds2gen3.locks import lock

State = Literal["RUNNING", "FINISHED", "FAILED"]
RUNNING: State = "RUNNING"
FINISHED: State = "FINISHED"
FAILED: State = "FAILED"

_SETTLED = frozenset(("created", "updated", "failed", "held back", "not sent"))
_END = b"\n"


@dataclass
class Run:
    """A submission as the ledger tells it: `sending` records differ from what the commons had, `settled` are done with."""

    id: str
    state: State = RUNNING
    began: str | None = None
    ended: str | None = None
    process: int | None = None
    log: str | None = None
    sending: int | None = None
    exit_code: int | None = None
    message: str | None = None
    _settled: set[tuple[str, str]] = field(default_factory=set, repr=False)

    @property
    def settled(self) -> int:
        return len(self._settled) if self.sending is None else min(len(self._settled), self.sending)

    def as_dict(self) -> dict[str, Any]:
        """The stable JSON form."""
        names = ("id", "state", "began", "ended", "process", "log", "sending", "settled", "exit_code", "message")
        return {name: getattr(self, name) for name in names}

    def add(self, line: Mapping[str, Any]) -> None:
        """A further line of the ledger: of this run, or of a record that it settled."""
        if "run" not in line:
            if line.get("action") in _SETTLED:
                self._settled.add((str(line.get("type")), str(line.get("submitter_id")).lower()))
            return
        self.state = line.get("state") if line.get("state") in (FINISHED, FAILED) else RUNNING  # type: ignore[assignment]
        self.began = self.began or line.get("time")
        self.ended = line.get("time") if self.state != RUNNING else None
        for name in ("process", "log", "sending", "exit_code", "message"):
            if line.get(name) is not None:
                setattr(self, name, line[name])


def new_id() -> str:
    """The name of a new run: the time, and the process that begins it."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}"


def tell(ledger: Path, run: str, state: State, **facts: Any) -> None:
    """Add a line about the run to the ledger, whoever is writing to it. Raises UsageError U660."""
    said = {name: value for name, value in facts.items() if value is not None}
    time = datetime.now(UTC).isoformat(timespec="seconds")
    line = orjson.dumps({"v": VERSION, "run": run, "state": state, **said, "time": time}) + _END
    try:
        ledger.parent.mkdir(parents=True, exist_ok=True)
        with ledger.open("ab+", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(size - 1)
                line = line if file.read(1) == _END else _END + line
            file.write(line)
            os.fsync(file.fileno())
    except OSError as error:
        raise unusable(ledger, error) from error


class Follower:
    """Reads a ledger as it grows; `run` is the last one that it tells of, None where it tells of none."""

    def __init__(self, ledger: Path) -> None:
        self.ledger = ledger
        self.run: Run | None = None
        self._at = 0

    def read(self) -> Run | None:
        """The run as it stands now. Raises UsageError U660 where the ledger cannot be read."""
        for line in self._new():
            name = line.get("run")
            if isinstance(name, str) and (self.run is None or self.run.id != name):
                self.run = Run(name)
            if self.run is not None:
                self.run.add(line)
        return self.run

    def _new(self) -> Iterator[Mapping[str, Any]]:
        """The whole lines that were added since."""
        try:
            with self.ledger.open("rb") as file:
                file.seek(self._at)
                content = file.read()
        except OSError as error:
            raise unusable(self.ledger, error) from error
        end = content.rfind(_END) + 1
        self._at += end
        for text in content[:end].splitlines():
            try:
                line = orjson.loads(text)
            except orjson.JSONDecodeError:
                continue
            if isinstance(line, dict):
                yield line


def is_alive(ledger: Path, run: Run) -> bool:
    """Whether the process of a run that has not ended is still there: it holds its log, else the ledger."""
    held = ledger.with_name(Path(run.log).name) if run.log is not None else ledger
    try:
        with held.open("rb") as file:
            return not lock(file)
    except OSError:
        return False
