"""`convert --to-sds-version`: a dataset's workbooks as those of another SDS version, and what a person has to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from sds2gen3 import config
from sds2gen3.blank.init import known_version
from sds2gen3.cli import output as out
from sds2gen3.cli.options import Given
from sds2gen3.config import Settings
from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.errors import DataError
from sds2gen3.report.words import number
from sds2gen3.resources import Declarations
from sds2gen3.restore.findings import of_upgrade, of_written
from sds2gen3.restore.upgrade import upgrade
from sds2gen3.restore.workbooks import LIST, Note, Written, write_sds
from sds2gen3.severities import changed
from sds2gen3.sheets import read_dataset
from sds2gen3.sheets.layouts.layout import Layouts

_NO_NEWS = (
    "R190",
    "R174",
)  # that the data files are not there; and that a field is of another version, which S292 says


def upgrade_all(given: Given, datasets: Sequence[Path], folders: Sequence[Path], version: str) -> typer.Exit:
    """Write each dataset's workbooks as those of the version, and tell of each what the version asks for beyond."""
    todo = [
        (path, folder, config.load(given.options(), path, given.config))
        for path, folder in zip(datasets, folders, strict=True)
    ]
    settings = todo[0][2]
    out.renderer(settings)
    reports = []
    with out.working(settings, given) as step:
        for at, (path, folder, own) in enumerate(todo):
            step(f"{path.name}: writing", at, len(todo))
            reports.append(_upgrade(path, folder, own, version))
    out.publish(reports, settings, given)
    for (_, folder, _), report in zip(todo, reports, strict=True):
        if not given.quiet and "written" in report.summary:
            files = number(len(report.summary["files"]), "workbook")
            out.note(f"Wrote {files} of SDS {version} to {folder.as_posix()}. The data files are not copied.")
            out.note(f"{LIST} in it lists what you have to look at.")
    return out.ended(reports, [own.strict.value for _, _, own in todo])


def _upgrade(path: Path, folder: Path, settings: Settings, version: str) -> Report:
    """The report of the new workbooks. A dataset of which nothing can be read gives a report too."""
    layouts = Layouts(Declarations.standard(settings.schemas.value))
    chosen = known_version(version, layouts)
    try:
        dataset = read_dataset(path, layouts.declarations, metadata_only=settings.metadata_only.value or None)
    except DataError as error:
        return Report(list(error.diagnostics), {"dataset": path.name, "path": path.as_posix()})
    made = upgrade(dataset, chosen, layouts)

    def findings(written: Written) -> list[Diagnostic]:
        found = [
            *of_written(written.comparison),
            *of_upgrade(dataset, written.dataset, made.moved, chosen, layouts),
            *(one for one in written.dataset.findings if one.code not in _NO_NEWS),
        ]
        return changed(found, settings.severity.value)

    def note(written: Written) -> Note:
        told = Report(findings(written)).first_causes()
        listed = [one for one in told if one.severity.label != "info"]
        heading = f"To be looked at before this is a dataset of SDS {chosen}"
        return Note(heading, listed, {"dataset": dataset.name, "from": dataset.version})

    written = write_sds(made.dataset, chosen, folder, layouts, note)
    summary = {
        "dataset": dataset.name,
        "path": folder.as_posix(),
        "sds_version": chosen,
        "from": dataset.version,
        "files": list(written.files),
        "written": folder.as_posix(),
    }
    report = Report(findings(written)).first_causes()
    report.summary = summary
    return report
