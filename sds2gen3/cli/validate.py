"""`sds2gen3 validate`: every problem of a dataset, at its cell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sds2gen3.cli.options import REPORT, Given, shared
from sds2gen3.report import EXTENSIONS

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
    datasets: Datasets,
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
) -> None:
    """Check datasets against the SDS and the data dictionary. Nothing is written or sent.

    Exit code 0: no errors. 1: the data has errors.
    """
    from sds2gen3.cli import output as out
    from sds2gen3.cli import pipeline

    todo = pipeline.jobs(datasets, given)
    settings = todo[0].settings
    out.renderer(settings, output)  # a wrong format is told before the work, not after it
    with out.working(settings, given) as step:
        outcomes = pipeline.run_all(todo, step)
    out.publish([outcome.report for outcome in outcomes], settings, given, output)
    raise out.ending(outcomes)
