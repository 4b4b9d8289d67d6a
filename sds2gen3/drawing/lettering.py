"""How wide a text will be, without asking a font: the widths of Arial, and room to spare."""

from __future__ import annotations

from unicodedata import east_asian_width

_NARROW = frozenset("ijl.,:;|!'()[]ftI/ \u00b7")
_WIDE = frozenset("mwMW%@")
LONGEST = 34


def width(text: str, size: float, bold: bool = False) -> float:
    """Pixels that the text takes at that font size."""
    return sum(map(_em, text)) * size * (1.06 if bold else 1.0)


def shortened(text: str) -> str:
    """The text, cut where it would make a box too wide."""
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def _em(character: str) -> float:
    if character in _NARROW:
        return 0.32
    if character in _WIDE:
        return 0.9
    if east_asian_width(character) in "WF":
        return 1.0
    return 0.7 if character.isupper() else 0.57
