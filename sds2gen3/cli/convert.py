"""`sds2gen3 convert`: the records of a dataset, as files that a Gen3 commons takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sds2gen3.cli.options import ALL_BUT_SELECT, Given, shared
from sds2gen3.cli.validate import Datasets
from sds2gen3.errors import DataError, UsageError

if TYPE_CHECKING:
    from sds2gen3.cli.pipeline import Job, Outcome
    from sds2gen3.cli.progress import Step
    from sds2gen3.model import Graph

OUTPUT = "Output"

EPILOG = """Examples:
  sds2gen3 convert my_dataset --output out
  sds2gen3 convert my_dataset --to-sds-version 3.0.2 --output upgraded"""


class Form(StrEnum):
    """The forms that records are written in."""

    JSON = "json"
    JSONL = "jsonl"
    TSV = "tsv"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("convert", epilog=EPILOG)(convert)


@shared(*ALL_BUT_SELECT)
def convert(
    given: Given,
    datasets: Datasets,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            rich_help_panel=OUTPUT,
            help="Folder for the records; several datasets get a folder each below it.",
            show_default=False,
        ),
    ],
    form: Annotated[Form, typer.Option("--as", rich_help_panel=OUTPUT, help="Form of the records.")] = Form.JSON,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", rich_help_panel=OUTPUT, help="Write also where the data has errors.")
    ] = False,
    to_sds_version: Annotated[
        str | None,
        typer.Option(
            "--to-sds-version",
            metavar="VERSION",
            rich_help_panel=OUTPUT,
            help="Instead of records, write the metadata workbooks as those of another SDS version, with a list of what you have "
            "to look at; written also where that version's rules find errors. The data files are neither touched nor copied.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Turn datasets into Gen3 records: one file per node, parents first, with provenance and what was not mapped.

    Records of datasets with errors are not written, unless --keep-going; the workbooks of --to-sds-version are.
    Exit code 0: no errors. 1: the data has errors (with --to-sds-version: by the rules of that version).
    """
    if to_sds_version is not None:
        from sds2gen3.cli.upgrade import upgrade_all

        raise upgrade_all(given, datasets, _folders(datasets, output), to_sds_version)
    from sds2gen3.cli import ahead

    begun = ahead.of(datasets[0])
    from sds2gen3 import write  # noqa: F401  loaded here, while the workbook is parsed
    from sds2gen3.cli import output as out
    from sds2gen3.cli import pipeline

    todo = pipeline.jobs(datasets, given, whole=True, ahead=begun)
    settings = todo[0].settings
    out.renderer(settings)
    with out.working(settings, given) as step:
        outcomes = _convert_all(todo, output, form, keep_going, step)
    reports = [outcome.report for outcome in outcomes]
    out.publish(reports, settings, given, sheets=pipeline.sheets_of(todo, reports))
    kept_back = [outcome for outcome in outcomes if "written" not in outcome.report.summary]
    if kept_back:
        names = ", ".join(outcome.job.path.as_posix() for outcome in kept_back)
        blank = all(outcome.report.summary.get("blank") for outcome in kept_back)
        mend = " Mend the findings above, or add --keep-going to write all the same."
        way_out = "" if keep_going or blank else mend
        out.note(f"Not written: {names}.{way_out}")
    raise out.ending(outcomes)


def _convert_all(jobs: Sequence[Job], output: Path, form: Form, keep_going: bool, step: Step) -> list[Outcome]:
    """Dataset by dataset, so that only one is in memory: run, then write unless it failed."""
    from dataclasses import replace

    from sds2gen3.cli import pipeline

    outcomes: list[Outcome] = []
    for at, (job, folder) in enumerate(zip(jobs, _folders([job.path for job in jobs], output), strict=True)):
        outcome = pipeline.run(job, step, 4 * at, 4 * len(jobs))
        if outcome.graph is not None:
            step(f"{job.path.name}: writing", 4 * at + 3, 4 * len(jobs))
            with pipeline.undisturbed():
                write_unless_failed(outcome, outcome.graph, folder, form, keep_going)
        outcomes.append(replace(outcome, graph=None))
    return outcomes


def write_unless_failed(outcome: Outcome, graph: Graph, folder: Path, form: Form, keep_going: bool) -> None:
    """Write the records unless the dataset failed. What the form cannot carry is never written: it joins the report."""
    from sds2gen3.write import tsv_findings, write

    report, dictionary = outcome.report, outcome.job.declared.dictionary
    if form is Form.TSV:
        report.extend(tsv_findings(graph, dictionary))
    if outcome.failed and not keep_going:
        return
    try:
        write(graph, folder, form.value, dictionary, report)
    except DataError as error:
        told = {(d.code, d.place, d.message) for d in report}
        report.extend(d for d in error.diagnostics if (d.code, d.place, d.message) not in told)
    else:
        report.summary["written"] = folder.as_posix()


def _folders(datasets: Sequence[Path], output: Path) -> list[Path]:
    """OUT for a single dataset, else OUT/<dataset name>. Raises UsageError C904 where two would share a folder."""
    if len(datasets) == 1:
        return [output]
    names = [_name(path) for path in datasets]
    for name, count in Counter(name.casefold() for name in names).items():
        if count > 1:
            raise UsageError.of("C904", f"{count} of the datasets are called '{name}'.", value=name)
    return [output / name for name in names]


def _name(path: Path) -> str:
    """The dataset's name: that of its folder, or of its .zip without the ending."""
    full = path.resolve()
    return full.stem if full.suffix.lower() == ".zip" else full.name
