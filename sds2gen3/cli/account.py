"""The account of a submission: what became of the records, what the commons alone has, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sds2gen3.cli.cargo import Cargo
    from sds2gen3.commons import Choices, Client, Diff, Tally
    from sds2gen3.model import Receipt


def account(
    cargo: Cargo, client: Client, receipts: Sequence[Receipt], choices: Choices, seen: Diff | None, embedded: Any
) -> dict[str, Any]:
    """What became of the records, in plain JSON values; `seen` is how the commons was before."""
    from sds2gen3.commons import Tally

    tally = Tally.of(receipts)
    by_action: dict[str, Counter[str]] = {}
    for one in receipts:
        by_action.setdefault(one.action, Counter())[one.type] += 1
    told: dict[str, Any] = {
        "commons": client.endpoint,
        "program": cargo.sound.needs.get("program"),
        "project": cargo.sound.needs.get("project"),
        "complete": tally.complete,
        "records": {action: dict(counts) for action, counts in by_action.items()},
        "verified": tally.verified,
        "line": str(tally),
        "ledger": choices.ledger.as_posix() if choices.ledger else None,
        "said": [
            {"type": one.type, "submitter_id": one.submitter_id, "words": words}
            for one in receipts
            for words in one.said
        ],
        **_seen(seen, choices),
    }
    if embedded is not None:
        told |= {"commons": "the sandbox", "holds": embedded.counts()}
    return told


def _seen(seen: Diff | None, choices: Choices) -> dict[str, Any]:
    from sds2gen3.commons.diff import Standing

    if seen is None:
        return {"made_again": 0, "only_there": [], "unsaid": {}}
    listed = seen.as_dict()
    again = seen.count(Standing.REMAKE) if choices.recreate else 0
    return {"made_again": again, "only_there": listed["only_there"], "unsaid": listed["unsaid"]}


def advice(tally: Tally) -> str:
    """What to do about a submission that is not complete."""
    if tally.again:
        return "Run the same command again to go on: what is there already is not sent again."
    if {"U640"} == {one.code for one in tally.findings if one.severity.label == "error"}:
        return "Running it again changes nothing: use --recreate, or undo in the sheets what was moved."
    return "Running it again changes nothing: mend the findings above first. What is there already is not sent again."
