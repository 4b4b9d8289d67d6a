"""A worker process: takes one task at a time from stdin, answers on stdout, and ends when stdin does."""

from __future__ import annotations

import _thread
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import IO

import orjson

from sds2gen3.batch.frames import receive, send
from sds2gen3.batch.task import Answer, Task

PATIENCE = 120.0  # seconds that work may take to end after its asker has gone

READY = b"ready"
"""The first answer: all is imported, so that the time for a task is its own."""

Work = Callable[[Task], Answer]


def main() -> int:
    """Serve until there are no more orders. The first message is the work itself, the others are its tasks."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the asker runs in the background
    orders, answers = _channel()
    first = receive(orders)
    if first is None:
        return 0
    work: Work = pickle.loads(first)
    desk = _Desk(orders)
    try:
        send(answers, READY)
        while (order := desk.next()) is not None:
            answer = work(pickle.loads(order))
            send(answers, orjson.dumps({"record": answer.record, "findings": answer.findings}))
    except (KeyboardInterrupt, BrokenPipeError):
        return 130
    return 0


def _channel() -> tuple[IO[bytes], IO[bytes]]:
    """The pipes to the asker, moved away from stdin and stdout, where a library may read or print as it likes."""
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (as long as the process)
    return orders, answers


class _Desk:
    """The orders that came in. When the asker goes, work in progress is interrupted, so that it cleans up behind itself."""

    def __init__(self, orders: IO[bytes]) -> None:
        self._orders = orders
        self._waiting: SimpleQueue[bytes | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._busy = False
        threading.Thread(target=self._listen, daemon=True).start()

    def next(self) -> bytes | None:
        with self._lock:
            self._busy = False
        order = self._waiting.get()
        with self._lock:
            self._busy = order is not None
        return order

    def _listen(self) -> None:
        while (order := receive(self._orders)) is not None:
            self._waiting.put(order)
        self._waiting.put(None)
        with self._lock:
            if not self._busy:
                return
            _interrupt()
        time.sleep(PATIENCE)
        os._exit(130)


def _interrupt() -> None:
    """KeyboardInterrupt in the main thread, also where it waits for something."""
    main_thread = threading.main_thread().ident
    if sys.platform == "win32" or main_thread is None:
        _thread.interrupt_main()
    else:
        signal.pthread_kill(main_thread, signal.SIGINT)
