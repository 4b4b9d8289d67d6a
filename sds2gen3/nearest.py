"""The nearest word, for 'Did you mean ...?'. It never guesses between equals, nor from one number to another."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NEAR = 75
_MOST = 20_000  # beyond that many words a guess would take longer than the whole validation
_LOOKS = 10_000_000  # at words, for all guesses together: less than a second
_NUMBER = re.compile(r"0*(\d+)")


class Guesses:
    """The words nearest to many texts. Each text is guessed once; after very many guesses there are no more."""

    def __init__(self, words: Iterable[str], cutoff: float = _NEAR) -> None:
        self._given = words
        self._cutoff = cutoff
        self._words: list[str] = []
        self._folded: list[str] = []
        self._alike: dict[tuple[str, ...], list[int]] = {}
        self._known: dict[str, str | None] = {}
        self._looks = _LOOKS

    def nearest(self, text: str) -> str | None:
        """The one word clearly nearest to the text, whatever its case; None when none is near or two are equally near.

        Another number is another thing, not a slip: sub-2 is never meant to be sub-1. sub-02 may be sub-2.
        """
        if text not in self._known:
            self._known[text] = self._guess(text)
        return self._known[text]

    def did_you_mean(self, text: object) -> str:
        """`Did you mean 'male'?`, or nothing."""
        near = self.nearest(text) if isinstance(text, str) else None
        return f"Did you mean '{near}'?" if near else ""

    def _guess(self, text: str) -> str | None:
        if not self._known:
            self._words = list(dict.fromkeys(self._given))
            self._folded = [word.casefold() for word in self._words] if len(self._words) <= _MOST else []
            for index, word in enumerate(self._folded):
                self._alike.setdefault(_numbers(word), []).append(index)
        self._looks -= len(self._folded)
        if not self._folded or self._looks < 0:
            return None
        from rapidfuzz import fuzz, process  # takes a while to load, and most datasets have nothing to guess

        near = self._of_same_numbers(text)
        best = process.extract(text.casefold(), near, scorer=fuzz.ratio, limit=2, score_cutoff=self._cutoff)
        if not best or (len(best) > 1 and best[1][1] == best[0][1]):
            return None
        return self._words[best[0][2]]

    def _of_same_numbers(self, text: str) -> dict[int, str]:
        """The words that may be meant, by their index: those with the numbers of the text, or where either has none."""
        numbers = _numbers(text)
        if not numbers:
            return dict(enumerate(self._folded))
        return {index: self._folded[index] for key in (numbers, ()) for index in self._alike.get(key, ())}


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(_NUMBER.findall(text))


def nearest(text: str, words: Iterable[str], cutoff: float = _NEAR) -> str | None:
    """What `Guesses.nearest` says of a single text."""
    return Guesses(words, cutoff).nearest(text)


def did_you_mean(text: object, words: Iterable[str]) -> str:
    """`Did you mean 'male'?`, or nothing."""
    return Guesses(words).did_you_mean(text)


def most_alike(text: str, words: Iterable[str]) -> list[str]:
    """The words, those that are most like the text first, whatever its case; in their own order where they are equally so."""
    from rapidfuzz import fuzz

    folded = text.casefold()
    return sorted(words, key=lambda word: -fuzz.ratio(folded, word.casefold()))


def swapped(text: str, word: str) -> bool:
    """Whether the text is the word with two neighbouring letters in the wrong order: 'strian', but not 'sprain', for 'strain'."""
    if len(text) != len(word) or text == word:
        return False
    odd = [at for at, (a, b) in enumerate(zip(text, word, strict=True)) if a != b]
    return len(odd) == 2 and odd[1] == odd[0] + 1 and text[odd[0]] == word[odd[1]] and text[odd[1]] == word[odd[0]]
