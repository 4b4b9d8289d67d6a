"""The metadata half of a dataset: its records in a commons, as the SDS workbooks that they were made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sds2gen3.commons.query import ask
from sds2gen3.commons.reading import Wanted, select
from sds2gen3.convert.ids import parse
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.dtp.gen3.fitting import fitting
from sds2gen3.dtp.gen3.held import Commons
from sds2gen3.errors import DataError, UsageError
from sds2gen3.mapping.rules import Mapping as Rules
from sds2gen3.restore.findings import of_restored, of_written
from sds2gen3.restore.tables import restore
from sds2gen3.restore.workbooks import Note, Written, write_sds
from sds2gen3.sheets.layouts.layout import Layouts

_QUERY = "query ($id: [String]) { experiment(submitter_id: $id) { project_id } }"


@dataclass(frozen=True)
class Dataset:
    """The records of a dataset by node, and where they are."""

    id: str
    program: str
    project: str
    records: Mapping[str, list[dict[str, Any]]]


def dataset_of(commons: Commons, dataset_id: str) -> Dataset:
    """All records of the experiment with this submitter_id, in whichever project it is.

    Raises DataError U677 where there is none; UsageError U671 where several projects have one.
    """
    found = ask(commons.client, commons.dictionary, _QUERY, {"id": [dataset_id]})["experiment"]
    projects = sorted({str(one["project_id"]) for one in found})
    if not projects:
        raise DataError.of("U677", f"The commons has no dataset '{dataset_id}'.", value=dataset_id)
    if len(projects) > 1:
        names = ", ".join(f"'{one}'" for one in projects)
        raise UsageError.of("U671", f"Several projects have a dataset '{dataset_id}': {names}.", value=dataset_id)
    program, project = _names(commons, projects[0])
    chosen = select(commons.project(program, project), commons.dictionary, Wanted(dataset=dataset_id))
    return Dataset(dataset_id, program, project, {part.node.name: list(part.records()) for part in chosen})


def write_metadata(dataset: Dataset, dictionary: Dictionary, folder: Path) -> list[Diagnostic]:
    """Write the workbooks of the SDS version that the records state, and return what they cannot say.

    Raises UsageError for a dictionary that no mapping of ours fits.
    """
    layouts, rules = Layouts(), fitting(dictionary)
    restored = restore(dataset.records, rules, dictionary, layouts, _needs(dataset, rules))
    version = restored.version if restored.version in layouts.versions else layouts.versions[-1]
    told: list[Diagnostic] = []

    def note(written: Written) -> Note:
        told.extend((*of_written(written.comparison), *of_restored(restored, rules, version, layouts)))
        return Note(f"What the workbooks of SDS {version} cannot say of the records", told, {"dataset": dataset.id})

    write_sds(replace(restored.dataset, version=version), version, folder, layouts, note)
    return told


def _names(commons: Commons, project_id: str) -> tuple[str, str]:
    """Program and project of the server's name for both, which may hold dashes."""
    for program in commons.client.programs():
        code = project_id.removeprefix(f"{program}-")
        if code != project_id and code in commons.client.projects(program):
            return program, code
    raise UsageError.of("U621", f"The commons has no project '{project_id}'.", value=project_id)


def _needs(dataset: Dataset, rules: Rules) -> dict[str, str]:
    """What the mapping was given, as the dataset's own id tells it."""
    needs = {"program": dataset.program, "project": dataset.project, "dataset": dataset.id}
    for rule in rules.rules:
        for template in rule.ids if rule.node == "experiment" else ():
            try:
                needs |= dict(zip(template.fields, parse(template, dataset.id), strict=True))
            except ValueError:
                continue
    return {name: value for name, value in needs.items() if name in rules.needs}
