"""What is asked of a worker, and what comes back: an answer, or the word that there will be none."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


def spelt(path: str) -> str:
    """A path as valid text: a name that is not UTF-8 would break every report that is."""
    return path if path.isascii() else os.fsencode(path).decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Task:
    """One dataset. `name` is its folder below OUT, `shown` how the user calls it, `where` an absolute path or an address.

    Tasks of one `lane` run one after the other, those of lane '' whenever there is room. `done` is the record of an
    earlier run, {} where there is none.
    """

    name: str
    shown: str
    where: str
    lane: str = ""
    done: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a dataset: its record, as OUT keeps it, and its findings as JSON lines; None: as in the earlier run."""

    record: dict[str, Any]
    findings: str | None


class Why(Enum):
    """Why there is no answer."""

    CRASHED = "crashed"
    LATE = "late"
    STOPPED = "stopped"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Death:
    """The end of a worker without an answer; `code` is the exit code, that of a killed one the negative signal."""

    why: Why
    code: int | None = None

    @property
    def killed(self) -> bool:
        """Whether somebody else ended it, as a system does that is out of memory."""
        return self.why is Why.CRASHED and self.code == -9

    def __str__(self) -> str:
        if self.code is None:
            return "went away"
        if self.code >= 0:
            return f"ended with exit code {self.code}"
        known = {number.value: number.name for number in signal.Signals}
        return f"was killed by {known.get(-self.code, f'signal {-self.code}')}"
