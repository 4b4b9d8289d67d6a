"""Rows: how a row may be referred to by others of its sheet."""

from __future__ import annotations

from sds2gen3.model import Table


class Rows:
    """How a row may be referred to, without case: by its id, in SDS 1.x with its subject's before it."""

    def __init__(self, table: Table, key: str) -> None:
        self._subjects = [str(value) for value in table.columns.get("subject_id", [None] * len(table))]
        self._all: dict[str, list[int]] = {}
        self._first: dict[tuple[str, str], int] = {}
        for record, (own, subject) in enumerate(zip(table.columns.get(key, ()), self._subjects, strict=False)):
            if own is not None:
                for text in (str(own).casefold(), f"{subject}_{own}".casefold()):
                    self._all.setdefault(text, []).append(record)
                    self._first.setdefault((text, subject), record)

    def meant(self, text: str, record: int) -> int | None:
        """The row of the same subject, for ids that repeat under each subject; else the only one."""
        known = text.casefold()
        candidates = self._all.get(known, [])
        return self._first.get((known, self._subjects[record]), candidates[0] if len(candidates) == 1 else None)
