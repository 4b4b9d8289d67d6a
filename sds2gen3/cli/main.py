"""The entry point: the commands, and what each way of ending means as an exit code (DESIGN section 6)."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, Any

import typer

import sds2gen3
from sds2gen3.cli import (
    auth,
    batch,
    browse,
    convert,
    dictionary,
    diff,
    doctor,
    explain,
    export,
    fix,
    graph,
    init,
    mapping,
    project,
    query,
    sandbox,
    schema,
    status,
    submit,
    validate,
    withdraw,
)
from sds2gen3.cli.output import complain, harden, note
from sds2gen3.errors import SdsError

WRONG_CALL = 2
BUG = 70
INTERRUPTED = 130

app = typer.Typer(
    name="sds2gen3",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
    epilog="Examples:\n  sds2gen3 validate my_dataset\n  sds2gen3 convert my_dataset --output out",
)
for commands in (init, validate, fix, convert, submit, diff, status, withdraw, export, query, browse, graph):
    commands.register(app)
for group in (batch, auth, project, mapping, dictionary, schema):
    app.add_typer(group.app)
explain.register(app)
doctor.register(app)
sandbox.register(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"sds2gen3 {sds2gen3.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop."),
    ] = False,
) -> None:
    """From SPARC Dataset Structure (SDS) sheets to validated records of a Gen3 data commons.

    Exit codes: 0 no errors; 1 the data has errors; 2 called wrongly; 3 the server could not be reached; 4 the server
    took a part of it; 70 a bug in sds2gen3; 130 interrupted.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code. Nothing but SystemExit of shell completion leaves it."""
    harden(sys.stdout, sys.stderr)
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = app(given, prog_name="sds2gen3", standalone_mode=False)
        if code == INTERRUPTED:  # Typer has caught Ctrl-C already
            note("Interrupted.")
        return code if isinstance(code, int) else 0
    except SdsError as error:
        complain(error.diagnostics)
        return error.exit_code
    except KeyboardInterrupt:
        note("Interrupted.")
        return INTERRUPTED
    except Exception as error:
        if hasattr(error, "format_message"):  # Typer's own: it comes with click inside or beside it
            return _wrong_call(error)
        return _bug(error, given)


def _wrong_call(error: Any) -> int:
    """An option or argument that Typer did not understand; help for a group without command was already shown."""
    message = error.format_message()
    if type(error).__name__ != "NoArgsIsHelpError" and message:
        note(f"error: {message}")
        command = error.ctx.command_path if getattr(error, "ctx", None) else "sds2gen3"
        note(f"  hint: '{command} --help' shows what it takes.")
    return WRONG_CALL


def _bug(error: Exception, given: Sequence[str]) -> int:
    note(f"error: sds2gen3 itself failed: {type(error).__name__}: {error}")
    if os.environ.get("SDS2GEN3_DEBUG") == "1" or "-v" in given or "--verbose" in given:
        traceback.print_exception(error)
    else:
        note(
            "  hint: This is a bug. Please report it with this line, your command, and what the same command says with -v."
        )
    note(f"  sds2gen3 {sds2gen3.__version__}, Python {sys.version.split()[0]}, {sys.platform}")
    return BUG
