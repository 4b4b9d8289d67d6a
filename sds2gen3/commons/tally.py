"""The last line of a submission: counted from its receipts, so that it cannot say more than they do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.model import Receipt

_ALWAYS = ("created", "updated", "same", "failed", "held back")
_WHEN_ANY = ("deleted", "not sent")


@dataclass
class Tally:
    """Counts by action, how many records were read back as they were sent, and all findings in order."""

    counts: Counter[str] = field(default_factory=Counter)
    verified: int = 0
    findings: list[Diagnostic] = field(default_factory=list)

    def add(self, receipt: Receipt) -> None:
        self.counts[receipt.action] += 1
        self.verified += receipt.verified
        self.findings += receipt.findings

    @classmethod
    def of(cls, receipts: Iterable[Receipt]) -> Tally:
        tally = cls()
        for one in receipts:
            tally.add(one)
        return tally

    @property
    def complete(self) -> bool:
        """Whether every record is in the commons, and was seen there."""
        there = self.counts["created"] + self.counts["updated"] + self.counts["same"]
        missing = self.counts["failed"] + self.counts["held back"] + self.counts["not sent"]
        return not missing and self.verified == there

    @property
    def exit_code(self) -> int:
        """0 when complete; 1 when nothing was taken; 4 when part of it was (run again)."""
        if self.complete:
            return 0
        return (
            4 if self.counts["created"] + self.counts["updated"] + self.counts["same"] + self.counts["not sent"] else 1
        )

    def __str__(self) -> str:
        names = [*_ALWAYS, *(name for name in _WHEN_ANY if self.counts[name])]
        return ", ".join([*(f"{name} {self.counts[name]}" for name in names), f"verified {self.verified}"])
