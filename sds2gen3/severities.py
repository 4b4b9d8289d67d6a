"""How much a finding matters, as settings change it: a lab that wants more, or a commons with a stricter profile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from sds2gen3.catalogue import CATALOGUE, Severity
from sds2gen3.diagnostics import Diagnostic

OFF = "off"
LEVELS = {**{severity.label: severity for severity in Severity}, OFF: None}


@dataclass(frozen=True, slots=True)
class Change:
    """Findings of a code (or of all that begin so) in the files of a pattern get this severity; None: they are not shown."""

    code: str
    severity: Severity | None
    files: str = "*"

    def concerns(self, diagnostic: Diagnostic) -> bool:
        """Whether the finding is meant. One without a place is meant by the pattern '*' only."""
        file = diagnostic.place.file if diagnostic.place is not None else ""
        return diagnostic.code.startswith(self.code) and fnmatchcase(file, self.files)


def changed(diagnostics: Iterable[Diagnostic], changes: Sequence[Change]) -> list[Diagnostic]:
    """The findings with their new severities; the last change that concerns one counts."""
    found = []
    for diagnostic in diagnostics:
        change = next((one for one in reversed(changes) if one.concerns(diagnostic)), None)
        if change is None:
            found.append(diagnostic)
        elif change.severity is not None:
            found.append(replace(diagnostic, severity=change.severity))
    return found


def of_the_commons(change: Change) -> list[str]:
    """The codes of a change that would hide what a commons refuses: its verdict is not ours to soften."""
    if change.severity is Severity.ERROR:
        return []
    return [
        name
        for name, code in CATALOGUE.items()
        if name.startswith(change.code) and code.severity is Severity.ERROR and name[0] in "DL" and not code.rule
    ]
