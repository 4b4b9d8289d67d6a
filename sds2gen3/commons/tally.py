"""The last line of a submission: counted from its receipts, so that it cannot say more than they do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.model import Receipt

_ALWAYS = ("created", "updated", "same", "failed", "held back")
_WHEN_ANY = ("deleted", "not sent")
_FOR_GOOD = frozenset(("U630", "U631", "U632", "U633", "U635", "U640", "U642"))


@dataclass
class Tally:
    """Counts by action, how many records were read back as they were sent, and all findings in order.

    `refused` are those of the failed records that would be refused again.
    """

    counts: Counter[str] = field(default_factory=Counter)
    verified: int = 0
    findings: list[Diagnostic] = field(default_factory=list)
    refused: int = 0

    def add(self, receipt: Receipt) -> None:
        self.counts[receipt.action] += 1
        if receipt.action == "failed":
            self.refused += any(one.code in _FOR_GOOD for one in receipt.findings)
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
    def again(self) -> bool:
        """Whether the same again may get further: not if all that is missing was refused, or waits for what was refused."""
        failed = self.counts["failed"]
        return not self.complete and not (failed and failed == self.refused and not self.counts["not sent"])

    @property
    def exit_code(self) -> int:
        """0 when complete; 4 when a part is there and the same again may get further; else 1."""
        if self.complete:
            return 0
        part = self.counts["created"] + self.counts["updated"] + self.counts["same"]
        return 4 if part and self.again else 1

    def __str__(self) -> str:
        names = [*_ALWAYS, *(name for name in _WHEN_ANY if self.counts[name])]
        return ", ".join([*(f"{name} {self.counts[name]}" for name in names), f"verified {self.verified}"])
