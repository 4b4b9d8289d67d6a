"""Checksums: as manifests and stores write them, and of a file."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

KINDS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
"""The kind of a checksum by the number of its hexadecimal digits."""

_LENGTHS = {kind: length for length, kind in KINDS.items()}
_SPELLINGS = {"sha2": "sha256"}
_LABELLED = re.compile(r"(md5|sha-?1|sha-?256|sha-?512|sha2)\s*[:= ]\s*(\S+)", re.IGNORECASE)
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Sum:
    """A checksum: 'md5', 'sha1', 'sha256' or 'sha512', and its hexadecimal digits in lower case."""

    kind: str
    digits: str


def parsed(text: str, kind: str | None = None) -> Sum | None:
    """The checksum that a text means: `sha256:...`, digits of a kind that is known or told by their number, `sha2:` in base64.

    None where it is none.
    """
    text = text.strip()
    if labelled := _LABELLED.fullmatch(text):
        label = labelled[1].lower().replace("-", "")
        named = _SPELLINGS.get(label, label)
        return None if kind not in (None, named) else _of_kind(labelled[2], named)
    known = kind or KINDS.get(len(text))
    return _of_kind(text, known) if known else None


def _of_kind(text: str, kind: str) -> Sum | None:
    if len(text) == _LENGTHS[kind] and re.fullmatch("[0-9A-Fa-f]+", text):
        return Sum(kind, text.lower())
    try:
        digits = base64.b64decode(text, validate=True).hex()
    except (binascii.Error, ValueError):
        return None
    return Sum(kind, digits) if len(digits) == _LENGTHS[kind] else None


class Summing:
    """The checksums of the given kinds of all bytes added so far, and their number."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self.size = 0
        self._hashes = {kind: hashlib.new(kind, usedforsecurity=False) for kind in kinds}

    def add(self, chunk: bytes) -> None:
        self.size += len(chunk)
        for one in self._hashes.values():
            one.update(chunk)

    def add_file(self, path: Path, pulse: Callable[[], None]) -> None:
        """All bytes of a file; `pulse` is called as it gets on."""
        with path.open("rb") as file:
            while chunk := file.read(_BLOCK):
                pulse()
                self.add(chunk)

    def wrong(self, wanted: Sequence[Sum]) -> Sum | None:
        """The first of the checksums that is another one."""
        return next((one for one in wanted if self._hashes[one.kind].hexdigest() != one.digits), None)
