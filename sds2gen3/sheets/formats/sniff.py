"""Sniff: what a file's content is, from its bytes and never from its name (rule SDS-F10)."""

from __future__ import annotations

import io
import re
import zipfile
from enum import Enum

UTF8, UTF16, UTF32 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff"), (b"\xff\xfe\0\0", b"\0\0\xfe\xff")

_ZIP, _EMPTY_ZIP, _OLE = b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LFS = b"version https://git-lfs"
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta)\b", re.I | re.S
)
_HEAD = 4096
_SIGNATURES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\x89HDF", b"BM", b"II*\0")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\v\0\x1a\x1b"))


class Form(Enum):
    """What the bytes are; the value is how a curator would call it."""

    EMPTY = "an empty file"
    LFS = "a git-lfs pointer"
    XLSX = "an Excel workbook"
    XLS = "an old Excel workbook (.xls)"
    ENCRYPTED = "a workbook protected with a password"
    BROKEN_ZIP = "cut off or only half copied"
    XLSB = "a binary Excel workbook (.xlsb)"
    ODS = "an OpenDocument file"
    ZIP = "a zip file that holds no workbook"
    OLE = "an old Office file that holds no workbook"
    HTML = "a web page"
    BINARY = "a picture, PDF or other binary file"
    JSON = "JSON"
    TEXT = "text"


def sniff(data: bytes) -> Form:
    """What `data` is. Text is whatever is none of the others and holds no control characters."""
    if not data.strip(b"\0 \t\r\n"):
        return Form.EMPTY
    if data.startswith(_LFS):
        return Form.LFS
    if data.startswith((_ZIP, _EMPTY_ZIP)):
        return _zip_form(data)
    if data.startswith(_OLE):
        return _ole_form(data)
    if data.startswith((*UTF16, *UTF32)):
        encoding = "utf-32" if data.startswith(UTF32) else "utf-16"
        data = data[: _HEAD * 2].decode(encoding, "replace").encode() + data[-64:].replace(b"\0", b"")
    else:
        data = data.removeprefix(UTF8)
    head = data[:_HEAD]
    if _HTML.match(head):
        return Form.HTML
    if _looks_like_json(data):
        return Form.JSON
    return Form.BINARY if head.startswith(_SIGNATURES) or head.translate(None, _CONTROL) != head else Form.TEXT


def _zip_form(data: bytes) -> Form:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
    except (
        Exception
    ):  # zipfile raises whatever a broken directory leads it to: BadZipFile, struct.error, ValueError ...
        return Form.BROKEN_ZIP
    if any(name.endswith(".bin") and name.startswith("xl/workbook") for name in names):
        return Form.XLSB
    if "content.xml" in names:
        return Form.ODS
    return Form.XLSX if any(name.startswith("xl/") for name in names) else Form.ZIP


def _ole_form(data: bytes) -> Form:
    if _utf16("EncryptedPackage") in data:
        return Form.ENCRYPTED
    return Form.XLS if _utf16("Workbook") in data or _utf16("Book") in data else Form.OLE


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def _looks_like_json(data: bytes) -> bool:
    """Brackets at both ends; a sheet whose first cell begins with a bracket does not end with one."""
    first, last = data[:_HEAD].lstrip()[:1], data[-_HEAD:].rstrip()[-1:]
    return (first, last) in ((b"{", b"}"), (b"[", b"]"))
