"""Fingerprint: a hash of all that the result for a dataset depends on; what has the same one need not be done again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from sds2gen3 import __version__
from sds2gen3.sheets.files.locate import Source, locate


def fingerprint(path: Path, basis: str) -> str:
    """Of a dataset folder or .zip: its metadata files, the names of all files and which are empty, and the `basis`.

    The basis is what the result depends on besides: declarations, settings, options. Raises UsageError C910, OSError.
    """
    located = locate(path)
    pieces: list[Any] = [__version__, basis, located.name, located.base, located.files, located.folders, located.empty]
    pieces += [str((d.code, d.message, str(d.place))) for d in located.findings]
    if path.is_file():
        pieces.append(_of_file(path))
    else:
        pieces += [(source.path, _of_source(source, path / located.base)) for source in located.sources]
        pieces += [(mark.path, _of_source(mark, path / located.base)) for mark in located.marks]
    return hashlib.sha256(repr(pieces).encode(errors="surrogateescape")).hexdigest()


def _of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _of_source(source: Source, folder: Path) -> str:
    """Piece by piece from the disk; a name that is not UTF-8 is not known as it is on the disk, so it is read as a whole."""
    try:
        return _of_file(folder / source.path)
    except FileNotFoundError:
        return hashlib.sha256(source.read()).hexdigest()


def of_tree(folder: Path) -> str:
    """Of the names and contents of all files below a folder."""
    files = sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())
    return of_value([(name, _of_file(path)) for name, path in files])


def of_value(value: Any) -> str:
    """Of any declaration: the same value gives the same hash in every process."""
    return hashlib.sha256(_spelt(value).encode(errors="surrogatepass")).hexdigest()


def _spelt(value: Any) -> str:
    """Like repr, but without what differs between processes: the order of sets, and addresses."""
    if is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__name__}({','.join(_spelt(getattr(value, f.name)) for f in fields(value))})"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_spelt(key)}:{_spelt(item)}" for key, item in value.items()) + "}"
    if isinstance(value, AbstractSet):
        return "{" + ",".join(sorted(map(_spelt, value))) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_spelt, value)) + "]"
    if isinstance(value, re.Pattern):
        return repr(value.pattern)
    return f"{value.__module__}.{value.__qualname__}" if hasattr(value, "__qualname__") else repr(value)
