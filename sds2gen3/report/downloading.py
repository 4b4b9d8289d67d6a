"""The sentences about a download: what became of the files that were listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sds2gen3.report.look import Detail, Look
from sds2gen3.report.words import number, visible

_HERE = ("fetched", "replaced", "same")
_UNITS = ("bytes", "KB", "MB", "GB", "TB")
_WORDS = {
    "fetched": "Fetched",
    "replaced": "Fetched anew, in place of another file of that name",
    "same": "There already",
    "would fetch": "Would fetch",
    "refused": "Refused",
    "failed": "Failed",
    "broke off": "Broke off",
    "not tried": "Not tried",
}


def downloaded(account: Mapping[str, Any]) -> str:
    """`All 12 files are in DEST.`"""
    counts = account["counts"]
    total, here = sum(counts.values()), sum(counts.get(action, 0) for action in _HERE)
    if account["dry_run"]:
        size = _size(account["size"])
        told = f"{number(counts.get('would fetch', 0), 'file')} ({size}) would be fetched to {account['to']}."
    elif not total:
        told = f"There was no file to fetch to {account['to']}."
    elif here == total:
        told = (
            f"All {number(total, 'file')} are in {account['to']}." if total > 1 else f"The file is in {account['to']}."
        )
    else:
        told = f"Only {here:,} of {number(total, 'file')} are in {account['to']}."
    return visible(told)


def fetched(account: Mapping[str, Any], look: Look) -> Iterator[str]:
    """A sentence for each thing that became of files; of a dry run each file."""
    if account["from"]:
        yield visible(f"From: {account['from']}")
    for action, words in _WORDS.items():
        if count := account["counts"].get(action):
            size = f" ({_size(account['size'])})" if action == "fetched" and not account["dry_run"] else ""
            yield f"{words}: {number(count, 'file')}{size}."
    if account["dry_run"] and look.detail > Detail.QUIET:
        for one in account["files"]:
            if one["action"] == "would fetch":
                size = f" ({_size(one['size'])})" if one["size"] is not None else ""
                yield visible(f"  {one['path']}{size}")


def _size(count: int) -> str:
    """`1.5 MB`."""
    size, unit = float(count), 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:,.0f} {_UNITS[unit]}" if unit == 0 else f"{size:,.1f} {_UNITS[unit]}"
