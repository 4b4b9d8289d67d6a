"""`sds2gen3 status`: what the ledger says was accepted, and whether the commons still has it, as it was accepted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sds2gen3.cli.groups import option
from sds2gen3.cli.options import COMMONS, CONNECT, Given, shared
from sds2gen3.errors import UsageError

if TYPE_CHECKING:
    from sds2gen3.commons import Client, Project
    from sds2gen3.commons.runs import Run
    from sds2gen3.config import Settings
    from sds2gen3.dictionary.types import NodeType

EPILOG = """Examples:
  sds2gen3 status my_dataset.submission --offline
  sds2gen3 status out --watch"""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("status", epilog=EPILOG)(status)


@shared("program", "project", "format", "quiet", "verbose", "config", *CONNECT)
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
        bool, option("--offline", panel=COMMONS, help="Ask no commons: what the ledger says only.")
    ] = False,
    watch: Annotated[
        bool,
        option(
            "--watch", panel=COMMONS, help="Follow the submission to its end, asking no commons. Ctrl-C leaves it be."
        ),
    ] = False,
) -> None:
    """Tell from the ledger what was accepted, when and by which transaction, and ask the commons if it is still there.

    Exit code 0: all that the ledger knows was accepted and is there as it was sent. 4: something is missing, or was
    changed since, or the last submission failed. 3: the commons could not be reached. With --watch that of the submission,
    4 where its process is gone.
    """
    from sds2gen3 import config
    from sds2gen3.cli import output as out
    from sds2gen3.cli.cargo import connected
    from sds2gen3.cli.watch import standing, unfinished
    from sds2gen3.commons.runs import FAILED

    settings = config.load(given.options(), folder, given.config)
    if watch:
        raise typer.Exit(_watched(_ledger(folder), settings, given))
    ledger = _ledger(folder)
    run = standing(ledger)
    stories = _chosen(_stories(ledger, run), given)
    client = None if offline else connected(given)
    for story in stories:
        if client is not None and story["commons"] == client.endpoint:
            story["there"] = _there(story, client)
    for story in stories:
        del story["lines"]
    if settings.format.value == "json":
        last = run.as_dict() if run is not None else None
        out.emit(json.dumps({"v": 1, "run": last, "projects": stories}, indent=2) + "\n")
    else:
        lines = [line for story in stories for line in _told(story)]
        out.emit("\n".join([*lines, *unfinished(run)]) + "\n")
    failed = run is not None and run.state == FAILED
    raise typer.Exit(4 if failed or not all(map(_is_well, stories)) else 0)


def _watched(ledger: Path, settings: Settings, given: Given) -> int:
    """Follow the last submission of the ledger, show how it ended, and give its exit code."""
    from sds2gen3.cli import output as out
    from sds2gen3.cli.watch import told, watch
    from sds2gen3.commons.accounts import INTERRUPTED

    try:
        run = watch(ledger, settings, given)
    except KeyboardInterrupt:
        out.note("No longer watched: the submission itself goes on.")
        return INTERRUPTED
    if settings.format.value == "json":
        out.emit(json.dumps({"v": 1, "ledger": ledger.as_posix(), "run": run.as_dict()}, indent=2) + "\n")
    else:
        out.emit("\n".join(told(run)) + "\n")
    return run.exit_code or 0


def _is_well(story: Mapping[str, Any]) -> bool:
    there = story.get("there", {})
    return not (story["incomplete"] or there.get("missing") or there.get("changed"))


def _chosen(stories: list[dict[str, Any]], given: Given) -> list[dict[str, Any]]:
    """The stories of --program and --project. Raises UsageError U662 where the ledger has none of them."""
    found = [
        story
        for story in stories
        if (given.program is None or story["project"].startswith(f"{given.program}-"))
        and (given.project is None or story["project"].endswith(f"-{given.project}"))
        and (None in (given.program, given.project) or story["project"] == f"{given.program}-{given.project}")
    ]
    if not found:
        known = ", ".join(sorted({story["project"] for story in stories}))
        wanted = "-".join(filter(None, (given.program, given.project)))
        hint = f"It tells of {known}."
        raise UsageError.of("U662", f"The ledger tells nothing of '{wanted}'.", hint=hint, value=wanted)
    return found


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


def _stories(path: Path, run: Run | None) -> list[dict[str, Any]]:
    """What the ledger tells of each project, in plain values: the last word on each record, times and transactions."""
    from sds2gen3.cli.watch import unfinished
    from sds2gen3.commons.ledger import read_ledger

    by_project: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for line in read_ledger(path):
        by_project.setdefault((str(line.get("commons")), str(line.get("project"))), []).append(line)
    if not by_project:
        raise UsageError.of(
            "U662", " ".join([f"The ledger '{path.as_posix()}' holds no record.", *unfinished(run)[:1]])
        )
    return [_story(path, *names, lines) for names, lines in by_project.items()]


def _story(path: Path, commons: str, project: str, lines: list[Mapping[str, Any]]) -> dict[str, Any]:
    last: dict[tuple[str, str], Mapping[str, Any]] = {}
    for line in lines:
        last[str(line.get("type")), str(line.get("submitter_id")).lower()] = line
    nodes: dict[str, Counter[str]] = {}
    for (node, _), line in last.items():
        nodes.setdefault(node, Counter())[str(line.get("action"))] += 1
    accepted = {key: line for key, line in last.items() if line.get("action") in ("created", "updated", "same")}
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
        "lines": accepted,
    }


def _there(story: Mapping[str, Any], client: Client) -> dict[str, Any]:
    """Which of the accepted records the commons has, and has as they were; transactions whose log is no success."""
    from sds2gen3.commons import Project, served_dictionary

    project = Project(client, *_names(story["project"], client))
    nodes = served_dictionary(client).nodes
    by_node: dict[str, dict[str, Mapping[str, Any]]] = {}
    for (node, name), line in story["lines"].items():
        by_node.setdefault(node, {})[name] = line
    missing, changed = [], []
    for node, lines in by_node.items():
        found = _changed(lines, nodes[node], project) if node in nodes else {}
        missing += [_named(line) for name, line in lines.items() if name not in found]
        changed += [_named(line) for name, line in lines.items() if found.get(name)]
    states = project.transaction_states(story["transactions"])
    return {
        "found": story["accepted"] - len(missing),
        "missing": missing,
        "changed": changed,
        "unsuccessful": {str(number): state for number, state in states.items() if state != "SUCCEEDED"},
    }


def _changed(lines: Mapping[str, Mapping[str, Any]], node: NodeType, project: Project) -> dict[str, bool]:
    """For each record that is there, by its id in lower case, whether what was sent of it is otherwise now.

    Lines of version 1 cannot say that.
    """
    from sds2gen3.commons.held import read_node
    from sds2gen3.commons.ledger import VERSION

    found = {}
    for held in read_node(project, node, frozenset(lines)):
        line = lines[held.submitter_id.lower()]
        comparable = line.get("v") == VERSION and isinstance(line.get("of"), list)
        found[held.submitter_id.lower()] = comparable and held.hash_of(line["of"]) != line.get("hash")
    return found


def _named(line: Mapping[str, Any]) -> dict[str, str]:
    return {"type": str(line.get("type")), "submitter_id": str(line.get("submitter_id"))}


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
    yield from _listed("missing", there["missing"])
    if there["changed"]:
        yield f"Changed since: {number(len(there['changed']), 'record')}. Somebody else has written to the project."
    yield from _listed("changed", there["changed"])
    for transaction, state in there["unsuccessful"].items():
        yield f"  its log says {state} of transaction {transaction}"


def _listed(what: str, records: list[dict[str, str]]) -> Iterator[str]:
    from sds2gen3.report.words import visible

    for one in records[:10]:
        yield visible(f"  {what}: {one['type']} '{one['submitter_id']}'")
    if len(records) > 10:
        yield f"  and {len(records) - 10:,} more"


def _range(transactions: list[int]) -> str:
    if not transactions:
        return ""
    first, last = transactions[0], transactions[-1]
    return f" ({first})" if first == last else f" ({first} to {last})"
