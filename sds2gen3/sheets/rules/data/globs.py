"""Globs: the patterns of a manifest against the files of the dataset, without trying each pattern on each file.

A file can fit a pattern only if it has the pattern's letters. So each pattern stands under a piece of its letters, one that
few others have, and a file is tried only on the patterns whose piece it has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import translate
from functools import cached_property

FEW = 16
"""So many patterns are tried on every file: to look for their letters would take longer."""

MOST_TRIES = 5_000_000
"""Some seconds. Patterns of which so many files must be tried are not looked at to the end."""

_LONGEST = 32
_WILD = re.compile(r"[*?]+|\[!?\]?[^\]]*\]|\[")


class Globs:
    """The patterns of one manifest. `tried` counts how often a file was held against a pattern; `gave_up` says that it was
    too often, so that the rest is not known."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = tuple(dict.fromkeys(texts))
        self.tried = 0
        self.gave_up = False
        self._compiled: dict[str, re.Pattern[str]] = {}

    def idle(self, paths: Iterable[str]) -> set[str]:
        """The patterns that none of the files fits."""
        waiting = set(self.texts)
        for path in paths:
            if not waiting or self.gave_up:
                break
            waiting -= {text for text in self._candidates(path) if text in waiting and self._fits(text, path)}
        return set() if self.gave_up else waiting

    def fits(self, path: str) -> bool:
        """Whether the file fits one of the patterns; also where that was given up."""
        return self.gave_up or any(self._fits(text, path) for text in self._candidates(path)) or self.gave_up

    def _fits(self, text: str, path: str) -> bool:
        if self.gave_up or self.tried >= MOST_TRIES:
            self.gave_up = True
            return False
        self.tried += 1
        compiled = self._compiled.get(text)
        if compiled is None:
            compiled = self._compiled[text] = re.compile(_regex(text))
        return compiled.fullmatch(path) is not None

    def _candidates(self, path: str) -> Iterator[str]:
        """The patterns whose piece the file has."""
        by_piece = self._by_piece
        yield from by_piece.get("", ())
        for size, known in self._by_size.items():
            for piece in sorted(known.intersection([path[at : at + size] for at in range(len(path) - size + 1)])):
                yield from by_piece[piece]

    @cached_property
    def _by_piece(self) -> dict[str, Sequence[str]]:
        if len(self.texts) <= FEW:
            return {"": self.texts}
        pieces = {text: _pieces(text) for text in self.texts}
        common = Counter(piece for each in pieces.values() for piece in each)
        found: dict[str, list[str]] = {}
        for text, each in pieces.items():
            found.setdefault(min(each, key=lambda piece: (common[piece], -len(piece), piece), default=""), []).append(
                text
            )
        return dict(found)

    @cached_property
    def _by_size(self) -> dict[int, set[str]]:
        found: dict[int, set[str]] = {}
        for piece in self._by_piece:
            if piece:
                found.setdefault(len(piece), set()).add(piece)
        return found


def _plain(text: str) -> str:
    return text.replace("\\", "/").removeprefix("./").lstrip("/")


def _regex(text: str) -> str:
    """The regular expression of a pattern. A name without folder fits in every folder."""
    plain = _plain(text)
    return translate(plain) if "/" in plain else f"(?:.*/)?{translate(plain)}"


def _pieces(text: str) -> set[str]:
    """Letters that stand together in every file that fits: the ends of what is between the wildcards, of few lengths."""
    runs = [run for run in _WILD.split(_plain(text)) if run]
    sizes = [min(_LONGEST, 1 << len(run).bit_length() - 1) for run in runs]
    return {piece for run, size in zip(runs, sizes, strict=True) for piece in (run[:size], run[-size:])}
