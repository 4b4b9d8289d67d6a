"""Decode: the bytes of a text file become text, with a word about it where they are not UTF-8."""

from __future__ import annotations

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.place import Place
from sds2gen3.sheets.formats.sniff import UTF8, UTF16, UTF32


def decode(data: bytes, file: str) -> tuple[str, list[Diagnostic]]:
    """The text without byte-order mark and NUL characters: UTF-8, UTF-16 or UTF-32 by their mark, else Windows-1252."""
    text, findings = _decode(data, file)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        message = f"The file holds {text.count(chr(0)):,} NUL characters, which are left out."
        findings.append(finding("R133", message, Place(file, line=line)))
        text = text.replace("\0", "")
    return text, findings


def _decode(data: bytes, file: str) -> tuple[str, list[Diagnostic]]:
    for marks, encoding in ((UTF32, "utf-32"), (UTF16, "utf-16")):
        if data.startswith(marks):
            message = f"The file is written in {encoding.upper()} instead of UTF-8; it is read that way."
            return data.decode(encoding, "replace"), [finding("R131", message, Place(file))]
    data = data.removeprefix(UTF8)
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "The file is not written in UTF-8; it is read as Windows-1252, so check its accents and symbols."
        return _windows(data), [finding("R131", message, Place(file, line=line))]


def _windows(data: bytes) -> str:
    """Windows-1252 leaves five bytes undefined; those are taken as Latin-1 does, so that no byte is ever lost."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(bytes((b,)).decode("cp1252", "ignore") or chr(b) for b in data)
