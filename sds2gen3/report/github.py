"""GitHub's workflow commands: findings as annotations of a run of GitHub Actions."""

from __future__ import annotations

from collections.abc import Sequence

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Group, Report
from sds2gen3.report.cells import listed
from sds2gen3.report.look import Look
from sds2gen3.report.places import path
from sds2gen3.report.words import visible

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(reports: Sequence[Report], look: Look | None = None) -> str:
    """One line for equal findings, since GitHub shows only ten of a kind: `::error file=...,line=4,...::message`."""
    limit = (look or Look()).max_per_group
    return "".join(f"{_command(report, group, limit)}\n" for report in reports for group in report.groups())


def _command(report: Report, group: Group, limit: int) -> str:
    first = group.places[0] if group.places else None
    properties: dict[str, str] = {}
    if first is not None:
        properties["file"] = path(report, first.file)
        line = first.row or first.line
        if line is not None:
            properties["line"] = str(line)
            if first.column is not None:
                properties["col"] = str(first.column)
    cells = listed([place for place in group.places if first and place.file == first.file], limit)
    properties["title"] = " ".join(word for word in (group.code, cells) if word)
    told = f"{visible(group.message)}\nhint: {visible(group.hint)}" if group.hint else visible(group.message)
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{COMMANDS[group.severity]} {given}::{_data(told)}"


def _data(text: str) -> str:
    """The escapes of a message, as the runner of GitHub Actions undoes them."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
