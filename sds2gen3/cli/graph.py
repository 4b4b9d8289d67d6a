"""`sds2gen3 graph`: a picture of a dataset's records, of what convert wrote, or of a data dictionary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sds2gen3.cli.groups import option
from sds2gen3.cli.options import Given, shared
from sds2gen3.errors import UsageError

if TYPE_CHECKING:
    from sds2gen3.drawing import Picture

OUTPUT = "Output"
FORMS = (".svg", ".html", ".mmd")
EPILOG = """Examples:
  sds2gen3 graph my_dataset --output graph.html
  sds2gen3 graph --dictionary sds --output dictionary.svg"""


class Nodes(StrEnum):
    """Which nodes of a dataset are drawn."""

    COMPLETED = "completed"
    ALL = "all"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("graph", epilog=EPILOG)(graph)


@shared("mapping", "dictionary", "schemas", "program", "project", "set", "config", "quiet")
def graph(
    given: Given,
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DATASET|OUT]",
            help="A dataset, or a folder that convert wrote; without it, the dictionary is drawn.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        option(
            "--output",
            "-o",
            panel=OUTPUT,
            metavar="FILE",
            help=f"File for the picture ({', '.join(FORMS)}); without it, Mermaid text is printed.",
        ),
    ] = None,
    nodes: Annotated[
        Nodes,
        option("--nodes", panel=OUTPUT, help="Nodes with records, or all; a page has both.", show_default=True),
    ] = Nodes.COMPLETED,
) -> None:
    """Draw the nodes with their links, and for a dataset with the records and errors of each.

    Nothing else needs to be installed. Exit code 0, whatever the data are like.
    """
    from sds2gen3 import drawing
    from sds2gen3.cli.output import emit

    if output is not None and output.suffix.lower() not in FORMS:
        hint = f"Use one of {', '.join(FORMS)}."
        raise UsageError.of("C906", f"No form of picture goes with the file name '{output.name}'.", hint=hint)
    picture = _picture(source, given)
    form = output.suffix.lower() if output is not None else ".mmd"
    if form != ".html" and picture.counted and nodes is Nodes.COMPLETED:
        picture = picture.completed()
    draw = {".svg": drawing.svg, ".html": drawing.page, ".mmd": drawing.mermaid}[form]
    if output is None:
        emit(draw(picture))
    else:
        _write(output, draw(picture), given)


def _write(path: Path, text: str, given: Given) -> None:
    from sds2gen3.cli.output import note

    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError.of("C908", f"The picture '{path}' cannot be written: {error.strerror}.") from error
    if not given.quiet:
        note(f"Picture written to {path.as_posix()}")


def _picture(source: Path | None, given: Given) -> Picture:
    from sds2gen3 import config
    from sds2gen3.cli.declared import load_dictionary
    from sds2gen3.drawing import pictured

    if source is None:
        return pictured(load_dictionary(config.load(given.options(), config=given.config)))
    written = _written(source)
    return _of_dataset(source, given) if written is None else _of_folder(source, written, given)


def _of_dataset(path: Path, given: Given) -> Picture:
    from sds2gen3.cli import output as out
    from sds2gen3.cli import pipeline
    from sds2gen3.cli.pictures import of_graph
    from sds2gen3.errors import DataError

    (job,) = pipeline.jobs([path], given)
    with out.working(job.settings, given) as step:
        outcome = pipeline.run(job, step)
    if outcome.graph is None:
        raise DataError(*outcome.report)
    return of_graph(outcome.graph, job.declared.dictionary, outcome.report)


def _written(folder: Path) -> Mapping[str, Any] | None:
    """report.json of a folder that convert wrote, None for any other folder."""
    from sds2gen3.write.summary import MARKER, NAME

    try:
        document = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) and document.get("made_by") == MARKER else None


def _of_folder(folder: Path, document: Mapping[str, Any], given: Given) -> Picture:
    """Records and errors as report.json counts them."""
    from sds2gen3 import config, dictionary
    from sds2gen3.cli.declared import load_dictionary
    from sds2gen3.drawing import pictured
    from sds2gen3.resources import Declarations

    settings = config.load(given.options(), folder, given.config)
    try:
        records = {name: int(node["records"]) for name, node in document["nodes"].items()}
        records |= dict.fromkeys(document.get("roots", {}), 1)
        errors = {name: int(count) for name, count in document.get("errors", {}).items()}
        title, name = str(document["dataset"]["name"]), document.get("dictionary", {}).get("name")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError.of("C936", f"report.json in '{folder}' is not as convert wrote it.") from error
    if settings.dictionary.value is None and name in Declarations.standard(settings.schemas.value).names(
        "dictionaries"
    ):
        nodes = dictionary.load(name, Declarations.standard(settings.schemas.value))
    else:
        nodes = load_dictionary(settings)
    return pictured(nodes, records, errors, title)
