"""The repairs of one CSV or TSV file: only the repaired cells are written anew, quotes and line ends stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sds2gen3.sheets.formats.delimiter import NAMES

_MARK = b"\xef\xbb\xbf"
_DECLARED = re.compile(r'^"?sep=([,\t;|])"?[ \t]*(\r\n|\r|\n)', re.I)


def mend_text(data: bytes, texts: Mapping[tuple[int, int], tuple[str, str]]) -> bytes | None:
    """The file with new texts in cells, given as (before, after); None where its cells are not found that way.

    The delimiter is the one with which every repaired cell reads as it should.
    """
    mark = _MARK if data.startswith(_MARK) else b""
    try:
        text = data[len(mark) :].decode("utf-8")
    except UnicodeDecodeError:
        return None
    declared = _DECLARED.match(text)
    start = declared.end() if declared else 0
    for delimiter in [declared[1]] if declared else NAMES:
        mended = _mended(text, start, delimiter, texts)
        if mended is not None:
            return mark + mended.encode()
    return None


def _mended(text: str, start: int, delimiter: str, texts: Mapping[tuple[int, int], tuple[str, str]]) -> str | None:
    pieces, at, found = [text[:start]], start, 0
    for cell, begin, end in _cells(text, start, delimiter):
        if cell in texts:
            before, after = texts[cell]
            if _value(text[begin:end]) != before:
                return None
            pieces += [text[at:begin], _written(after, delimiter, text[begin:end].startswith('"'))]
            at, found = end, found + 1
    return "".join([*pieces, text[at:]]) if found == len(texts) else None


def _cells(text: str, at: int, delimiter: str) -> Iterator[tuple[tuple[int, int], int, int]]:
    """Row, column and extent of each cell, as a spreadsheet splits them: quotes count at the start of a cell only."""
    rest = rf"[^{re.escape(delimiter)}\r\n]*"
    cell = re.compile(rf'(?:"(?:[^"]|"")*"{rest}|{rest})')
    row = column = 1
    while at <= len(text):
        found = cell.match(text, at)
        end = found.end() if found else at
        yield (row, column), at, end
        if end >= len(text):
            return
        if text[end] == delimiter:
            at, column = end + 1, column + 1
        else:
            at, row, column = end + (2 if text.startswith("\r\n", end) else 1), row + 1, 1


def _value(written: str) -> str:
    text = written
    if written.startswith('"'):
        end = re.match(r'"(?:[^"]|"")*"', written)
        text = written[1 : end.end() - 1].replace('""', '"') + written[end.end() :] if end else written
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _written(text: str, delimiter: str, quoted: bool) -> str:
    needs = quoted or text != text.strip() or any(mark in text for mark in (delimiter, '"', "\n"))
    return '"{}"'.format(text.replace('"', '""')) if needs else text
