"""Which rule of a mapping made a record, and what its submitter_id tells of the row that it was made from."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sds2gen3.convert.ids import parse
from sds2gen3.mapping.rules import NodeRule

_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Origin:
    """The rule that a record is of, and the fields of its row that stand in its submitter_id."""

    rule: NodeRule
    fields: MappingOf[str, str]


def origin(
    record: MappingOf[str, Any], name: str, rules: Sequence[NodeRule], needs: MappingOf[str, str]
) -> Origin | None:
    """The first rule whose ids can read so and whose constants the record has; None where there is none.

    Where a node has a single rule, its records are of it, whatever they are called.
    """
    for rule in rules:
        fields = _fields(rule, name, needs)
        if fields is not None and all(record.get(p.name) == p.constant for p in rule.properties if _is_constant(p)):
            return Origin(rule, fields)
    return Origin(rules[0], {}) if len(rules) == 1 else None


def natural(text: str) -> tuple[tuple[bool, int, str], ...]:
    """Sort key that puts sub-2 before sub-10."""
    parts = _DIGITS.split(text)
    return tuple((part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts if part)


def _is_constant(rule: Any) -> bool:
    return rule.constant is not None and not rule.sources and not rule.left_out


def _fields(rule: NodeRule, name: str, needs: MappingOf[str, str]) -> dict[str, str] | None:
    """The fields of the template that the id was made with: the one that says most by itself, then that of fewest fields."""
    for template in sorted(rule.ids, key=lambda one: (-len("".join(one.literals)), len(one.fields))):
        try:
            found = dict(zip(template.fields, parse(template, name), strict=True))
        except ValueError:
            continue
        number = found.get("record_number")
        if all(found[need] == value for need, value in needs.items() if need in found) and (
            number is None or number.isdecimal()
        ):
            return {field: text for field, text in found.items() if field not in needs and text}
    return None
