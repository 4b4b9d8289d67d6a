"""A node's schema lifted from records to columns: each distinct value is judged once, and most columns are good.

Only for schemas that judge each property on its own, as those of nearly all nodes do. Whatever it does not accept is
judged record by record, so it decides nothing but how long a verdict takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from sds2gen3.model import OMIT, Part
from sds2gen3.validate.slim import validator

_ONE_BY_ONE = frozenset(("type", "properties", "required", "additionalProperties", "definitions"))
"""Keywords of a record's schema that judge no property together with another."""


@dataclass(frozen=True)
class Lifted:
    """A checker of {property: distinct values}, and what the schema asks of the names."""

    fast: jsonschema_rs.Draft4Validator
    required: frozenset[str]
    known: frozenset[str]

    def accepts(self, part: Part) -> bool:
        """Whether every record of the part is sure to be valid."""
        if not self.required <= part.columns.keys() <= self.known:
            return False
        if part.ragged and any(OMIT in part.columns[name] for name in self.required):
            return False
        try:
            return all(self.fast.is_valid({name: part.distinct(name)}) for name in part.columns)
        except ValueError:  # a value that jsonschema-rs does not take
            return False


def lifted(slimmed: Mapping[str, Any]) -> Lifted | None:
    """The lifted form of a slim schema that jsonschema-rs takes; None where properties may depend on each other."""
    properties, required = slimmed.get("properties"), slimmed.get("required", [])
    simple = slimmed.keys() <= _ONE_BY_ONE and slimmed.get("type", "object") == "object"
    if not simple or not isinstance(properties, Mapping) or not isinstance(required, list):
        return None
    if "'$ref'" in repr(properties):  # would lead elsewhere
        return None
    try:
        fast = validator({"properties": {name: {"items": rule} for name, rule in properties.items()}})
        return Lifted(fast, frozenset(required), frozenset(properties))
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError):
        return None
