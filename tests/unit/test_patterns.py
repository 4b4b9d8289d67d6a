"""Patterns that users wrote: they say what Python says, and none of them runs without end."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sds2gen3 import patterns
from sds2gen3.patterns import Endless, UserPattern, complexity, splitter, user_pattern

EVIL = r"^(a+)+$"
LONG = "a" * 60 + "!"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "SECONDS", 0.3)


@pytest.mark.parametrize(
    ("pattern", "loops", "multiplies"),
    [
        ("^[a-f0-9]{8}-[a-f0-9]{4}$", 0, False),
        (r"^sub-[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$", 1, False),
        (r"\s*[,;]\s*", 2, False),
        (r"[)+*(]+\(\)*", 2, False),
        (r"[^]+*]a{3,}", 1, False),
        ("^(male|female|unknown)$", 0, False),
        ("^(" + "|".join(map(str, range(100))) + ")$", 0, False),
        (EVIL, 2, True),
        ("(a|a)*", 1, True),
        ("(.*a){20}", 2, True),
        ("(?:a{1,60}){1,60}", 2, True),
        ("a?" * 30 + "a" * 30, 0, True),
        (r"(?P<q>a)(?P=q)", 1, True),
        (r"(a)\1", 1, True),
        ("(?x) a + # a loop", 1, True),
    ],
)
def test_the_form_of_a_pattern_tells_how_long_it_may_take(pattern: str, loops: int, multiplies: bool) -> None:
    assert complexity(pattern) == (loops, multiplies)


@pytest.mark.parametrize("pattern", [EVIL, "(a|a)*$", "(.*a){25}", "a*a*a*a*a*b", "(x+x+)+y", r"(?P<q>a+)+(?P=q)$"])
@pytest.mark.usefixtures("impatient")
def test_a_pattern_without_end_is_given_up(pattern: str) -> None:
    text = "x" * 60 if "x" in pattern else "a" * 3000 + "!" if pattern.startswith("a*") else LONG
    tried = UserPattern(pattern)
    started = time.monotonic()
    with pytest.raises(Endless, match="takes too long") as told:
        tried.found_in(text)
    assert (tried.gave_up, told.value.diagnostics[0].code) == (True, "C974")
    with pytest.raises(Endless):
        tried.found_in(text)
    assert time.monotonic() - started < 5
    assert tried.found_in("") is (re.search(pattern, "") is not None)  # short texts are still tried


def test_a_pattern_that_might_but_does_not_take_long_is_answered() -> None:
    assert user_pattern("^([a-z]+-)*[a-z]+$").fits("abc-def-ghi" * 20)
    assert not user_pattern("^([a-z]+-)*[a-z]+$").found_in("abc-DEF-ghi")
    assert UserPattern("(?:,|;)+").split("a,;b" * 20)[:2] == ["a", "ba"]


@pytest.mark.parametrize("pattern", [r"\s*[,;]\s*", r"\s*\n\s*", r"[\s,;]+"])
def test_a_cell_of_blanks_is_split_at_once(pattern: str) -> None:
    started = time.monotonic()
    assert splitter(pattern).split("a" + " " * 32_000 + "b,c\nd")
    assert time.monotonic() - started < 1


@given(
    st.text(alphabet="ab ,;\n\t", max_size=30), st.sampled_from([r"\s*[,;]\s*", r"\s*,\s*", r"\s*\n\s*", r"[\s,;]+"])
)
def test_splitting_gives_what_python_gives_without_blanks(text: str, pattern: str) -> None:
    assert splitter(pattern).split(text) == [piece for part in re.split(pattern, text) if (piece := part.strip())]


@given(st.text(alphabet="ab-", max_size=14), st.sampled_from([EVIL, "(a|b)*-", "^(a|b)?-b{2,}", "b+$"]))
def test_patterns_say_what_python_says(text: str, pattern: str) -> None:
    assert user_pattern(pattern).found_in(text) == (re.search(pattern, text) is not None)
    assert user_pattern(pattern).fits(text) == (re.fullmatch(pattern, text) is not None)


def test_what_is_no_pattern_is_told() -> None:
    with pytest.raises(re.error):
        user_pattern("[a-z")
