"""`sds2gen3 query`: GraphQL, checked before it is sent and answered whole."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sds2gen3.cli.groups import option
from sds2gen3.cli.options import CONNECT, Given, shared
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


@dataclass(frozen=True)
class QueryOptions:
    """What `query` is asked for: a query, or one made from the name of a node; and the form of the answer."""

    text: Annotated[
        str | None,
        typer.Argument(
            metavar="[QUERY|FILE|-]", help="The query, a file that holds it, or - for stdin.", show_default=False
        ),
    ] = None
    variables: Annotated[
        list[str] | None,
        option(
            "--var",
            panel=ASKED,
            metavar="NAME=VALUE",
            help="A variable of the query, as JSON or as plain text. Can be repeated.",
        ),
    ] = None
    node: Annotated[str | None, option("--node", panel=MADE, help="Ask for the records of this node.")] = None
    fields: Annotated[
        str | None, option("--fields", panel=MADE, metavar="LIST", help="What of them, as in 'export --fields'.")
    ] = None
    where: Annotated[
        list[str] | None,
        option("--where", panel=MADE, metavar="NAME=VALUE", help="Only those of which it is true. Can be repeated."),
    ] = None
    limit: Annotated[int | None, option("--limit", panel=MADE, min=1, help="At most so many.")] = None
    offset: Annotated[
        int, option("--offset", panel=MADE, min=0, help="Leave out so many first.", show_default=True)
    ] = 0
    show: Annotated[bool, option("--show", panel=MADE, help="Print the query instead of sending it.")] = False
    form: Annotated[Form, option("--as", panel=OUTPUT, help="Form of the answer.", show_default=True)] = Form.JSON
    page: Annotated[
        int, option("--page", panel=OUTPUT, min=1, help="Records asked for at once.", show_default=True)
    ] = 1_000


@shared("program", "project", "color", "quiet", "verbose", "config", *CONNECT)
def query(given: Given, asked: QueryOptions) -> None:
    """Ask a Gen3 commons in GraphQL. Every list is whole, at every level, unless the query itself says 'first'.

    Names are checked against the dictionary of the commons before anything is sent. Exit code 0: the whole answer. 2: the
    query cannot be. 3: the commons could not be reached, or its answer is not whole.
    """
    from sds2gen3.cli import output as out
    from sds2gen3.cli.reading import opened
    from sds2gen3.commons.query import ask, variable

    _refuse_what_cannot_be(asked)
    text = _read(asked.text) if asked.text is not None else ""
    values = dict(variable(one, text) for one in asked.variables or ())
    library = opened(given)
    with out.working(library.settings, given) as step:
        step(f"{library.client.endpoint}: asking", 0, 1)
        dictionary = library.dictionary()
        if asked.node is not None:
            text = _made(library, dictionary, asked.node, asked)
        answer = {} if asked.show else ask(library.client, dictionary, text, values, asked.page)
    if asked.show:
        out.emit(text)
    elif asked.form is Form.JSON:
        out.emit(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")
    else:
        out.emit(_tables(answer))


def _refuse_what_cannot_be(asked: QueryOptions) -> None:
    """Raises UsageError U671 where it is not said what to ask (an empty variable of the shell, say), or said twice."""
    if (asked.text is None) == (asked.node is None) or (asked.text is not None and not asked.text.strip()):
        raise UsageError.of("U671", "It is not said what to ask.", hint="Give a query, or --node for one made for you.")
    if asked.node is None and (asked.fields or asked.where or asked.limit or asked.offset or asked.show):
        hint = "Leave them out, or use --node."
        raise UsageError.of("U671", "--fields, --where, --limit, --offset and --show go with --node.", hint=hint)


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


def _made(library: Library, dictionary: Dictionary, node: str, asked: QueryOptions) -> str:
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
    arguments |= arguments_of(asked.where or [], kind)
    arguments |= {"first": asked.limit} if asked.limit is not None else {}
    arguments |= {"offset": asked.offset} if asked.offset else {}
    return built(node, columns(asked.fields, [kind], dictionary)[node], arguments)


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
