"""`sds2gen3 query`: GraphQL, checked before it is sent and answered whole."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sds2gen3.cli.options import Given, shared
from sds2gen3.errors import UsageError

if TYPE_CHECKING:
    from sds2gen3.cli.reading import Library
    from sds2gen3.dictionary import Dictionary

ASKED = "Your query"
MADE = "A query made for you"
OUTPUT = "Output"

EPILOG = """Examples:
  sds2gen3 query '{ case(sex: "Male") { submitter_id samples { submitter_id } } }'
  sds2gen3 query --node case --fields submitter_id,sex,experiments --as table"""


class Form(StrEnum):
    """The forms that an answer is shown in."""

    JSON = "json"
    TABLE = "table"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("query", epilog=EPILOG)(query)


@shared("program", "project", "color", "quiet", "verbose", "config", "endpoint", "credentials", "ca_bundle")
def query(
    given: Given,
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="[QUERY|FILE|-]", help="The query, a file that holds it, or - for stdin.", show_default=False
        ),
    ] = None,
    variables: Annotated[
        list[str] | None,
        typer.Option(
            "--var",
            rich_help_panel=ASKED,
            metavar="NAME=VALUE",
            help="A variable of the query, as JSON or as plain text. Can be repeated.",
        ),
    ] = None,
    node: Annotated[
        str | None, typer.Option("--node", rich_help_panel=MADE, help="Ask for the records of this node.")
    ] = None,
    fields: Annotated[
        str | None,
        typer.Option("--fields", metavar="LIST", rich_help_panel=MADE, help="What of them, as in 'export --fields'."),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="NAME=VALUE",
            rich_help_panel=MADE,
            help="Only those of which it is true. Can be repeated.",
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, rich_help_panel=MADE, help="At most so many.")] = None,
    offset: Annotated[int, typer.Option("--offset", min=0, rich_help_panel=MADE, help="Leave out so many first.")] = 0,
    show: Annotated[
        bool, typer.Option("--show", rich_help_panel=MADE, help="Print the query instead of sending it.")
    ] = False,
    form: Annotated[Form, typer.Option("--as", rich_help_panel=OUTPUT, help="Form of the answer.")] = Form.JSON,
    page: Annotated[
        int, typer.Option("--page", min=1, rich_help_panel=OUTPUT, help="Records asked for at once.")
    ] = 1_000,
) -> None:
    """Ask a Gen3 commons in GraphQL. Every list is whole, at every level, unless the query itself says 'first'.

    Names are checked against the dictionary of the commons before anything is sent. Exit code 0: the whole answer. 2: the
    query cannot be. 3: the commons could not be reached, or its answer is not whole.
    """
    from sds2gen3.cli import output as out
    from sds2gen3.cli.reading import opened
    from sds2gen3.commons.query import ask, variable

    if (text is None) == (node is None):
        raise UsageError.of("U671", "It is not said what to ask.", hint="Give a query, or --node for one made for you.")
    if node is None and (fields or where or limit or offset or show):
        hint = "Leave them out, or use --node."
        raise UsageError.of("U671", "--fields, --where, --limit, --offset and --show go with --node.", hint=hint)
    asked = _read(text) if text is not None else ""
    values = dict(variable(one, asked) for one in variables or ())
    library = opened(given)
    with out.working(library.settings, given) as step:
        step(f"{library.client.endpoint}: asking", 0, 1)
        dictionary = library.dictionary()
        if node is not None:
            asked = _made(library, dictionary, node, fields, where or [], limit, offset)
        answer = {} if show else ask(library.client, dictionary, asked, values, page)
    if show:
        out.emit(asked)
    elif form is Form.JSON:
        out.emit(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")
    else:
        out.emit(_tables(answer))


def _read(source: str) -> str:
    """The text of the query. Raises UsageError U680 where there is none."""
    if source == "-":
        return sys.stdin.read()
    if "{" in source:
        return source
    try:
        return Path(source).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no file of text"
        hint = "A query has braces: '{ case { submitter_id } }'."
        raise UsageError.of("U680", f"'{source}' cannot be read: {reason}.", hint=hint, value=source) from error


def _made(
    library: Library,
    dictionary: Dictionary,
    node: str,
    fields: str | None,
    where: list[str],
    limit: int | None,
    offset: int,
) -> str:
    """The query for --node and its options. Raises UsageError U672, U673."""
    from sds2gen3.commons.query import arguments_of, built
    from sds2gen3.dictionary.columns import columns
    from sds2gen3.nearest import did_you_mean

    if node not in dictionary.nodes:
        hint = did_you_mean(node, dictionary.nodes) or f"It has: {', '.join(dictionary.order)}."
        raise UsageError.of("U672", f"The commons has no node '{node}'.", hint=hint, value=node)
    kind = dictionary.nodes[node]
    arguments: dict[str, Any] = {}
    if library.named("project") is not None and "project_id" in kind.properties:
        arguments["project_id"] = [library.project().project_id]
    arguments |= arguments_of(where, kind)
    arguments |= {"first": limit} if limit is not None else {}
    arguments |= {"offset": offset} if offset else {}
    return built(node, columns(fields, [kind], dictionary)[node], arguments)


def _tables(answer: Mapping[str, Any]) -> str:
    from sds2gen3.cli.output import table
    from sds2gen3.commons.query import tables
    from sds2gen3.report.words import number

    blocks = []
    for name, (header, rows) in tables(answer).items():
        if name:
            blocks.append(f"{name}: {number(len(rows), 'record')}\n{table([header, *rows], indent='  ')}".rstrip())
        else:
            blocks.append(table(rows, indent="  "))
    return "\n\n".join(blocks) + "\n"
