"""`sds2gen3 submit`: the records of a dataset into a commons, and a true account of what became of each."""

from __future__ import annotations

import json
import os
import sys
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
    from sds2gen3.commons import Choices, Client, Diff, Tally
    from sds2gen3.model import Graph, Receipt

SENDING = "Sending"
INTERRUPTED = 130

_QUESTIONS = {"U624": "Submit all the same?", "U628": "Is it this dataset, and may they be changed?"}

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
        bool, typer.Option("--yes", "-y", rich_help_panel=SENDING, help="Also where the project holds other records.")
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

    Can be stopped and run again at any point. Exit code 0: all is there. 1: the data has errors, or records were
    refused. 3: the commons could not be reached. 4: a part is there, run again.
    """
    from sds2gen3.cli import cargo as cargoes
    from sds2gen3.cli import output as out
    from sds2gen3.cli.unsent import ask_first, show_plan
    from sds2gen3.commons import Choices

    if sandbox and (_endpoint_option(given) or given.credentials or dry_run):
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
    if dry_run:
        if ask_server and client is not None:
            ask_first(cargo, client, given, client.endpoint)
        show_plan(cargo, choices, given)
        return
    with _commons(cargo, client) as (reached, embedded):
        if ask_server:
            ask_first(cargo, reached, given, "The sandbox" if embedded else reached.endpoint)
        raise typer.Exit(_send(cargo, reached, choices, given, embedded))


def _endpoint_option(given: Given) -> bool:
    """Whether --endpoint was given: what only the environment says is meant for other commands."""
    return given.endpoint is not None and given.endpoint != os.environ.get("GEN3_ENDPOINT")


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
    try:
        yield connect(key, adapter=embedded.adapter()), embedded
    finally:
        embedded.close()


def _send(cargo: Cargo, client: Client, choices: Choices, given: Given, embedded: Any) -> int:
    """Submit, show what became of it, and give the exit code."""
    from sds2gen3.cli import output as out
    from sds2gen3.cli.account import advice
    from sds2gen3.commons.interrupts import stopping

    with stopping(out.note) as stop, out.working(cargo.settings, given) as step:
        try:
            delivery = deliver(cargo, client, replace(choices, stop=stop), step, embedded)
        except SdsError as error:
            if not stop():
                raise
            out.complain(error.diagnostics)
            return INTERRUPTED
    out.publish([cargo.report.first_causes()], cargo.settings, given)
    if delivery.ended is not None:
        out.complain(delivery.ended.diagnostics)
    if not delivery.complete and not given.quiet:
        out.note(advice(delivery.tally))
    return delivery.exit_code


@dataclass(frozen=True)
class Delivery:
    """How a submission ended: with everything there, stopped by an exception after a part, or neither."""

    exit_code: int
    tally: Tally
    ended: SdsError | None

    @property
    def complete(self) -> bool:
        return self.tally.complete


def deliver(cargo: Cargo, client: Client, choices: Choices, step: Step, embedded: Any = None) -> Delivery:
    """Submit; what became of it joins the cargo's report. Raises SdsError where nothing at all was sent."""
    from sds2gen3.cli.account import account
    from sds2gen3.commons import Tally

    receipts: list[Receipt] = []
    seen: list[Diff] = []
    ended: SdsError | None = None
    try:
        _collect(cargo, client, replace(choices, seen=seen.append), step, receipts)
    except SdsError as error:
        if not receipts:
            raise
        ended = error
    tally = Tally.of(receipts)
    cargo.report.extend(tally.findings)
    last = seen[-1] if seen else None
    cargo.report.summary["submission"] = account(cargo, client, receipts, choices, last, embedded)
    code = tally.exit_code
    if choices.stop() and not tally.complete:
        code = INTERRUPTED
    elif ended is not None:
        taken = tally.counts["created"] + tally.counts["updated"]
        code = 4 if taken else ended.exit_code
    return Delivery(code, tally, ended)


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
        if not _agreed(error):
            raise
        _collect(cargo, client, replace(choices, among_others=True), step, receipts)


def _agreed(error: UsageError) -> bool:
    """Whether the user, asked for each doubt at a terminal, wants to submit all the same."""
    if not all(one.code in ("U624", "U628") for one in error.diagnostics) or not sys.stdin.isatty():
        return False
    return all(typer.confirm(f"{one.message} {_QUESTIONS[one.code]}", err=True) for one in error.diagnostics)


def _total(graph: Graph) -> int:
    """How many records there are of all nodes."""
    return sum(map(len, graph.nodes.values()))
