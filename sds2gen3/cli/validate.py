"""`sds2gen3 validate`: every problem of a dataset, at its cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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


@shared()
def validate(
    given: Given,
    datasets: Annotated[
        list[Path] | None,
        typer.Argument(metavar="DATASET", help="Folder or .zip of an SDS dataset.", show_default=False),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            rich_help_panel=REPORT,
            help=f"Write the report to this file, in the format of its extension ({', '.join(EXTENSIONS)}).",
            show_default=False,
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="DIR",
            rich_help_panel=REPORT,
            help="Also write a folder: report.html, findings.jsonl, graph.svg, and the workbooks with their cells marked.",
            show_default=False,
        ),
    ] = None,
    load: Annotated[
        Path | None,
        typer.Option(
            "--load",
            metavar="FINDINGS",
            rich_help_panel=REPORT,
            help="Show the findings.jsonl of an earlier run, without reading any dataset.",
            show_default=False,
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="FINDINGS",
            rich_help_panel=REPORT,
            help="Report only what is not in the findings.jsonl of an earlier run.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check datasets against the SDS and the data dictionary. Nothing is sent, and no dataset is changed.

    Exit code 0: no errors. 1: the data has errors (with --baseline: new ones).
    """
    from sds2gen3 import config
    from sds2gen3.cli import output as out
    from sds2gen3.cli import pipeline
    from sds2gen3.report import baseline as known
    from sds2gen3.report.load import load as loaded

    if bool(datasets) == (load is not None):
        message = "--load shows an earlier run, so no DATASET goes with it." if load else "Missing argument 'DATASET'."
        raise UsageError.of("C912", message, hint="Name a dataset, or an earlier run with --load.")
    if load is not None and report is not None:
        hint = "Write the page alone with --output report.html."
        raise UsageError.of("C912", "--report marks workbooks, so it needs the DATASET, not --load.", hint=hint)
    before = loaded(baseline) if baseline is not None else None
    todo = pipeline.jobs(datasets or [], given)
    settings = todo[0].settings if todo else config.load(given.options(), config=given.config)
    out.renderer(settings, output)  # a wrong format is told before the work, not after it
    if load is not None:
        reports = loaded(load)
    else:
        with out.working(settings, given) as step:
            reports = [outcome.report for outcome in pipeline.run_all(todo, step)]
    if before is not None:
        reports = known.new_only(reports, before)
    sheets = pipeline.sheets_of(todo, reports) if todo else None
    if report is not None:
        _folder(report, todo, reports, sheets, given)
    out.publish(reports, settings, given, output, sheets)
    raise out.ended(reports, [job.settings.strict.value for job in todo] or [settings.strict.value] * len(reports))


def _folder(
    folder: Path, todo: Sequence[Job], reports: Sequence[Report], sheets: SheetsOf | None, given: Given
) -> None:
    from sds2gen3.cli.output import note
    from sds2gen3.cli.report_folder import write_folder
    from sds2gen3.report import Look

    write_folder(folder, [job.path for job in todo], reports, Look(sheets=sheets))
    if not given.quiet:
        note(f"Report written to {folder.as_posix()}")
