"""`sds2gen3 dictionary`: check a data dictionary, show its nodes, tell two apart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sds2gen3.cli.options import CHECK, CONNECT, Given, shared
from sds2gen3.errors import UsageError

if TYPE_CHECKING:
    from sds2gen3.dictionary.types import Dictionary, Link, NodeType, Property

IMPACT = "Impact on records"

app = typer.Typer(
    name="dictionary",
    no_args_is_help=True,
    help="Data dictionaries: what a commons accepts.",
    epilog="Examples:\n  sds2gen3 dictionary show\n  sds2gen3 dictionary check --dictionary my_dictionary",
)


@app.command(
    "check",
    epilog="Examples:\n  sds2gen3 dictionary check\n  sds2gen3 dictionary check --dictionary my_dictionary/schemas",
)
@shared(*CHECK)
def check(given: Given) -> None:
    """Check a data dictionary: references, links, order, and what a commons would stumble over.

    Exit code 0: it is sound. 1: it has errors.
    """
    from sds2gen3 import config, dictionary
    from sds2gen3.cli import output as out
    from sds2gen3.cli.declared import load_dictionary

    settings = config.load(given.options(), config=given.config)
    loaded = load_dictionary(settings)
    raise out.checked(f"dictionary '{loaded.name}'", dictionary.check(loaded), settings, given)


@app.command("show", epilog="Examples:\n  sds2gen3 dictionary show\n  sds2gen3 dictionary show case")
@shared("mapping", "dictionary", "schemas", "config")
def show(
    given: Given,
    node: Annotated[
        str | None, typer.Argument(metavar="[NODE]", help="A node; without it, all nodes.", show_default=False)
    ] = None,
) -> None:
    """Print the nodes in the order in which they are submitted, or the links and properties of one."""
    from sds2gen3 import config
    from sds2gen3.cli.declared import load_dictionary
    from sds2gen3.cli.output import emit, near

    loaded = load_dictionary(config.load(given.options(), config=given.config))
    if node is None:
        emit(_nodes(loaded))
    elif node in loaded.nodes:
        emit(_node(loaded.nodes[node]))
    else:
        message = f"The dictionary '{loaded.name}' has no node '{node}'."
        raise UsageError.of("C907", message, hint=near(node, list(loaded.order)), value=node)


@app.command(
    "diff",
    epilog="Examples:\n  sds2gen3 dictionary diff sds my_dictionary --records out\n"
    "  sds2gen3 dictionary diff commons new_dictionary --commons --project heart",
)
@shared("schemas", "program", "project", "format", "color", "quiet", "verbose", "config", *CONNECT)
def diff(
    given: Given,
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="Name, folder, JSON file or address; 'commons' for what a commons has.")
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The other one, named in the same way.")],
    records: Annotated[
        Path | None,
        typer.Option(
            "--records",
            metavar="FOLDER",
            rich_help_panel=IMPACT,
            help="Records that exist, as convert or export wrote them: which of them NEW would break.",
            show_default=False,
        ),
    ] = None,
    commons: Annotated[
        bool,
        typer.Option(
            "--commons",
            rich_help_panel=IMPACT,
            help="Read the records from the commons instead; nothing is changed there.",
        ),
    ] = False,
) -> None:
    """Tell what changed between two data dictionaries, and which existing records the change breaks.

    Exit code 0: no record breaks, or none was looked at. 1: some do. 3: the commons could not be reached.
    """
    from sds2gen3.cli.dictionary_diff import compared

    raise compared(given, old, new, records, commons)


def _nodes(loaded: Dictionary) -> str:
    from sds2gen3.cli.output import table

    rows = [("", "node", "category", "links to", "properties")]
    for number, name in enumerate(loaded.order, 1):
        node = loaded.nodes[name]
        parents = ", ".join(dict.fromkeys(link.target for link in node.links.values()))
        rows.append((str(number), name, node.category, parents, str(len(_own(node)))))
    return f"{loaded.name} ({loaded.source})\n\n{table(rows, indent='  ')}\n"


def _own(node: NodeType) -> dict[str, Property]:
    """The properties that a submitter may give; `type` is the node's own name."""
    return {name: prop for name, prop in node.properties.items() if not prop.system and name != "type"}


def _node(node: NodeType) -> str:
    from sds2gen3.cli.output import table

    links = [(link.name, link.target, link.multiplicity, _must(link)) for link in node.links.values()]
    properties = [
        (name, _types(prop), "required" if prop.required else "", " ".join(prop.description.split()))
        for name, prop in _own(node).items()
    ]
    blocks = [f"{node.name} ({node.category}): {' '.join(node.description.split())}"]
    if links:
        blocks.append("Links\n" + table(links, indent="  "))
    blocks.append("Properties\n" + table(properties, indent="  "))
    return "\n\n".join(blocks) + "\n"


def _must(link: Link) -> str:
    return "required" if link.required else "optional"


def _types(prop: Property) -> str:
    if prop.enum is not None:
        return "one of: " + ", ".join(str(word) for word in prop.enum)
    if prop.items is not None:
        return f"list of {_types(prop.items)}"
    return " or ".join(sorted(prop.types - {"null"}))
