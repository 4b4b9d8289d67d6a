"""`sds2gen3 dictionary diff`: what changed, and what it breaks, as text or JSON."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer

from sds2gen3 import config, dictionary
from sds2gen3.cli import output as out
from sds2gen3.cli.cargo import SERVED
from sds2gen3.cli.impact import Impact, impact
from sds2gen3.cli.options import Given
from sds2gen3.cli.progress import Step
from sds2gen3.cli.reading import Library, opened
from sds2gen3.commons import Project
from sds2gen3.commons.reading import Wanted, select
from sds2gen3.dictionary import Dictionary
from sds2gen3.dictionary.changes import Change, changes
from sds2gen3.errors import UsageError
from sds2gen3.report.words import number
from sds2gen3.resources import Declarations
from sds2gen3.write.exported import Exported, Sheet, write_folder


def compared(given: Given, old: str, new: str, records: Path | None, commons: bool) -> typer.Exit:
    """Show the differences and their impact; the end of the command with its exit code.

    Raises UsageError U671 for a call that cannot be, and as `dictionary.load`, `reread` and `select`.
    """
    if records is not None and commons:
        raise UsageError.of("U671", "--records and --commons both say where the records are.", hint="Use one of them.")
    settings = config.load(given.options(), records, given.config)
    library = opened(given) if commons or SERVED in (old, new) else None
    declarations = Declarations.standard(settings.schemas.value)
    before, after = (_loaded(name, library, declarations) for name in (old, new))
    found = changes(before, after)
    broken = None
    with out.working(settings, given) as step:
        if records is not None:
            broken = impact(records, before, after)
        elif commons and library is not None:
            broken = _of_commons(library.project(), before, after, step)
    if settings.format.value == "json":
        out.emit(json.dumps(_document(before, after, found, broken), indent=2, default=str) + "\n")
    else:
        out.emit("\n".join(_told(before, after, found, broken)) + "\n")
    return typer.Exit(1 if broken is not None and any(broken.broken.values()) else 0)


def _loaded(name: str, library: Library | None, declarations: Declarations) -> Dictionary:
    if name == SERVED and library is not None:
        return library.dictionary()
    return dictionary.load(name, declarations)


def _of_commons(project: Project, old: Dictionary, new: Dictionary, step: Step) -> Impact:
    """What becomes of the records of a project, which are exported for it and then forgotten."""
    with tempfile.TemporaryDirectory(prefix="sds2gen3-") as folder:
        about = {"commons": project.client.endpoint, "program": project.program, "project": project.code}
        target = Path(folder) / "records"
        write_folder(_all(project, old, step), target, "json", old, about)
        return impact(target, old, new)


def _all(project: Project, old: Dictionary, step: Step) -> Iterator[Exported]:
    for at, one in enumerate(select(project, old, Wanted())):
        step(f"{project.client.endpoint}: {one.node.name}", at, len(old.order))
        yield Exported(Sheet(one.node.name, one.columns, old), len(one), one.records)


def _document(old: Dictionary, new: Dictionary, found: Sequence[Change], broken: Impact | None) -> dict[str, Any]:
    return {
        "v": 1,
        "old": old.name,
        "new": new.name,
        "changes": [one.as_dict() for one in found],
        "impact": broken.as_dict() if broken is not None else None,
    }


def _told(old: Dictionary, new: Dictionary, found: Sequence[Change], broken: Impact | None) -> Iterator[str]:
    count = number(len(found), "difference") if found else "no differences"
    yield f"From '{old.name}' to '{new.name}': {count}."
    for change in found:
        yield f"  {change.sentence}"
    if broken is None:
        yield "No records were looked at: --records FOLDER or --commons tells which of them break."
        return
    total, lost = sum(broken.records.values()), sum(broken.broken.values())
    yield ""
    yield (
        f"Of {number(total, 'record')}, {lost:,} would break."
        if lost
        else f"Of {number(total, 'record')}, none would break."
    )
    rows = [
        (node, f"{broken.broken[node]:,} of {count:,}") for node, count in broken.records.items() if broken.broken[node]
    ]
    if rows:
        yield out.table(rows, indent="  ")
    for cause in broken.causes:
        shown = ", ".join(f"'{one}'" for one in cause.examples)
        yield f"  {cause.code} {cause.node}: {cause.message} ({number(cause.records, 'record')}, such as {shown})"
    if wrong := sum(broken.before.values()):
        yield f"{number(wrong, 'record')} did not fit the old one already; they are not counted."
