"""What a mapping needs beside the sheets: given values, or declared defaults that are said aloud."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.errors import UsageError
from sds2gen3.mapping.rules import Mapping
from sds2gen3.nearest import did_you_mean


def settle(mapping: Mapping, given: MappingOf[str, str | None], folder: str) -> tuple[dict[str, str], list[Diagnostic]]:
    """Each need's value, and an info finding for each default used.

    Raises UsageError C963 for a need without value and default, and for a value that the mapping does not ask for.
    """
    for name in given:
        if name not in mapping.needs:
            hint = did_you_mean(name, mapping.needs) or f"It needs: {', '.join(mapping.needs) or 'nothing'}."
            raise UsageError.of("C963", f"The mapping '{mapping.name}' does not need '{name}'.", hint=hint)
    values: dict[str, str] = {}
    findings = []
    for name, need in mapping.needs.items():
        value = given.get(name)
        if value is None and need.default is not None:
            value = need.default.replace("{folder}", folder)
            hint = f"{need.hint[:1].upper()}{need.hint[1:]}: give another with {_option(name)}."
            findings.append(finding("M308", f"The {name} is taken to be '{value}'.", hint=hint))
        if not value:
            hint = f"Give it with {_option(name)}: {need.hint}."
            raise UsageError.of("C963", f"The mapping '{mapping.name}' needs a {name}.", hint=hint)
        values[name] = value
    return values, findings


def _option(name: str) -> str:
    return f"--{name}" if name in ("program", "project") else f"--set {name}=NAME"
