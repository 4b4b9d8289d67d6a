"""`sds2gen3 project`: program and project in a commons."""

from __future__ import annotations

from typing import Annotated

import typer

from sds2gen3.cli.groups import option
from sds2gen3.cli.options import COMMONS, CONNECT, Given, shared
from sds2gen3.cli.submit import Source

app = typer.Typer(
    name="project",
    no_args_is_help=True,
    help="Program and project in a commons.",
    epilog="Examples:\n  sds2gen3 project ensure my_dataset --program sparc --project heart",
)


@app.command(
    "ensure",
    epilog="Examples:\n  sds2gen3 project ensure my_dataset --program sparc --project heart\n  sds2gen3 project ensure out",
)
@shared(
    "mapping", "dictionary", "schemas", "program", "project", "set", "format", "quiet", "verbose", "config", *CONNECT
)
def ensure(
    given: Given,
    source: Source,
    dry_run: Annotated[bool, option("--dry-run", panel=COMMONS, help="Make nothing: tell what is missing.")] = False,
) -> None:
    """Make the program and the project that a dataset is for, where they are not there yet and you may.

    Exit code 0: both are there. 2: the commons refused it. 3: it could not be reached, or you may not.
    """
    from sds2gen3.cli import cargo as cargoes
    from sds2gen3.cli.output import emit, working
    from sds2gen3.commons import ensure as ensure_both
    from sds2gen3.commons import missing
    from sds2gen3.commons.submission import project_of
    from sds2gen3.errors import DataError

    client = cargoes.connected(given)
    settings = cargoes.settings_of(given, source)
    with working(settings, given) as step:
        cargo = cargoes.load(source, given, step, client)
    if cargo.graph is None:
        raise DataError(*cargo.report.diagnostics)
    project = project_of(cargo.graph, client)
    if dry_run:
        made = missing(project)
    else:
        made = ensure_both(project, cargo.graph.roots.get("program", {}), cargo.graph.roots.get("project", {}))
    verb = "would make" if dry_run else "made"
    told = f"{verb} the {' and the '.join(made)}" if made else "both were there already"
    emit(f"{client.endpoint}, program '{project.program}', project '{project.code}': {told}.\n")
