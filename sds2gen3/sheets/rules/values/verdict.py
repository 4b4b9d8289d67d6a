"""Verdict: what a text is worth as an ORCID, a date, a licence ... and how it is usually written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """`canonical` is the usual form of a text that is right, None for one that is not; then `wrong` says what is wrong
    ('is 15 digits long, an ORCID has 16') and `hint` what to type instead, if that can be told."""

    canonical: str | None
    wrong: str = ""
    hint: str = ""


def right(canonical: str) -> Verdict:
    """The text can be read, and this is its usual form."""
    return Verdict(canonical)


def wrong(what: str, hint: str = "") -> Verdict:
    """The text cannot be right."""
    return Verdict(None, what, hint)
