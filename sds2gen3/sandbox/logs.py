"""Transaction logs: one row per transaction, kept whatever becomes of the transaction (contract section 3.13)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sds2gen3.sandbox.store import Store

PENDING, SUCCEEDED, FAILED, ERRORED = "PENDING", "SUCCEEDED", "FAILED", "ERRORED"
_COLUMNS = "id, program, project, role, state, submitter, dry_run, closed, committed_by, created, canonical, document"


@dataclass(frozen=True)
class Log:
    """A transaction as it is told afterwards. The JSON texts are as long as what was sent and answered, and few ask for
    them: they are read when `canonical` or `document` is asked for."""

    id: int
    program: str
    project: str
    role: str
    state: str
    submitter: str | None
    dry_run: bool
    closed: bool
    committed_by: int | None
    created: str
    canonical_text: str
    document_text: str | None

    @cached_property
    def canonical(self) -> list[Any]:
        """What was sent."""
        sent: list[Any] = json.loads(self.canonical_text)
        return sent

    @cached_property
    def document(self) -> dict[str, Any] | None:
        """Its name, doc_format, doc_size and the response, or None."""
        kept: dict[str, Any] | None = json.loads(self.document_text) if self.document_text else None
        return kept

    @property
    def project_id(self) -> str:
        return f"{self.program}-{self.project}"


class Logs:
    """The table of logs. Nothing here runs inside a transaction of the store."""

    def __init__(self, store: Store) -> None:
        self._db = store.db

    def open(self, program: str, project: str, role: str, dry_run: bool = False) -> int:
        """A new log in state PENDING; its id."""
        created = datetime.now(UTC).isoformat(" ")
        cursor = self._db.execute(
            "INSERT INTO logs (program, project, role, state, dry_run, created) VALUES (?, ?, ?, ?, ?, ?)",
            (program, project, role, PENDING, dry_run, created),
        )
        return cursor.lastrowid or 0

    def keep(self, number: int, canonical: Sequence[Any], document: Mapping[str, Any]) -> None:
        """Keep what was sent, so that a dry run can be committed later."""
        self._db.execute(
            "UPDATE logs SET canonical = ?, document = ? WHERE id = ?",
            (json.dumps(list(canonical)), json.dumps(dict(document)), number),
        )

    def end(self, number: int, state: str, submitter: str, response: Mapping[str, Any]) -> None:
        """The final state, who did it, and the answer that was given."""
        log = self.get(number)
        document = {**log.document, "response": dict(response)} if log and log.document is not None else None
        self._db.execute(
            "UPDATE logs SET state = ?, submitter = ?, document = ? WHERE id = ?",
            (state, submitter, json.dumps(document) if document is not None else None, number),
        )

    def close(self, number: int) -> None:
        self._db.execute("UPDATE logs SET closed = 1 WHERE id = ?", (number,))

    def committed(self, number: int, by: int) -> None:
        self._db.execute("UPDATE logs SET committed_by = ? WHERE id = ?", (by, number))

    def get(self, number: int | str) -> Log | None:
        """The log of that number, also where it is given as text; None where there is none."""
        row = self._db.execute(f"SELECT {_COLUMNS} FROM logs WHERE id = ?", (number,)).fetchone()
        return _log(row) if row else None

    def all(self) -> list[Log]:
        return [_log(row) for row in self._db.execute(f"SELECT {_COLUMNS} FROM logs ORDER BY id")]


def _log(row: tuple[Any, ...]) -> Log:
    values = dict(zip((one.name for one in fields(Log)), row, strict=True))
    return Log(**{**values, "dry_run": bool(values["dry_run"]), "closed": bool(values["closed"])})
