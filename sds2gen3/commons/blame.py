"""The server's complaints as findings at the curator's cells: server key -> property -> cell."""

from __future__ import annotations

import re

from sds2gen3.commons.records import Item
from sds2gen3.commons.replies import Entity, EntityError, sentence
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import NodeType
from sds2gen3.validate.naming import label
from sds2gen3.validate.words import shown

RACE = "already exists in the DB"
_UNEXPECTED = re.compile(r"'([^']+)'(?:, '[^']+')* (?:was|were) unexpected")


def blame(entity: Entity, item: Item, node: NodeType) -> tuple[Diagnostic, ...]:
    """One finding for each complaint about a record: U630 values, U631 links, U632 ids, U633 anything else."""
    return tuple(_finding(error, item, node) for error in entity.errors)


def _finding(error: EntityError, item: Item, node: NodeType) -> Diagnostic:
    name, number = _property(error, node)
    place = item.place(name, number)
    title = label(item.part, name) if name else ""
    if error.type == "NOT_UNIQUE" or "submitter_id" in error.keys:
        message = f"The commons refused the id {shown(item.submitter_id)}: it is in use, or cannot be used."
        return finding("U632", message, item.place("submitter_id"), value=item.submitter_id, node=node.name)
    if name in node.links or error.type == "INVALID_LINK":
        message = f"The commons refused what '{title}' refers to." if title else "The commons refused a reference."
        return finding("U631", message, place, node=node.name, property=name)
    if name is None:
        message = f"The commons refused the {node.name} {shown(item.submitter_id)}: {_short(error.message)}"
        return finding("U633", message, place, node=node.name)
    value = item.part.columns[name][item.number] if name in item.part.columns else None
    if isinstance(value, list) and number is not None and number < len(value):
        value = value[number]
    said = "wants a value here" if error.type == "MISSING_PROPERTY" or value is None else f"refused {shown(value)}"
    return finding("U630", f"'{title}': the commons {said}.", place, value=value, node=node.name, property=name)


def _property(error: EntityError, node: NodeType) -> tuple[str | None, int | None]:
    """The property or link that is meant, and the item of its list: 'number_of_subjects.0' [604]."""
    key = next(iter(error.keys), None)
    if key is None and (found := _UNEXPECTED.search(error.message)):
        return found[1], None
    if key is None:
        return None, None
    name, _, item = key.partition(".")
    if key in node.properties or key in node.links:
        return key, None
    known = name in node.properties or name in node.links
    return (name if known else None), (int(item) if known and item.isdigit() else None)


def _short(words: str) -> str:
    text = words if len(words) <= 200 else words[:197] + "..."
    return sentence(text)


def failing(item: Item) -> Diagnostic:
    """U634: the server breaks on this record."""
    message = f"The commons fails on the {item.node} {shown(item.submitter_id)}, each time."
    return finding("U634", message, item.place(), value=item.submitter_id, node=item.node)


def too_large(item: Item, size: int) -> Diagnostic:
    """U635: the record alone is larger than the commons takes."""
    message = f"The {item.node} {shown(item.submitter_id)} has {size:,} bytes, more than the commons takes."
    return finding("U635", message, item.place(), value=item.submitter_id, node=item.node)


def refused(item: Item, words: str) -> Diagnostic:
    """U633: refused without a word about any property."""
    message = f"The commons refused the {item.node} {shown(item.submitter_id)}: {_short(words)}"
    return finding("U633", message, item.place(), value=item.submitter_id, node=item.node)


def unanswered(item: Item) -> Diagnostic:
    """U637: nobody knows whether it was written."""
    message = (
        f"The commons gave no answer for the {item.node} {shown(item.submitter_id)}: it may have been written or not."
    )
    return finding("U637", message, item.place(), value=item.submitter_id, node=item.node)


def held_back(item: Item, parent: str) -> Diagnostic:
    """U636: not sent, because what it belongs to is not there."""
    message = f"The {item.node} {shown(item.submitter_id)} was not sent, because {shown(parent)} failed."
    return finding("U636", message, item.place(), value=item.submitter_id, node=item.node)


def unlike(item: Item, names: tuple[str, ...]) -> Diagnostic:
    """U650: the commons said that it has the record, but does not have it, or not as it was sent."""
    what = "is not there" if not names else f"differs in {', '.join(map(shown, names[:5]))}"
    message = f"The commons took the {item.node} {shown(item.submitter_id)}, but it {what}."
    place = item.place(names[0] if names else None)
    return finding("U650", message, place, value=item.submitter_id, node=item.node)
