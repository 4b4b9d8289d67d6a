"""`sds2gen3 browse`: what is in a commons - programs, projects, nodes, records, one record with its links."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sds2gen3.cli.groups import option
from sds2gen3.cli.options import CONNECT, Given, shared
from sds2gen3.errors import UsageError

if TYPE_CHECKING:
    from sds2gen3.cli.reading import Library
    from sds2gen3.commons import Project
    from sds2gen3.commons.reading import Neighbour
    from sds2gen3.dictionary import Dictionary

SHOWN = 25
LONGEST = 60
COLUMNS = 6  # of a table where --fields does not say which
RECORDS = "Records"
OUTPUT = "Output"

EPILOG = """Examples:
  sds2gen3 browse heart case --fields submitter_id,sex,age
  sds2gen3 browse heart case my-study:sub-1 --json"""

_Shown = tuple[dict[str, Any], str]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("browse", epilog=EPILOG)(browse)


@dataclass(frozen=True)
class BrowseOptions:
    """What `browse` is asked for: how deep to look, and which records of a node."""

    project: Annotated[
        str | None,
        typer.Argument(metavar="[PROJECT]", help="A project: its code, or program/code.", show_default=False),
    ] = None
    node: Annotated[
        str | None, typer.Argument(metavar="[NODE]", help="A node of it: its records.", show_default=False)
    ] = None
    record: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="A record: its submitter_id or the server's id.", show_default=False),
    ] = None
    fields: Annotated[
        str | None, option("--fields", panel=RECORDS, metavar="LIST", help="Columns, as in 'export --fields'.")
    ] = None
    where: Annotated[
        list[str] | None,
        option(
            "--where",
            panel=RECORDS,
            metavar="NAME=VALUE",
            help="Only those of which it is true, as in 'export'. Can be repeated.",
        ),
    ] = None
    limit: Annotated[
        int | None,
        option("--limit", panel=RECORDS, min=0, help=f"So many at once; 0: all (default: {SHOWN}, all with --json)."),
    ] = None
    offset: Annotated[
        int, option("--offset", panel=RECORDS, min=0, help="Leave out so many first.", show_default=True)
    ] = 0
    as_json: Annotated[bool, option("--json", panel=OUTPUT, help="As JSON, with everything that was read.")] = False


@shared("program", "color", "quiet", "verbose", "config", *CONNECT)
def browse(given: Given, asked: BrowseOptions) -> None:
    """Look around in a Gen3 commons: its projects; the nodes of a project; the records of a node; one record, with its links.

    Exit code 0: shown. 1: there is no such record. 2: there is no such project or node.
    """
    from sds2gen3.cli import output as out
    from sds2gen3.cli.reading import opened

    sifted = asked.fields or asked.where or asked.limit is not None or asked.offset
    if sifted and (asked.node is None or asked.record is not None):
        hint = "Name a project and a node."
        raise UsageError.of("U671", "--fields, --where, --limit and --offset go with the records of a node.", hint=hint)
    library = opened(given)
    with out.working(library.settings, given) as step:
        step(f"{library.client.endpoint}: reading", 0, 1)
        document, text = _looked(library, asked)
    document = {"v": 1, "commons": library.client.endpoint, **document}
    out.emit(json.dumps(document, indent=2, ensure_ascii=False) + "\n" if asked.as_json else text)


def _looked(library: Library, asked: BrowseOptions) -> _Shown:
    """What there is as deep as the arguments go. Raises UsageError U672 for a node that there is not."""
    from sds2gen3.commons.reading import find_project

    if asked.project is None:
        return _projects(library)
    found = find_project(library.client, library.named("program"), asked.project)
    dictionary = library.dictionary()
    if asked.node is None:
        return _nodes(found, dictionary)
    if asked.node not in dictionary.order:
        raise _no_node(asked.node, dictionary)
    if asked.record is not None:
        return _record(found, dictionary, asked.node, asked.record)
    most = (None if asked.as_json else SHOWN) if asked.limit is None else asked.limit or None
    return _records(found, dictionary, asked.node, asked.fields, tuple(asked.where or ()), most, asked.offset)


def _no_node(node: str, dictionary: Dictionary) -> Exception:
    from sds2gen3.nearest import did_you_mean

    hint = did_you_mean(node, dictionary.order) or f"It has: {', '.join(dictionary.order)}."
    return UsageError.of("U672", f"The commons has no node '{node}' with records.", hint=hint, value=node)


def _projects(library: Library) -> _Shown:
    from sds2gen3.cli.output import table
    from sds2gen3.commons.reading import visible

    listed = visible(library.client, library.named("program"))
    document = {"projects": [{"program": program, "project": code} for program, code in listed]}
    if not listed:
        return document, f"{library.client.endpoint} shows you no project.\n"
    rows = [("program", "project", ""), *((program, code, "") for program, code in listed)]
    return document, f"{library.client.endpoint}\n\n{table(rows, indent='  ')}\n"


def _nodes(project: Project, dictionary: Dictionary) -> _Shown:
    from sds2gen3.cli.output import table
    from sds2gen3.report.words import number

    counts = project.counts(dictionary.order)
    there = {name: count for name, count in counts.items() if count}
    document = {"program": project.program, "project": project.code, "state": project.state(), "nodes": counts}
    rows = [(name, f"{count:,}", dictionary.nodes[name].title) for name, count in there.items()]
    total = number(sum(there.values()), "record")
    head = f"{project.client.endpoint}, project '{project.code}' ({document['state'] or 'state not shown'}): {total}"
    rest = len(counts) - len(there)
    tail = f"\n\n{number(rest, 'more node')} without records, or with records that you may not read." if rest else ""
    return document, "\n\n".join([head, *([table(rows, indent="  ")] if rows else [])]) + tail + "\n"


def _records(
    project: Project,
    dictionary: Dictionary,
    node: str,
    fields: str | None,
    where: tuple[str, ...],
    limit: int | None,
    offset: int,
) -> _Shown:
    from sds2gen3.cli.output import note, table
    from sds2gen3.commons.query import tables
    from sds2gen3.commons.reading import Wanted, select, told_of
    from sds2gen3.report.words import number

    wanted = Wanted((node,), fields, where, limit=limit, offset=offset)
    for line in told_of(wanted, dictionary):
        note(f"Note: {line}")
    for selected in select(project, dictionary, wanted):
        records, total = list(selected.records()), selected.total
    document = {"project": project.code, "node": node, "total": total, "offset": offset, "records": records}
    header, rows = tables({node: records})[node]
    shown = [at for at, title in enumerate(header) if title != "type"][: None if fields else COLUMNS]
    cut = [[_short(row[at]) for at in shown] for row in rows]
    lines = table([[header[at] for at in shown], *cut], indent="  ") if rows else "  none"
    tail = ""
    if len(records) < total:
        tail = f"\n\nRecords {offset + 1:,} to {offset + len(records):,} of {total:,}; --limit 0 shows all."
    hidden = [header[at] for at in range(len(header)) if at not in shown and header[at] != "type"]
    if hidden:
        tail += f"\n\nColumns not shown: {', '.join(hidden)}. Choose with --fields."
    return document, f"{node}: {number(total, 'record')} in project '{project.code}'\n\n{lines}{tail}\n"


def _record(project: Project, dictionary: Dictionary, node: str, name: str) -> _Shown:
    from sds2gen3.cli.output import table
    from sds2gen3.commons.query.rows import shown
    from sds2gen3.commons.reading import one_record

    whole = one_record(project, dictionary, dictionary.nodes[node], name)
    document = {
        "project": project.code,
        "node": node,
        "submitter_id": whole.submitter_id,
        "properties": whole.properties,
        "above": [_neighbour(one) for one in whole.above],
        "below": [_neighbour(one) for one in whole.below],
    }
    rows = [
        (key, ", ".join(map(shown, value)) if isinstance(value, list) else shown(value))
        for key, value in whole.properties.items()
    ]
    blocks = [f"{node} '{whole.submitter_id}' of project '{project.code}'", table(rows, indent="  ")]
    for title, neighbours in (("Links to", whole.above), ("Linked from", whole.below)):
        if neighbours:
            listed = [(one.link, one.node, one.submitter_id) for one in neighbours]
            blocks.append(f"{title}\n" + table(listed, indent="  "))
    return document, "\n\n".join(blocks) + "\n"


def _neighbour(one: Neighbour) -> dict[str, str]:
    return {"link": one.link, "node": one.node, "submitter_id": one.submitter_id, "id": one.id}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 4]} ..."
