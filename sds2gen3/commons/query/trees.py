"""Parts of a query with something changed; the tree itself never changes."""

from __future__ import annotations

from typing import Any, TypeVar

from graphql.language import Node

Part = TypeVar("Part", bound=Node)


def changed(part: Part, **changes: Any) -> Part:
    """A copy with these attributes in place of its own."""
    return type(part)(**{name: getattr(part, name) for name in part.keys} | changes)
