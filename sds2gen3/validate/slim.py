"""The schema of a node for jsonschema-rs: only what decides, and patterns and formats decided as the server does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

import jsonschema_rs

from sds2gen3.patterns import Endless, user_pattern

FORMATS = ("date", "date-time", "email", "idn-email", "idn-hostname", "ipv4", "ipv6", "regex", "time", "uuid")
"""What jsonschema's FormatChecker knows without extras, as on the server; jsonschema-rs would check more, or otherwise."""

PATTERN = "python-pattern"
"""Our name for `pattern`: Python's `$`, `\\d` and `(?i)` mean more than those of ECMA, and jsonschema-rs has the latter."""

_PLAIN = frozenset(
    ("type", "enum", "required", "minItems", "maxItems", "uniqueItems", "minLength", "maxLength")
) | frozenset(
    (
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minProperties",
        "maxProperties",
        "$ref",
    )
)
_MAPS = frozenset(("properties", "patternProperties", "definitions", "dependencies"))
_LISTS = frozenset(("allOf", "anyOf", "oneOf"))
_SINGLE = frozenset(("additionalProperties", "additionalItems", "not", "items"))


def slim(schema: Any) -> Any:
    """The schema without descriptions, terms and the like; `pattern` under our name, unknown formats left out."""
    if isinstance(schema, list):
        return [slim(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in _PLAIN:
            kept[keyword] = value
        elif keyword in _MAPS and isinstance(value, Mapping):
            kept[keyword] = {name: slim(one) for name, one in value.items()}
        elif keyword in _LISTS or keyword in _SINGLE:
            kept[keyword] = slim(value)
        elif keyword == "pattern":
            kept[PATTERN] = value
        elif keyword == "format" and value in FORMATS:
            kept[keyword] = value
    return kept


def validator(slimmed: Any) -> jsonschema_rs.Draft4Validator:
    """What checks values against a slim schema. Raises an error of jsonschema-rs, or ValueError, where it takes no such schema."""
    keywords: Any = {PATTERN: Pattern, "multipleOf": MultipleOf}
    return jsonschema_rs.Draft4Validator(slimmed, formats=formats(), validate_formats=True, keywords=keywords)


def formats() -> dict[str, Callable[[str], bool]]:
    """Format name -> check, as the server checks it. jsonschema is loaded when the first value is checked."""
    return {name: partial(_conforms, name=name) for name in FORMATS}


def _conforms(text: str, name: str) -> bool:
    from sds2gen3.validate import oracle

    return oracle.conforms(text, name)


class Pattern:
    """The keyword `pattern` with Python's regular expressions: found anywhere in the text, as jsonschema does."""

    def __init__(self, parent: Any, value: Any, path: Any) -> None:
        self._pattern = user_pattern(value)

    def validate(self, instance: Any) -> None:
        """Raises ValueError for a text in which the pattern is not found, or cannot be looked for in time."""
        if isinstance(instance, str) and not self._found_in(instance):
            raise ValueError("pattern")

    def _found_in(self, text: str) -> bool:
        try:
            return self._pattern.found_in(text)
        except Endless:
            return False


class MultipleOf:
    """The keyword `multipleOf` with Python's floating point: 0.07 is not a multiple of 0.01, as on the server."""

    def __init__(self, parent: Any, value: Any, path: Any) -> None:
        self._of = value

    def validate(self, instance: Any) -> None:
        """Raises ValueError for a number that is not a multiple."""
        if isinstance(instance, bool) or not isinstance(instance, (int, float)):
            return
        if self._is_odd(instance):
            raise ValueError("multipleOf")

    def _is_odd(self, number: float) -> bool:
        if not isinstance(self._of, float):
            return bool(number % self._of)
        quotient = number / self._of
        try:
            return int(quotient) != quotient
        except OverflowError:
            return Fraction(number) % Fraction(self._of) != 0
