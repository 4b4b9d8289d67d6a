"""PUT and POST of records: one atomic transaction over all of a request (contract sections 1 to 3, 5)."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sds2gen3.sandbox.checking import check, specify
from sds2gen3.sandbox.entities import Entity, Instantiation, ServerError, parse, record_keys
from sds2gen3.sandbox.links import Linking, check_links
from sds2gen3.sandbox.logs import ERRORED, FAILED, PENDING, SUCCEEDED, Logs
from sds2gen3.sandbox.schemas import Schemas
from sds2gen3.sandbox.store import Store

SORRY = "Internal server error. Sorry, something unexpected went wrong!"
_INDEX_ROW = 2_692


@dataclass(frozen=True)
class Purpose:
    """Where records go and how: role `create` (POST) or `update` (PUT)."""

    program: str
    project: str
    role: str
    dry_run: bool
    submitter: str

    @property
    def project_id(self) -> str:
        return f"{self.program}-{self.project}"


@dataclass
class Transaction:
    """What has become of a request so far; `answer` is what the client is told."""

    purpose: Purpose
    id: int
    entities: list[Entity] = field(default_factory=list)
    errors: list[Any] = field(default_factory=list)

    @property
    def valid_entities(self) -> list[Entity]:
        return [entity for entity in self.entities if entity.valid]

    @property
    def success(self) -> bool:
        return not self.errors and all(entity.valid for entity in self.entities)

    @property
    def status(self) -> int:
        if self.purpose.dry_run:
            return 200
        return (201 if self.purpose.role == "create" else 200) if self.success else 400

    def answer(self) -> dict[str, Any]:
        actions = [entity.action for entity in self.entities] if self.success else []
        return {
            "transaction_id": self.id,
            "success": self.success,
            "entity_error_count": sum(not entity.valid for entity in self.entities),
            "transactional_error_count": len(self.errors),
            "entities": [entity.answer() for entity in self.entities],
            "code": self.status,
            "message": self._message(),
            "transactional_errors": self.errors,
            "created_entity_count": actions.count("create"),
            "updated_entity_count": actions.count("update"),
        }

    def _message(self) -> str:
        if self.success and self.purpose.dry_run:
            chosen = "User selected dry run option, transaction aborted, no data written to database."
            return f"Transaction would have been successful. {chosen}"
        if self.success:
            return "Transaction successful."
        bad = sum(not entity.valid for entity in self.entities)
        parts = [f"{bad} invalid {'entities' if bad > 1 else 'entity'}"] if bad else []
        parts += [f"{len(self.errors)} transactional error(s)"] if self.errors else []
        return f"Transaction aborted due to {' and '.join(parts)}."


class Uploads:
    """Runs uploads against a store. `run` never raises for what is sent, only for what is broken here."""

    def __init__(self, store: Store, logs: Logs, schemas: Schemas) -> None:
        self._store = store
        self._logs = logs
        self._schemas = schemas

    def run(self, purpose: Purpose, docs: Any, document: Mapping[str, Any], undo: bool = False) -> Transaction:
        """The finished transaction. With `undo` nothing is written although the answer says so, and the log stays
        PENDING, as after the server's false success (section 3.4)."""
        given = docs if isinstance(docs, list) else [docs]
        transaction = Transaction(purpose, self._logs.open(*_log_of(purpose)))
        state = PENDING
        if not _has_unstorable(given):
            self._logs.keep(transaction.id, given, document)
        try:
            with self._store.transaction():
                state = self._work(transaction, given)
                if state == SUCCEEDED and not purpose.dry_run and not undo:
                    self._store.commit()
        except sqlite3.IntegrityError:
            self._explain_conflict(transaction)
        except (ServerError, sqlite3.Error, AttributeError, TypeError, ValueError, OverflowError):
            # Records that went unchecked because one before them has no type may hold anything: the server trips too.
            transaction.errors.append(SORRY)
            state = ERRORED
        if state != PENDING and not undo:
            self._logs.end(transaction.id, state, purpose.submitter, transaction.answer())
        return transaction

    def _work(self, transaction: Transaction, docs: Sequence[Any]) -> str:
        """Parse, check, write and link everything; the state that the log ends in."""
        purpose = transaction.purpose
        for doc in docs:
            entity = parse(doc, self._schemas, purpose.project_id, purpose.role)
            if isinstance(entity, str):
                transaction.errors.append({"message": entity})
            else:
                transaction.entities.append(entity)
        if _has_unstorable(docs):
            raise ServerError
        check(transaction.entities, self._schemas)
        instantiate = Instantiation(self._store, purpose.project_id, purpose.role)
        for entity in transaction.valid_entities:
            instantiate(entity)
        _refuse_twins(transaction)
        specify(transaction.entities, self._schemas)
        self._flush(transaction)
        self._link(transaction)
        if not transaction.entities:
            transaction.errors.append("Nothing to submit")
        return SUCCEEDED if transaction.success else FAILED

    def _flush(self, transaction: Transaction) -> None:
        now = datetime.now(UTC).isoformat()
        for entity in transaction.valid_entities:
            record, shape = entity.record, entity.shape
            if record is None or shape is None:
                continue
            keys = record_keys(shape, record)
            if entity.action == "create":
                _refuse_long(keys)
                record.created = record.updated = now
                self._store.insert(record, keys)
            elif record.props != entity.old_props:
                _refuse_long(keys)
                record.updated = now
                self._store.update(record, keys)

    def _link(self, transaction: Transaction) -> None:
        """All links first, then their rules: parents and children may come in any order [220, 652]."""
        linking = Linking(self._store, self._schemas, transaction.purpose.program, transaction.purpose.project)
        for entity in transaction.valid_entities:
            linking.make(entity)
        for entity in transaction.valid_entities:
            check_links(entity, self._store)
        specify(transaction.entities, self._schemas)

    def _explain_conflict(self, transaction: Transaction) -> None:
        """Say which records exist already. The server compares letter by letter here, and finds none where only the
        case differs or an id was taken: then nothing is written and success is told [610, 666]."""
        for entity in transaction.valid_entities:
            record, shape = entity.record, entity.shape
            if record is None or shape is None or not shape.keys:
                continue
            keys = record_keys(shape, record)
            if any(record_keys(shape, one) == keys for one in self._store.find(shape.name, keys=keys)):
                named = dict(zip(shape.keys, keys, strict=True))
                entity.error(f"{shape.name} with {named} already exists in the DB", shape.keys)


def _log_of(purpose: Purpose) -> tuple[str, str, str, bool]:
    return purpose.program, purpose.project, purpose.role, purpose.dry_run


def _refuse_twins(transaction: Transaction) -> None:
    """The same keys twice in a request. The server does not look at the type here: a case and a sample of one name
    may both exist [678], but not be sent together."""
    seen = set()
    for entity in transaction.valid_entities:
        if entity.keys and entity.keys in seen:
            message = f"Entity is not unique, {(entity.keys,)}"
            transaction.errors.append({"message": message, "type": "NOT_UNIQUE"})
        seen.add(entity.keys)


def _refuse_long(keys: Sequence[Any]) -> None:
    """PostgreSQL's index takes rows of 2,704 bytes after compression [7111, 7130, 7131]."""
    raw = "".join(str(key) for key in keys).lower().encode("utf-8", "surrogatepass")
    if len(raw) > _INDEX_ROW and len(zlib.compress(raw)) * 2 > len(raw):
        raise ServerError


def _has_unstorable(docs: Sequence[Any]) -> bool:
    """Whether a text holds NUL or half of a surrogate pair, which PostgreSQL's JSON does not take [7109, 7133, 7134]."""
    text = json.dumps(docs, ensure_ascii=False)
    if "\\u0000" in text:
        return any("\0" in one for one in _texts(docs))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for one in pair for text in _texts(one)]
    return [text for item in value for text in _texts(item)] if isinstance(value, list) else []
