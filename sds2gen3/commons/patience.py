"""How long to wait, how often, and what to say meanwhile."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


def _say_nothing(_: str) -> None: ...


@dataclass(frozen=True)
class Patience:
    """`tries` attempts with pauses that double from `first` to `longest` seconds, each shortened by chance.

    `most` is the longest pause that a server may ask for. `tell` is told of every pause, in one sentence.
    """

    tries: int = 5
    first: float = 1.0
    longest: float = 60.0
    most: float = 900.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random
    tell: Callable[[str], None] = _say_nothing

    def pauses(self) -> Iterator[float]:
        """The pauses between the attempts, one fewer than attempts; by chance, so that several clients do not march in step."""
        for number in range(self.tries - 1):
            yield min(self.first * 2**number, self.longest) * (0.5 + self.chance() / 2)

    def wait(self, seconds: float, why: str) -> None:
        if seconds > 0:
            self.tell(f"{why}; waiting {seconds:.0f} s." if seconds >= 1 else f"{why}.")
            self.sleep(seconds)
