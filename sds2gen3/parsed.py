"""Parsed: what the package's own declarations hold, kept from run to run in the user's cache folder.

A run reads some 150 files of YAML, and to parse them would take longer than to check a small dataset. What is kept counts as
long as size and time of change of its file are the same, as for Python's bytecode; without the folder nothing is kept.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from platformdirs import user_cache_path

from sds2gen3.resources import Declarations

_FORMAT = 1  # goes up when something else is made of a file
_SETTLED = 2 * 10**9  # nanoseconds; a file that was changed just now may change again within the same tick of the clock


def once(path: Path, parse: Callable[[Path], Any]) -> Any:
    """What `parse` makes of a file, in JSON values. Raises what `parse` raises."""
    name = str(path)
    if not name.startswith(_bundled()):
        return parse(path)
    try:
        status = path.stat()
    except OSError:
        return parse(path)
    state = f"{status.st_size} {status.st_mtime_ns}".encode()
    known = _kept().entries.get(os.fsencode(name))
    if known is not None and known[0] == state:
        with suppress(ValueError):  # damaged
            return orjson.loads(known[1])
    value = parse(path)
    if time.time_ns() - status.st_mtime_ns > _SETTLED:
        _kept().add(name, state, value)
    return value


class Kept:
    """The file in which it is kept: a line for each declaration, with its path, its state, and what it holds as JSON."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.entries: dict[bytes, tuple[bytes, bytes]] = {}
        self._new = False
        with suppress(OSError, ValueError):
            for line in place.read_bytes().splitlines() if place.is_file() else ():
                name, state, value = line.split(b"\t", 2)
                self.entries[name] = state, value

    def add(self, name: str, state: bytes, value: Any) -> None:
        """Keep a value, unless it would come back as another one: JSON has no dates and no keys that are numbers."""
        with suppress(TypeError, ValueError):
            text = orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS)
            if orjson.loads(text) == value and not {"\t", "\n"} & set(name):
                self.entries[os.fsencode(name)] = state, text
                self._new = True

    def save(self) -> None:
        """Write the file, as a whole or not at all."""
        if not self._new:
            return
        partial = self.place.with_name(f"{self.place.name}.{os.getpid()}")
        with suppress(OSError):
            for folder in (self.place.parent.parent, self.place.parent):  # but no home where there is none
                folder.mkdir(exist_ok=True)
            lines = (b"\t".join((name, *entry)) for name, entry in self.entries.items())
            try:
                partial.write_bytes(b"\n".join(lines))
                partial.replace(self.place)
            finally:
                partial.unlink(missing_ok=True)
        self._new = False


@cache
def _bundled() -> str:
    return f"{Declarations.standard().folders[-1]}{os.sep}"


@cache
def _kept() -> Kept:
    version = sys.modules["sds2gen3"].__version__
    which = hashlib.sha256(os.fsencode(f"{_FORMAT} {version} {_bundled()}")).hexdigest()[:16]
    kept = Kept(user_cache_path("sds2gen3", appauthor=False) / f"declarations-{which}")
    atexit.register(kept.save)
    return kept
