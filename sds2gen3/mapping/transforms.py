"""The closed list of named transforms. Each takes a text value and its argument and gives a text, or a list of texts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from typing import Any

Value = Any


def _strip_prefix(value: str, prefix: str) -> str:
    return value[len(prefix) :].strip() if value.casefold().startswith(prefix.casefold()) else value


def _split(value: str, separator: str) -> list[str]:
    return [part.strip() for part in re.split(re.escape(separator), value) if part.strip()]


def _replace(value: str, pairs: dict[str, str]) -> str:
    for old, new in pairs.items():
        value = value.replace(old, new)
    return value


def _in_folder(value: str, folder: str) -> str:
    """A manifest's file name seen from the dataset's root (SPEC section 8: it is relative to the manifest's own folder)."""
    path = value.replace("\\", "/")
    framed = f"/{path}/"
    if "//" in framed or "/./" in framed or "/../" in framed:  # posixpath sorts it out, but takes its time
        return posixpath.normpath(posixpath.join(folder, path)) if path else path
    return f"{folder}/{path}" if folder else path


TRANSFORMS: dict[str, Callable[[str, Any], Value]] = {
    "strip_prefix": _strip_prefix,
    "add_prefix": lambda value, prefix: prefix + value,
    "lower": lambda value, _: value.lower(),
    "upper": lambda value, _: value.upper(),
    "replace": _replace,
    "split": _split,
    "in_folder": _in_folder,
}
"""Name -> function. `join` is the one transform of a whole list (a list of texts to one text); see `apply`."""

ARGUMENTS: dict[str, type | None] = {
    "strip_prefix": str,
    "add_prefix": str,
    "lower": None,
    "upper": None,
    "replace": dict,
    "split": str,
    "in_folder": None,
    "join": str,
}
"""The type of each transform's argument; None for those that take none."""


def apply(value: Value, name: str, argument: Any) -> Value:
    """The transformed value. None stays None; a list is transformed item by item, except by `join`."""
    if type(value) is str and name != "join":
        return TRANSFORMS[name](value, argument)
    if value is None:
        return None
    if name == "join":
        return argument.join(as_text(item) for item in value) if isinstance(value, list) else value
    if isinstance(value, list):
        return [part for item in value for part in _as_list(apply(item, name, argument))]
    return TRANSFORMS[name](as_text(value), argument)


def applied_at_once(texts: Sequence[str], name: str, argument: Any) -> Sequence[str] | None:
    """`apply` of many texts in one go; None where it takes a look at each. For the file names of a large manifest."""
    if name != "in_folder":
        return None
    joined = "/\n/".join(("", *texts, ""))
    if any(sign in joined for sign in ("\\", "//", "/./", "/../")):
        return None
    return [f"{argument}/{text}" for text in texts] if argument else texts


ONE_WAY = frozenset({"strip_prefix", "lower", "upper", "replace"})
"""Transforms after which nobody can tell what stood in the cell."""


def undo(value: Value, name: str, argument: Any) -> Value:
    """What `apply` was given for the value, up to white space; the value itself after a transform that is ONE_WAY.

    For `in_folder` the argument is the folder, as in `apply`.
    """
    if value is None or name in ONE_WAY:
        return value
    if name == "join":
        return value.split(argument) if isinstance(value, str) else value
    if isinstance(value, list):
        items = [undo(item, name, argument) for item in value]
        return argument.join(as_text(item) for item in items) if name == "split" else items
    if name == "add_prefix":
        return as_text(value).removeprefix(argument)
    return _out_of_folder(as_text(value), argument) if name == "in_folder" else value


def _out_of_folder(value: str, folder: str) -> str:
    """A path of the dataset seen from the folder; one that lies elsewhere begins with '..'."""
    if not folder or not value or value.startswith("/"):
        return value
    inside = value.removeprefix(f"{folder}/")
    return inside if inside != value else posixpath.relpath(value, folder)


def _as_list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [value]


def as_text(value: Value) -> str:
    """A single value as Excel shows it: text as it is, TRUE and FALSE, numbers in digits."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value if isinstance(value, str) else str(value)
