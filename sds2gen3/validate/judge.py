"""The verdict on a record: by jsonschema-rs where it can, by jsonschema where it cannot; the same faults either way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from sds2gen3.model import Part
from sds2gen3.validate.fault import UNUSABLE, Fault, order
from sds2gen3.validate.lifted import Lifted, lifted
from sds2gen3.validate.slim import PATTERN, slim, validator

_SERVERS_NAMES = {PATTERN: "pattern", "exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
"""jsonschema-rs's names for keywords -> those of jsonschema, which the server runs."""


@dataclass(frozen=True)
class Judge:
    """What checks the records of one node type. `refusal` says why jsonschema-rs does not take the schema, '' if it does."""

    schema: Mapping[str, Any]
    fast: jsonschema_rs.Draft4Validator | None
    refusal: str = ""
    by_column: Lifted | None = None

    def accepts(self, part: Part) -> bool:
        """Whether every record of the part is sure to be valid; where it says no, the records must be looked at."""
        return self.by_column is not None and self.by_column.accepts(part)

    def faults(self, record: Mapping[str, Any]) -> list[Fault]:
        """What the server's schema validation would object to; empty for a valid record."""
        if self.fast is not None:
            try:
                found = [_fault(error) for error in self.fast.iter_errors(record)]
            except ValueError:
                # Values that jsonschema-rs does not take (a lone surrogate, a type that JSON does not have).
                found = _slowly(self.schema, record)
        else:
            found = _slowly(self.schema, record)
        return sorted(found, key=order) if len(found) > 1 else found


def judge(schema: Mapping[str, Any]) -> Judge:
    """The judge for a node's schema; building it costs about 1 ms, judging a valid record about 1 microsecond."""
    slimmed = slim(schema)
    if "'patternProperties'" in repr(slimmed):  # jsonschema-rs has patterns of its own for names, which we cannot bound
        return Judge(schema, None, "its names are held against patterns")
    try:
        fast = validator(slimmed)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        return Judge(schema, None, str(error).partition("\n")[0])
    return Judge(schema, fast, by_column=lifted(slimmed))


def _slowly(schema: Mapping[str, Any], record: Mapping[str, Any]) -> list[Fault]:
    from sds2gen3.validate import oracle

    try:
        return oracle.faults(schema, record)
    except (re.error, TypeError):
        # A pattern that is none, or `required: true` for an object: the server fails on every such record.
        return [Fault((), UNUSABLE, ())]
    except RecursionError:
        return []  # a value that no server could read either: D456 says so


def _fault(error: jsonschema_rs.ValidationError) -> Fault:
    kind = error.kind
    rule = tuple(error.schema_path)
    keyword = _SERVERS_NAMES.get(kind.name, kind.name)
    names: tuple[str, ...] = ()
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Required):
        names = (kind.property,)
        if "dependencies" in rule:
            keyword = "dependencies"
    elif isinstance(kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        names = tuple(sorted(kind.unexpected))
    return Fault(tuple(error.instance_path), keyword, rule, names)
