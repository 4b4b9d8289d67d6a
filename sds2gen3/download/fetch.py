"""Fetch: one file, continued where it broke off, held against what is known of it, and only then put in its place."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from sds2gen3.download.outcomes import Action
from sds2gen3.download.patience import Patience
from sds2gen3.download.stores.protocol import Found, Pulse, Store, StoreError
from sds2gen3.download.sums import Sum, Summing
from sds2gen3.download.target import Target, writing
from sds2gen3.download.wanted import Wanted


class NotAsListed(Exception):
    """A file whose size or checksum is another one than the manifest (or the store) says: `told` in words."""

    def __init__(self, told: str) -> None:
        self.told = told
        super().__init__(told)


def is_there(wanted: Wanted, found: Found | None, target: Target, pulse: Pulse) -> bool:
    """Whether DEST has the file as it should be: by its checksums, else by its size.

    Without `found` only what the manifest says is asked for, and without that the answer is no. Raises CannotWrite.
    """
    path = target.file(wanted.path)
    if path is None:
        return False
    sums = _sums(wanted, found)
    size = wanted.size if wanted.size is not None or found is None else found.size
    with writing():
        if size is not None and path.stat().st_size != size:
            return False
        if not sums:
            return found is not None and (size is not None or found.fixed)
        summing = Summing([one.kind for one in sums])
        summing.add_file(path, pulse)
    return summing.wrong(sums) is None


def fetch(
    wanted: Wanted, store: Store, key: str, found: Found, target: Target, patience: Patience, pulse: Pulse
) -> tuple[Action, int]:
    """'fetched' or 'replaced', and the bytes. Raises StoreError, CannotWrite, NotAsListed."""
    old = target.file(wanted.path) is not None
    if None not in (wanted.size, found.size) and wanted.size != found.size:
        raise NotAsListed(f"the storage has {found.size:,} bytes of it, the manifest says {wanted.size:,}")
    transfer = _Transfer(wanted, store, key, found, target, pulse)
    for attempt in range(1, patience.attempts + 1):
        try:
            size = transfer.once()
            break
        except StoreError as error:
            if error.kind != "broken" or attempt == patience.attempts:
                raise
            patience.sleep(patience.pause * 2 ** (attempt - 1))
            pulse()
    target.finish(transfer.partial, wanted.path)
    return ("replaced" if old else "fetched"), size


class _Transfer:
    def __init__(self, wanted: Wanted, store: Store, key: str, found: Found, target: Target, pulse: Pulse) -> None:
        self._wanted, self._store, self._key, self._found, self._pulse = wanted, store, key, found, pulse
        self._sums = _sums(wanted, found)
        self._limit = found.size if found.size is not None else wanted.size
        self.partial: Path = target.partial(_name(store, wanted, key, found))

    def once(self) -> int:
        """All bytes that are still wanted; the size of the whole. What came stays where the connection breaks."""
        start = self._start()
        summing = self._receive(start)
        try:
            self._check(summing)
        except NotAsListed:
            self._forget()
            if start == 0:
                raise
            summing = self._receive(0)  # the older part may be of an older file
            try:
                self._check(summing)
            except NotAsListed:
                self._forget()
                raise
        return summing.size

    def _start(self) -> int:
        """Where to go on: what is there counts only where the store tells one version of a file from another."""
        with writing():
            there = self.partial.stat().st_size if self.partial.is_file() else 0
        usable = self._found.ranges and self._found.version != "" and there <= (self._limit or there)
        return there if usable else 0

    def _receive(self, start: int) -> Summing:
        summing = Summing([one.kind for one in self._sums])
        if start and start == self._found.size:
            with writing():
                summing.add_file(self.partial, self._pulse)
            return summing
        stream = self._store.read(self._key, self._found, start, self._pulse)
        if stream.start not in (0, start):
            raise StoreError("broken", "the storage begins at another place than it was asked for")
        self._pulse()
        with writing():
            if stream.start:
                summing.add_file(self.partial, self._pulse)
            file = self.partial.open("ab" if stream.start else "wb")
        with file:
            for chunk in stream.chunks:
                self._pulse()
                summing.add(chunk)
                if self._limit is not None and summing.size > self._limit:
                    break
                with writing():
                    file.write(chunk)
            with writing():
                file.flush()
                os.fsync(file.fileno())
        if self._found.size is not None and summing.size < self._found.size:
            reason = f"{summing.size:,} of {self._found.size:,} bytes have come"
            raise StoreError("broken", reason)
        return summing

    def _check(self, summing: Summing) -> None:
        """Raises NotAsListed."""
        if self._limit is not None and summing.size > self._limit:
            raise NotAsListed(f"it has more than the {self._limit:,} bytes that were announced")
        if self._wanted.size is not None and summing.size != self._wanted.size:
            raise NotAsListed(f"it has {summing.size:,} bytes, the manifest says {self._wanted.size:,}")
        if (wrong := summing.wrong(self._sums)) is not None:
            whose = "the manifest" if wrong in self._wanted.sums else "the storage"
            raise NotAsListed(f"its {wrong.kind.upper()} is another one than {whose} says")

    def _forget(self) -> None:
        with writing():
            self.partial.unlink(missing_ok=True)


def _sums(wanted: Wanted, found: Found | None) -> Sequence[Sum]:
    """What the file is held against: the manifest's checksums, else the store's."""
    return wanted.sums or ((found.sum,) if found is not None and found.sum is not None else ())


def _name(store: Store, wanted: Wanted, key: str, found: Found) -> str:
    """A name of the unfinished file that is another one when the file in the store is."""
    told = "\n".join((store.shown, key, wanted.path, found.version, str(found.size)))
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:32]
