"""`sds2gen3 init`: blank workbooks of an SDS version."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sds2gen3.cli.options import DECLARED, Given, shared

EPILOG = """Examples:
  sds2gen3 init my_dataset
  sds2gen3 init my_dataset --sds 2.0.0"""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("init", epilog=EPILOG)(init)


@shared("schemas", "quiet", "config")
def init(
    given: Given,
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Folder to write into; made where it is not there.", show_default=False),
    ],
    sds: Annotated[
        str | None,
        typer.Option("--sds", rich_help_panel=DECLARED, help="SDS version (default: the newest).", show_default=False),
    ] = None,
) -> None:
    """Write the blank workbooks of an SDS version, with help at each header and drop-down lists, and a settings file.

    No file is ever overwritten.
    """
    from sds2gen3 import config
    from sds2gen3.blank import init as write_blank
    from sds2gen3.cli import output as out
    from sds2gen3.resources import Declarations

    settings = config.load(given.options(), folder, given.config)
    written = write_blank(folder, sds, Declarations.standard(settings.schemas.value))
    out.emit("".join(f"{path.as_posix()}\n" for path in written))
    if not given.quiet:
        out.note(f"Fill them in, then run: sds2gen3 validate {folder.as_posix()}")
