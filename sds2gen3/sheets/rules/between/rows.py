"""Rows: how a row may be referred to by others of its sheet."""

from __future__ import annotations

from sds2gen3.model import Table


class Rows:
    """How a row may be referred to, without case: by its id (field `key`), in SDS 1.x with its owner's before it."""

    def __init__(self, table: Table, key: str, owner: str | None) -> None:
        self._owners = [str(value) for value in table.columns.get(owner or "", [None] * len(table))]
        self._all: dict[str, list[int]] = {}
        self._first: dict[tuple[str, str], int] = {}
        for record, (own, whose) in enumerate(zip(table.columns.get(key, ()), self._owners, strict=False)):
            if own is not None:
                for text in (str(own).casefold(), f"{whose}_{own}".casefold()):
                    self._all.setdefault(text, []).append(record)
                    self._first.setdefault((text, whose), record)

    def meant(self, text: str, record: int) -> int | None:
        """The row of the same owner, for ids that repeat under each owner; else the only one."""
        known = text.casefold()
        candidates = self._all.get(known, [])
        return self._first.get((known, self._owners[record]), candidates[0] if len(candidates) == 1 else None)
