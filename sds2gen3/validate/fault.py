"""Fault: what a JSON Schema checker objects to, in one form whichever checker found it."""

from __future__ import annotations

from typing import Any, NamedTuple

UNUSABLE = "unusable"
"""The keyword of a fault of the schema itself: no checker can apply it, the server's neither."""


class Fault(NamedTuple):
    """One objection: where in the record (`path`), which `keyword`, and where in the schema it stands (`rule`).

    `names` are the properties that it is about: the missing one of `required`, the surplus ones of
    `additionalProperties`.
    """

    path: tuple[str | int, ...]
    keyword: str
    rule: tuple[str | int, ...]
    names: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The server's name for the place: `number_of_subjects.0`, the missing property, '' for surplus ones [600-606]."""
        if self.path:
            return ".".join(map(str, self.path))
        return self.names[0] if self.keyword == "required" and self.names else ""


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    """What stands at the path within a record or a schema; None where the path leads nowhere."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def order(fault: Fault) -> tuple[str, str, tuple[str, ...]]:
    """Sort key: the checkers report in orders of their own."""
    return ("/".join(map(str, fault.path)), fault.keyword, fault.names)
