"""What `submit` does without storing anything: ask the commons for its verdict, and write what would be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from sds2gen3.cli.cargo import Cargo
    from sds2gen3.cli.options import Given
    from sds2gen3.commons import Choices, Client, Plan


def ask_first(cargo: Cargo, client: Client, given: Given, name: str) -> None:
    """Stop with the server's complaints at their cells, if it has any."""
    from sds2gen3.cli import output as out
    from sds2gen3.commons.preflight import check_dictionary, check_graph
    from sds2gen3.commons.rehearse import rehearse
    from sds2gen3.commons.submission import project_of

    project = project_of(cargo.sound, client)
    project.check()
    check_dictionary(cargo.dictionary, client)
    check_graph(cargo.sound, cargo.dictionary)
    found = list(rehearse(cargo.sound, cargo.dictionary, project))
    cargo.report.extend(found)
    if cargo.report.errors:
        out.publish([cargo.report.first_causes()], cargo.settings, given)
        out.note(f"{name} would refuse some records. Nothing was stored.")
        raise typer.Exit(1)
    if not given.quiet:
        which = (
            "every record that it could be asked about"
            if found
            else f"all {sum(map(len, cargo.sound.nodes.values())):,} records"
        )
        out.note(f"{name} would take {which}.")


def show_plan(cargo: Cargo, choices: Choices, given: Given) -> None:
    """What would be sent to a commons that holds nothing of the dataset yet: written to files, and told."""
    from sds2gen3.cli import output as out
    from sds2gen3.commons import make_plan
    from sds2gen3.commons.diff import all_new
    from sds2gen3.write import write_requests

    plan = make_plan(all_new(cargo.sound), cargo.dictionary, choices.chunk_size)
    folder = write_requests(plan.documents(), cargo.folder)
    report = cargo.report
    report.summary["plan"] = {**plan.as_dict(), "written": folder.as_posix(), "first": _firsts(plan)}
    out.publish([report], cargo.settings, given)


def _firsts(plan: Plan) -> dict[str, Any]:
    """The first record of each node as it would be sent."""
    firsts: dict[str, Any] = {}
    for chunk in plan.chunks:
        firsts.setdefault(chunk.node, dict(chunk.sendings[0].record))
    return firsts
