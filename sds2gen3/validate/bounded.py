"""jsonschema's Draft 4, as the server runs it, but with an end: a dictionary's patterns are tried as `patterns` tries them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft4Validator, validators
from jsonschema.exceptions import ValidationError

from sds2gen3.patterns import Endless, user_pattern

Errors = Iterator[ValidationError]


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Errors:
    """`pattern`: found anywhere in a text. Where that cannot be told in time, it is not found."""
    if isinstance(instance, str) and not _found(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: Mapping[str, Any], instance: Any, schema: Any) -> Errors:
    """`patternProperties`: a name for which it cannot be told in time is refused."""
    if not isinstance(instance, dict):
        return
    for pattern, rule in patterns.items():
        for name, value in instance.items():
            found = _found(pattern, name)
            if found is None:
                yield ValidationError(f"{name!r} does not match {pattern!r}", path=[name])
            elif found:
                yield from validator.descend(value, rule, path=name, schema_path=pattern)


def _additional(validator: Any, allowed: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    """`additionalProperties`: what neither `properties` nor `patternProperties` speak of."""
    patterns = schema.get("patternProperties")
    if not patterns or not isinstance(instance, dict):
        yield from Draft4Validator.VALIDATORS["additionalProperties"](validator, allowed, instance, schema)
        return
    surplus = extras(instance, schema)
    if isinstance(allowed, dict):
        for name in surplus:
            yield from validator.descend(instance[name], allowed, path=name)
    elif not allowed and surplus:
        verb = "does" if len(surplus) == 1 else "do"
        names = ", ".join(map(repr, sorted(surplus)))
        yield ValidationError(f"{names} {verb} not match any of the regexes: {', '.join(map(repr, sorted(patterns)))}")


def extras(instance: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
    """The names that neither `properties` nor `patternProperties` speak of; where that cannot be told in time, they do."""
    known, joined = schema.get("properties", {}), "|".join(schema.get("patternProperties", {}))
    return [name for name in instance if name not in known and not (joined and _found(joined, name) is not False)]


def _found(pattern: str, text: str) -> bool | None:
    """Whether the pattern is found in the text; None where that cannot be told in time."""
    try:
        return user_pattern(pattern).found_in(text)
    except Endless:
        return None


BoundedValidator: Any = validators.extend(  # type: ignore[no-untyped-call]
    Draft4Validator,
    {"pattern": _pattern, "patternProperties": _pattern_properties, "additionalProperties": _additional},
)
