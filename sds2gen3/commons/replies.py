"""What a commons answers, whatever its form: JSON, JSON called octet-stream, HTML, or nothing (contract section 2)."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

import orjson
import requests

from sds2gen3.commons.tokens import without_tokens

MOST_BYTES = 64_000_000
MOST_SECONDS = 1_800.0
"""The bounds of an answer that is read as a whole; exports are read record by record, and only held to a pace (`pace`)."""

_PIECE = 1 << 16


class Cause(Enum):
    """What an answer means for the next step. Only DONE is a success; only LOST leaves open whether anything was written."""

    DONE = "done"
    REFUSED = "refused"  # the records are at fault: the same again would be refused again
    RACE = "race"  # another writer was faster; the same again is an update
    FAULT = "fault"  # the server failed and wrote nothing: again, then in smaller parts
    LOST = "lost"  # no answer of sheepdog: it may have been written, or may be written still
    TOO_LARGE = "too large"
    BUSY = "busy"  # too many requests: nothing was done
    LOGIN = "login"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CLOSED = "closed"


_GISTS = {Cause.FAULT: "the commons failed", Cause.RACE: "another writer was faster"}


@dataclass(frozen=True, slots=True)
class EntityError:
    """One complaint about a record: its kind, the server's keys (properties or links), and its words."""

    type: str
    keys: tuple[str, ...]
    message: str
    dependents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """What became of one record; `id` is the server's, and means something in a success only."""

    type: str
    submitter_id: str | None
    id: str | None
    action: str | None
    valid: bool
    errors: tuple[EntityError, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `entities` stand in the order of the request; `complaints` are about the transaction as a whole."""

    status: int
    cause: Cause
    message: str = ""
    entities: tuple[Entity, ...] = ()
    complaints: tuple[str, ...] = ()
    transaction: int | None = None
    document: Any = None

    @property
    def ok(self) -> bool:
        """HTTP 200 (or 201) and `success: true`; neither alone says anything [402, 403]."""
        return self.cause is Cause.DONE

    @property
    def words(self) -> str:
        """The server's own words, in one line."""
        said = [error.message for entity in self.entities for error in entity.errors] + list(self.complaints)
        return "; ".join(dict.fromkeys(said)) or self.message

    @property
    def gist(self) -> str:
        """What happened, in a few words of ours."""
        if self.cause is Cause.LOST:
            return f"the answer was lost ({self.status})" if self.status else "the answer was lost"
        return _GISTS.get(self.cause, f"the commons answered {self.status}")


def read_reply(response: requests.Response) -> Reply:
    """The Reply of a submission, dry run or deletion. A body that breaks off is LOST: the write may have happened."""
    try:
        content = content_of(response)
    except requests.RequestException:
        return lost("the connection broke in the middle of the answer")
    document = _parsed(content)
    if not isinstance(document, dict):
        document = {}
    message = str(document.get("message") or document.get("error") or _plain(content))
    entities = tuple(_entities(document.get("entities")))
    complaints = tuple(_complaints(document.get("transactional_errors")))
    number = document.get("transaction_id")
    return Reply(
        response.status_code,
        _cause(response.status_code, document, message, entities, complaints),
        without_tokens(message)[:500],
        entities,
        complaints,
        number if isinstance(number, int) else None,
        document or None,
    )


def sentence(words: str) -> str:
    """The words with a full stop, unless they end already."""
    text = words.rstrip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def content_of(response: requests.Response) -> bytes:
    """The body. Raises a RequestException where it breaks off, is larger than any answer can be, or takes too long."""
    if response.raw is None:
        return response.content or b""  # made without a connection
    content, deadline = bytearray(), time.monotonic() + MOST_SECONDS
    for chunk in pieces_of(response):
        content += chunk
        if len(content) > MOST_BYTES or time.monotonic() > deadline:
            response.close()
            too = "large" if len(content) > MOST_BYTES else "slow"
            raise requests.exceptions.ContentDecodingError(f"the answer is too {too}")
    return bytes(content)


def pieces_of(response: requests.Response) -> Iterator[bytes]:
    """The body as it arrives. Raises a RequestException where it breaks off, or is packed twice: that may be a bomb."""
    if "," in response.headers.get("Content-Encoding", ""):
        response.close()
        raise requests.exceptions.ContentDecodingError("the answer is packed more than once")
    return response.iter_content(_PIECE)


def lost(reason: str) -> Reply:
    """A request that got no answer."""
    return Reply(0, Cause.LOST, reason)


_BY_STATUS = {
    401: Cause.LOGIN,
    403: Cause.FORBIDDEN,
    404: Cause.MISSING,
    408: Cause.LOST,
    413: Cause.TOO_LARGE,
    429: Cause.BUSY,
}
_FAULTS = ("internal server error. sorry", "unable to write to")


def _cause(
    status: int, document: dict[str, Any], message: str, entities: tuple[Entity, ...], complaints: tuple[str, ...]
) -> Cause:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500 or message == "Request Timeout":
        return Cause.LOST
    if status < 400:
        if document.get("success") is True:
            return Cause.DONE
        if "success" not in document:
            return Cause.LOST
    if any(one.lower().startswith(_FAULTS) for one in (message, *complaints)):
        return Cause.FAULT
    errors = [error for entity in entities for error in entity.errors]
    if errors and all("already exists in the DB" in error.message for error in errors):
        return Cause.RACE
    if "must be in state" in message or re.match(r"Project is in state '", message):
        return Cause.CLOSED
    return Cause.REFUSED


def _parsed(content: bytes) -> Any:
    """The body as JSON, whatever its content type says; None for anything else."""
    if not content:
        return None
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _plain(content: bytes) -> str:
    """An HTML page in one line."""
    text = content[:20_000].decode("utf-8", "replace")
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())[:300]


def _entities(given: Any) -> Iterator[Entity]:
    for one in given if isinstance(given, list) else ():
        if isinstance(one, dict):
            keys = one.get("unique_keys")
            names = [key.get("submitter_id") for key in keys or () if isinstance(key, dict)]
            yield Entity(
                str(one.get("type")),
                next((name for name in names if isinstance(name, str)), None),
                one.get("id"),
                one.get("action"),
                one.get("valid") is True,
                tuple(_errors(one.get("errors"))),
            )


def _errors(given: Any) -> Iterator[EntityError]:
    for one in given if isinstance(given, list) else ():
        if isinstance(one, dict):
            keys = one.get("keys")
            below = one.get("dependents")
            ids = [str(each.get("id")) for each in below or () if isinstance(each, dict)]
            yield EntityError(
                str(one.get("type")),
                tuple(str(key) for key in keys) if isinstance(keys, list) else (),
                str(one.get("message")),
                tuple(ids),
            )


def _complaints(given: Any) -> Iterator[str]:
    """Both kinds occur: texts, and objects with a message [608, 620]."""
    for one in given if isinstance(given, list) else ():
        yield str(one.get("message")) if isinstance(one, dict) else str(one)
