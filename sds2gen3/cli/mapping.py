"""`sds2gen3 mapping`: check a mapping without data, show it resolved, draft a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sds2gen3.cli.options import CHECK, Given, shared
from sds2gen3.errors import UsageError

if TYPE_CHECKING:
    from sds2gen3.dictionary import Dictionary
    from sds2gen3.mapping.rules import LinkRule, NodeRule, PropertyRule
    from sds2gen3.mapping.rules import Mapping as Rules
    from sds2gen3.resources import Declarations

app = typer.Typer(
    name="mapping",
    no_args_is_help=True,
    help="Mappings: how sheets become nodes.",
    epilog="Examples:\n  sds2gen3 mapping check\n  sds2gen3 mapping show --mapping my_mapping",
)


@app.command(
    "check",
    epilog="Examples:\n  sds2gen3 mapping check\n  sds2gen3 mapping check --mapping my_mapping --dictionary my_dictionary",
)
@shared(*CHECK)
def check(given: Given) -> None:
    """Hold the mapping against the sheets' layouts and the dictionary, without any data.

    Exit code 0: it fits. 1: it has errors.
    """
    from sds2gen3 import config, mapping
    from sds2gen3.cli import declared
    from sds2gen3.cli import output as out
    from sds2gen3.sheets.layouts import layout

    settings = config.load(given.options(), config=given.config)
    loaded = declared.load(settings)
    tables = layout.table_fields(loaded.declarations)
    found = mapping.check(loaded.mapping, loaded.dictionary, tables, layout.filled_fields(loaded.declarations))
    raise out.checked(f"mapping '{loaded.mapping.name}'", found, settings, given)


@app.command(
    "show", epilog="Examples:\n  sds2gen3 mapping show\n  sds2gen3 mapping show --mapping my_mapping > mapping.txt"
)
@shared("mapping", "schemas", "config")
def show(given: Given) -> None:
    """Print the mapping as it works, with everything that it extends: target on the left, source on the right."""
    from sds2gen3 import config, mapping
    from sds2gen3.cli.output import emit, table
    from sds2gen3.resources import Declarations

    settings = config.load(given.options(), config=given.config)
    rules = mapping.load(settings.mapping.value, Declarations.standard(settings.schemas.value))
    blocks = [
        _head(rules),
        *(f"{r.node} <- {r.source}   ({r.name}.yaml)\n" + table(_rows(r), indent="  ") for r in rules.rules),
    ]
    if rules.not_mapped:
        blocks.append("Not mapped, on purpose\n" + table(list(rules.not_mapped.items()), indent="  "))
    emit("\n\n".join(blocks) + "\n")


@app.command(
    "new",
    epilog=(
        "Examples:\n  sds2gen3 mapping new --dictionary my_dictionary --output my_mapping"
        "\n  sds2gen3 mapping new --dictionary my_dictionary --from-xlsx element_mapping.xlsx --output my_mapping"
    ),
)
@shared("dictionary", "schemas", "config")
def new(
    given: Given,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            rich_help_panel="Output",
            help="A new folder for the draft; without it, the draft is printed.",
            show_default=False,
        ),
    ] = None,
    from_xlsx: Annotated[
        Path | None,
        typer.Option(
            "--from-xlsx",
            metavar="FILE",
            rich_help_panel="Input",
            help="Workbook of elements, such as element_mapping.xlsx: sheets with 'element' and 'gen3_element_2.0.0'.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Draft a mapping for a dictionary: equal names are filled in, near ones marked, the rest is left open.

    With --from-xlsx, what the workbook pairs becomes the rules; what it says and they cannot is told with its cell.
    """
    from sds2gen3 import config, dictionary
    from sds2gen3.cli.output import emit, note
    from sds2gen3.resources import Declarations

    settings = config.load(given.options(), config=given.config)
    name = settings.dictionary.value
    if name is None:
        raise UsageError.of("C909", "No dictionary is named for the new mapping.", hint="Name it with --dictionary.")
    declarations = Declarations.standard(settings.schemas.value)
    files = _drafted(dictionary.load(name, declarations), declarations, from_xlsx)
    if output is None:
        emit("\n".join(f"# {file}\n{text}" for file, text in files.items()))
        return
    _save(files, output)
    known = "" if name in declarations.names("dictionaries") else f" --dictionary {name}"
    note(
        f"{len(files)} files written to {output.as_posix()}. "
        f"Next: sds2gen3 mapping check --mapping {output.as_posix()}{known}"
    )


def _drafted(nodes: Dictionary, declarations: Declarations, book: Path | None) -> Mapping[str, str]:
    """The files of the draft; what is to be said of a workbook goes to stderr. Raises UsageError M330."""
    from sds2gen3 import mapping
    from sds2gen3.cli.output import complain
    from sds2gen3.place import Place
    from sds2gen3.sheets.layouts import layout

    if book is None:
        return mapping.skeleton(nodes, layout.table_fields(declarations))
    imported = mapping.from_elements(book, nodes, declarations)
    complain([replace(one, place=Place(one.place.full)) if one.place else one for one in imported.findings])
    return imported.files


def _save(files: Mapping[str, str], folder: Path) -> None:
    """Write the files into a folder that is new or empty. Raises UsageError C940 for one that is in use."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError.of("C940", f"'{folder.as_posix()}' is already in use.")
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError.of("C940", f"'{folder.as_posix()}' cannot be written: {error.strerror}.") from error


def _head(rules: Rules) -> str:
    needs = ", ".join(f"{n.name} (default: {n.default})" if n.default else n.name for n in rules.needs.values())
    facts = [f"{rules.name}: {rules.title}", f"  dictionary: {rules.dictionary or 'none named'}"]
    return "\n".join([*facts, f"  needs: {needs}"] if needs else facts)


def _rows(rule: NodeRule) -> list[tuple[str, ...]]:
    """Target, source and what happens on the way, for id, links and properties."""
    ids = " or else ".join(template.text for template in rule.ids)
    links = [(link.name, *_link(link)) for link in rule.links]
    rows = [("id", ids, ""), *links, *((prop.name, *_property(prop)) for prop in rule.properties)]
    return [(target, f"<- {source}" if source else "", how) for target, source, how in rows]


def _link(link: LinkRule) -> tuple[str, str]:
    if link.code is not None:
        return "", f"link to the {link.code} itself"
    ways = " or else ".join(
        " and ".join(f"{_bare(template.text)} = {source}" for template, source in way) for way in link.where
    )
    optional = ", optional" if link.optional else ""
    return ", ".join(link.sources), f"link to {link.to}{' where ' + ways if ways else ''}{optional}"


def _bare(template: str) -> str:
    """A template of one field alone is shown as the field."""
    inner = template[1:-1]
    return inner if template == f"{{{inner}}}" and "{" not in inner else template


def _property(prop: PropertyRule) -> tuple[str, str]:
    if prop.left_out:
        return "", "left out on purpose"
    if not prop.sources and prop.each is None:
        return "", f"always {prop.constant!r}"
    steps = [t.name if t.argument is None else f"{t.name} {t.argument!r}" for t in prop.transforms]
    if prop.values is not None:
        pairs = ", ".join(f"{old} = {new}" for old, new in prop.values.items())
        steps.append(f"values {pairs}; others: {prop.unmapped}")
    if prop.blank is not None:
        steps.append(f"blank: {prop.blank}")
    source = " or else ".join(prop.sources)
    return (f"each {prop.each}{': ' + source if source else ''}" if prop.each else source), "; ".join(steps)
