"""`sds2gen3 withdraw`: a dataset's records out of a commons, children first."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sds2gen3.cli.groups import option
from sds2gen3.cli.options import ALL_BUT_SELECT, CONNECT, Given, shared
from sds2gen3.cli.submit import Source
from sds2gen3.errors import UsageError
from sds2gen3.report.words import number

if TYPE_CHECKING:
    from sds2gen3.cli.cargo import Cargo
    from sds2gen3.commons import Project
    from sds2gen3.commons.withdraw import Withdrawal
    from sds2gen3.model import Receipt

DELETING = "Deleting"

EPILOG = """Examples:
  sds2gen3 withdraw my_dataset --dry-run
  sds2gen3 withdraw out --yes"""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("withdraw", epilog=EPILOG)(withdraw)


@shared(*ALL_BUT_SELECT, *CONNECT)
def withdraw(
    given: Given,
    source: Source,
    dry_run: Annotated[
        bool, option("--dry-run", panel=DELETING, help="Delete nothing: list what would be deleted.")
    ] = False,
    only_there: Annotated[
        bool, option("--only-there", panel=DELETING, help="Only what the sheets do not hold any more; the rest stays.")
    ] = False,
    yes: Annotated[bool, option("--yes", "-y", panel=DELETING, help="Do not ask.")] = False,
) -> None:
    """Delete every record of the dataset from the commons, those that only the commons has included; others stay.

    Exit code 0: nothing of it is left. 4: something is left, run again. 3: the commons could not be reached.
    """
    from sds2gen3.cli import cargo as cargoes
    from sds2gen3.cli import output as out
    from sds2gen3.commons.submission import project_of
    from sds2gen3.commons.withdraw import plan_withdrawal

    client = cargoes.connected(given)
    settings = cargoes.settings_of(given, source)
    with out.working(settings, given) as step:
        cargo = cargoes.load(source, given, step, client)
        if cargo.graph is None:
            raise typer.Exit(cargoes.refuse(cargo, given))
        project = project_of(cargo.graph, client)
        project.check(writing=not dry_run)
        plan = plan_withdrawal(cargo.graph, cargo.dictionary, project, only_there)
    as_json = settings.format.value == "json"
    if dry_run or not as_json:
        document = json.dumps(plan.as_dict(), indent=2) + "\n"
        out.emit(document if as_json else "\n".join(_told(plan, cargo, project, only_there)) + "\n")
    if dry_run or not plan.records:
        return
    if not yes:
        _confirm(cargo, len(plan.records))
    receipts, ended = _delete(plan, cargo, project)
    counts = {action: sum(one.action == action for one in receipts) for action in ("deleted", "failed", "not sent")}
    if as_json:
        out.emit(json.dumps({**plan.as_dict(), "records": [_as_dict(one) for one in receipts]}, indent=2) + "\n")
    else:
        out.emit(", ".join(f"{action} {count}" for action, count in counts.items()) + "\n")
    out.complain([finding for one in receipts for finding in one.findings])
    if ended is not None:
        out.complain(ended.diagnostics)
        raise typer.Exit(4 if counts["deleted"] else ended.exit_code)
    raise typer.Exit(0 if counts["deleted"] == len(plan.records) else 4)


def _told(plan: Withdrawal, cargo: Cargo, project: Project, only_there: bool) -> Iterator[str]:
    """What would go, children first, and which of it is not in the sheets: those block nothing, but are lost with it."""
    ours = {
        (node, str(record.get("submitter_id")).lower())
        for node, table in cargo.sound.nodes.items()
        for record in table.records()
    }
    where = f"{project.client.endpoint}, project '{project.code}'"
    if not plan.records:
        nothing = "Nothing that the sheets do not hold" if only_there else "Nothing of this dataset"
        yield f"{nothing} is in {where}."
        return
    yield f"To be deleted from {where}, in this order:"
    for node, count in plan.as_dict()["nodes"].items():
        yield f"  {node}: {count:,}"
    strange = [one for one in plan.records if one.key not in ours]
    if strange:
        yield _why(len(strange), only_there)
        yield from (f"  {one.node} '{one.submitter_id}'" for one in strange[:20])
        if len(strange) > 20:
            yield f"  and {len(strange) - 20:,} more (--dry-run --format json lists all)"


def _why(count: int, only_there: bool) -> str:
    """What the list of records is of that only the commons has."""
    one = count == 1
    if only_there:
        return f"{number(count, 'record')} that {'is' if one else 'are'} not in your sheets:"
    verbs = "is not in your sheets, and hangs" if one else "are not in your sheets, and hang"
    return f"{number(count, 'record')} of them {verbs} on what is deleted:"


def _confirm(cargo: Cargo, count: int) -> None:
    """The dataset's name, typed by hand. Raises UsageError C913 where nobody can type, or something else was typed."""
    name = cargo.sound.needs.get("dataset") or cargo.sound.dataset.name
    if not sys.stdin.isatty():
        raise UsageError.of("C913", f"Deleting {number(count, 'record')} was not confirmed.")
    these = "this record" if count == 1 else f"these {count:,} records"
    if typer.prompt(f"Type {name} to delete {these}", err=True) != name:
        raise UsageError.of("C913", "The name is another one; nothing was deleted.", hint=f"Type {name}.")


def _delete(plan: Withdrawal, cargo: Cargo, project: Project) -> tuple[list[Receipt], Any]:
    """The receipts, and the error that ended it, if one did."""
    from sds2gen3.cli.output import note
    from sds2gen3.commons.interrupts import stopping
    from sds2gen3.commons.ledger import Ledger
    from sds2gen3.commons.send import Stopped
    from sds2gen3.commons.withdraw import delete
    from sds2gen3.commons.writer import only_writer

    receipts: list[Receipt] = []
    ended: Exception | None = None
    book = Ledger(cargo.ledger, project.client.endpoint, project.project_id)
    with stopping(note) as stop, only_writer(project), book as ledger:
        try:
            receipts.extend(delete(plan.records, project, ledger, stop))
        except Stopped as stopped:
            ended = stopped.error
    return receipts, ended


def _as_dict(receipt: Receipt) -> dict[str, Any]:
    return {"type": receipt.type, "submitter_id": receipt.submitter_id, "action": receipt.action}
