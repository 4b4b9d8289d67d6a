"""The schema's verdict on a record, with the server's own texts, keys and kinds (contract section 2, error catalogue)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sds2gen3.sandbox.entities import UNCATEGORIZED, Entity
from sds2gen3.sandbox.schemas import Schemas, Shape

_MISSING = re.compile("'([a-zA-Z_-]+)' is a required property")


def check(entities: Iterable[Entity], schemas: Schemas) -> None:
    """Record on each entity what its schema objects to.

    The server stops at the first record without a type, so that those after it go unchecked [622, 623].
    """
    for entity in entities:
        shape = schemas.get(entity.doc.get("type"))
        if "type" not in entity.doc or shape is None:
            entity.error("'type' is a required property", ["type"])
            return
        for message, keys in complaints(shape, entity.doc):
            entity.error(message, keys)


def complaints(shape: Shape, doc: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Message and keys of everything the schema objects to; keys of a nested value are joined by dots [603]."""
    found = []
    for error in shape.validator.iter_errors(doc):
        keys = [".".join(str(step) for step in error.path)] if error.path else _named(error.message)
        message = error.message
        if error.context:
            message += ": " + " and ".join(inner.message for inner in error.context)
        found.append((message, keys))
    return found


def specify(entities: Iterable[Entity], schemas: Schemas) -> None:
    """Give the errors that have no kind yet the one that the server reads out of their text."""
    for entity in entities:
        shape = schemas.get(entity.type)
        for error in entity.errors:
            if error["type"] != UNCATEGORIZED:
                continue
            if "is not of type" in error["message"]:
                error["type"] = "INVALID_VALUE"
            elif "is a required property" in error["message"]:
                error["type"] = "MISSING_PROPERTY"
            elif shape is not None and error["keys"] and error["keys"][0] in shape.edges:
                error["type"] = "INVALID_LINK"


def _named(message: str) -> list[str]:
    """An unexpected property is not named: the server still looks for Python 2's u'...' [606]."""
    missing = _MISSING.match(message)
    return [missing.group(1)] if missing else []
