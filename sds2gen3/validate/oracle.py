"""The reference verdict: jsonschema's Draft 4 with all formats, which is what the server runs (contract section 9)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jsonschema import FormatChecker
from jsonschema.exceptions import ValidationError

from sds2gen3.validate.bounded import BoundedValidator, extras
from sds2gen3.validate.fault import Fault
from sds2gen3.validate.slim import FORMATS

_CHECKER = FormatChecker(
    FORMATS
)  # all others are remarks to the server, also where a package for them is installed here


def faults(schema: Mapping[str, Any], value: Any) -> list[Fault]:
    """Everything that the schema objects to in the value, in the checker's order."""
    return [_fault(error) for error in _validator(schema).iter_errors(value)]


def is_valid(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether the schema has no objection to the value, which is not nested too deeply for the checker."""
    try:
        return bool(_validator(schema).is_valid(value))
    except RecursionError:
        return False


def conforms(text: str, name: str) -> bool:
    """Whether the text is written in the named format ('date-time' is RFC 3339 with zone and T [9704-9707])."""
    return _CHECKER.conforms(text, name)


def _validator(schema: Mapping[str, Any]) -> Any:
    return _kept(_Key(schema))


class _Key:
    """A schema as a key of the cache: the same object is the same schema, and is kept alive by its key."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.schema is self.schema


@lru_cache(maxsize=64)
def _kept(key: _Key) -> Any:
    return BoundedValidator(dict(key.schema), format_checker=_CHECKER)


def _fault(error: ValidationError) -> Fault:
    keyword = str(error.validator)
    names: tuple[str, ...] = ()
    if keyword == "required":
        # jsonschema names the missing property in its message only.
        wanted: Any = error.validator_value
        names = tuple(name for name in wanted if error.message == f"{name!r} is a required property")
    elif keyword == "additionalProperties" and isinstance(error.instance, dict):
        schema = error.schema if isinstance(error.schema, dict) else {}
        names = tuple(sorted(map(str, extras(error.instance, schema))))
    return Fault(tuple(error.absolute_path), keyword, tuple(error.absolute_schema_path), names)
