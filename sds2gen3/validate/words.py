"""Words for values and for what a schema accepts, as a curator would say them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_LONGEST = 60
_MOST_WORDS = 12
_ORDER = ("string", "integer", "number", "boolean", "array", "object")
_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "TRUE or FALSE",
    "array": "a list",
    "object": "a group of fields",
}


def shown(value: Any) -> str:
    """The value as it stands in a message: texts in quotes, numbers plain, lists by their length, long ones cut."""
    if value is None:
        return "an empty cell"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return "a group of fields"
    text = value if isinstance(value, str) else str(value)
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
    if not text.isprintable():
        text = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)
    return f"'{text}'" if isinstance(value, str) else text


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a schema accepts, its branches united: JSON types, and words beside them."""

    types: frozenset[str]
    words: tuple[Any, ...]

    def __str__(self) -> str:
        """`text`, `a whole number or one of the agreed words`."""
        names = [_TYPES[name] for name in _ORDER if name in self.types]
        if "number" in self.types and "integer" in self.types:
            names.remove(_TYPES["integer"])
        if self.words:
            names.append("one of the agreed words")
        return either(names) or "something else"


def accepted(schema: Mapping[str, Any]) -> Accepted:
    """What the schema accepts; null is not said, since nobody types it."""
    types: set[str] = set()
    words: list[Any] = []
    for branch in branches(schema):
        if "enum" in branch:
            words.extend(word for word in branch["enum"] if word is not None)
        else:
            types |= types_of(branch)
    return Accepted(frozenset(types) - {"null"}, tuple(words))


def branches(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The forms of which one is to fit: those of oneOf and anyOf, else the schema itself; never the bare null."""
    found = [one for keyword in ("oneOf", "anyOf") for one in schema.get(keyword, ())]
    forms = [form for one in found for form in branches(one)] if found else [schema]
    return [form for form in forms if types_of(form) != {"null"}]


def types_of(schema: Mapping[str, Any]) -> set[str]:
    """The JSON types that a schema without branches names; empty where it names none."""
    named = schema.get("type", ())
    return {named} if isinstance(named, str) else set(named)


def type_of(value: Any) -> str:
    """The JSON type of a plain value; whole numbers are 'integer'."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    kinds = ((str, "string"), (int, "integer"), (float, "number"), (list, "array"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "object")


def listed(words: Iterable[Any]) -> str:
    """The words with commas, in the order of the alphabet; many are cut: `a, b, c and 40 more`."""
    return _listed(tuple(map(_plain, words)))


@lru_cache(maxsize=64)  # every wrong word of a column is told with the same list
def _listed(words: tuple[str, ...]) -> str:
    texts = sorted(set(words), key=lambda text: (text.casefold(), text))
    hidden = len(texts) - _MOST_WORDS
    if hidden <= 1:
        return ", ".join(texts)
    return ", ".join(texts[:_MOST_WORDS]) + f" and {hidden} more"


def either(names: list[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def a(noun: str) -> str:
    """`a subject`, `an experiment`."""
    return f"an {noun}" if noun[:1].lower() in tuple("aeiou") else f"a {noun}"


def _plain(word: Any) -> str:
    return word if isinstance(word, str) else shown(word)
