"""`sds2gen3 submit`: the records of a dataset into a commons, and a true account of what became of each."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sds2gen3.cli.options import ALL_BUT_SELECT, COMMONS, CONNECT, Given, shared
from sds2gen3.errors import SdsError, UsageError

if TYPE_CHECKING:
    from sds2gen3.cli.cargo import Cargo
    from sds2gen3.cli.progress import Step
    from sds2gen3.commons import Choices, Client, Plan
    from sds2gen3.model import Graph, Receipt

SENDING = "Sending"
INTERRUPTED = 130

EPILOG = """Examples:
  sds2gen3 submit my_dataset --project heart --dry-run
  sds2gen3 submit out --credentials ~/.gen3/credentials.json"""

Source = Annotated[
    Path,
    typer.Argument(
        metavar="DATASET|OUT",
        help="Folder or .zip of an SDS dataset, or a folder that convert wrote.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("submit", epilog=EPILOG)(submit)


@shared(*ALL_BUT_SELECT, *CONNECT)
def submit(
    given: Given,
    source: Source,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", rich_help_panel=SENDING, help="Send nothing: write what would be sent.")
    ] = False,
    ask_server: Annotated[
        bool,
        typer.Option(
            "--ask-server", rich_help_panel=SENDING, help="First let the commons judge every record, storing none."
        ),
    ] = False,
    sandbox: Annotated[
        bool,
        typer.Option("--sandbox", rich_help_panel=COMMONS, help="Into an embedded commons that ends with the command."),
    ] = False,
    recreate: Annotated[
        bool,
        typer.Option("--recreate", rich_help_panel=SENDING, help="Delete and make again what cannot be updated."),
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", rich_help_panel=SENDING, help="Also into a project that holds other records.")
    ] = False,
    chunk_size: Annotated[
        int, typer.Option("--chunk-size", rich_help_panel=SENDING, min=1, max=1000, help="Records in one request.")
    ] = 100,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            rich_help_panel=SENDING,
            help="Folder for the ledger and the requests of a dry run (default: OUT, or DATASET.submission here).",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Send what is new or changed to a Gen3 commons, parents first, and read back that it is there.

    Can be stopped and run again at any point. Exit code 0: all is there. 1: the data has errors, or all was refused.
    3: the commons could not be reached. 4: a part is there, run again.
    """
    from sds2gen3.cli import cargo as cargoes
    from sds2gen3.cli import output as out
    from sds2gen3.commons import Choices

    if sandbox and (given.endpoint or given.credentials or dry_run):
        raise UsageError.of(
            "C912", "--sandbox brings a commons of its own: it goes with no other, and not with --dry-run."
        )
    client = None
    if not sandbox and (not dry_run or ask_server or cargoes.wants_served(given, source)):
        client = cargoes.connected(given)
    settings = cargoes.settings_of(given, source)
    out.renderer(settings)
    with out.working(settings, given) as step:
        cargo = cargoes.load(source, given, step, client)
        cargo = replace(cargo, folder=output or cargo.folder)
    if cargo.failed:
        raise typer.Exit(cargoes.refuse(cargo, given))
    choices = Choices(
        chunk_size, recreate, among_others=yes, ledger=None if sandbox and output is None else cargo.ledger
    )
    if ask_server and client is not None:
        _rehearse(cargo, client, given)
    if dry_run:
        _show_plan(cargo, choices, given)
        return
    with _commons(cargo, client) as (reached, held):
        raise typer.Exit(_send(cargo, reached, choices, given, held))


@contextmanager
def _commons(cargo: Cargo, client: Client | None) -> Iterator[tuple[Client, Any]]:
    """The commons that was connected to; else an embedded one with the program and project of the records."""
    if client is not None:
        yield client, None
        return
    from sds2gen3.cli.sandbox import sandbox_class
    from sds2gen3.commons import connect
    from sds2gen3.commons.credentials import parse
    from sds2gen3.commons.submission import project_names

    embedded = sandbox_class()(cargo.dictionary)
    embedded.ensure(*project_names(cargo.sound))
    key = parse(json.dumps(embedded.credentials()), "the sandbox")
    yield connect(key, adapter=embedded.adapter()), embedded
    embedded.close()


def _rehearse(cargo: Cargo, client: Client, given: Given) -> None:
    """Stop with the server's complaints at their cells, if it has any."""
    from sds2gen3.cli import output as out
    from sds2gen3.commons.preflight import check_dictionary, check_graph
    from sds2gen3.commons.rehearse import rehearse
    from sds2gen3.commons.submission import project_of

    project = project_of(cargo.sound, client)
    project.check()
    check_dictionary(cargo.dictionary, client)
    check_graph(cargo.sound, cargo.dictionary)
    found = list(rehearse(cargo.sound, cargo.dictionary, project))
    cargo.report.extend(found)
    if cargo.report.errors:
        out.publish([cargo.report.first_causes()], cargo.settings, given)
        out.note(f"{client.endpoint} would refuse some records. Nothing was stored.")
        raise typer.Exit(1)
    if not given.quiet:
        which = "every record that it could be asked about" if found else f"all {_total(cargo.sound):,} records"
        out.note(f"{client.endpoint} would take {which}.")


def _show_plan(cargo: Cargo, choices: Choices, given: Given) -> None:
    """What would be sent to a commons that holds nothing of the dataset yet: written to files, and told."""
    from sds2gen3.cli import output as out
    from sds2gen3.commons import make_plan
    from sds2gen3.commons.diff import all_new
    from sds2gen3.write import write_requests

    plan = make_plan(all_new(cargo.sound), cargo.dictionary, choices.chunk_size)
    folder = write_requests(plan.documents(), cargo.folder)
    report = cargo.report
    report.summary["plan"] = {**plan.as_dict(), "written": folder.as_posix(), "first": _firsts(plan)}
    out.publish([report], cargo.settings, given)


def _firsts(plan: Plan) -> dict[str, Any]:
    """The first record of each node as it would be sent."""
    firsts: dict[str, Any] = {}
    for chunk in plan.chunks:
        firsts.setdefault(chunk.node, dict(chunk.sendings[0].record))
    return firsts


def _send(cargo: Cargo, client: Client, choices: Choices, given: Given, embedded: Any) -> int:
    """Submit, show what became of it, and give the exit code."""
    from sds2gen3.cli import output as out
    from sds2gen3.commons.interrupts import stopping

    with stopping(out.note) as stop, out.working(cargo.settings, given) as step:
        delivery = deliver(cargo, client, replace(choices, stop=stop), step, embedded)
    out.publish([cargo.report.first_causes()], cargo.settings, given)
    if delivery.ended is not None:
        out.complain(delivery.ended.diagnostics)
    if not delivery.complete and not given.quiet:
        out.note("Run the same command again to go on: what is there already is not sent again.")
    return delivery.exit_code


@dataclass(frozen=True)
class Delivery:
    """How a submission ended: with everything there, stopped by an exception after a part, or neither."""

    exit_code: int
    complete: bool
    ended: SdsError | None


def deliver(cargo: Cargo, client: Client, choices: Choices, step: Step, embedded: Any = None) -> Delivery:
    """Submit; what became of it joins the cargo's report. Raises SdsError where nothing at all was sent."""
    from sds2gen3.commons import Tally

    receipts: list[Receipt] = []
    ended: SdsError | None = None
    try:
        _collect(cargo, client, choices, step, receipts)
    except SdsError as error:
        if not receipts:
            raise
        ended = error
    tally = Tally.of(receipts)
    cargo.report.extend(tally.findings)
    cargo.report.summary["submission"] = _account(cargo, client, receipts, tally, choices, embedded)
    code = tally.exit_code
    if choices.stop() and not tally.complete:
        code = INTERRUPTED
    elif ended is not None:
        taken = tally.counts["created"] + tally.counts["updated"]
        code = 4 if taken else ended.exit_code
    return Delivery(code, tally.complete, ended)


def _collect(cargo: Cargo, client: Client, choices: Choices, step: Step, receipts: list[Receipt]) -> None:
    """All receipts, into the list, so that those before an error are not lost. Asks before it mixes with other records."""
    from sds2gen3.commons import submit as sent

    count = _total(cargo.sound)
    step(f"{client.endpoint}: comparing", 0, count)
    try:
        for receipt in sent(cargo.sound, client, cargo.dictionary, choices):
            receipts.append(receipt)
            step(f"{client.endpoint}: {receipt.type}", len(receipts), count)
    except UsageError as error:
        first = error.diagnostics[0]
        if first.code != "U624" or not sys.stdin.isatty() or not typer.confirm(f"{first.message} Submit all the same?"):
            raise
        _collect(cargo, client, replace(choices, among_others=True), step, receipts)


def _total(graph: Graph) -> int:
    """How many records there are of all nodes."""
    return sum(map(len, graph.nodes.values()))


def _account(
    cargo: Cargo, client: Client, receipts: list[Receipt], tally: Any, choices: Choices, embedded: Any
) -> dict[str, Any]:
    """What became of the records, in plain JSON values."""
    by_action: dict[str, Counter[str]] = {}
    for one in receipts:
        by_action.setdefault(one.action, Counter())[one.type] += 1
    said = [
        {"type": one.type, "submitter_id": one.submitter_id, "words": words} for one in receipts for words in one.said
    ]
    account: dict[str, Any] = {
        "commons": client.endpoint,
        "program": cargo.sound.needs.get("program"),
        "project": cargo.sound.needs.get("project"),
        "complete": tally.complete,
        "records": {action: dict(counts) for action, counts in by_action.items()},
        "verified": tally.verified,
        "line": str(tally),
        "ledger": choices.ledger.as_posix() if choices.ledger else None,
        "said": said,
    }
    if embedded is not None:
        account |= {"commons": "the sandbox", "holds": embedded.counts()}
    return account
