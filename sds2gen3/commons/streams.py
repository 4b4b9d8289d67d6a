"""An export, record by record, while it still arrives (contract section 8)."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_LONGEST = 8_000_000  # characters of one record: each piece that arrives is a new try
_SPACE = " \t\r\n"
_BETWEEN = re.compile(r"[ \t\r\n,]*")
_DECODER = json.JSONDecoder()


class BrokenStream(Exception):
    """The text is no `{"data": [...]}`, or ends before its end."""


def records(pieces: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The objects of `{"data": [...]}`. Raises BrokenStream for anything else, and for a text that breaks off."""
    texts = _texts(pieces)
    text, at = _opening(texts), 0
    while True:
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
        if text.startswith("]", at):
            break
        try:
            value, end = _DECODER.raw_decode(text, at)
        except ValueError:
            # Perhaps only the rest is still to come.
            if len(text) - at > _LONGEST:
                raise BrokenStream("one of its records is too long") from None
            text, at = text[at:] + _next(texts), 0
            continue
        if not isinstance(value, dict):
            raise BrokenStream("an item is no object")
        yield value
        at = end
    rest = text[at + 1 :] + "".join(texts)
    if rest.strip(_SPACE) != "}":
        raise BrokenStream("it does not end with the list")


def _texts(pieces: Iterable[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces:
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise BrokenStream("it is not UTF-8") from None


def _next(texts: Iterator[str]) -> str:
    try:
        return next(texts)
    except StopIteration:
        raise BrokenStream("it breaks off") from None


def _opening(texts: Iterator[str]) -> str:
    """The text behind the bracket that opens the list."""
    text = ""
    while True:
        start = "".join(text[:200].split())
        if start.startswith('{"data":['):
            return text[text.index("[") + 1 :]
        if not '{"data":['.startswith(start):
            raise BrokenStream("it is no list of records")
        text += _next(texts)
