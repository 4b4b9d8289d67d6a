"""`export --as-sds`: a dataset's records, of a commons or of a folder, as the SDS workbooks that they were made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import typer

from sds2gen3 import config
from sds2gen3.blank.init import known_version
from sds2gen3.cli import output as out
from sds2gen3.cli.options import Given
from sds2gen3.config import Settings
from sds2gen3.convert.ids import parse
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary import Dictionary
from sds2gen3.dictionary import load as load_dictionary
from sds2gen3.errors import UsageError
from sds2gen3.mapping import load as load_mapping
from sds2gen3.mapping.rules import Mapping as Rules
from sds2gen3.place import Place
from sds2gen3.report.text import one_line
from sds2gen3.report.words import number
from sds2gen3.resources import Declarations
from sds2gen3.restore.findings import of_restored, of_unmapped, of_upgrade, of_written
from sds2gen3.restore.tables import Restored, restore
from sds2gen3.restore.upgrade import Moved, upgrade
from sds2gen3.restore.workbooks import LIST, Note, Written, write_sds
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.write import is_output, made_for, reread

Records = Mapping[str, list[dict[str, Any]]]
_SHOWN = 10


@dataclass(frozen=True)
class _Found:
    """The records of one dataset by node, the dictionary they are of, and what the mapping was given for them."""

    records: Records
    dictionary: Dictionary
    needs: Mapping[str, str]
    source: str
    unmapped: Sequence[tuple[Place, str]] = ()


def export_sds(
    given: Given, folder: Path, version: str | None, dataset: str | None, records: Path | None
) -> typer.Exit:
    """Write the dataset's workbooks into the folder; exit code 1 where a sheet cannot hold a value."""
    settings = config.load(given.options(), records, given.config)
    layouts = Layouts(Declarations.standard(settings.schemas.value))
    if version is not None:
        known_version(version, layouts)
    mapping = load_mapping(settings.mapping.value, layouts.declarations)
    with out.working(settings, given) as step:
        step("reading records", 0, 2)
        found = _in_folder(records, dataset, mapping, settings) if records else _in_commons(given, dataset, mapping)
        restored = restore(found.records, mapping, found.dictionary, layouts, found.needs)
        step("writing workbooks", 1, 2)
        written, told = _write(restored, mapping, version, folder, layouts, found)
    for one in [one for one in told if one.severity.label != "info"][:_SHOWN]:
        out.note(one_line(one))
    if not given.quiet:
        _tell(written, folder, told)
    return typer.Exit(1 if any(one.code == "S297" for one in told) else 0)


def _write(
    restored: Restored, mapping: Rules, version: str | None, folder: Path, layouts: Layouts, found: _Found
) -> tuple[Written, list[Diagnostic]]:
    stated = restored.version if restored.version in layouts.versions else None
    chosen = version or stated or layouts.versions[-1]
    dataset, moved = replace(restored.dataset, version=stated or chosen), tuple[Moved, ...]()
    if chosen != stated:
        made = upgrade(dataset, chosen, layouts)
        dataset, moved = made.dataset, made.moved
    told: list[Diagnostic] = []

    def note(written: Written) -> Note:
        told.extend(of_written(written.comparison))
        told.extend(of_restored(restored, mapping, chosen, layouts))
        told.extend(of_unmapped(found.unmapped))
        if stated is None and version is None:
            told.append(finding("M345", f"The records do not say which SDS version; they are written as {chosen}."))
        if chosen != stated:
            told.extend(of_upgrade(dataset, written.dataset, moved, chosen, layouts))
            told.extend(one for one in written.dataset.findings if one.severity.label != "info")
        heading = f"What the workbooks of SDS {chosen} cannot say of the records, and what is to be looked at"
        return Note(heading, told, {"dataset": dataset.name, "from": found.source})

    return write_sds(dataset, chosen, folder, layouts, note), told


def _tell(written: Written, folder: Path, told: list[Diagnostic]) -> None:
    rows = sum(len(table) for same in written.dataset.tables.values() for table in same)
    where = f"{number(len(written.files), 'workbook')} with {number(rows, 'record')}"
    out.note(f"Wrote {where} to {folder.as_posix()}. Only metadata; the data files are elsewhere.")
    out.note("Rows come in order of their ids, not in that of the sheets that the records were made from.")
    if told:
        out.note(f"{LIST} in it lists {number(len(told), 'thing')} to look at.")


def _in_commons(given: Given, dataset: str | None, mapping: Rules) -> _Found:
    """Raises UsageError U671 where the project holds several datasets and none is named; as `select` else."""
    from sds2gen3.cli.reading import opened
    from sds2gen3.commons.reading import Wanted, select

    library = opened(given)
    project, dictionary = library.project(), library.dictionary()
    if dataset is None:
        below = Wanted(nodes=tuple(_roots(dictionary)))
        names = [str(one[part.node.key]) for part in select(project, dictionary, below) for one in part.records()]
        dataset = _the_only(names, f"The project '{project.code}'")
    chosen = select(project, dictionary, Wanted(dataset=dataset))
    records = {part.node.name: list(part.records()) for part in chosen}
    given_needs = {"program": project.program, "project": project.code}
    return _Found(records, dictionary, _needs(records, dictionary, mapping, given_needs), project.client.endpoint)


def _in_folder(folder: Path, dataset: str | None, mapping: Rules, settings: Settings) -> _Found:
    """Raises UsageError C936 for a folder that holds no records, U671 for one that holds those of several datasets."""
    if not is_output(folder):
        hint = "Give a folder that 'sds2gen3 convert' or 'sds2gen3 export' wrote."
        raise UsageError.of("C936", f"'{folder.as_posix()}' holds no records of sds2gen3.", hint=hint)
    name = settings.dictionary.value or str(made_for(folder))
    dictionary = load_dictionary(name, Declarations.standard(settings.schemas.value))
    graph, _ = reread(folder, dictionary, provenance=False)
    records = {node: list(table.records()) for node, table in graph.nodes.items()}
    names = [str(one.get(dictionary.nodes[node].key)) for node in _roots(dictionary) for one in records.get(node, ())]
    only = _the_only(names, f"'{folder.as_posix()}'") if names else ""
    if dataset is not None and dataset.lower() != only.lower():
        raise UsageError.of(
            "U671", f"'{folder.as_posix()}' holds the dataset '{only}', not '{dataset}'.", value=dataset
        )
    needs = _needs(records, dictionary, mapping, graph.needs)
    return _Found(records, dictionary, needs, folder.as_posix(), _unmapped(folder / "unmapped.jsonl"))


def _unmapped(path: Path) -> list[tuple[Place, str]]:
    """The cells that were in no record when the sheets were converted, and why; none where nobody wrote them down."""
    try:
        lines = [orjson.loads(line) for line in path.read_bytes().splitlines()] if path.is_file() else []
        return [(Place.parse(str(line["cell"])), str(line["reason"])) for line in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError.of("C936", f"'{path.as_posix()}' cannot be read back: it is not a list of cells.") from error


def _roots(dictionary: Dictionary) -> Iterable[str]:
    """The nodes directly below the project, whose records stand for datasets."""
    return [n for n in dictionary.order if any(link.target == "project" for link in dictionary.nodes[n].links.values())]


def _the_only(names: list[str], where: str) -> str:
    if len(names) == 1:
        return names[0]
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    hint = f"Name one with --dataset. It has: {shown}{' ...' if len(names) > _SHOWN else ''}." if names else ""
    raise UsageError.of("U671", f"{where} holds {number(len(names), 'dataset')}.", hint=hint)


def _needs(records: Records, dictionary: Dictionary, mapping: Rules, known: Mapping[str, str]) -> dict[str, str]:
    """What the mapping was given, as far as it is known, and as the dataset's own id tells it."""
    needs = {name: str(value) for name, value in known.items() if name in mapping.needs}
    for node in _roots(dictionary):
        for rule in (one for one in mapping.rules if one.node == node):
            for record in records.get(node, ())[:1]:
                for template in rule.ids:
                    try:
                        values = parse(template, str(record[dictionary.nodes[node].key]))
                    except ValueError:
                        continue
                    needs |= {n: v for n, v in zip(template.fields, values, strict=True) if n in mapping.needs}
    return needs
