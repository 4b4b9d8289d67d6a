"""`sds2gen3 fix`: a copy of a dataset with what can be repaired without changing its meaning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sds2gen3.cli.options import Given, shared

if TYPE_CHECKING:
    from sds2gen3.diagnostics import Diagnostic
    from sds2gen3.place import Place
    from sds2gen3.repair.fix import Fix

OUTPUT = "Output"
SHARED = (
    *("mapping", "dictionary", "schemas", "program", "project", "set"),
    *("max_per_group", "color", "quiet", "verbose", "config"),
)

EPILOG = """Examples:
  sds2gen3 fix my_dataset --output mended
  sds2gen3 fix my_dataset --output mended --max-per-group 0"""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("fix", epilog=EPILOG)(fix)


@shared(*SHARED)
def fix(
    given: Given,
    dataset: Annotated[Path, typer.Argument(metavar="DATASET", help="Folder of an SDS dataset.", show_default=False)],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="COPY",
            rich_help_panel=OUTPUT,
            help="Folder for the copy; it must not exist yet, or be empty. Data files share their room with the original.",
            show_default=False,
        ),
    ],
) -> None:
    """Copy a dataset and repair in the copy what cannot change its meaning. The original is never touched.

    Repaired are white space at the ends, the case of agreed words, dates that can be read in one way only, ORCIDs, DOIs and
    RRIDs in another form, and headers, also misspelt ones where only one can be meant. Each repair is listed, also in
    fixes.jsonl and in the last sheet of its workbook; what needs a person to decide is offered. Exit code 0: the copy is
    written, whatever problems are left in it.
    """
    from dataclasses import replace

    from sds2gen3.cli import output as out
    from sds2gen3.cli import pipeline
    from sds2gen3.repair import mend
    from sds2gen3.report.words import number
    from sds2gen3.resources import Declarations

    (job,) = pipeline.jobs([dataset], given, whole=True)
    with out.working(job.settings, given) as step:

        def judge(folder: Path) -> list[Diagnostic]:
            return pipeline.run(replace(job, path=folder), step).report.diagnostics

        done = mend(dataset, output, judge, Declarations.standard(job.settings.schemas.value))
    limit = job.settings.max_per_group.value
    if done.fixes and not given.quiet:
        out.emit("\n".join(_lines(done.fixes, limit)) + "\n\n")
    made = [one for one in done.fixes if one.applied]
    files = len({one.file for one in made})
    where = f" in {number(files, 'file')}" if files else ""
    out.emit(
        f"{number(len(made), 'repair')} made{where}, {len(done.fixes) - len(made):,} offered. "
        f"Written to: {output.as_posix()}\n"
    )
    for name in done.left_out:
        out.note(f"Not copied: '{name}' is a link out of the dataset, or no file.")


def _lines(fixes: tuple[Fix, ...], limit: int) -> Iterator[str]:
    """The repairs by file; equal ones share a line with all their cells."""
    from sds2gen3.cli.output import table
    from sds2gen3.report.cells import listed

    files: dict[str, dict[tuple[bool, str, str, str], list[Place]]] = {}
    for one in fixes:
        same = files.setdefault(one.file, {})
        same.setdefault((one.applied, one.rule, one.before, one.after), []).append(one.place)
    for at, (file, groups) in enumerate(files.items()):
        if at:
            yield ""
        yield file
        rows = [
            ("made" if applied else "offered", listed(places, limit), rule, f"'{before}' -> '{after}'")
            for (applied, rule, before, after), places in sorted(groups.items(), key=lambda item: not item[0][0])
        ]
        made = sum(row[0] == "made" for row in rows)
        shown = [*rows[:made][:limit], *rows[made:][:limit]] if limit else rows
        yield table(shown, indent="  ")
        if len(rows) > len(shown):
            yield f"  and {len(rows) - len(shown):,} more: add --max-per-group 0, or see fixes.jsonl."
