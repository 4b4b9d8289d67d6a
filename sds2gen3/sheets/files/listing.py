"""Listing: what is in a dataset folder or zip, before anyone knows what it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from sds2gen3.diagnostics import Diagnostic

MAX_ENTRIES = 200_000  # more than the largest dataset known; a walk must end, also over a network drive


class Sort(Enum):
    """What an entry is. `LINK` leads out of the dataset or nowhere, `OTHER` is a pipe, socket or device: neither is opened."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    OTHER = "other"


class Entry(NamedTuple):
    """One file or folder. `refused` says why its content must not be read, '' where it may."""

    sort: Sort
    size: int = 0
    read: Callable[[], bytes] = bytes
    refused: Diagnostic | None = None


@dataclass(frozen=True)
class Listing:
    """Entries by POSIX path relative to what was given, in sorted order, junk folders left out."""

    entries: dict[str, Entry]
    findings: list[Diagnostic]
