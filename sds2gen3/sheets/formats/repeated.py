"""Repeated: how much text the cells show together. A workbook holds each text once, and a cell only its number.

So a file of 60 KB can show one text of 45 MB in 2,000 cells, which every reader of values would make 90 GB of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sds2gen3.sheets.formats.package import Package, Refused, SheetPart

MAX_SHOWN = 256 << 20  # bytes; 500,000 rows with 500 characters each
MAX_TEXT = 512 << 10  # bytes; the 32,767 characters that Excel allows, however they are written
SHORT = 200  # bytes; a text that has no more takes hardly more room than its cell
_SHORTEST = len("<c t=s><v>0</v></c>")  # of a cell that shows a shared text: of so many bytes there cannot be more
_LONG = (
    1000  # bytes; of a text that has as many it matters how many of them are marks, and no head of the part has as many
)
_LONGEST_MARK = 1 << 20

# '<' stands for itself nowhere in XML, so that what begins with it is no part of a text.
_NAME = rb"(?:[^<>\s/:]*+:)?"
_ROOT = re.compile(rb"<(" + _NAME + rb")sst[\s>]")
_OTHER_END = re.compile(rb"</?[^<>\s/:]*+:si[\s/>]")
_TAG = re.compile(rb"<[^<>]*>")
_PLACE = rb"(?:\s+(?:r|s|cm|vm|ph)\s*=\s*(?:\"[A-Z0-9]{1,12}\"|'[A-Z0-9]{1,12}'))*+"
_TYPE = rb"(?:\s+t\s*=\s*(?:\"(?:n|b|e|d|str|inlineStr)\"|'(?:n|b|e|d|str|inlineStr)'))?+"
_SHARED = re.compile(
    rb"<"
    + _NAME
    + rb"c"
    + _PLACE
    + rb"\s+t\s*=\s*[\"']s[\"']"
    + _PLACE
    + rb"\s*+>\s*+<"
    + _NAME
    + rb"v\s*+>\s*+(\d{1,9})\s*+<"
)
_OTHER = re.compile(rb"<" + _NAME + rb"c" + _PLACE + _TYPE + _PLACE + rb"\s*+/?>")
_ANY = re.compile(rb"<" + _NAME + rb"c[\s/>]")


def check_shown(package: Package, parts: Sequence[SheetPart]) -> None:
    """Raises Refused where the cells show more shared text than fits into memory. They are counted only where that may be."""
    paths = package.shared_texts()
    longest = max((_longest(package, path) for path in paths), default=0)
    cells = sum(package.size(part.path) // _SHORTEST for part in parts)
    if longest <= SHORT or (longest <= MAX_TEXT and longest * cells <= MAX_SHOWN):
        return
    lengths = _lengths(package, paths[0]) if len(paths) == 1 else None
    longest = longest if lengths is None else max(lengths, default=0)
    if longest > MAX_TEXT:
        raise Refused(f"one of its texts has more than {MAX_TEXT >> 10} KB")
    shown = 0
    for part in parts:
        for number, block in enumerate(package.blocks(part.path)):
            shown += _shown(block, lengths or [], longest)
            if not number and b"\0" in block[:4]:  # UTF-16, in which no cell is seen
                shown += longest * (package.size(part.path) // (2 * _SHORTEST))
            if shown > MAX_SHOWN:
                raise Refused(
                    f"its cells show more than {MAX_SHOWN >> 20} MB of text, the same long texts again and again"
                )


def _shown(block: bytes, lengths: Sequence[int], longest: int) -> int:
    """The bytes of shared text that cells show; a cell that is written in another way than programs do may show anything."""
    shared = list(map(int, _SHARED.findall(block)))
    odd = len(_ANY.findall(block)) - len(shared) - len(_OTHER.findall(block))
    return odd * longest + sum(lengths[at] if at < len(lengths) else longest for at in shared)


def _longest(package: Package, path: str) -> int:
    """The bytes of the longest shared text at most."""
    longest = rest = 0
    end = b""
    for chunk in package.chunks(path):
        head = 0 if end else max(0, chunk.find(b"si>", 0, _LONG))
        end = end or _end(chunk)
        first, *more = map(len, chunk[head:].split(end))
        longest, rest = max(longest, rest + first, *more), more[-1] if more else rest + first
    return longest


def _end(chunk: bytes) -> bytes:
    """How a text ends in a part that begins so."""
    root = _ROOT.search(chunk)
    return b"</" + (root[1] if root else b"") + b"si>"


def _lengths(package: Package, path: str) -> list[int] | None:
    """The bytes of each shared text, in order; None where it cannot be told where each ends."""
    found: list[int] = []
    end = tail = b""
    text = 0
    for chunk in package.chunks(path):
        data = tail + chunk
        cut = data.rfind(b"<") if data.rfind(b"<") > data.rfind(b">") else len(data)
        data, tail = data[:cut], data[cut:]
        end = end or _end(data)
        first, *more = data.split(end)
        if len(tail) > _LONGEST_MARK or _is_odd(data, end, len(more)):
            return None
        text += _length(first)
        if more:
            found += (text, *map(_length, more[:-1]))
            text = _length(more[-1])
    return found


def _is_odd(data: bytes, end: bytes, ends: int) -> bool:
    """Whether texts may begin or end otherwise: in comments, with nothing within, or with other prefixes."""
    begin = b"<" + end[2:-1]
    if b"<!" in data or data.count(end[:-1]) != ends or begin + b"/" in data or begin + b" " in data:
        return True
    if b":" in end:
        return b"<si" in data or b"</si" in data or bool(set(_OTHER_END.findall(data)) - {begin + b">", end})
    return b":si" in data and _OTHER_END.search(data) is not None


def _length(text: bytes) -> int:
    return len(text) if len(text) < _LONG else len(_TAG.sub(b"", text))
