"""`sds2gen3 status`: what the ledger says was accepted, and whether the commons still has it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sds2gen3.cli.options import COMMONS, CONNECT, Given, shared
from sds2gen3.errors import UsageError

if TYPE_CHECKING:
    from sds2gen3.commons import Client

EPILOG = """Examples:
  sds2gen3 status out
  sds2gen3 status my_dataset.submission --offline"""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("status", epilog=EPILOG)(status)


@shared("format", "quiet", "verbose", "config", *CONNECT)
def status(
    given: Given,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[OUT]",
            help="Folder with submission.jsonl (default: this one, or the only *.submission in it).",
            show_default=False,
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", rich_help_panel=COMMONS, help="Ask no commons: what the ledger says only.")
    ] = False,
) -> None:
    """Tell from the ledger what was accepted, when and by which transaction, and ask the commons if it is still there.

    Exit code 0: all that the ledger knows was accepted and is there. 4: something is missing. 3: the commons could not
    be reached.
    """
    from sds2gen3 import config
    from sds2gen3.cli import output as out
    from sds2gen3.cli.cargo import connected

    settings = config.load(given.options(), folder, given.config)
    stories = _stories(_ledger(folder))
    client = None if offline else connected(given)
    for story in stories:
        if client is not None and story["commons"] == client.endpoint:
            story["there"] = _there(story, client)
    for story in stories:
        del story["keys"]
    if settings.format.value == "json":
        out.emit(json.dumps({"v": 1, "projects": stories}, indent=2) + "\n")
    else:
        out.emit("\n".join(line for story in stories for line in _told(story)) + "\n")
    incomplete = any(story["incomplete"] or story.get("there", {}).get("missing") for story in stories)
    raise typer.Exit(4 if incomplete else 0)


def _ledger(folder: Path | None) -> Path:
    """The ledger in the folder, or here. Raises UsageError U662 where there is none, or more than one."""
    from sds2gen3.write import LEDGER

    place = folder or Path()
    found = [place / LEDGER] if (place / LEDGER).is_file() else []
    if folder is None and not found:
        found = sorted(Path().glob(f"*.submission/{LEDGER}"))
    if len(found) != 1:
        names = ", ".join(path.parent.as_posix() for path in found)
        message = (
            f"There are several ledgers here: {names}." if found else f"There is no {LEDGER} in '{place.as_posix()}'."
        )
        raise UsageError.of("U662", message)
    return found[0]


def _stories(path: Path) -> list[dict[str, Any]]:
    """What the ledger tells of each project, in plain values: the last word on each record, times and transactions."""
    from sds2gen3.commons.ledger import read_ledger

    by_project: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for line in read_ledger(path):
        by_project.setdefault((str(line.get("commons")), str(line.get("project"))), []).append(line)
    if not by_project:
        raise UsageError.of("U662", f"The ledger '{path.as_posix()}' holds nothing.")
    return [_story(path, *names, lines) for names, lines in by_project.items()]


def _story(path: Path, commons: str, project: str, lines: list[Mapping[str, Any]]) -> dict[str, Any]:
    last: dict[tuple[str, str], Mapping[str, Any]] = {}
    for line in lines:
        last[str(line.get("type")), str(line.get("submitter_id"))] = line
    nodes: dict[str, Counter[str]] = {}
    for (node, _), line in last.items():
        nodes.setdefault(node, Counter())[str(line.get("action"))] += 1
    accepted = [key for key, line in last.items() if line.get("action") in ("created", "updated", "same")]
    transactions = sorted({line["transaction"] for line in lines if isinstance(line.get("transaction"), int)})
    times = [str(line["time"]) for line in lines if line.get("time")]
    return {
        "ledger": path.as_posix(),
        "commons": commons,
        "project": project,
        "first": min(times, default=None),
        "last": max(times, default=None),
        "transactions": transactions,
        "records": {node: dict(counts) for node, counts in nodes.items()},
        "accepted": len(accepted),
        "incomplete": sum(1 for line in last.values() if line.get("action") in ("failed", "held back", "not sent")),
        "keys": accepted,
    }


def _there(story: Mapping[str, Any], client: Client) -> dict[str, Any]:
    """Which of the accepted records the commons has, and transactions whose log is no success."""
    from sds2gen3.commons import Project

    program, code = _names(story["project"], client)
    project = Project(client, program, code)
    wanted: dict[str, set[str]] = {}
    for node, name in story["keys"]:
        wanted.setdefault(node, set()).add(name.lower())
    missing = []
    for node, names in wanted.items():
        there = {str(record.get("submitter_id")).lower() for record in project.export(node)}
        missing += [{"type": node, "submitter_id": name} for name in sorted(names - there)]
    states = project.transaction_states(story["transactions"])
    return {
        "found": story["accepted"] - len(missing),
        "missing": missing,
        "unsuccessful": {str(number): state for number, state in states.items() if state != "SUCCEEDED"},
    }


def _names(project_id: str, client: Client) -> tuple[str, str]:
    """Program and project of an id such as 'sds-heart-1': both names may hold dashes, the commons knows which there are."""
    for program in client.programs():
        code = project_id.removeprefix(f"{program}-")
        if code != project_id and code in client.projects(program):
            return program, code
    raise UsageError.of("U621", f"{client.endpoint} has no project '{project_id}'.", value=project_id)


def _told(story: Mapping[str, Any]) -> Iterator[str]:
    from sds2gen3.cli.output import table
    from sds2gen3.report.words import number

    yield f"{story['commons']}, project {story['project']} ({story['ledger']})"
    count = number(len(story["transactions"]), "transaction")
    yield f"From {story['first']} to {story['last']}, {count}{_range(story['transactions'])}."
    rows = [
        (node, ", ".join(f"{action} {count:,}" for action, count in counts.items()))
        for node, counts in story["records"].items()
    ]
    yield table(rows, indent="  ")
    yield f"The ledger says: {number(story['accepted'], 'record')} accepted, {story['incomplete']:,} not."
    there = story.get("there")
    if there is None:
        yield "The commons was not asked."
        return
    if story["accepted"]:
        yield f"The commons has {there['found']:,} of them{'' if there['missing'] else ': all'}."
    for one in there["missing"][:10]:
        yield f"  missing: {one['type']} '{one['submitter_id']}'"
    if len(there["missing"]) > 10:
        yield f"  and {len(there['missing']) - 10:,} more"
    for transaction, state in there["unsuccessful"].items():
        yield f"  its log says {state} of transaction {transaction}"


def _range(transactions: list[int]) -> str:
    if not transactions:
        return ""
    first, last = transactions[0], transactions[-1]
    return f" ({first})" if first == last else f" ({first} to {last})"
