"""Load: the reports of a findings file (findings.jsonl, or the JSON document), as they were."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.drawing.picture import from_dict
from sds2gen3.errors import UsageError
from sds2gen3.place import Place

_SEVERITIES = {severity.label: severity for severity in Severity}
_PLACE = ("file", "sheet", "row", "column", "pointer", "line")


def load(path: Path) -> list[Report]:
    """One report a dataset, in the order of the file. A file without any dataset gives one empty report.

    Raises UsageError C911 for a file that cannot be read or holds no findings, and for a version other than 1.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or "unreadable") if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError.of("C911", f"'{path}' cannot be read: {reason}.", Place(path.name)) from error
    reports: dict[str, Report] = {}
    for line, entry in _entries(text, path):
        try:
            _take(entry, reports)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            told = "This is no finding in the form of version 1."
            raise UsageError.of("C911", told, Place(path.name, line=line)) from error
    return list(reports.values()) or [Report()]


def _entries(text: str, path: Path) -> Iterator[tuple[int, Any]]:
    """(line, JSON value) of JSON lines; those of the JSON document come as if they were lines."""
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if isinstance(document, dict) and "findings" in document:
        if document.get("v") != 1 or not isinstance(document["findings"], list):
            raise UsageError.of("C911", "This is no report in the form of version 1.", Place(path.name))
        for summary in _datasets(document):
            yield 1, {"v": 1, "dataset": summary.get("dataset"), "code": None, "summary": summary}
        yield from ((1, entry) for entry in document["findings"])
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                raise UsageError.of("C911", "This line is not JSON.", Place(path.name, line=number)) from error


def _datasets(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The summaries of the datasets without their counts, which are the report's own."""
    counts = {f"{label}s" for label in _SEVERITIES}
    summaries = document.get("summary", {}).get("datasets", [])
    return [
        {key: value for key, value in one.items() if key not in counts} for one in summaries if isinstance(one, dict)
    ]


def _take(entry: Mapping[str, Any], reports: dict[str, Report]) -> None:
    if entry["v"] != 1:
        raise ValueError(entry["v"])
    dataset = entry.get("dataset")
    key = json.dumps(dataset)
    if entry["code"] is None:
        # Datasets of one name, in folders of their own, follow each other: a new head begins a new report.
        if key in reports:
            reports[f"{key}{len(reports)}"] = reports.pop(key)
        reports[key] = Report([], _summary(entry["summary"]))
        return
    if key not in reports:
        reports[key] = Report([], {} if dataset is None else {"dataset": dataset})
    reports[key].diagnostics.append(_diagnostic(entry))


def _summary(told: Any) -> dict[str, Any]:
    """The summary, if what a report shows of it has the form in which it is written."""
    summary = dict(told)
    for name in ("nodes", "left_out"):
        if not all(isinstance(count, int) for count in dict(summary.get(name, {})).values()):
            raise TypeError(name)
    for name, count in (("unmapped", "cells"), ("read", "records")):
        for entry in summary.get(name, ()):
            texts = [entry["file"], entry["sheet"] or "", entry["field" if name == "unmapped" else "table"]]
            texts += [entry["reason"]] if name == "unmapped" else []
            if not all(isinstance(text, str) for text in texts) or not isinstance(entry[count], int):
                raise TypeError(name)
    if not isinstance(summary.get("needs", {}), dict) or not isinstance(summary.get("hidden", 0), int):
        raise TypeError("needs")
    if not isinstance(summary.get("known", 0), int) or not isinstance(summary.get("path") or "", str):
        raise TypeError("known")
    if "picture" in summary:
        from_dict(summary["picture"])
    return summary


def _diagnostic(entry: Mapping[str, Any]) -> Diagnostic:
    texts = [entry["code"], entry["message"], entry.get("hint") or ""]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("text expected")
    return Diagnostic(
        code=texts[0],
        severity=_SEVERITIES[entry["severity"]],
        message=texts[1],
        hint=texts[2],
        place=_place(entry) if entry.get("file") is not None else None,
        value=entry.get("value"),
        node=entry.get("node"),
        property=entry.get("property"),
        related=tuple(map(_place, entry.get("related_places", ()))),
        values=tuple(map(str, entry.get("values", ()))),
    )


def _place(entry: Mapping[str, Any]) -> Place:
    values = {name: entry.get(name) for name in _PLACE}
    for name, value in values.items():
        kind = int if name in ("row", "column", "line") else str
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool) or value in (0,)):
            raise TypeError(name)
    return Place(**{**values, "file": str(values["file"])})  # type: ignore[arg-type]
