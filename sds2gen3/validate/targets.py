"""What a link's value names: the ids of its targets."""

from __future__ import annotations

from typing import Any

from sds2gen3.dictionary.types import Link, NodeType
from sds2gen3.model import OMIT

_KEYS = {"project": "code", "program": "name"}


def key_of(link: Link) -> str:
    """The property by which the link names its target: `code` for a project [236], `submitter_id` for records."""
    return _KEYS.get(link.target, "submitter_id")


def ids_of(value: Any, link: Link, project_id: str | None = None) -> list[str] | None:
    """The ids that the value of a link names, in order; empty for no link, None where a target has no usable id.

    The server drops its search filter for a target without its key and takes any record [702-704, 950-953]. A target that
    is named by the server's own id too must have both [230], which cannot be known here; so is one of another project
    than `project_id` [940], if that is known.
    """
    if not value or value is OMIT:
        return []
    key = key_of(link)
    ids = []
    for target in value if isinstance(value, list) else (value,):
        name = target.get(key) if isinstance(target, dict) else None
        if not isinstance(name, str) or not name.strip() or target.get("id") is not None:
            return None
        if is_elsewhere(target, link, project_id):
            return None
        ids.append(name)
    return ids


def is_elsewhere(target: dict[str, Any], link: Link, project_id: str | None) -> bool:
    """Whether the target is looked for in another project, or in none, because the link says so."""
    if link.target in _KEYS or "project_id" not in target:
        return False
    given = target["project_id"]
    return not isinstance(given, str) or not given or (project_id is not None and given != project_id)


def is_required(link: Link, node: NodeType) -> bool:
    """Whether a record must have the link: by `links` or by `required`, which need not agree [673]."""
    return link.required or link.name in node.required
