"""What the commands of a commons work on: a dataset or a folder of records, judged, and the commons it is for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sds2gen3 import config, dictionary
from sds2gen3.cli import output as out
from sds2gen3.cli import pipeline
from sds2gen3.cli.options import Given
from sds2gen3.cli.progress import Step
from sds2gen3.commons import Client, Patience, connect, find_credentials, served_dictionary
from sds2gen3.commons.interrupts import sleep
from sds2gen3.config import Settings
from sds2gen3.diagnostics import Report, finding
from sds2gen3.dictionary import Dictionary
from sds2gen3.errors import UsageError
from sds2gen3.model import Graph
from sds2gen3.resources import Declarations
from sds2gen3.validate import validate
from sds2gen3.write import LEDGER, is_output, made_for, reread

SERVED = "commons"
"""The value of --dictionary that takes the dictionary from the commons."""


@dataclass(frozen=True)
class Cargo:
    """Records that may be sent, with the dictionary they were judged by; `graph` is None where nothing could be read.

    `folder` is where its ledger belongs.
    """

    graph: Graph | None
    dictionary: Dictionary
    report: Report
    settings: Settings
    folder: Path

    @property
    def failed(self) -> bool:
        return self.graph is None or bool(self.report.stopped or (self.settings.strict.value and self.report.warnings))

    @property
    def ledger(self) -> Path:
        return self.folder / LEDGER

    @property
    def sound(self) -> Graph:
        """The Graph of a cargo that did not fail."""
        assert self.graph is not None
        return self.graph


def settings_of(given: Given, path: Path) -> Settings:
    """The settings for a dataset or folder of records."""
    return config.load(given.options(), path, given.config)


def load(path: Path, given: Given, step: Step, client: Client | None = None) -> Cargo:
    """The dataset converted, or the records that `convert` wrote read back; validated either way.

    Raises UsageError for what is called wrongly; data of which nothing can be made give a report.
    """
    if is_output(path):
        return _reread(path, given, client)
    served = _served(settings_of(given, path), client)
    job = _job(path, given, served)
    outcome = pipeline.run(job, step)
    folder = Path(f"{path.resolve().stem if path.suffix == '.zip' else path.resolve().name}.submission")
    return Cargo(outcome.graph, job.declared.dictionary, outcome.report, job.settings, folder)


def _job(path: Path, given: Given, served: Dictionary | None) -> pipeline.Job:
    """Raises UsageError; a mapping that does not fit a dictionary of a commons may just be of another one."""
    try:
        return pipeline.jobs([path], given, whole=True, served=served)[0]
    except UsageError as error:
        if served is None or not any(one.code.startswith("M") for one in error.diagnostics):
            raise
        name = settings_of(given, path).mapping.value
        message = f"The mapping '{name}' was made for another dictionary than that of {served.name}."
        hint = "Give the mapping for the dictionary of this commons with --mapping, or another commons."
        raise UsageError(*error.diagnostics, finding("U623", message, hint=hint, value=name)) from error


def wants_served(given: Given, path: Path) -> bool:
    """Whether the dictionary is to be taken from the commons."""
    return settings_of(given, path).dictionary.value == SERVED


def connected(given: Given, stdin: Callable[[], str] | None = None) -> Client:
    """The commons of the options, the environment or ~/.gen3; nothing is sent yet. Raises as `connect` and `find`."""
    tell = (lambda _: None) if given.quiet else out.note
    credentials = find_credentials(given.credentials, read_stdin=stdin or sys.stdin.read)
    patience = Patience(tell=tell, sleep=sleep, wordy=given.verbose)
    return connect(credentials, given.endpoint, ca_bundle=given.ca_bundle, patience=patience)


def refuse(cargo: Cargo, given: Given) -> int:
    """Show why a cargo that failed is not sent, and give the exit code."""
    out.publish([cargo.report], cargo.settings, given)
    if not cargo.report.stopped:
        out.note("Failed because of --strict: warnings are not allowed.")
    out.note("Nothing was sent. Mend the findings above, then run the same command again.")
    return 1


def _served(settings: Settings, client: Client | None) -> Dictionary | None:
    return served_dictionary(client) if client is not None and settings.dictionary.value == SERVED else None


def _reread(path: Path, given: Given, client: Client | None) -> Cargo:
    settings = settings_of(given, path)
    declarations = Declarations.standard(settings.schemas.value)
    nodes = _served(settings, client) or dictionary.load(settings.dictionary.value or str(made_for(path)), declarations)
    graph, _ = reread(path, nodes)
    for need in ("program", "project"):
        setting = settings.needs.get(need)
        if setting is not None and setting.source == "option" and setting.value != graph.needs.get(need):
            message = f"The records in '{path.as_posix()}' were made for the {need} '{graph.needs.get(need)}'."
            hint = f"Convert the dataset again with --{need} {setting.value}, or leave --{need} out."
            raise UsageError.of("U626", message, hint=hint, value=setting.value)
    report = Report(list(validate(graph, nodes))).first_causes()
    report.summary = {
        "dataset": graph.dataset.name,
        "path": path.as_posix(),
        "sds_version": graph.dataset.version,
        "dictionary": nodes.name,
        "needs": dict(graph.needs),
        "nodes": {node: len(table) for node, table in graph.nodes.items()},
    }
    return Cargo(replace(graph, findings=()), nodes, report, settings, path)
