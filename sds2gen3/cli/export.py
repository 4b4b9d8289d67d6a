"""`sds2gen3 export`: records of a commons as files."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sds2gen3.cli.options import Given, shared
from sds2gen3.errors import UsageError

if TYPE_CHECKING:
    from sds2gen3.cli.progress import Step
    from sds2gen3.commons import Project
    from sds2gen3.commons.reading import Wanted
    from sds2gen3.dictionary import Dictionary
    from sds2gen3.write.exported import Exported

WHICH = "Which records"
OUTPUT = "Output"
_IN_MEMORY = 1 << 24

EPILOG = """Examples:
  sds2gen3 export case --project heart --where 'sex=Male' --output males.csv
  sds2gen3 export --dataset my-study --as tsv --output my-study"""

FIELDS = (
    "Columns, with commas: 'a' this property, or this link by submitter_id; 'cases.id' a link by the server's id; "
    "'links' or 'links.submitter_id' every link; '_all' also what the server keeps for itself; '!b' all but this one. "
    "Without it: all that a record is sent with."
)


class Form(StrEnum):
    """The forms that records are exported in."""

    JSON = "json"
    JSONL = "jsonl"
    TSV = "tsv"
    CSV = "csv"
    XLSX = "xlsx"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("export", epilog=EPILOG)(export)


@shared("program", "project", "color", "quiet", "verbose", "config", "endpoint", "credentials", "ca_bundle")
def export(
    given: Given,
    nodes: Annotated[
        list[str] | None, typer.Argument(metavar="NODE", help="Nodes to export.", show_default=False)
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", rich_help_panel=WHICH, help="All nodes that have records.")
    ] = False,
    dataset: Annotated[
        str | None,
        typer.Option(
            "--dataset",
            metavar="ID",
            rich_help_panel=WHICH,
            help="Only the dataset with this submitter_id, and all that belongs to it.",
            show_default=False,
        ),
    ] = None,
    ids: Annotated[
        str | None,
        typer.Option(
            "--ids",
            metavar="FILE|-",
            rich_help_panel=WHICH,
            help="Only the records listed in the file (- for stdin), one a line: submitter_ids or the server's ids.",
            show_default=False,
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="NAME=VALUE",
            rich_help_panel=WHICH,
            help="Only records of which this is true; also with != < <= > >=; nothing after = means empty. Can be repeated.",
            show_default=False,
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", rich_help_panel=WHICH, help="Made or changed then or later."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="TIME", rich_help_panel=WHICH, help="Last changed then or before."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=0, rich_help_panel=WHICH, help="At most so many of each node.")
    ] = None,
    offset: Annotated[
        int, typer.Option("--offset", min=0, rich_help_panel=WHICH, help="Leave out so many of each node first.")
    ] = 0,
    fields: Annotated[str | None, typer.Option("--fields", metavar="LIST", rich_help_panel=OUTPUT, help=FIELDS)] = None,
    form: Annotated[
        Form | None,
        typer.Option(
            "--as",
            rich_help_panel=OUTPUT,
            help="Form of the records (default: by the name of the output, else json). tsv is what a commons reads; csv and "
            "xlsx are for people: lists as JSON; in csv a text that a spreadsheet would calculate has an apostrophe in front.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE|FOLDER",
            rich_help_panel=OUTPUT,
            help="File for one node; folder with a file for each of several. Without it, one node goes to stdout.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Read records from a Gen3 commons into files: all of them, whatever the server's page is, in order of submitter_id.

    A folder in json, jsonl or tsv can be submitted again. Exit code 0: all is written. 1: an id or dataset is not there,
    or a value that the form cannot carry. 3: the commons could not be reached.
    """
    from sds2gen3.cli import output as out
    from sds2gen3.cli.reading import opened
    from sds2gen3.commons.reading import Wanted

    named = tuple(dict.fromkeys(nodes or ()))
    if not (named or everything or dataset or ids):
        hint = "Name nodes, or use --all, --dataset or --ids."
        raise UsageError.of("U671", "It is not said what to export.", hint=hint)
    if named and everything:
        raise UsageError.of("U671", "--all goes with no names of nodes.", hint="Leave one of them out.")
    listed = _ids(ids) if ids is not None else None
    chosen, single = _target(named, form, output)
    wanted = Wanted(named, fields, tuple(where or ()), since, until, dataset, listed, limit, offset)
    library = opened(given)
    with out.working(library.settings, given) as step:
        project, dictionary = library.project(), library.dictionary()
        told = _write(project, dictionary, wanted, chosen, single, output, step)
    if not given.quiet:
        _tell(told, output)


def _target(named: tuple[str, ...], form: Form | None, output: Path | None) -> tuple[str, bool]:
    """The form, and whether a single node goes to a file or to stdout. Raises UsageError U671 for what cannot be."""
    suffix = output.suffix.lower().removeprefix(".") if output is not None else ""
    by_name = suffix if suffix in tuple(Form) else None
    chosen = form.value if form is not None else by_name or Form.JSON.value
    if output is None:
        if len(named) != 1 or chosen == Form.XLSX:
            what = "Several nodes need" if len(named) != 1 else "A workbook needs"
            raise UsageError.of("U671", f"{what} a place to be written to.", hint="Name it with --output.")
        return chosen, True
    if by_name is None:
        return chosen, False
    if len(named) != 1:
        message = f"'{output.name}' is a single file, and several nodes are exported."
        raise UsageError.of("U671", message, hint="Name a folder with --output, and the form with --as.")
    return chosen, True


def _ids(source: str) -> tuple[str, ...]:
    """The ids in a file or from stdin, one a line. Raises UsageError U671 where there are none."""
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError.of("U671", f"The ids in '{source}' cannot be read: {reason}.", value=source) from error
    found = tuple(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))
    if not found:
        raise UsageError.of("U671", f"There are no ids in '{source}'.", value=source)
    return found


def _write(
    project: Project,
    dictionary: Dictionary,
    wanted: Wanted,
    form: str,
    single: bool,
    output: Path | None,
    step: Step,
) -> dict[str, int]:
    """Write what is wanted, and return the number of records by node."""
    from sds2gen3.write.exported import write_file, write_folder

    todo = _exported(project, dictionary, wanted, step)
    if output is not None and not single:
        about = {"commons": project.client.endpoint, "program": project.program, "project": project.code}
        about |= {"dataset": wanted.dataset} if wanted.dataset else {}
        return write_folder(todo, output, form, dictionary, about)
    return write_file(todo, output, form) if output is not None else _to_stdout(todo, form)


def _exported(project: Project, dictionary: Dictionary, wanted: Wanted, step: Step) -> Iterator[Exported]:
    from sds2gen3.commons.reading import select
    from sds2gen3.write.exported import Exported, Sheet

    total = len(wanted.nodes or dictionary.order)
    for number, one in enumerate(select(project, dictionary, wanted)):
        step(f"{project.client.endpoint}: {one.node.name}", number, total)
        yield Exported(Sheet(one.node.name, one.columns, dictionary), len(one), one.records)


def _to_stdout(todo: Iterable[Exported], form: str) -> dict[str, int]:
    """All of it or nothing: it is put together first, on disk where it is long."""
    from sds2gen3.write.exported import write_stream

    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as whole:
        told = write_stream(todo, whole, form)  # type: ignore[arg-type]  # it has what is used of a BinaryIO
        whole.seek(0)
        sys.stdout.flush()
        try:
            shutil.copyfileobj(whole, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return told


def _tell(told: dict[str, int], output: Path | None) -> None:
    from sds2gen3.cli.output import note
    from sds2gen3.report.words import number

    counts = ", ".join(f"{node} {count:,}" for node, count in told.items())
    where = f" to {output.as_posix()}" if output is not None else ""
    note(f"Exported {number(sum(told.values()), 'record')}{where}{': ' + counts if counts else '.'}")
    if not any(told.values()):
        note("What you may not read, the commons does not show.")
