"""`sds2gen3 export`: records of a commons as files."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sds2gen3.cli.groups import option
from sds2gen3.cli.options import CONNECT, Given, shared
from sds2gen3.errors import SdsError, UsageError

if TYPE_CHECKING:
    from sds2gen3.cli.progress import Step
    from sds2gen3.commons import Project
    from sds2gen3.commons.reading import Wanted
    from sds2gen3.dictionary import Dictionary
    from sds2gen3.write.exported import Exported

WHICH = "Which records"
OUTPUT = "Output"
SHEETS = "As SDS workbooks"
_IN_MEMORY = 1 << 24

EPILOG = """Examples:
  sds2gen3 export case --project heart --where 'sex=Male' --output males.csv
  sds2gen3 export --dataset my-study --as-sds my-study-sheets"""

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


@dataclass(frozen=True)
class ExportOptions:
    """What `export` is asked for."""

    nodes: Annotated[list[str] | None, typer.Argument(metavar="NODE", help="Nodes to export.", show_default=False)] = (
        None
    )
    everything: Annotated[bool, option("--all", panel=WHICH, help="All nodes that have records.")] = False
    dataset: Annotated[
        str | None,
        option(
            "--dataset",
            panel=WHICH,
            metavar="ID",
            help="Only the dataset with this submitter_id, and all that belongs to it.",
        ),
    ] = None
    ids: Annotated[
        str | None,
        option(
            "--ids",
            panel=WHICH,
            metavar="FILE|-",
            help="Only the records listed in the file (- for stdin), one a line: submitter_ids or the server's ids.",
        ),
    ] = None
    where: Annotated[
        list[str] | None,
        option(
            "--where",
            panel=WHICH,
            metavar="NAME=VALUE",
            help="Only records of which this is true; also with != < <= > >=; nothing after = means empty. Can be repeated.",
        ),
    ] = None
    since: Annotated[
        str | None, option("--since", panel=WHICH, metavar="TIME", help="Made or changed then or later.")
    ] = None
    until: Annotated[
        str | None, option("--until", panel=WHICH, metavar="TIME", help="Last changed then or before.")
    ] = None
    limit: Annotated[int | None, option("--limit", panel=WHICH, min=0, help="At most so many of each node.")] = None
    offset: Annotated[
        int, option("--offset", panel=WHICH, min=0, help="Leave out so many of each node first.", show_default=True)
    ] = 0
    fields: Annotated[str | None, option("--fields", panel=OUTPUT, metavar="LIST", help=FIELDS)] = None
    form: Annotated[
        Form | None,
        option(
            "--as",
            panel=OUTPUT,
            help="Form of the records (default: by the name of the output, else json). tsv is what a commons reads; csv and "
            "xlsx are for people: lists as JSON; in csv a text that a spreadsheet would calculate has an apostrophe in front.",
        ),
    ] = None
    output: Annotated[
        Path | None,
        option(
            "--output",
            "-o",
            panel=OUTPUT,
            metavar="FILE|FOLDER",
            help="File for records of one node; folder with a file for each of several. Without it, one node goes to stdout.",
        ),
    ] = None
    as_sds: Annotated[
        Path | None,
        option(
            "--as-sds",
            panel=SHEETS,
            metavar="FOLDER",
            help="Write the dataset as SDS workbooks, by the mapping that its records were made with. Rows come in "
            "order of their ids.",
        ),
    ] = None
    sds: Annotated[
        str | None,
        option(
            "--sds",
            panel=SHEETS,
            metavar="VERSION",
            help="Their SDS version (default: the one that the records state).",
        ),
    ] = None
    records: Annotated[
        Path | None,
        option(
            "--records",
            panel=SHEETS,
            metavar="OUT",
            help="Take the records from a folder that 'convert' or 'export' wrote, without a commons.",
        ),
    ] = None


@shared("mapping", "dictionary", "schemas", "program", "project", "color", "quiet", "verbose", "config", *CONNECT)
def export(given: Given, asked: ExportOptions) -> None:
    """Read records from a Gen3 commons into files: all of them, whatever the server's page is, in order of submitter_id.

    A folder can be submitted again, whatever its form. Exit code 0: all is written. 1: an id or dataset is not there,
    or a value that the form cannot carry. 3: the commons could not be reached.
    """
    if asked.as_sds is not None or asked.sds is not None or asked.records is not None:
        raise _export_sds(given, asked)
    from sds2gen3.cli import output as out
    from sds2gen3.cli.reading import opened

    wanted = _wanted(asked)
    chosen, single = _target(wanted, asked.form, asked.output)
    library = opened(given)
    with out.working(library.settings, given) as step:
        project, dictionary = library.project(), library.dictionary()
        _tell_of_conditions(wanted, dictionary)
        told = _write(project, dictionary, wanted, chosen, single, asked.output, step)
    if not given.quiet:
        _tell(told, asked.output, wanted)


def _export_sds(given: Given, asked: ExportOptions) -> typer.Exit:
    """Raises UsageError U671 for options that are about records in another form."""
    from sds2gen3.cli.export_sds import export_sds

    if asked.as_sds is None:
        raise UsageError.of("U671", "--sds and --records go with --as-sds.", hint="Name the folder with --as-sds.")
    others = (asked.everything, asked.ids, asked.where, asked.since, asked.until, asked.limit, asked.fields, asked.form)
    if asked.nodes or asked.offset or asked.output or any(one not in (None, False, []) for one in others):
        hint = "Only --dataset, --sds and --records go with it."
        raise UsageError.of("U671", "--as-sds takes a whole dataset, and says itself where to.", hint=hint)
    return export_sds(given, asked.as_sds, asked.sds, asked.dataset, asked.records)


def _wanted(asked: ExportOptions) -> Wanted:
    """Which records and columns are asked for. Raises UsageError U671 where that is not said, or said twice."""
    from sds2gen3.commons.reading import Wanted

    named = tuple(dict.fromkeys(asked.nodes or ()))
    if not (named or asked.everything or asked.dataset or asked.ids):
        hint = "Name nodes, or use --all, --dataset or --ids."
        raise UsageError.of("U671", "It is not said what to export.", hint=hint)
    if named and asked.everything:
        raise UsageError.of("U671", "--all goes with no names of nodes.", hint="Leave one of them out.")
    return Wanted(
        named,
        asked.fields,
        tuple(asked.where or ()),
        asked.since,
        asked.until,
        asked.dataset,
        _ids(asked.ids) if asked.ids is not None else None,
        asked.limit,
        asked.offset,
    )


def _target(wanted: Wanted, form: Form | None, output: Path | None) -> tuple[str, bool]:
    """The form, and whether a single node goes to a file or to stdout. Raises UsageError U671 for what cannot be.

    Of what nodes the records of a dataset or of a list of ids are, the commons knows: `_one_node` looks at that.
    """
    suffix = output.suffix.lower().removeprefix(".") if output is not None else ""
    by_name = suffix if suffix in tuple(Form) else None
    chosen = form.value if form is not None else by_name or Form.JSON.value
    if output is None and chosen == Form.XLSX:
        raise UsageError.of("U671", "A workbook needs a place to be written to.", hint="Name it with --output.")
    if output is not None and by_name is None:
        return chosen, False
    if len(wanted.nodes) > 1 or not (wanted.nodes or wanted.dataset or wanted.ids):
        raise _several(output)
    return chosen, True


def _several(output: Path | None) -> SdsError:
    if output is None:
        return UsageError.of("U671", "Several nodes need a place to be written to.", hint="Name it with --output.")
    message = f"'{output.name}' is a single file, and several nodes are exported."
    return UsageError.of("U671", message, hint="Name a folder with --output, and the form with --as.")


def _tell_of_conditions(wanted: Wanted, dictionary: Dictionary) -> None:
    """Say it, however quiet the command is, where --where may not compare as it is meant to."""
    from sds2gen3.cli.output import note
    from sds2gen3.commons.reading import told_of

    for line in told_of(wanted, dictionary):
        note(f"Note: {line}")


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
    todo = _one_node(todo, dictionary, output)
    told = write_file(todo, output, form) if output is not None else _to_stdout(todo, form)
    return {node: count for node, count in told.items() if node}


def _exported(project: Project, dictionary: Dictionary, wanted: Wanted, step: Step) -> Iterator[Exported]:
    from sds2gen3.commons.reading import select
    from sds2gen3.write.exported import Exported, Sheet

    total = len(wanted.nodes or dictionary.order)
    for number, one in enumerate(select(project, dictionary, wanted)):
        step(f"{project.client.endpoint}: {one.node.name}", number, total)
        yield Exported(Sheet(one.node.name, one.columns, dictionary), len(one), one.records)


def _one_node(todo: Iterable[Exported], dictionary: Dictionary, output: Path | None) -> Iterator[Exported]:
    """The only node that records were found of; a nameless one without columns where there are none.

    Raises UsageError U671 where there is a second: what was written of the first is thrown away.
    """
    from sds2gen3.write.exported import Exported, Sheet

    found = False
    for one in todo:
        if found:
            raise _several(output)
        found = True
        yield one
    if not found:
        yield Exported(Sheet("", (), dictionary), 0, list)


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


def _tell(told: dict[str, int], output: Path | None, wanted: Wanted) -> None:
    from sds2gen3.cli.output import note
    from sds2gen3.report.words import number

    counts = ", ".join(f"{node} {count:,}" for node, count in told.items())
    where = f" to {output.as_posix()}" if output is not None else ""
    note(f"Exported {number(sum(told.values()), 'record')}{where}{': ' + counts if counts else '.'}")
    chosen = wanted.where or wanted.since or wanted.until or wanted.limit is not None or wanted.offset
    if not any(told.values()) and not (chosen or wanted.dataset or wanted.ids):
        note("What you may not read, the commons does not show.")
