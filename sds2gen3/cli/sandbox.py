"""`sds2gen3 sandbox`: an embedded commons on loopback, to rehearse on."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sds2gen3.cli.options import COMMONS, Given, shared
from sds2gen3.errors import UsageError

if TYPE_CHECKING:
    from sds2gen3.sandbox import Sandbox

EPILOG = """Examples:
  sds2gen3 sandbox --program sparc --project demo
  sds2gen3 sandbox --dictionary my_dictionary --data commons.db --port 8080 --fault timeout-written@3"""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("sandbox", epilog=EPILOG)(sandbox)


@shared("mapping", "dictionary", "schemas", "program", "project", "config", "quiet")
def sandbox(
    given: Given,
    port: Annotated[
        int,
        typer.Option("--port", rich_help_panel=COMMONS, min=0, max=65535, help="Where to serve; 0: any free port."),
    ] = 0,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            rich_help_panel=COMMONS,
            metavar="FILE",
            help="Keep the records in this SQLite file (default: in memory).",
            show_default=False,
            dir_okay=False,
        ),
    ] = None,
    credentials: Annotated[
        Path,
        typer.Option(
            "--credentials",
            rich_help_panel=COMMONS,
            metavar="FILE",
            help="Where to write the key that other commands log in with.",
            dir_okay=False,
        ),
    ] = Path("sandbox-credentials.json"),
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault",
            rich_help_panel=COMMONS,
            metavar="KIND[=VALUE][@FIRST][xTIMES]",
            help="Let something go wrong, e.g. timeout-written@3: at the third write. Can be repeated.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Serve an embedded commons on loopback until Ctrl-C: the HTTP of a real one, for rehearsal.

    Needs the extra 'sandbox' of sds2gen3.
    """
    from sds2gen3 import config
    from sds2gen3.cli.declared import load_dictionary
    from sds2gen3.cli.output import emit, note

    settings = config.load(given.options(), config=given.config)
    embedded = sandbox_class(fault or [])(load_dictionary(settings), data, fault or [])
    names = [settings.needs[name].value for name in ("program", "project") if name in settings.needs]
    with embedded.serve(port) as address:
        if len(names) == 2:
            embedded.ensure(*names)
        _write(credentials, embedded)
        emit(f"{address}\n")
        if not given.quiet:
            note(f"The key is in {credentials.as_posix()}; Ctrl-C ends the commons.")
        _wait()
    if not given.quiet:
        note(_told(embedded))


def sandbox_class(faults: Sequence[str] = ()) -> type[Sandbox]:
    """The class of the embedded commons, once it is sure that the extra is there and the faults are understood.

    Raises UsageError C980 and C981.
    """
    try:
        from sds2gen3.sandbox import KINDS, Fault, Sandbox
    except ImportError as error:
        hint = "Type: pip install 'sds2gen3[sandbox]'"
        message = f"The sandbox needs a package that is not installed: {error.name}."
        raise UsageError.of("C980", message, hint=hint) from error
    for text in faults:
        try:
            Fault.parse(text)
        except ValueError as error:
            hint = f"Use KIND[=VALUE][@FIRST][xTIMES] with one of: {', '.join(sorted(KINDS))}."
            raise UsageError.of("C981", f"There is no fault '{text}'.", hint=hint, value=text) from error
    return Sandbox


def _write(path: Path, embedded: Sandbox) -> None:
    """The key, readable by its owner only. Raises UsageError C908."""
    import json

    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(embedded.credentials(), file)
    except OSError as error:
        raise UsageError.of("C908", f"The key cannot be written to '{path}': {error.strerror}.") from error


def _wait() -> None:
    """Until Ctrl-C, which is how this command ends well."""
    try:
        while True:
            time.sleep(3_600)
    except KeyboardInterrupt:
        pass


def _told(embedded: Sandbox) -> str:
    counts = ", ".join(f"{count} {name}" for name, count in embedded.counts().items())
    return f"The commons held {counts or 'nothing'}, after {len(embedded.transactions())} transactions."
