"""Code: one entry of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How much a finding matters; ordered, so that `max()` gives the worst."""

    INFO = 10
    WARNING = 30
    ERROR = 40

    @property
    def label(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Code:
    """What a finding code means. `rule` is the id of the merged SDS rule (SDS-F01 ...) that it
    implements, if any; a code that serves several names them all, with commas.

    `includes` are codes that say no more of a cell than this one has said of it: where it stands they are left out, and
    it weighs as much as the worst of them.
    """

    id: str
    severity: Severity
    title: str
    why: str
    example: str
    fix: str
    rule: str = ""
    includes: tuple[str, ...] = ()
