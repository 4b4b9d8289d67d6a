"""The entry point: the commands, and what each way of ending means as an exit code (DESIGN section 6)."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer

import sds2gen3
from sds2gen3.cli.output import complain, harden, note
from sds2gen3.errors import SdsError

WRONG_CALL = 2
BUG = 70
INTERRUPTED = 130

COMMANDS = (
    "init",
    "validate",
    "fix",
    "convert",
    "submit",
    "diff",
    "status",
    "withdraw",
    "export",
    "query",
    "browse",
    "download",
    "graph",
)
GROUPS = ("batch", "auth", "project", "mapping", "dictionary", "schema")
HELPERS = ("explain", "doctor", "sandbox")  # come last in the help


def command_line(given: Sequence[str] = ()) -> typer.Typer:
    """The commands, in the order of the help: all of them, or only the one that is called, since each takes time to load."""
    called = next((word for word in given if not word.startswith("-")), None)
    known = called in (*COMMANDS, *GROUPS, *HELPERS)
    app = typer.Typer(
        name="sds2gen3",
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
        epilog="Examples:\n  sds2gen3 validate my_dataset\n  sds2gen3 convert my_dataset --output out",
    )
    app.callback()(root)
    for name in (*COMMANDS, *GROUPS, *HELPERS):
        if known and name != called:
            continue
        module = import_module(f"sds2gen3.cli.{name}")
        if name in GROUPS:
            app.add_typer(module.app)
        else:
            module.register(app)
    return app


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"sds2gen3 {sds2gen3.__version__}")
        raise typer.Exit


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
    gc.set_threshold(50_000)  # what is loaded at the start stays, so that to look for garbage in it is in vain
    # Pydantic would read the metadata of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = command_line(given)(given, prog_name="sds2gen3", standalone_mode=False, obj=tuple(given))
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
