"""`sds2gen3 validate`: every problem of a dataset, at its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sds2gen3.cli.groups import option
from sds2gen3.cli.options import REPORT, Given, shared
from sds2gen3.errors import UsageError
from sds2gen3.report import EXTENSIONS

if TYPE_CHECKING:
    from sds2gen3.cli.pipeline import Job
    from sds2gen3.diagnostics import Report
    from sds2gen3.report.look import SheetsOf

Datasets = Annotated[
    list[Path],
    typer.Argument(metavar="DATASET", help="Folder or .zip of an SDS dataset.", show_default=False),
]

EPILOG = """Examples:
  sds2gen3 validate my_dataset
  sds2gen3 validate my_dataset --project sparc --output findings.jsonl"""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("validate", epilog=EPILOG)(validate)


@dataclass(frozen=True)
class ValidateOptions:
    """What `validate` is asked for: datasets, or an earlier run, and where the report goes."""

    datasets: Annotated[
        list[Path] | None,
        typer.Argument(metavar="DATASET", help="Folder or .zip of an SDS dataset.", show_default=False),
    ] = None
    output: Annotated[
        Path | None,
        option(
            "--output",
            "-o",
            panel=REPORT,
            metavar="FILE",
            help=f"Write the report to this file, in the format of its extension ({', '.join(EXTENSIONS)}).",
        ),
    ] = None
    report: Annotated[
        Path | None,
        option(
            "--report",
            panel=REPORT,
            metavar="DIR",
            help="Also write a folder: report.html, findings.jsonl, graph.svg, and the workbooks with their cells marked.",
        ),
    ] = None
    load: Annotated[
        Path | None,
        option(
            "--load",
            panel=REPORT,
            metavar="FINDINGS",
            help="Show the findings.jsonl of an earlier run, without reading any dataset.",
        ),
    ] = None
    baseline: Annotated[
        Path | None,
        option(
            "--baseline",
            panel=REPORT,
            metavar="FINDINGS",
            help="Report only what is not in the findings.jsonl of an earlier run.",
        ),
    ] = None


@shared()
def validate(given: Given, asked: ValidateOptions) -> None:
    """Check datasets against the SDS and the data dictionary. Nothing is sent, and no dataset is changed.

    Exit code 0: no errors. 1: the data has errors (with --baseline: new ones), or the dataset is still blank.
    """
    from sds2gen3.cli import ahead

    _refuse_what_cannot_be(asked)
    begun = ahead.of(asked.datasets[0]) if asked.datasets else None
    from sds2gen3 import config
    from sds2gen3.cli import output as out
    from sds2gen3.cli import pipeline
    from sds2gen3.report import baseline as known
    from sds2gen3.report.load import load as loaded

    before = loaded(asked.baseline) if asked.baseline is not None else None
    todo = pipeline.jobs(asked.datasets or [], given, ahead=begun)
    settings = todo[0].settings if todo else config.load(given.options(), config=given.config)
    out.renderer(settings, asked.output)  # a wrong format is told before the work, not after it
    if asked.load is not None:
        reports = loaded(asked.load)
    else:
        with out.working(settings, given) as step:
            reports = [outcome.report for outcome in pipeline.run_all(todo, step)]
    if before is not None:
        reports = known.new_only(reports, before)
    sheets = pipeline.sheets_of(todo, reports) if todo else None
    if asked.report is not None:
        _folder(asked.report, todo, reports, sheets, given)
    out.publish(reports, settings, given, asked.output, sheets)
    raise out.ended(reports, [job.settings.strict.value for job in todo] or [settings.strict.value] * len(reports))


def _refuse_what_cannot_be(asked: ValidateOptions) -> None:
    """Raises UsageError C912 for neither datasets nor an earlier run, for both, and for workbooks of an earlier run."""
    if bool(asked.datasets) == (asked.load is not None):
        both = "--load shows an earlier run, so no DATASET goes with it."
        message = both if asked.load else "Missing argument 'DATASET'."
        raise UsageError.of("C912", message, hint="Name a dataset, or an earlier run with --load.")
    if asked.load is not None and asked.report is not None:
        hint = "Write the page alone with --output report.html."
        raise UsageError.of("C912", "--report marks workbooks, so it needs the DATASET, not --load.", hint=hint)


def _folder(
    folder: Path, todo: Sequence[Job], reports: Sequence[Report], sheets: SheetsOf | None, given: Given
) -> None:
    from sds2gen3.cli.output import note
    from sds2gen3.cli.report_folder import write_folder
    from sds2gen3.report import Look

    write_folder(folder, [job.path for job in todo], reports, Look(sheets=sheets))
    if not given.quiet:
        note(f"Report written to {folder.as_posix()}")
