"""The sentences about a submission: what would be sent, and what became of the records that were."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sds2gen3.report.look import Detail, Look
from sds2gen3.report.words import TIE, joined, number, visible

_ORDER = ("created", "updated", "same", "deleted", "failed", "held back", "not sent")
_FEW = 5


def submitted(account: Mapping[str, Any]) -> str:
    """`All 58 records are in https://commons.example.org (program 'sds', project 'sds'), and were read back.`"""
    records = {action: sum(counts.values()) for action, counts in account["records"].items()}
    total = sum(records.values()) - records.get("deleted", 0)
    where = f"{account['commons']} (program '{account['program']}', project '{account['project']}')"
    if account["complete"]:
        told = f"All {total:,} records are in {where}, and were read back."
    else:
        there = sum(records.get(action, 0) for action in ("created", "updated", "same"))
        told = f"Only {there:,} of {number(total, 'record')} are in {where}."
    return visible(told)


def accounted(account: Mapping[str, Any], look: Look) -> Iterator[str]:
    """A sentence for each thing that became of records, the line of counts, and where the ledger is."""
    for action in _ORDER:
        if counts := account["records"].get(action):
            yield f"{action.capitalize()}: {number(sum(counts.values()), 'record')} ({_listed(counts)})."
    yield from _of_the_commons(account)
    if account.get("holds"):
        yield f"The sandbox holds: {_listed(account['holds'])}."
    if account["said"] and look.detail >= Detail.VERBOSE:
        for one in account["said"]:
            yield visible(f"The commons on {one['type']} '{one['submitter_id']}': {one['words']}")
    if account["ledger"]:
        yield f"Ledger: {visible(account['ledger'])}"
    yield account["line"]


def _of_the_commons(account: Mapping[str, Any]) -> Iterator[str]:
    """What was made again, and what the commons alone has."""
    if again := account.get("made_again"):
        yield f"Made again: {number(again, 'record')}, with what only the commons had of {'it' if again == 1 else 'them'}."
    if there := account.get("only_there"):
        is_, them = ("is", "it") if len(there) == 1 else ("are", "them")
        names = joined([f"{one['type']} '{one['submitter_id']}'" for one in there], _FEW)
        yield visible(
            f"{number(len(there), 'record')} {is_} only in the commons: {names}. "
            f"'sds2gen3 withdraw --only-there' deletes {them}."
        )
    if unsaid := account.get("unsaid"):
        names = joined([f"{node} {name}" for node, counts in unsaid.items() for name in counts], _FEW)
        yield visible(f"The commons alone has values, of which the sheets say nothing: {names}.")


def planned(plan: Mapping[str, Any], look: Look) -> Iterator[str]:
    """What a submission to a commons without anything of the dataset would send, and where that was written."""
    records = sum(node["records"] for node in plan["nodes"].values())
    chunks = sum(node["chunks"] for node in plan["nodes"].values())
    yield f"Would send: {number(records, 'record')} in {number(chunks, 'request')}, in this order:"
    for name, node in plan["nodes"].items():
        yield f"  {name}: {number(node['records'], 'record')} in {number(node['chunks'], 'request')}"
        if look.detail >= Detail.VERBOSE:
            yield visible(f"    first: {json.dumps(plan['first'][name])}")
    yield f"Requests written to: {visible(plan['written'])}"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,}{TIE}{node}" for node, count in counts.items())
