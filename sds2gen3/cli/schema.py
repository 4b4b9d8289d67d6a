"""`sds2gen3 schema`: which SDS versions, dictionaries and mappings are known, and what a sheet holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sds2gen3.cli.options import DECLARED, Given, shared
from sds2gen3.errors import UsageError

if TYPE_CHECKING:
    from sds2gen3.resources import Declarations
    from sds2gen3.sheets.layouts.layout import Layouts

app = typer.Typer(
    name="schema",
    no_args_is_help=True,
    help="Declarations: SDS versions, dictionaries, mappings.",
    epilog="Examples:\n  sds2gen3 schema list\n  sds2gen3 schema show subjects --sds 2.0.0",
)


@app.command(
    "list",
    epilog="Examples:\n  sds2gen3 schema list\n  sds2gen3 schema list --schemas my_schemas --schemas shared_schemas",
)
@shared("schemas", "config")
def list_(given: Given) -> None:
    """List the SDS versions, dictionaries and mappings that are known, and the folder that each comes from."""
    from sds2gen3 import config
    from sds2gen3.cli.output import emit, table
    from sds2gen3.resources import Declarations
    from sds2gen3.sheets.layouts.layout import Layouts

    settings = config.load(given.options(), config=given.config)
    declarations = Declarations.standard(settings.schemas.value)
    versions = {version: declarations.find("sds", version) for version in Layouts(declarations).versions}
    kinds: dict[str, dict[str, Path | None]] = {
        "SDS versions": versions,
        "Dictionaries": {**declarations.names("dictionaries")},
        "Mappings": {**declarations.names("mappings")},
    }
    blocks = [
        f"{title}\n" + table([(name, _origin(path, declarations)) for name, path in names.items()], indent="  ")
        for title, names in kinds.items()
        if names
    ]
    emit("\n\n".join(blocks) + "\n")


def _origin(path: Path | None, declarations: Declarations) -> str:
    """`comes with sds2gen3`, or the user's own folder as it was given."""
    if path is None or path.is_relative_to(declarations.folders[-1]):
        return "comes with sds2gen3"
    return path.as_posix()


@app.command(
    "show", epilog="Examples:\n  sds2gen3 schema show subjects\n  sds2gen3 schema show dataset_description --sds 1.2.3"
)
@shared("schemas", "config")
def show(
    given: Given,
    sheet: Annotated[str, typer.Argument(help="A kind of sheet, such as subjects.", show_default=False)],
    sds: Annotated[
        str | None,
        typer.Option("--sds", rich_help_panel=DECLARED, help="SDS version (default: the newest).", show_default=False),
    ] = None,
) -> None:
    """Print the fields of a sheet in an SDS version: header as in the template, its class, the field's name in mappings."""
    from sds2gen3 import config
    from sds2gen3.cli.output import emit, near, table
    from sds2gen3.resources import Declarations
    from sds2gen3.sheets.layouts.layout import Layouts

    settings = config.load(given.options(), config=given.config)
    layouts = Layouts(Declarations.standard(settings.schemas.value))
    if sheet not in layouts.kinds:
        raise UsageError.of("C907", f"There is no sheet '{sheet}'.", hint=near(sheet, layouts.kinds), value=sheet)
    version = _version(layouts, sheet, sds)
    headers = layouts.version_sheet(version, sheet).headers
    facts = layouts.sheet(sheet).facts.fields
    rows = [
        (header, kind, name, facts[name].hint if name in facts else "")
        for name, (header, kind) in headers.items()
        if kind != "section"
    ]
    emit(f"{sheet}, SDS {version}\n\n{table([('header', 'class', 'field', 'hint'), *rows], indent='  ')}\n")


def _version(layouts: Layouts, sheet: str, asked: str | None) -> str:
    """The version asked for, else the newest that has the sheet. Raises UsageError C907."""
    having = [version for version in layouts.versions if sheet in layouts.version(version).files]
    if asked is None:
        return having[-1]
    if asked not in having:
        hint = f"Use one of: {', '.join(having)}."
        raise UsageError.of("C907", f"SDS {asked} has no sheet '{sheet}'.", hint=hint, value=asked)
    return asked
