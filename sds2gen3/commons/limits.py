"""How long a server asks its clients to wait: Retry-After (RFC 9110) and X-RateLimit-Remaining/-Reset."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

_A_DATE = 1_000_000_000  # a Reset beyond this is a time (seconds since 1970), below it a number of seconds
_LAST_TIME = 32_503_680_000.0  # the year 3000: what lies beyond, a machine may not know


def pause_asked(status: int, headers: Mapping[str, str], now: float) -> float:
    """The seconds to wait before the next request: 0 where nothing is asked for.

    Retry-After counts on 429 and 503 only; X-RateLimit-Reset when nothing remains.
    """
    asked = 0.0
    if status in (429, 503):
        asked = _retry_after(headers.get("Retry-After", ""), now)
    if _number(headers.get("X-RateLimit-Remaining", "")) == 0:
        reset = _number(headers.get("X-RateLimit-Reset", "")) or 0.0
        asked = max(asked, reset - now if reset >= _A_DATE else reset)
    return max(0.0, asked)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a server says of X-RateLimit: how many requests it allows, how many are left, until when (seconds since 1970)."""

    limit: int
    left: int
    until: float

    @property
    def is_low(self) -> bool:
        """Whether a tenth is left, or less."""
        return self.left <= max(1, self.limit // 10)

    def __str__(self) -> str:
        """`allows 100 requests; 3 left until 12:00:05`, by the clock of this machine."""
        return (
            f"allows {self.limit:,} requests; {self.left:,} left until {time.strftime('%H:%M:%S', _local(self.until))}"
        )


def _local(moment: float) -> time.struct_time:
    return time.localtime(min(moment, _LAST_TIME))


def allowance(headers: Mapping[str, str], now: float) -> Allowance | None:
    """What the server allows; None where it does not say all of it."""
    numbers = [_number(headers.get(f"X-RateLimit-{name}", "")) for name in ("Limit", "Remaining", "Reset")]
    limit, left, reset = numbers
    if limit is None or left is None or reset is None:
        return None
    return Allowance(int(limit), int(left), reset if reset >= _A_DATE else now + reset)


def _retry_after(text: str, now: float) -> float:
    seconds = _number(text)
    if seconds is not None:
        return seconds
    try:
        return parsedate_to_datetime(text).timestamp() - now
    except (ValueError, OverflowError):  # no date, or one beyond the calendar
        return 0.0


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None
