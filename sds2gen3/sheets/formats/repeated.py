"""Repeated: how much text the cells show together. A workbook holds each text once, and a cell only its number.

So a file of 60 KB can show one text of 45 MB in 2,000 cells, which every reader of values would make 90 GB of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sds2gen3.sheets.formats.package import Package, Refused, SheetPart

MAX_SHOWN = 256 << 20  # bytes; 500,000 rows with 500 characters each
SHORT = 200  # bytes; a text that has no more takes hardly more room than its cell
MAX_MARK = 1 << 20
_SHORTEST = len("<c t=s><v>0</v></c>")  # of a cell that shows a shared text: of so many bytes there cannot be more
_LONG = (
    1000  # bytes; of a text that has as many it matters how many of them are marks, and no head of the part has as many
)

_END, _ANY_END = b"</si>", b"</si"
_ODD = (b"<!", b":si", b"si/", b"si /")  # a comment may hold anything, and readers differ about texts without an end
_TAG = re.compile(rb"<[^<>]*>")
_PLACE = rb'(?: (?:r|s|cm|vm|ph)="[A-Z0-9]{1,12}")*+'
_SHARED = re.compile(rb"<c" + _PLACE + rb' t="s"' + _PLACE + rb"><v>(\d{1,9})</v>")
_OTHER = re.compile(rb"<c" + _PLACE + rb'(?: t="(?:n|b|e|d|str|inlineStr)")?+' + _PLACE + rb" ?/?>")
_ANY = re.compile(rb"[<:]c[\s/>]")


def check_shown(package: Package, parts: Sequence[SheetPart]) -> None:
    """Raises Refused where the cells show more shared text than fits into memory. They are counted only where that may be."""
    paths = package.shared_texts()
    cells = sum(package.size(part.path) // _SHORTEST for part in parts)
    longest = max((_longest(package, path) for path in paths), default=0)
    if longest <= SHORT or longest * cells <= MAX_SHOWN:
        return
    lengths = _lengths(package, paths[0]) if len(paths) == 1 else []
    shown = 0
    for part in parts:
        for block in package.blocks(part.path):
            shared = list(map(int, _SHARED.findall(block)))
            # What is written in another way than programs do may be anything.
            odd = len(_ANY.findall(block)) - len(shared) - len(_OTHER.findall(block))
            shown += odd * longest + sum(lengths[at] if at < len(lengths) else longest for at in shared)
            if shown > MAX_SHOWN:
                raise Refused(
                    f"its cells show more than {MAX_SHOWN >> 20} MB of text, the same long texts again and again"
                )


def _longest(package: Package, path: str) -> int:
    """The bytes of the longest shared text at most."""
    longest = rest = 0
    for number, chunk in enumerate(package.chunks(path)):
        head = chunk.find(b"<si", 0, _LONG) if not number else 0
        first, *more = map(len, chunk[max(0, head) :].split(_END))
        longest, rest = max(longest, rest + first, *more), more[-1] if more else rest + first
    return longest


def _lengths(package: Package, path: str) -> list[int]:
    """The bytes of each shared text, in order; of none where it cannot be told where each ends."""
    found: list[int] = []
    tail, text, odd = b"", 0, False
    for chunk in package.chunks(path):
        data = tail + chunk
        cut = data.rfind(b"<") if data.rfind(b"<") > data.rfind(b">") else len(data)
        data, tail = data[:cut], data[cut:]
        if len(tail) > MAX_MARK:
            raise Refused(f"a mark in '{path}' takes more than {MAX_MARK >> 20} MB")
        first, *more = data.split(_END)
        odd = odd or len(more) != data.count(_ANY_END) or any(sign in data for sign in _ODD)
        text += _length(first)
        if more:
            found.append(text)
            found += map(_length, more[:-1])
            text = _length(more[-1])
    return [] if odd else found


def _length(text: bytes) -> int:
    return len(text) if len(text) < _LONG else len(_TAG.sub(b"", text))
