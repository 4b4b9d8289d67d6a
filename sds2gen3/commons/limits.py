"""How long a server asks its clients to wait: Retry-After (RFC 9110) and X-RateLimit-Remaining/-Reset."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

_A_DATE = 1_000_000_000  # a Reset beyond this is a time (seconds since 1970), below it a number of seconds


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


def _retry_after(text: str, now: float) -> float:
    seconds = _number(text)
    if seconds is not None:
        return seconds
    try:
        return parsedate_to_datetime(text).timestamp() - now
    except ValueError:
        return 0.0


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None
