"""Ctrl-C: once ends after the chunk in flight, twice at once."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from sds2gen3.errors import UnreachableError

_SLICE = 0.05  # seconds after which a wait looks whether it is still wanted

_HINT = "Stopping after the chunk in flight; run the same command again to go on. Ctrl-C again stops at once."


class _Wish:
    """Whether Ctrl-C was pressed once. There is one for the process, as there is one Ctrl-C."""

    made = False


@contextmanager
def stopping(tell: Callable[[str], None]) -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed, for `Choices.stop`; a second one raises KeyboardInterrupt. Outside the main thread: never."""

    def note(number: int, frame: FrameType | None) -> None:
        if _Wish.made:
            raise KeyboardInterrupt
        _Wish.made = True
        tell(_HINT)

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: _Wish.made
    finally:
        signal.signal(signal.SIGINT, before)
        _Wish.made = False


def sleep(seconds: float) -> None:
    """Wait, but not on after the first Ctrl-C within `stopping`. Raises UnreachableError U617 then."""
    end = time.monotonic() + seconds
    while not _Wish.made and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, _SLICE))
    if _Wish.made:
        raise UnreachableError.of("U617", "The wait for the commons was ended by Ctrl-C.")
