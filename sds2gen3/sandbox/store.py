"""The records and links of a commons in SQLite, in memory or in a file."""

from __future__ import annotations

import json
import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sds2gen3.errors import UsageError

_TABLES = """
CREATE TABLE IF NOT EXISTS records (
    seq INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, project_id TEXT, key TEXT, props TEXT NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL, UNIQUE (type, id), UNIQUE (type, key));
CREATE INDEX IF NOT EXISTS records_of_project ON records (type, project_id);
CREATE INDEX IF NOT EXISTS records_by_id ON records (id);
CREATE TABLE IF NOT EXISTS links (
    seq INTEGER PRIMARY KEY, child_type TEXT NOT NULL, child TEXT NOT NULL, name TEXT NOT NULL,
    parent_type TEXT NOT NULL, parent TEXT NOT NULL, UNIQUE (child_type, child, name, parent));
CREATE INDEX IF NOT EXISTS links_up ON links (parent_type, parent, name);
CREATE TABLE IF NOT EXISTS logs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, program TEXT NOT NULL, project TEXT NOT NULL, role TEXT NOT NULL,
    state TEXT NOT NULL, submitter TEXT, dry_run INTEGER NOT NULL, closed INTEGER NOT NULL DEFAULT 0,
    committed_by INTEGER, created TEXT NOT NULL, canonical TEXT NOT NULL DEFAULT '[]', document TEXT);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_COLUMNS = "type, id, project_id, props, created, updated"


@dataclass
class Record:
    """A node of the graph. `props` holds what is not null, no links; program and project have no `project_id`."""

    type: str
    id: str
    project_id: str | None
    props: dict[str, Any]
    created: str = ""
    updated: str = ""


class Store:
    """One connection, closed by `close` or with the store; who uses it from several threads holds the commons' lock.

    Raises UsageError C982 for a file that SQLite cannot use.
    """

    def __init__(self, path: Path | None = None) -> None:
        try:
            self.db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
            self.db.execute("PRAGMA synchronous = NORMAL")
            if path is not None:
                self.db.execute("PRAGMA journal_mode = WAL")
            self.db.executescript(_TABLES)
        except sqlite3.Error as error:
            message = f"'{path}' cannot be used as the data file of a commons: {error}."
            raise UsageError.of("C982", message, value=str(path)) from error
        self.close = weakref.finalize(self, self.db.close)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is undone on leaving, unless `commit` was called."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            self.rollback()

    def commit(self) -> None:
        self.db.execute("COMMIT")

    def rollback(self) -> None:
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")

    def insert(self, record: Record, keys: Sequence[Any]) -> None:
        """Raises sqlite3.IntegrityError when the type has this id, or these keys in any letter case."""
        values = (record.type, record.id, record.project_id, _key(keys), json.dumps(record.props))
        row = (*values, record.created, record.updated)
        self.db.execute(
            "INSERT INTO records (type, id, project_id, key, props, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?)", row
        )

    def update(self, record: Record, keys: Sequence[Any]) -> None:
        self.db.execute(
            "UPDATE records SET project_id = ?, key = ?, props = ?, updated = ? WHERE type = ? AND id = ?",
            (record.project_id, _key(keys), json.dumps(record.props), record.updated, record.type, record.id),
        )

    def delete(self, record: Record) -> None:
        """Remove the record and every link from and to it."""
        self.db.execute("DELETE FROM records WHERE type = ? AND id = ?", (record.type, record.id))
        self.db.execute("DELETE FROM links WHERE child_type = ? AND child = ?", (record.type, record.id))
        self.db.execute("DELETE FROM links WHERE parent_type = ? AND parent = ?", (record.type, record.id))

    def find(
        self,
        type_: str | None = None,
        ids: Sequence[str] | None = None,
        keys: Sequence[Any] | None = None,
        projects: Sequence[str] | None = None,
        order: str = "seq",
        limit: int = -1,
    ) -> list[Record]:
        """The records that meet every condition given; `keys` are compared in lower case, as the server does."""
        where, values = _conditions(type_, ids, keys, projects)
        sql = f"SELECT {_COLUMNS} FROM records WHERE {where} ORDER BY {order} LIMIT ?"
        return [_record(row) for row in self.db.execute(sql, (*values, limit))]

    def count(
        self, type_: str | None = None, keys: Sequence[Any] | None = None, projects: Sequence[str] | None = None
    ) -> int:
        where, values = _conditions(type_, None, keys, projects)
        row: tuple[int] = self.db.execute(f"SELECT count(*) FROM records WHERE {where}", values).fetchone()
        return row[0]

    def link(self, child: Record, name: str, parent: Record) -> None:
        self.db.execute(
            "INSERT OR IGNORE INTO links (child_type, child, name, parent_type, parent) VALUES (?, ?, ?, ?, ?)",
            (child.type, child.id, name, parent.type, parent.id),
        )

    def unlink(self, child: Record, name: str) -> None:
        self.db.execute(
            "DELETE FROM links WHERE child_type = ? AND child = ? AND name = ?", (child.type, child.id, name)
        )

    def parents(self, child: Record, name: str) -> list[Record]:
        """What the record is linked to by this link, in the order in which the links were made."""
        columns = ", ".join(f"records.{column}" for column in _COLUMNS.split(", "))
        sql = (
            f"SELECT {columns} FROM links JOIN records ON records.type = parent_type AND records.id = parent "
            "WHERE child_type = ? AND child = ? AND name = ? ORDER BY links.seq"
        )
        return [_record(row) for row in self.db.execute(sql, (child.type, child.id, name))]

    def parents_of_all(self, children: Sequence[Record], name: str) -> dict[str, list[Record]]:
        """`parents` of many records of one type in two queries, by the id of the record; those without any are left out."""
        sql = (
            "SELECT child, parent_type, parent FROM links WHERE child_type = ? AND name = ? "
            "AND child IN (SELECT value FROM json_each(?)) ORDER BY seq"
        )
        ids = json.dumps([one.id for one in children])
        linked = self.db.execute(sql, (children[0].type, name, ids)).fetchall() if children else []
        parents = {(one.type, one.id): one for one in self.find(ids=list({parent for _, _, parent in linked}))}
        found: dict[str, list[Record]] = {}
        for child, parent_type, parent in linked:
            found.setdefault(child, []).append(parents[parent_type, parent])
        return found

    def children(self, parent: Record, type_: str | None = None, name: str | None = None) -> list[Record]:
        """What links to the record, of all types or of one by one link."""
        columns = ", ".join(f"records.{column}" for column in _COLUMNS.split(", "))
        sql = (
            f"SELECT DISTINCT {columns} FROM links JOIN records ON records.type = child_type AND records.id = child "
            "WHERE parent_type = ?1 AND parent = ?2 AND (?3 IS NULL OR child_type = ?3) AND (?4 IS NULL OR name = ?4) "
            "ORDER BY records.seq"
        )
        return [_record(row) for row in self.db.execute(sql, (parent.type, parent.id, type_, name))]

    def count_children(self, parent: Record, type_: str, name: str) -> int:
        sql = "SELECT count(*) FROM links WHERE parent_type = ? AND parent = ? AND child_type = ? AND name = ?"
        row: tuple[int] = self.db.execute(sql, (parent.type, parent.id, type_, name)).fetchone()
        return row[0]

    def setting(self, name: str) -> str | None:
        row = self.db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def set_setting(self, name: str, value: str) -> None:
        self.db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))


def _conditions(
    type_: str | None, ids: Sequence[str] | None, keys: Sequence[Any] | None, projects: Sequence[str] | None
) -> tuple[str, list[Any]]:
    parts, values = ["1"], list[Any]()
    for column, one in (("type", type_), ("key", _key(keys) if keys is not None else None)):
        if one is not None:
            parts.append(f"{column} = ?")
            values.append(one)
    for column, several in (("id", ids), ("project_id", projects)):
        if several is not None:
            parts.append(f"{column} IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(list(several)))
    return " AND ".join(parts), values


def _key(keys: Sequence[Any]) -> str | None:
    """Secondary keys as one text. PostgreSQL's unique index takes any number of nulls, and so does SQLite's."""
    if not keys or any(key is None for key in keys):
        return None
    return json.dumps([str(key).lower() for key in keys])


def _record(row: tuple[Any, ...]) -> Record:
    type_, id_, project_id, props, created, updated = row
    return Record(type_, id_, project_id, json.loads(props), created, updated)
