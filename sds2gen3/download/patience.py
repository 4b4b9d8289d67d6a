"""How long a storage is waited for, and how often it is asked again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """`stall` are the seconds in which something must come: 64 KB of a file, or an answer. A file is tried `attempts` times,
    with pauses from `pause` seconds, doubled. After `give_up` files in a row that the storage failed at, it is left alone.
    """

    stall: float = 60.0
    attempts: int = 3
    pause: float = 1.0
    give_up: int = 8
    sleep: Callable[[float], None] = time.sleep
