"""Guesses at what was meant: the nearest word, never one of two, and never more work than a guess is worth."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sds2gen3 import nearest
from sds2gen3.nearest import Guesses, did_you_mean


def test_the_clearly_nearest_word_whatever_its_case() -> None:
    assert did_you_mean("SUB-22", ["sub-1", "Sub-2", "pool"]) == "Did you mean 'Sub-2'?"


def test_nothing_between_two_equally_near_words() -> None:
    assert Guesses(["sub-12", "sub-13"]).nearest("sub-1") is None


def test_what_is_no_text_has_no_near_word() -> None:
    assert Guesses(["1"]).did_you_mean(1) == ""


def test_the_words_are_looked_at_only_when_a_guess_is_wanted() -> None:
    def words() -> Iterator[str]:
        raise AssertionError("looked at")
        yield ""

    guesses = Guesses(words())
    assert guesses.did_you_mean(None) == ""


def test_guesses_end_when_they_have_cost_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "_LOOKS", 7)
    guesses = Guesses(["male", "female", "unknown"])
    assert [guesses.nearest(text) for text in ("mal", "femal", "unknwn", "mal")] == ["male", "female", None, "male"]
