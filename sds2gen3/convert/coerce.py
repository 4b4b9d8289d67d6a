"""One value into the type that the dictionary wants, without loss. What cannot be is left as it is: validation tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sds2gen3.dictionary.types import Property
from sds2gen3.mapping.transforms import as_text
from sds2gen3.patterns import splitter

_WHOLE = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.0+)?")
_NUMBER = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_COMMA_FRACTION = re.compile(r"(T\d\d:\d\d:\d\d),(\d+)")
_WORDS = {"true": True, "yes": True, "y": True, "x": True, "false": False, "no": False, "n": False}

RETYPED, RESPELT = "retyped", "respelt"


@dataclass(frozen=True, slots=True)
class Coerced:
    """A value as the dictionary wants it. `note` says what was done: RETYPED, RESPELT or '' (nothing)."""

    value: Any
    note: str = ""


def coerce(value: Any, wanted: Property, split: str | None = None) -> Coerced:
    """The value in a type that the property takes: text to array by the field's `split` pattern, number to text, and so on.

    A list that does not fit into a single value comes back as a list (the caller reports it); so does a word in text
    that is no number. None stays None.
    """
    if value is None:
        return Coerced(None)
    if isinstance(value, list):
        if "array" in wanted.types:
            return _array(value, wanted, split)
        return coerce(value[0], wanted) if len(value) == 1 else Coerced(value)
    if "array" in wanted.types and (split or not _fits(value, wanted)):
        return _array([value], wanted, split)
    return _single(value, wanted)


def _fits(value: Any, wanted: Property) -> bool:
    """Whether the single value is welcome as it is, where both a single value and an array are."""
    return _json_type(value) in wanted.types


def _array(values: list[Any], wanted: Property, split: str | None) -> Coerced:
    parts: list[Any] = []
    for value in values:
        if split and isinstance(value, str):
            parts.extend(splitter(split).split(value))
        elif value is not None:
            parts.append(value)
    if wanted.items is None:
        return Coerced(parts)
    done = [_single(part, wanted.items) for part in parts]
    return Coerced([one.value for one in done], next((one.note for one in done if one.note), ""))


def _single(value: Any, wanted: Property) -> Coerced:
    if wanted.enum is not None:
        return _word(value, wanted)
    if isinstance(value, str):
        return _from_text(value, wanted)
    if _json_type(value) in wanted.types or (isinstance(value, int) and "number" in wanted.types and value is not True):
        return Coerced(value)
    if "string" in wanted.types:
        return Coerced(as_text(value), RETYPED)
    if isinstance(value, float) and "integer" in wanted.types and value.is_integer():
        return Coerced(int(value))
    if "boolean" in wanted.types and value in (0, 1):
        return Coerced(bool(value), RETYPED)
    return Coerced(value)


def _word(value: Any, wanted: Property) -> Coerced:
    """One of the agreed words, whatever its upper and lower case; anything else is left for validation to refuse."""
    words = wanted.enum or ()
    if any(value == word and type(value) is type(word) for word in words):
        return Coerced(value)
    folded = as_text(value).strip().casefold()
    same = [word for word in words if as_text(word).casefold() == folded]
    if len(same) == 1:
        return Coerced(same[0], RESPELT if isinstance(value, str) else RETYPED)
    return Coerced(value) if isinstance(value, str) or "string" not in wanted.types else Coerced(as_text(value))


def _from_text(text: str, wanted: Property) -> Coerced:
    if "string" in wanted.types or not wanted.types:
        if "date-time" in wanted.formats and "," in text:
            # SDS writes ISO 8601 with a comma before the fraction (SPEC section 8), RFC 3339 wants a point.
            return Coerced(_COMMA_FRACTION.sub(r"\1.\2", text), RESPELT)
        return Coerced(text)
    plain = text.strip()
    if "integer" in wanted.types and _WHOLE.fullmatch(plain):
        return Coerced(int(plain.partition(".")[0]), RETYPED)
    if "number" in wanted.types and _NUMBER.fullmatch(plain):
        return Coerced(float(plain) if not _WHOLE.fullmatch(plain) else int(plain.partition(".")[0]), RETYPED)
    if "boolean" in wanted.types and plain.casefold() in _WORDS:
        return Coerced(_WORDS[plain.casefold()], RETYPED)
    return Coerced(text)


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "number" if isinstance(value, float) else "string"
