"""Ctrl-C once is a wish, twice an order."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from sds2gen3.commons.interrupts import sleep, stopping
from sds2gen3.errors import UnreachableError


def test_the_first_ctrl_c_is_noted_and_the_second_ends_it() -> None:
    before, said = signal.getsignal(signal.SIGINT), []
    with stopping(said.append) as stop:
        assert not stop()
        signal.raise_signal(signal.SIGINT)
        assert stop()
        assert "run the same command again" in said[0]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_in_another_thread_nothing_is_caught() -> None:
    seen = []

    def work() -> None:
        with stopping(seen.append) as stop:
            seen.append(str(stop()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == ["False"]


def test_the_first_ctrl_c_ends_a_wait_at_once_and_no_other_begins() -> None:
    said: list[str] = []
    started = time.monotonic()
    with stopping(said.append) as stop:
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        for _ in range(2):
            with pytest.raises(UnreachableError) as caught:
                sleep(30)
            assert caught.value.diagnostics[0].code == "U617"
        assert stop()
    assert time.monotonic() - started < 5
    sleep(0.01)
