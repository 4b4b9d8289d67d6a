"""List a dataset in a .zip: members are read in place, and nothing is ever written to disk."""

from __future__ import annotations

import re
import stat
import zipfile
from functools import partial
from pathlib import Path

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.place import Place
from sds2gen3.sheets.files.listing import MAX_ENTRIES, Entry, Listing, Sort
from sds2gen3.sheets.files.names import JUNK_FOLDERS, shown

MAX_MEMBER = 1 << 30  # 1 GB: no metadata sheet comes near it
MAX_RATIO = 200  # real sheets shrink 5 to 20 times; a bomb shrinks 1000 times
RATIO_MATTERS = 50 << 20  # below 50 MB even a bomb is harmless

_ENCRYPTED = 0x1
_UTF_8 = 0x800
_DRIVE = re.compile(r"^[A-Za-z]:")


def list_archive(path: Path) -> Listing:
    """The members of the zip. Those with unsafe names are refused; large or encrypted ones are listed, but not readable."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        message = f"The zip file cannot be opened: {shown(str(error))}."
        return Listing({}, [finding("R115", message, Place(path.name))])
    entries: dict[str, Entry] = {}
    findings: list[Diagnostic] = []
    junk: set[str] = set()
    for info in archive.infolist():
        info.filename = _name(info)
    for info in sorted(archive.infolist(), key=lambda info: info.filename):
        if len(entries) >= MAX_ENTRIES:
            message = f"The zip holds more than {MAX_ENTRIES:,} files; the rest was not looked at."
            findings.append(finding("R111", message, Place(path.name)))
            break
        name = info.filename.rstrip("/")
        problem = _unsafe(info)
        if problem or name in entries:
            message = f"'{shown(info.orig_filename)}' is not read: {problem or 'the zip holds this name twice'}."
            findings.append(finding("R112", message, Place(shown(name))))
            continue
        ignored = next((part for part in name.split("/") if part.casefold() in JUNK_FOLDERS), None)
        if ignored:
            junk.add(ignored)
            continue
        _add_folders(name, entries)
        entries[name] = _entry(archive, info, name, findings)
    findings += [finding("R107", f"The folder '{f}' is not metadata and is ignored.", Place(f)) for f in sorted(junk)]
    return Listing(dict(sorted(entries.items())), findings)


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name. Some zip programs write UTF-8 without saying so, and zipfile then reads it as cp437."""
    if info.flag_bits & _UTF_8 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _unsafe(info: zipfile.ZipInfo) -> str:
    """Why a member's name is refused, '' where it is fine."""
    name = info.orig_filename
    if "\\" in name or "\0" in name:
        return "its name holds a backslash" if "\\" in name else "its name holds a NUL character"
    if name.startswith("/") or _DRIVE.match(name):
        return "its name is an absolute path"
    if any(part in ("..", ".", "") for part in name.rstrip("/").split("/")):
        return "its name leads through '..' or an empty folder name"
    return ""


def _add_folders(name: str, entries: dict[str, Entry]) -> None:
    """Folders have no member of their own in most zips."""
    while "/" in name:
        name = name.rpartition("/")[0]
        entries.setdefault(name, Entry(Sort.FOLDER))


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, findings: list[Diagnostic]) -> Entry:
    if info.is_dir():
        return Entry(Sort.FOLDER)
    if stat.S_ISLNK(info.external_attr >> 16):
        findings.append(finding("R109", "This link inside the zip is not followed.", Place(name)))
        return Entry(Sort.LINK)
    return Entry(Sort.FILE, info.file_size, partial(archive.read, info), _refused(info, name))


def _refused(info: zipfile.ZipInfo, name: str) -> Diagnostic | None:
    """Why the member must not be read, should it turn out to be metadata; data files may be as large as they like."""
    place = Place(name)
    if info.flag_bits & _ENCRYPTED:
        return finding("R114", "This file in the zip is protected with a password, so it cannot be read.", place)
    bomb = info.file_size > RATIO_MATTERS and info.file_size > MAX_RATIO * max(1, info.compress_size)
    if info.file_size > MAX_MEMBER or bomb:
        message = (
            f"This file would unpack to {info.file_size >> 20:,} MB, which no metadata sheet needs; it is not read."
        )
        return finding("R113", message, place)
    return None
