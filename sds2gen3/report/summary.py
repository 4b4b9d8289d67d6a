"""The sentences of a report: its title, its verdict, and what was read, made and left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Report
from sds2gen3.report.downloading import downloaded, fetched
from sds2gen3.report.look import Detail, Look
from sds2gen3.report.names import short_names
from sds2gen3.report.submission import accounted, planned, submitted
from sds2gen3.report.words import TIE, joined, number, visible


def title(report: Report, name: str = "") -> str:
    """`my_dataset (SDS 2.0.0, mapping sds)`: what the report is about; `checked` is a declaration, not a dataset.

    Without a `name` the dataset is called as on the command line.
    """
    summary = report.summary
    if "checked" in summary:
        return visible(f"Checking the {summary['checked']}")
    told = (("SDS", "sds_version"), ("mapping", "mapping"), ("dictionary", "dictionary"))
    details = [f"{word} {summary[key]}" for word, key in told if summary.get(key)]
    name = name or _name(report)
    return f"{name} ({visible(', '.join(details))})" if details else name


def needs(report: Report) -> str:
    """`Program 'sds', project 'sds', dataset 'pig-heart'.`: the names that go into the records, said aloud."""
    told = ", ".join(f"{name} '{value}'" for name, value in report.summary.get("needs", {}).items())
    return visible(f"{told[0].upper()}{told[1:]}.") if told else ""


def _name(report: Report) -> str:
    """The dataset as it was named on the command line."""
    return visible(str(report.summary.get("path") or report.summary.get("dataset") or "This dataset"))


def verdict(report: Report) -> str:
    """`2 problems stop this dataset from being submitted, 3 warnings.`"""
    errors, warnings = report.errors, report.warnings
    if "checked" in report.summary:
        told = f"{number(errors, 'error') if errors else 'No errors'}{_warned(warnings)}"
        return f"{told} in the {visible(report.summary['checked'])}."
    if "submission" in report.summary:
        return submitted(report.summary["submission"])
    if "download" in report.summary:
        return downloaded(report.summary["download"])
    if report.summary.get("blank") and not errors:
        return "There is nothing to submit yet: this dataset is still blank."
    problems = f"{number(errors, 'problem')} {'stops' if errors == 1 else 'stop'}" if errors else "nothing stops"
    told = f"{problems} this dataset from being submitted{_warned(warnings)}."
    if report.summary.get("known"):
        return f"Of what is new, {told}{_remaining(report)}"
    return f"Of what is shown, {told}" if report.summary.get("hidden") else told[0].upper() + told[1:]


def _remaining(report: Report) -> str:
    """What the baseline hides still stops the dataset."""
    left = report.summary.get("known_errors", 0)
    if not left:
        return ""
    also = "also " if report.errors else ""
    return f" {number(left, 'error')} known from the baseline {also}{'stops' if left == 1 else 'stop'} it."


def _warned(warnings: int) -> str:
    return f", {number(warnings, 'warning')}" if warnings else ""


def all_datasets(reports: Sequence[Report]) -> str:
    """`1 of 3 datasets cannot be submitted: b.`"""
    bad = [name for name, report in zip(short_names(reports), reports, strict=True) if report.stopped]
    if not bad:
        return f"Nothing stops the {len(reports)} datasets from being submitted."
    return f"{len(bad)} of {number(len(reports), 'dataset')} cannot be submitted: {joined(bad, 10)}."


def facts(report: Report, look: Look) -> Iterator[str]:
    """What was read, made, left out and hidden, one sentence each; only what the summary tells."""
    summary = report.summary
    read = summary.get("read", [])
    if read:
        files = {entry["file"] for entry in read}
        yield f"Read: {number(sum(entry['records'] for entry in read), 'record')} in {number(len(files), 'file')}."
    nodes = summary.get("nodes", {})
    if nodes and not ("submission" in summary or "plan" in summary):
        made = ", ".join(f"{count:,}{TIE}{node}" for node, count in nodes.items())
        yield f"Made: {number(sum(nodes.values()), 'Gen3 record')} ({made})."
    yield from _left_out(summary, look)
    if "plan" in summary:
        yield from planned(summary["plan"], look)
    if summary.get("written"):
        yield f"Written to: {visible(summary['written'])}"
    if summary.get("hidden"):
        yield f"Hidden by --select or --ignore: {number(summary['hidden'], 'finding')}."
    if summary.get("known"):
        yield f"Known from the baseline and not shown: {number(summary['known'], 'finding')}."
    notes = report.count(Severity.INFO)
    if notes and look.detail < Detail.VERBOSE:
        yield f"{number(notes, 'note')} not shown: add -v."
    if "download" in summary:
        yield from fetched(summary["download"], look)
    if "submission" in summary:
        yield from accounted(summary["submission"], look)


def _left_out(summary: dict[str, Any], look: Look) -> Iterator[str]:
    """Fields whose cells are in no record, by file; each cell stands in unmapped.jsonl."""
    unmapped = summary.get("unmapped", [])
    if not unmapped:
        return
    files: dict[str, list[str]] = {}
    for entry in unmapped:
        files.setdefault(entry["file"], []).append(str(entry["field"]))
    fields = "; ".join(visible(f"{file}: {joined(names, look.max_per_group)}") for file, names in files.items())
    cells = sum(entry["cells"] for entry in unmapped)
    lists = "unmapped.jsonl lists each" if summary.get("written") else "'sds2gen3 convert' lists each in unmapped.jsonl"
    yield f"Not mapped: {number(cells, 'cell')} ({fields}); {lists}."
