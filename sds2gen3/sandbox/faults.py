"""Faults on demand: what goes wrong between a client and a real commons (contract section 16)."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

KINDS: Mapping[str, str] = {
    "false-success": "200 and success, nothing written, log PENDING",
    "timeout-written": "504 from the front, the write is committed all the same",
    "timeout-lost": "504 from the front, nothing written",
    "cut": "the connection breaks before the answer, nothing written",
    "cut-written": "the connection breaks before the answer, the write is committed",
    "cut-body": "the connection breaks in the middle of the answer, the write is committed",
    "deadlock": "400 'Internal server error. Sorry', nothing written (=RECORDS that were reached)",
    "race": "somebody else writes the same new records first: 400 'already exists in the DB'",
    "write-failed": "400 'Unable to write to database, please try again', nothing written",
    "too-large": "413 page of the front; with =BYTES, for every body above that",
    "service-failure": "5xx with the front's generic body (=STATUS, default 502), nothing written",
    "worker-killed": "500 page of gunicorn, nothing written, log PENDING",
    "expired-token": "the token in use expires now",
    "fence-html": "the token endpoint answers with an HTML page (=STATUS, default 500)",
    "latency": "=SECONDS that the server takes for each record, for every write",
    "rate-limit": "429 with Retry-After (=SECONDS, default 1)",
    "die": "the server dies in this write, and answers nothing more until it is revived",
}
"""The kinds of faults: name -> what happens."""

_FORM = re.compile(r"(?P<kind>[a-z-]+)(=(?P<value>[0-9.]+))?(@(?P<at>[0-9]+))?(x(?P<times>[0-9]+))?")
_EVERYWHERE = ("latency",)
_OF_TOKENS = ("fence-html",)
_OF_ANY = ("rate-limit", "expired-token")


@dataclass(frozen=True)
class Fault:
    """A fault of a kind, at the `at`-th request that it can befall (writes; for some kinds any), so many `times`."""

    kind: str
    at: int = 1
    times: int = 1
    value: float | None = None

    @classmethod
    def parse(cls, text: str) -> Fault:
        """A fault written as KIND[=VALUE][@FIRST][xTIMES], e.g. `timeout-written@3` or `latency=0.007`.

        Raises ValueError for anything else.
        """
        match = _FORM.fullmatch(text.strip())
        if match is None or match["kind"] not in KINDS:
            raise ValueError(text)
        value = float(match["value"]) if match["value"] else None
        return cls(match["kind"], int(match["at"] or 1), int(match["times"] or 1), value)

    @property
    def lasting(self) -> bool:
        """Befalls every request, or every one above a size."""
        return self.kind in _EVERYWHERE or (self.kind == "too-large" and self.value is not None)


class Faults:
    """Counts requests and says which fault befalls which. `dead` is a server that answers nothing."""

    def __init__(self, faults: Iterable[Fault | str] = ()) -> None:
        self._faults: list[Fault] = []
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()
        self.dead = False
        for fault in faults:
            self.add(fault)

    def add(self, fault: Fault | str) -> None:
        """Add a fault; it counts the requests from now on."""
        one = Fault.parse(fault) if isinstance(fault, str) else fault
        with self._lock:
            count = self._counts.get(_group(one.kind), 0)
            self._faults.append(Fault(one.kind, one.at + count, one.times, one.value))

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()
            self.dead = False

    def seconds_per_record(self) -> float:
        return sum(fault.value or 0.0 for fault in self._faults if fault.kind == "latency")

    def of_size(self, size: int) -> bool:
        """Whether a body of this size is too large for the front."""
        return any(fault.lasting and size > (fault.value or 0) for fault in self._faults if fault.kind == "too-large")

    def next(self, group: str) -> Fault | None:
        """Count one more request of the group ('write', 'token' or 'any'), and give the fault that befalls it."""
        with self._lock:
            count = self._counts[group] = self._counts.get(group, 0) + 1
            for fault in self._faults:
                due = fault.at <= count < fault.at + fault.times
                if due and not fault.lasting and _group(fault.kind) == group:
                    return fault
        return None


def _group(kind: str) -> str:
    return "token" if kind in _OF_TOKENS else "any" if kind in _OF_ANY else "write"
