"""How much a finding matters, as settings change it: a lab that wants more, or a commons with a stricter profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from sds2gen3.catalogue import CATALOGUE, Severity
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.place import Place

OFF = "off"
LEVELS = {**{severity.label: severity for severity in Severity}, OFF: None}


@dataclass(frozen=True, slots=True)
class Change:
    """Findings of a code (or of all that begin so) in the files of a pattern get this severity; None: they are not shown.

    A pattern without a slash is held against the file's name, wherever the file is; one with a slash against its path.
    """

    code: str
    severity: Severity | None
    files: str = "*"

    def concerns(self, diagnostic: Diagnostic) -> bool:
        """Whether the finding is meant. One without a place is meant by the pattern '*' only."""
        file = diagnostic.place.file if diagnostic.place is not None else ""
        return diagnostic.code.startswith(self.code) and fnmatchcase(
            file if "/" in self.files else file.rpartition("/")[2], self.files
        )


def changed(diagnostics: Iterable[Diagnostic], changes: Sequence[Change]) -> list[Diagnostic]:
    """The findings with their new severities; the last change that concerns one counts."""
    found: list[Diagnostic] = []
    advice: dict[tuple[str, Place], str] = {}
    for diagnostic in diagnostics:
        change = next((one for one in reversed(changes) if one.concerns(diagnostic)), None)
        if change is None or (change.severity is not Severity.ERROR and _speaks_for_others(diagnostic)):
            found.append(diagnostic)
        elif change.severity is not None:
            found.append(replace(diagnostic, severity=change.severity))
        else:
            for code in CATALOGUE[diagnostic.code].includes:
                for place in (diagnostic.place, *diagnostic.related):
                    if place is not None:
                        advice[code, place] = diagnostic.hint
    return [_advised(one, advice) for one in found] if advice else found


def _speaks_for_others(told: Diagnostic) -> bool:
    """Whether an id is told in place of the references to it, which the commons would refuse."""
    if told.code not in ("S202", "S204") or told.severity is not Severity.ERROR or told.place is None:
        return False
    own = (told.place.file, told.place.row)
    return any((place.file, place.row) != own for place in told.related)


def _advised(told: Diagnostic, advice: Mapping[tuple[str, Place], str]) -> Diagnostic:
    """What the commons refuses, with the way out that the finding gives which is not shown: that fits the SDS version."""
    hint = advice.get((told.code, told.place)) if told.place is not None else None
    return replace(told, hint=hint) if hint else told


def of_the_commons(change: Change) -> list[str]:
    """The codes of a change that would hide what a commons refuses: its verdict is not ours to soften."""
    if change.severity is Severity.ERROR:
        return []
    return [
        name
        for name, code in CATALOGUE.items()
        if name.startswith(change.code) and code.severity is Severity.ERROR and name[0] in "DL" and not code.rule
    ]
