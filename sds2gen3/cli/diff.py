"""`sds2gen3 diff`: what a commons has of a dataset, against what the sheets say now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from sds2gen3.cli.options import ALL_BUT_SELECT, CONNECT, Given, shared
from sds2gen3.cli.submit import Source

if TYPE_CHECKING:
    from sds2gen3.commons import Diff
    from sds2gen3.commons.diff import Difference

EPILOG = """Examples:
  sds2gen3 diff my_dataset
  sds2gen3 diff out --format json"""

LONGEST = 60  # letters of a value in the text; --format json has it whole


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("diff", epilog=EPILOG)(diff)


@shared(*ALL_BUT_SELECT, *CONNECT)
def diff(given: Given, source: Source) -> None:
    """Show what is new, changed, the same, or only in the commons: by node, record and property. Nothing is sent.

    Exit code 0, whatever differs. 1: the data has errors. 3: the commons could not be reached.
    """
    from sds2gen3.cli import cargo as cargoes
    from sds2gen3.cli import output as out
    from sds2gen3.commons import compare
    from sds2gen3.commons.preflight import check_dictionary
    from sds2gen3.commons.submission import project_of

    client = cargoes.connected(given)
    settings = cargoes.settings_of(given, source)
    with out.working(settings, given) as step:
        cargo = cargoes.load(source, given, step, client)
        if cargo.failed:
            raise typer.Exit(cargoes.refuse(cargo, given))
        step(f"{client.endpoint}: comparing", 3, 4)
        project = project_of(cargo.sound, client)
        project.check(writing=False)
        check_dictionary(cargo.dictionary, client)
        found = compare(cargo.sound, cargo.dictionary, project)
    if settings.format.value == "json":
        document = {**found.as_dict(), "commons": client.endpoint, "project": project.project_id}
        out.emit(json.dumps(document, indent=2) + "\n")
        return
    out.emit(
        "\n".join(_told(found, f"{client.endpoint}, project '{project.code}'", settings.max_per_group.value)) + "\n"
    )


def _told(found: Diff, where: str, most: int) -> Iterator[str]:
    """The counts by node, then every record that is not the same, with its properties and cells."""
    from sds2gen3.cli.output import table
    from sds2gen3.report.words import joined

    yield f"What the sheets say, against {where}:"
    yield ""
    yield table([("node", "new", "changed", "same", "make again", "only there", ""), *_counts(found)], indent="  ")
    yield ""
    for node, records in found.nodes.items():
        listed = [one for one in records if one.standing.value not in ("same", "new")]
        for one in listed[: most or None]:
            yield from _record(one)
        if most and len(listed) > most:
            yield f"{node}: {len(listed) - most:,} more (--max-per-group 0 lists all)"
    for node, held in found.only_there.items():
        names = ", ".join(f"'{one.submitter_id}'" for one in held[: most or None])
        more = f" and {len(held) - most:,} more" if most and len(held) > most else ""
        yield f"{node}: only in the commons: {names}{more}"
    for node, unsaid in found.unsaid().items():
        values = joined([f"{name} ({count:,})" for name, count in unsaid.items()], most)
        yield f"{node}: the commons alone has values, of which the sheets say nothing: {values}"
    yield _verdict(found)


def _counts(found: Diff) -> Iterator[tuple[str, ...]]:
    from sds2gen3.commons.diff import Standing

    for node in dict.fromkeys((*found.nodes, *found.only_there)):
        counts = [
            found.count(standing, node) for standing in (Standing.NEW, Standing.CHANGED, Standing.SAME, Standing.REMAKE)
        ]
        yield (node, *(f"{count:,}" for count in (*counts, len(found.only_there.get(node, ())))), "")


def _record(one: Difference) -> Iterator[str]:
    yield f"{one.item.node} '{one.item.submitter_id}': {one.standing.value}"
    for change in one.changes:
        place = one.item.place(change.name)
        at = f"  ({place})" if place else ""
        yield f"    {change.name}: {_shown(change.before)} -> {_shown(change.after)}{at}"


def _shown(value: Any) -> str:
    if value is None:
        return "(empty)"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 4]} ..."


def _verdict(found: Diff) -> str:
    from sds2gen3.commons.diff import Standing
    from sds2gen3.report.words import number

    to_send, total = found.count(Standing.NEW) + found.count(Standing.CHANGED), sum(map(len, found.nodes.values()))
    told = f"'sds2gen3 submit' would send {to_send:,} of {number(total, 'record')}."
    if to_send == 0 and found.count(Standing.SAME) == total:
        told = f"Nothing to send: what the sheets say of {number(total, 'record')} is there."
    if again := found.count(Standing.REMAKE):
        told += f" {number(again, 'record')} must be deleted and made again: only with --recreate."
    if foreign := found.count(Standing.FOREIGN):
        has = "has" if foreign == 1 else "have"
        told += f" {number(foreign, 'record')} {has} an id that another dataset uses."
    if there := sum(map(len, found.only_there.values())):
        is_, them = ("is", "it") if there == 1 else ("are", "them")
        told += (
            f" {number(there, 'record')} {is_} only in the commons: 'sds2gen3 withdraw --only-there' deletes {them}."
        )
    if found.others:
        told += f" The project holds {number(found.others, 'record')} of others."
    return told
