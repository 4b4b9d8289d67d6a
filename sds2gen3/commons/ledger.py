"""The ledger, `submission.jsonl`: one line per receipt, added at its end and on the disk before the next chunk is sent."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import orjson

from sds2gen3.commons.records import Key
from sds2gen3.errors import UsageError
from sds2gen3.locks import lock
from sds2gen3.model import Receipt
from sds2gen3.place import Place

VERSION = 2
"""Of a line. The hash of version 1 was of the record as it was sent, so that what a commons has cannot be held against it."""


class Ledger:
    """An open ledger of one project: while it is open, no other process can write to it.

    Raises UsageError: U660 where the file cannot be read or written, U661 where another submission holds it.
    """

    def __init__(self, path: Path, commons: str, project: str) -> None:
        self.path = path
        self._head = {"v": VERSION, "commons": commons, "project": project}
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Ledger:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("ab+")
        except OSError as error:
            raise unusable(self.path, error) from error
        if not lock(self._file):
            self._file.close()
            raise UsageError.of("U661", f"Another submission is writing to '{self.path}'.", value=str(self.path))
        self._end_line()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def add(self, receipts: Iterable[Receipt]) -> None:
        """The receipts as lines, on the disk when this returns."""
        assert self._file is not None, "a ledger is open within `with`"
        time = datetime.now(UTC).isoformat(timespec="seconds")
        lines = [
            orjson.dumps({**self._head, **_line(one), "time": time}, option=orjson.OPT_APPEND_NEWLINE)
            for one in receipts
        ]
        try:
            self._file.write(b"".join(lines))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise unusable(self.path, error) from error

    def known(self) -> dict[Key, str]:
        """The content hash that each record of this project had when it was last accepted; none for deleted ones."""
        last: dict[Key, str] = {}
        for line in read_ledger(self.path):
            if line.get("commons") == self._head["commons"] and line.get("project") == self._head["project"]:
                key = (str(line.get("type")), str(line.get("submitter_id")).lower())
                if line.get("action") in ("created", "updated", "same"):
                    last[key] = str(line.get("hash"))
                elif line.get("action") == "deleted":
                    last.pop(key, None)
        return last

    def _end_line(self) -> None:
        """End a line that a crash has torn, so that the next one begins on its own."""
        assert self._file is not None
        size = self._file.seek(0, os.SEEK_END)
        if size:
            self._file.seek(size - 1)
            if self._file.read(1) != b"\n":
                self._file.write(b"\n")


def read_ledger(path: Path) -> Iterator[Mapping[str, Any]]:
    """Every whole line about a record; a line torn by a crash is left out, and so are those about runs (see `runs`).

    Nothing where there is no ledger.
    Raises UsageError U660 where it cannot be read.
    """
    try:
        with path.open("rb") as file:
            for line in file:
                try:
                    document = orjson.loads(line)
                except orjson.JSONDecodeError:
                    continue
                if isinstance(document, dict) and "run" not in document:
                    yield document
    except FileNotFoundError:
        return
    except OSError as error:
        raise unusable(path, error) from error


def _line(receipt: Receipt) -> dict[str, Any]:
    line = {
        "type": receipt.type,
        "submitter_id": receipt.submitter_id,
        "action": receipt.action,
        "id": receipt.id,
        "hash": receipt.hash,
        "transaction": receipt.transaction,
    }
    return {**line, "of": receipt.carries} if receipt.carries else line


def unusable(path: Path, error: OSError) -> Exception:
    """Why a ledger cannot be read or written."""
    reason = error.strerror or type(error).__name__
    return UsageError.of("U660", f"The ledger cannot be used: {reason}.", Place(str(path)), value=str(path))
