"""The whole way of a dataset: read, map, validate. One Report comes out, whatever the data are like."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sds2gen3 import __version__, config
from sds2gen3.catalogue import CATALOGUE
from sds2gen3.cli import declared
from sds2gen3.cli.declared import Declared
from sds2gen3.cli.options import Given
from sds2gen3.cli.pictures import of_graph
from sds2gen3.cli.progress import Step
from sds2gen3.config import Setting, Settings
from sds2gen3.convert import convert
from sds2gen3.diagnostics import Report
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.errors import DataError, UsageError
from sds2gen3.model import Dataset, Graph, reasons
from sds2gen3.report.look import SheetsOf
from sds2gen3.report.sheets import sheets
from sds2gen3.severities import changed, of_the_commons
from sds2gen3.sheets import read_dataset
from sds2gen3.sheets.ahead import Ahead
from sds2gen3.validate import validate


@dataclass(frozen=True)
class Job:
    """A dataset to work on, with its settings and declarations."""

    path: Path
    settings: Settings
    declared: Declared
    ahead: Ahead | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a dataset. `graph` is None where the data could not be read at all or are blank; the report says why."""

    job: Job
    report: Report
    graph: Graph | None = None

    @property
    def failed(self) -> bool:
        """Whether the data have errors, or warnings where those fail too."""
        return bool(self.report.stopped or (self.job.settings.strict.value and self.report.warnings))


def jobs(
    paths: Sequence[Path],
    given: Given,
    whole: bool = False,
    served: Dictionary | None = None,
    loaded: dict[tuple[object, ...], Declared] | None = None,
    ahead: Ahead | None = None,
) -> list[Job]:
    """The datasets with their settings (each folder may have its own sds2gen3.toml) and declarations, each loaded once.

    `whole`: the verdict is about all findings, whatever the settings select. `served`: the dictionary of a commons.
    `loaded` keeps the declarations for a further call. `ahead` is what was begun of the first dataset.
    Everything that can be called wrongly is found here, before any dataset is read. Raises UsageError.
    """
    loaded = {} if loaded is None else loaded
    found: list[Job] = []
    for path in paths:
        settings = config.load(given.options(), path, given.config)
        if whole:
            settings = replace(settings, select=Setting((), "default"))
        check_codes((*settings.select.value, *settings.ignore.value, *(one.code for one in settings.severity.value)))
        _check_changes(settings)
        key = (settings.mapping.value, settings.dictionary.value, settings.schemas.value)
        if key not in loaded:
            loaded[key] = declared.load_fitting(settings, served)
        found.append(Job(path, settings, loaded[key], None if found else ahead))
    return found


def check_codes(codes: Sequence[str]) -> None:
    """Raises UsageError C905 for a code, or beginning of a code, that is not in the catalogue."""
    for code in codes:
        if not any(known.startswith(code.upper()) for known in CATALOGUE):
            near = get_close_matches(code.upper(), CATALOGUE, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else ""
            raise UsageError.of("C905", f"No finding code begins with '{code}'.", hint=hint, value=code)


def _check_changes(settings: Settings) -> None:
    """Raises UsageError C915 for a change that would hide what the commons refuses."""
    for change in settings.severity.value:
        if hidden := of_the_commons(change):
            named = ", ".join(hidden[:5]) + (" ..." if len(hidden) > 5 else "")
            message = f"The severity of {named} is that of the commons ({settings.severity.source})."
            raise UsageError.of("C915", message, value=change.code)


def run(job: Job, step: Step, done: int = 0, total: int = 3) -> Outcome:
    """Read, map and validate a dataset. Raises UsageError only: data of which nothing can be made give a report too."""
    with undisturbed():
        return _run(job, step, done, total)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Python's search for cycles is put off: it would go through millions of values, which have none, again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _run(job: Job, step: Step, done: int, total: int) -> Outcome:
    step(f"{job.path.name}: reading", done, total)
    try:
        only = job.settings.metadata_only.value or None
        dataset = read_dataset(job.path, job.declared.declarations, metadata_only=only, ahead=job.ahead)
    except DataError as error:
        summary: dict[str, Any] = {"dataset": job.path.name, "path": job.path.as_posix()}
        return Outcome(job, Report(list(error.diagnostics), summary))
    if dataset.blank:
        chosen, hidden = _chosen(Report(changed(dataset.findings, job.settings.severity.value)), job.settings)
        chosen.summary = {**_read(job, dataset), "blank": True, **({"hidden": hidden} if hidden else {})}
        return Outcome(job, chosen)
    step(f"{job.path.name}: mapping", done + 1, total)
    asked = job.declared.mapping.needs
    needs = {
        name: setting.value
        for name, setting in job.settings.needs.items()
        if name in asked or setting.source != f"environment GEN3_{name.upper()}"
    }
    graph = convert(dataset, job.declared.mapping, job.declared.dictionary, **needs)
    step(f"{job.path.name}: validating", done + 2, total)
    found = [*dataset.findings, *graph.findings, *validate(graph, job.declared.dictionary)]
    # An SDS finding that is made weaker no longer speaks for what the commons refuses at the same cell.
    report = Report(changed(found, job.settings.severity.value))
    chosen, hidden = _chosen(report.first_causes(), job.settings)
    summary = _summary(job, dataset, graph)
    summary["picture"] = of_graph(graph, job.declared.dictionary, chosen).completed().as_dict()
    chosen.summary = {**summary, "hidden": hidden} if hidden else summary
    return Outcome(job, chosen, graph)


def run_all(todo: Sequence[Job], step: Step) -> list[Outcome]:
    """The outcome of every job, without the graphs, so that only one dataset is in memory at a time."""
    return [replace(run(job, step, 3 * at, 3 * len(todo)), graph=None) for at, job in enumerate(todo)]


def sheets_of(todo: Sequence[Job], reports: Sequence[Report]) -> SheetsOf:
    """The cells of the n-th dataset's sheets, read when they are asked for."""
    return lambda at: sheets(todo[at].path, reports[at], todo[at].declared.declarations)


def _chosen(report: Report, settings: Settings) -> tuple[Report, int]:
    """The findings that --select and --ignore leave, and how many they hide."""
    wanted = tuple(code.upper() for code in settings.select.value) or ("",)
    unwanted = tuple(code.upper() for code in settings.ignore.value)
    kept = [d for d in report if d.code.startswith(wanted) and not (unwanted and d.code.startswith(unwanted))]
    return Report(kept, report.summary), len(report.diagnostics) - len(kept)


def _summary(job: Job, dataset: Dataset, graph: Graph) -> dict[str, Any]:
    """What was read, made and left out, in plain JSON values."""
    tables = [table for same in dataset.tables.values() for table in same]
    unmapped = [
        {
            "file": part.table.file,
            "sheet": part.table.sheet,
            "field": part.table.labels.get(part.field, part.field),
            "cells": cells,
            "reason": part.reason,
        }
        for part in graph.unmapped
        if (cells := sum(1 for _ in part.cells()))
    ]
    return {
        **_read(job, dataset),
        "needs": dict(graph.needs),
        "files": len(dataset.files),
        "read": [{"file": t.file, "sheet": t.sheet, "table": t.name, "records": len(t)} for t in tables],
        "nodes": {node: len(table) for node, table in graph.nodes.items()},
        "unmapped": unmapped,
        "left_out": reasons(dataset.left_out),
    }


def _read(job: Job, dataset: Dataset) -> dict[str, Any]:
    """What was read with what."""
    return {
        "dataset": dataset.name,
        "path": job.path.as_posix(),
        "sds2gen3": __version__,
        "sds_version": dataset.version,
        "mapping": job.declared.mapping.name,
        "dictionary": job.declared.dictionary.name,
    }
