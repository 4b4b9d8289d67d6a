"""A submission carried out: all receipts, what joins the report, and how it ended. Questions are asked at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import typer

from sds2gen3.errors import SdsError, UsageError

if TYPE_CHECKING:
    from typing import Any

    from sds2gen3.cli.cargo import Cargo
    from sds2gen3.cli.progress import Step
    from sds2gen3.commons import Choices, Client, Diff, Tally
    from sds2gen3.model import Receipt

_QUESTIONS = {"U624": "Submit all the same?", "U628": "Is it this dataset, and may they be changed?"}


@dataclass(frozen=True)
class Delivery:
    """How a submission ended: with everything there, stopped by an exception after a part, or neither."""

    exit_code: int
    tally: Tally
    ended: SdsError | None

    @property
    def complete(self) -> bool:
        return self.tally.complete


def deliver(cargo: Cargo, client: Client, choices: Choices, step: Step, embedded: Any = None) -> Delivery:
    """Submit; what became of it joins the cargo's report. Raises SdsError where nothing at all was sent."""
    from sds2gen3.cli.account import account
    from sds2gen3.commons import Tally
    from sds2gen3.commons.accounts import exit_code

    receipts: list[Receipt] = []
    seen: list[Diff] = []
    ended: SdsError | None = None
    try:
        _collect(cargo, client, replace(choices, seen=seen.append), step, receipts)
    except SdsError as error:
        if not receipts:
            raise
        ended = error
    tally = Tally.of(receipts)
    cargo.report.extend(tally.findings)
    last = seen[-1] if seen else None
    cargo.report.summary["submission"] = account(cargo, client, receipts, choices, last, embedded)
    return Delivery(exit_code(tally, ended, choices.stop()), tally, ended)


def answered(ask: Callable[[Choices], None], choices: Choices) -> Choices:
    """`ask` with the choices, and again where it doubts and the user agrees; the choices that were the last ones."""
    try:
        ask(choices)
    except UsageError as error:
        if not _agreed(error):
            raise
        choices = replace(choices, among_others=True)
        ask(choices)
    return choices


def _collect(cargo: Cargo, client: Client, choices: Choices, step: Step, receipts: list[Receipt]) -> None:
    """All receipts, into the list, so that those before an error are not lost. Asks before it mixes with other records."""
    from sds2gen3.commons import submit as sent

    count = sum(map(len, cargo.sound.nodes.values()))
    step(f"{client.endpoint}: comparing", 0, count)

    def send(chosen: Choices) -> None:
        for receipt in sent(cargo.sound, client, cargo.dictionary, chosen):
            receipts.append(receipt)
            step(f"{client.endpoint}: {receipt.type}", len(receipts), count)

    answered(send, choices)


def _agreed(error: UsageError) -> bool:
    """Whether the user, asked for each doubt at a terminal, wants to submit all the same."""
    if not all(one.code in ("U624", "U628") for one in error.diagnostics) or not sys.stdin.isatty():
        return False
    return all(typer.confirm(f"{one.message} {_QUESTIONS[one.code]}", err=True) for one in error.diagnostics)
