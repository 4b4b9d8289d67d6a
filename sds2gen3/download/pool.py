"""Pool: a few threads that work on files, and a watch over them: who hangs is not waited for."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from sds2gen3.download.stores.protocol import Pulse

J = TypeVar("J")
R = TypeVar("R")
_LOOK = 0.5  # seconds between looks at who hangs


class Abandoned(BaseException):
    """Nobody waits for this work any more. No library is to take it for an error of its own."""


class _Seat(Generic[J]):
    """One thread's place: which job it works on, and when something last came."""

    def __init__(self) -> None:
        self.gone = False
        self.job: J | None = None
        self.last = time.monotonic()
        self.lock = threading.Lock()

    def pulse(self) -> None:
        if self.gone:
            raise Abandoned
        self.last = time.monotonic()


class Pool(Generic[J, R]):
    """`work(job, pulse)` by so many threads. What it raises is raised by `results`.

    The threads do not keep the process from ending: a library that hangs for ever holds up nobody.
    """

    def __init__(self, work: Callable[[J, Pulse], R], threads: int, stall: float) -> None:
        self._work, self._threads, self._stall = work, threads, stall
        self._todo: queue.SimpleQueue[J | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[_Seat[J], J, R | Exception]] = queue.SimpleQueue()
        self._seats: list[_Seat[J]] = []
        self._open = 0

    def add(self, job: J) -> None:
        """A job for whoever is free; while results are taken, too."""
        self._open += 1
        self._todo.put(job)

    def rest(self) -> list[J]:
        """The jobs that nobody has begun: they are taken back."""
        found: list[J] = []
        while True:
            try:
                job = self._todo.get_nowait()
            except queue.Empty:
                self._open -= len(found)
                return found
            if job is not None:
                found.append(job)

    def results(self) -> Iterator[tuple[J, R | None]]:
        """Each job with its result as it comes, None for one that hangs."""
        for _ in range(self._threads):
            self._sit()
        try:
            while self._open:
                try:
                    seat, job, result = self._done.get(timeout=min(_LOOK, self._stall / 4))
                except queue.Empty:
                    yield from self._hanging()
                    continue
                if isinstance(result, Exception):
                    raise result
                self._open -= 1
                yield job, result
        finally:
            for seat in self._seats:
                seat.gone = True
                self._todo.put(None)

    def _sit(self) -> None:
        seat: _Seat[J] = _Seat()
        self._seats.append(seat)
        threading.Thread(target=self._serve, args=(seat,), daemon=True).start()

    def _serve(self, seat: _Seat[J]) -> None:
        while (job := self._todo.get()) is not None:
            with seat.lock:
                seat.job, seat.last = job, time.monotonic()
            try:
                result: R | Exception = self._work(job, seat.pulse)
            except Abandoned:
                return
            except Exception as error:
                result = error
            with seat.lock:
                if seat.gone:
                    return
                seat.job = None
            self._done.put((seat, job, result))

    def _hanging(self) -> Iterator[tuple[J, None]]:
        """The jobs of those from whom nothing came for too long; others sit down in their place."""
        for seat in list(self._seats):
            with seat.lock:
                job = seat.job
                if job is None or time.monotonic() - seat.last <= self._stall:
                    continue
                seat.gone = True
            self._seats.remove(seat)
            self._sit()
            self._open -= 1
            yield job, None
