"""How long to wait, how often, and what to say meanwhile."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LONGEST = 100
"""Letters of a line about a pause."""


def _say_nothing(_: str) -> None: ...


@dataclass(frozen=True)
class Patience:
    """`tries` attempts with pauses that double from `first` to `longest` seconds, each shortened by chance.

    `most` is the longest pause that a server may ask for. `tell` is told of every pause, in one sentence of at most 100
    letters; `wordy` adds what the server said.
    """

    tries: int = 5
    first: float = 1.0
    longest: float = 60.0
    most: float = 900.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random
    tell: Callable[[str], None] = _say_nothing
    wordy: bool = False

    def pauses(self) -> Iterator[float]:
        """The pauses between the attempts, one fewer than attempts; by chance, so that several clients do not march in step."""
        for number in range(self.tries - 1):
            yield min(self.first * 2**number, self.longest) * (0.5 + self.chance() / 2)

    def wait(self, seconds: float, why: str, words: str = "") -> None:
        """Pause, and say why; `words` are the server's own."""
        if seconds > 0:
            end = f"; waiting {seconds:.0f} s." if seconds >= 1 else "."
            room = LONGEST - len(end)
            self.tell((why if len(why) <= room else f"{why[: room - 3]}...") + end)
            if words and self.wordy:
                self.tell(f"  the commons said: {words}")
            self.sleep(seconds)
