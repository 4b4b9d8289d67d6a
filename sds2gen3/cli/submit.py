"""`sds2gen3 submit`: the records of a dataset into a commons, and a true account of what became of each."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sds2gen3.cli.groups import option
from sds2gen3.cli.options import ALL_BUT_SELECT, COMMONS, CONNECT, Given, shared
from sds2gen3.errors import SdsError, UsageError

if TYPE_CHECKING:
    from sds2gen3.cli.cargo import Cargo
    from sds2gen3.commons import Choices, Client

SENDING = "Sending"

EPILOG = """Examples:
  sds2gen3 submit my_dataset --project heart --dry-run
  sds2gen3 submit out --credentials ~/.gen3/credentials.json --detach"""

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


@dataclass(frozen=True)
class SubmitOptions:
    """What `submit` is asked for: what to send, where the story goes, and what may be done on the way."""

    source: Source
    dry_run: Annotated[bool, option("--dry-run", panel=SENDING, help="Send nothing: write what would be sent.")] = False
    ask_server: Annotated[
        bool, option("--ask-server", panel=SENDING, help="First let the commons judge every record, storing none.")
    ] = False
    sandbox: Annotated[
        bool, option("--sandbox", panel=COMMONS, help="Into an embedded commons that ends with the command.")
    ] = False
    recreate: Annotated[
        bool, option("--recreate", panel=SENDING, help="Delete and make again what cannot be updated.")
    ] = False
    yes: Annotated[bool, option("--yes", "-y", panel=SENDING, help="Also where the project holds other records.")] = (
        False
    )
    chunk_size: Annotated[
        int,
        option("--chunk-size", panel=SENDING, min=1, max=1000, help="Records in one request.", show_default=True),
    ] = 100
    output: Annotated[
        Path | None,
        option(
            "--output",
            "-o",
            panel=SENDING,
            metavar="FOLDER",
            help="Folder for the ledger and the requests of a dry run (default: OUT, or DATASET.submission here).",
        ),
    ] = None
    detach: Annotated[
        bool,
        option(
            "--detach",
            panel=SENDING,
            help="Go on in a process of its own and return; 'sds2gen3 status OUT --watch' follows it.",
        ),
    ] = False
    run: Annotated[str | None, option("--run", panel=SENDING, help="The run that this process is.", hidden=True)] = None


@shared(*ALL_BUT_SELECT, *CONNECT)
def submit(context: typer.Context, given: Given, asked: SubmitOptions) -> None:
    """Send what is new or changed to a Gen3 commons, parents first, and read back that it is there.

    Can be stopped and run again at any point. Exit code 0: all is there. 1: the data has errors, or records were
    refused. 3: the commons could not be reached. 4: a part is there, run again.
    """
    from sds2gen3.cli.detach import left_alone
    from sds2gen3.write import LEDGER

    _check(given, asked)
    if asked.run is None or asked.output is None:
        _submit(context, given, asked)
        return
    with left_alone(asked.run, asked.output / LEDGER):
        _submit(context, given, replace(asked, detach=False, ask_server=False))


def _check(given: Given, asked: SubmitOptions) -> None:
    """Raises UsageError C912 for options that exclude each other."""
    if asked.sandbox and (_endpoint_option(given) or given.credentials or asked.dry_run):
        raise UsageError.of(
            "C912", "--sandbox brings a commons of its own: it goes with no other, and not with --dry-run."
        )
    if asked.detach and (asked.sandbox or asked.dry_run):
        raise UsageError.of("C912", "--detach goes neither with --sandbox, which ends here, nor with --dry-run.")


def _submit(context: typer.Context, given: Given, asked: SubmitOptions) -> None:
    from sds2gen3.cli import cargo as cargoes
    from sds2gen3.cli import output as out
    from sds2gen3.cli.detach import refuse_second
    from sds2gen3.cli.unsent import ask_first, show_plan
    from sds2gen3.commons import Choices, runs

    client = None
    needed = not asked.dry_run or asked.ask_server or cargoes.wants_served(given, asked.source)
    stdin = cache(sys.stdin.read)
    if needed and not asked.sandbox:
        client = cargoes.connected(given, stdin)
    settings = cargoes.settings_of(given, asked.source)
    out.renderer(settings)
    with out.working(settings, given) as step:
        cargo = cargoes.load(asked.source, given, step, client)
        cargo = replace(cargo, folder=asked.output or cargo.folder)
    if cargo.failed:
        raise typer.Exit(cargoes.refuse(cargo, given))
    ledger = None if asked.sandbox and asked.output is None else cargo.ledger
    run = asked.run or runs.new_id()
    choices = Choices(asked.chunk_size, asked.recreate, among_others=asked.yes, ledger=ledger, run=run)
    if asked.dry_run:
        if asked.ask_server and client is not None:
            ask_first(cargo, client, given, client.endpoint)
        show_plan(cargo, choices, given)
        return
    if asked.run is None and ledger is not None:
        refuse_second(ledger)
    with _commons(cargo, client) as (reached, embedded):
        if asked.ask_server:
            ask_first(cargo, reached, given, "The sandbox" if embedded else reached.endpoint)
        if asked.detach:
            key = stdin() if given.credentials == "-" else None
            _detach(cargo, reached, choices, given, context.obj or sys.argv[1:], key)
            return
        raise typer.Exit(_send(cargo, reached, choices, given, embedded))


def _detach(
    cargo: Cargo, client: Client, choices: Choices, given: Given, arguments: Sequence[str], key: str | None
) -> None:
    """Ask what there is to ask, then leave the submission to a process of its own."""
    from sds2gen3.cli import detach
    from sds2gen3.cli import output as out

    with out.working(cargo.settings, given) as step:
        agreed = detach.look(cargo, client, choices, step)
    told = detach.start(arguments, cargo.folder, agreed.among_others, key)
    detach.show(told, cargo.folder, given, cargo.settings.format.value == "json")


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
    from sds2gen3.cli.delivery import deliver
    from sds2gen3.commons.accounts import INTERRUPTED
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
