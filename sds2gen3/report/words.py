"""Words of a text report: counts in plain English, and users' values made harmless for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

TIE = "\xa0"
"""A blank at which `wrapped` does not break a line; it is printed as an ordinary one."""


def visible(text: str) -> str:
    """The text with every control, invisible or direction-changing character escaped, so that it cannot steer a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)


def number(count: int, noun: str, plural: str = "") -> str:
    """`1 problem`, `2 problems`, `1,204 cells`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def joined(items: Sequence[str], limit: int = 0) -> str:
    """The items with commas, at most `limit` of them (0: all), then `and 3 more`."""
    shown = items[:limit] if limit else items
    hidden = len(items) - len(shown)
    return ", ".join(shown) + (f" and {hidden:,} more" if hidden else "")


def wrapped(text: str, width: int, indent: str = "", hanging: str = "") -> list[str]:
    """The text in lines of at most `width` characters; long words are kept whole, so that they can be copied."""
    lines = textwrap.wrap(
        text,
        max(width, len(hanging) + 20),
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(TIE, " ") for line in lines]
