"""The mapping of ours that fits a dictionary."""

from __future__ import annotations

from sds2gen3 import mapping as mappings
from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.errors import UsageError
from sds2gen3.mapping.rules import Mapping
from sds2gen3.sheets.layouts.layout import filled_fields, table_fields

_OURS = ("sds", "12labours")


def fitting(nodes: Dictionary) -> Mapping:
    """The first of ours that fits. Raises UsageError with what does not fit of the one that fits best."""
    best: list[Diagnostic] = []
    for name in _OURS:
        rules = mappings.load(name)
        errors = misfits(rules, nodes)
        if not errors:
            return rules
        best = errors if not best or len(errors) < len(best) else best
    raise UsageError(*best)


def misfits(rules: Mapping, nodes: Dictionary) -> list[Diagnostic]:
    """Why the mapping cannot be used with the dictionary."""
    found = mappings.check(rules, nodes, table_fields(), filled_fields())
    return [one for one in found if one.severity == Severity.ERROR]
