"""The nearest word, for 'Did you mean ...?'. It never guesses between equals."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

_NEAR = 75
_MOST = 20_000  # beyond that many words a guess would take longer than the whole validation


def nearest(text: str, words: Iterable[str], cutoff: float = _NEAR) -> str | None:
    """The one word clearly nearest to the text, whatever its case; None when none is near or two are equally near."""
    known = list(dict.fromkeys(words))
    if len(known) > _MOST:
        return None
    best = process.extract(text, known, scorer=fuzz.ratio, processor=str.casefold, limit=2, score_cutoff=cutoff)
    if not best or (len(best) > 1 and best[1][1] == best[0][1]):
        return None
    return str(best[0][0])


def did_you_mean(text: object, words: Iterable[str]) -> str:
    """`Did you mean 'male'?`, or nothing."""
    near = nearest(text, words) if isinstance(text, str) else None
    return f"Did you mean '{near}'?" if near else ""
