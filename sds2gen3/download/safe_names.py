"""Safe names: whether a path that others wrote may be a path below our folder, on Windows, macOS and Linux alike."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

PARTIAL = ".sds2gen3-partial"
"""The folder in DEST for what has come of unfinished files; no file of a dataset may lie in it."""

LONGEST_NAME, LONGEST_PATH = 255, 4_000  # bytes in UTF-8: what file systems store, less some for DEST itself
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_DRIVE = re.compile(r"[A-Za-z]:")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])[ ]*(?:\..*)?", re.IGNORECASE)
_OWN = {PARTIAL: "sds2gen3 keeps this name for unfinished files", ".git": "git would obey what is in it"}
_NOT_ON_WINDOWS = frozenset('<>:"|?*')


@dataclass(frozen=True, slots=True)
class Judged:
    """The parts of a path, all plain names; or what is `wrong` with it, in words that follow a colon."""

    parts: tuple[str, ...] = ()
    wrong: str = ""

    @property
    def path(self) -> str:
        return "/".join(self.parts)


def judged(text: str) -> Judged:
    """The path, if it may be written below a folder. `.` and doubled slashes are left out; nothing else is repaired."""
    wrong = _wrong_path(text)
    if wrong:
        return Judged(wrong=wrong)
    parts = tuple(part for part in text.split("/") if part not in ("", "."))
    if not parts:
        return Judged(wrong="it names no file")
    for part in parts:
        if wrong := _wrong_part(part):
            return Judged(wrong=wrong)
    return Judged(parts)


def same_file_key(path: str) -> str:
    """Equal for paths that are one file on some system: neither case nor the normal form of accents counts."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())


def _wrong_path(text: str) -> str:
    """What is wrong with the path as a whole."""
    if any(unicodedata.category(character) == "Cc" for character in text):
        return "it holds a control character"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "it holds half a character"
    if _ADDRESS.match(text):
        return "it is an address, not a path"
    if "\\" in text:
        return "it has a backslash, where / stands between folders"
    if text.startswith("/"):
        return "it begins at the root of a disk"
    if _DRIVE.match(text):
        return "it names a drive of Windows"
    if len(text.encode()) > LONGEST_PATH:
        return f"it has {len(text):,} characters, more than systems can store"
    return "it leads up, out of the folder" if ".." in text.split("/") else ""


def _wrong_part(part: str) -> str:
    """What is wrong with the name of a file or folder."""
    if len(part.encode()) > LONGEST_NAME:
        return f"a name of {len(part):,} characters is more than systems can store"
    if part != part.rstrip(". "):
        return "a name ends with a dot or space, which Windows drops"
    if _RESERVED.fullmatch(part):
        return "Windows keeps this name for a device"
    if bad := sorted(_NOT_ON_WINDOWS.intersection(part)):
        return f"Windows allows no {bad[0]} in names"
    return _OWN.get(part.casefold(), "")
