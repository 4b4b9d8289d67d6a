"""Guesses at what was meant: the nearest word, never one of two, and never more work than a guess is worth."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sds2gen3 import nearest
from sds2gen3.nearest import Guesses, did_you_mean, most_alike, swapped


def test_the_clearly_nearest_word_whatever_its_case() -> None:
    assert did_you_mean("SUBJ-2", ["sub-1", "Sub-2", "pool"]) == "Did you mean 'Sub-2'?"


@pytest.mark.parametrize("text", ["sub-2", "sub-11", "sub-22"])
def test_another_number_is_another_thing(text: str) -> None:
    assert Guesses(["sub-1", "pool"]).nearest(text) is None


@pytest.mark.parametrize("text", ["sub1", "sub_1", "sub-01", "subs-1"])
def test_the_same_number_may_be_spelt_otherwise(text: str) -> None:
    assert Guesses(["sub-1", "sub-2", "pool"]).nearest(text) == "sub-1"


def test_nothing_between_two_equally_near_words() -> None:
    assert Guesses(["sub-ab", "sub-ac"]).nearest("sub-a") is None


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


@pytest.mark.parametrize(("text", "is_"), [("strian", True), ("sprain", False), ("strain", False), ("tsrian", False)])
def test_two_neighbouring_letters_may_be_swapped(text: str, is_: bool) -> None:
    assert swapped(text, "strain") is is_


def test_what_is_most_alike_comes_first_and_equals_keep_their_order() -> None:
    assert most_alike("pmd", ["ARK", "DOI", "PMID"]) == ["PMID", "DOI", "ARK"]
    assert most_alike("x", ["b", "a"]) == ["b", "a"]
