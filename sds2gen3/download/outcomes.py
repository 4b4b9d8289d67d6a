"""What became of each file, and of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sds2gen3.diagnostics import Diagnostic, Report

Action = Literal["fetched", "replaced", "same", "would fetch", "refused", "failed", "broke off", "not tried", "absent"]

THERE: tuple[Action, ...] = ("fetched", "replaced", "same")
"""The file is in DEST, and is what it should be."""

AGAIN: tuple[Action, ...] = ("broke off", "not tried")
"""The same command can bring the file another time."""

ACTIONS: tuple[Action, ...] = (*THERE, "would fetch", "refused", "failed", *AGAIN)
"""All that are told; 'absent' is a metadata file that was only looked for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A file: its path below DEST (that of the row, where it was refused), what became of it, its bytes, and why.

    What lies `beside` the data files are metadata.
    """

    path: str
    action: Action
    size: int | None = None
    findings: tuple[Diagnostic, ...] = ()
    beside: bool = False


@dataclass(frozen=True)
class DownloadReport:
    """All files, in the order of their paths. `findings` are also about rows of which no file could be made."""

    dest: str
    store: str
    outcomes: Sequence[Outcome]
    findings: Sequence[Diagnostic] = field(default_factory=tuple)
    dry_run: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """The number of files by what became of them, without what there was none of."""
        counted = {action: sum(one.action == action for one in self.outcomes) for action in ACTIONS}
        return {action: count for action, count in counted.items() if count}

    @property
    def size(self) -> int:
        """The bytes that were fetched (that would be, as far as known, of a dry run)."""
        return sum(one.size or 0 for one in self.outcomes if one.action in ("fetched", "replaced", "would fetch"))

    @property
    def exit_code(self) -> int:
        """0: all files are there. 1: some row is wrong. 4: some transfer broke off, run again. 3: no data file could be had."""
        unreached = any(one.action in AGAIN for one in self.outcomes)
        if any(one.action in THERE for one in self.outcomes if not one.beside):
            return 4 if unreached else 1 if self.report.errors else 0
        refused = {one.code for outcome in self.outcomes for one in outcome.findings} == {"U696"}
        return 3 if unreached or refused else 1 if self.report.errors else 0

    @property
    def report(self) -> Report:
        """The findings, in reading order, with the account in its summary."""
        found = [*self.findings, *(one for outcome in self.outcomes for one in outcome.findings)]
        return Report(found, {"download": self.account()}).first_causes()

    def account(self) -> Mapping[str, Any]:
        """The plain JSON values that the summary tells."""
        told = [{"path": one.path, "action": one.action, "size": one.size} for one in self.outcomes]
        return {
            "from": self.store,
            "to": self.dest,
            "dry_run": self.dry_run,
            "counts": self.counts,
            "size": self.size,
            "files": [one for one in told if one["action"] != "absent"],
        }
