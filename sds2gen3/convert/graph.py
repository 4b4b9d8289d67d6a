"""The whole conversion: rule by rule, parents first, in columns; and the account of what no rule took."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from sds2gen3.convert import links, needs, properties
from sds2gen3.convert.ids import fill_columns
from sds2gen3.convert.inherit import inherit
from sds2gen3.convert.lookup import Lookup
from sds2gen3.convert.sources import Source
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import Dictionary, NodeType
from sds2gen3.errors import UsageError
from sds2gen3.mapping.rules import Mapping, NodeRule, Template
from sds2gen3.model import OMIT, Dataset, Graph, NodeTable, Part, Table, Unmapped
from sds2gen3.place import Place


@dataclass
class _Run:
    """What a conversion gathers on its way."""

    dataset: Dataset
    mapping: Mapping
    needs: dict[str, str]
    lookup: Lookup = field(default_factory=Lookup)
    parts: dict[str, list[Part]] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    used: dict[int, set[str]] = field(default_factory=dict)
    told: AbstractSet[Place] = frozenset()


def convert(dataset: Dataset, mapping: Mapping, dictionary: Dictionary, /, **given: str | None) -> Graph:
    """The dataset as Gen3 nodes. `given` are the mapping's needs (program, project, dataset ...).

    What is wrong with the data is in `Graph.findings`; what no rule took is in `Graph.unmapped`.
    Raises UsageError: C963 for a need without value, M320/M321 where mapping and dictionary do not fit.
    """
    values, said = needs.settle(mapping, given, dataset.name)
    # What refers to an id is told where it is, or with the id that is not written as it must.
    ids = (d for d in dataset.findings if d.code[0] == "L" or d.code in ("S202", "S203", "S204"))
    told = frozenset(place for d in ids for place in (d.place, *d.related) if place is not None)
    run = _Run(dataset, mapping, values, findings=said, told=told)
    for node_name in dictionary.order:
        node = dictionary.nodes[node_name]
        for rule in mapping.rules:
            if rule.node == node_name:
                _apply(run, rule, node)
    for rule in mapping.rules:
        if rule.node not in dictionary.order:
            raise UsageError.of("M320", f"The dictionary has no node '{rule.node}'.", rule.place())
    _account(run)
    nodes = {name: NodeTable(name, tuple(run.parts[name])) for name in dictionary.order if name in run.parts}
    roots = {
        node: {"type": node, **{name: values[need] for name, need in record.items()}}
        for node, record in mapping.roots.items()
    }
    return Graph(dataset, nodes, roots, values, tuple(run.unmapped), tuple(run.findings))


def _apply(run: _Run, rule: NodeRule, node: NodeType) -> None:
    """One rule: a Part per Table. A node that links to itself gets all its names before its links are looked up."""
    made = [
        (source, part)
        for table in run.dataset.tables.get(rule.source, ())
        if (part := _named(run, rule, node, source := _source(run, rule, table))) is not None
    ]
    for _, part in made:
        run.lookup.add(rule.node, part)
    parts = [_linked(run, rule, node, source, part) for source, part in made]
    for link in rule.links:
        if link.inherit:
            parts = inherit(rule, link, parts, run.lookup)
    if parts:
        run.parts.setdefault(rule.node, []).extend(parts)


def _source(run: _Run, rule: NodeRule, table: Table) -> Source:
    return Source(rule, table, run.dataset, run.needs, run.told)


def _named(run: _Run, rule: NodeRule, node: NodeType, source: Source) -> Part | None:
    """The properties and names of a table's records; records without a name are told and left out."""
    table = source.table
    rows: Sequence[int] = range(len(table))
    made = _properties(run, rule, node, source, rows)
    names, origin = _names(rule, source, {name: m.column for name, m in made.items() if m.column is not None})
    _note_use(run, table, made, origin)
    kept = rows if None not in names else [row for row in rows if names[row] is not None]
    if len(kept) < len(rows):
        _tell_nameless(run, rule, source, [row for row in rows if names[row] is None])
        made = {name: _only(m, kept) for name, m in made.items()}
        names = [names[row] for row in kept]
    if not kept:
        return None
    columns = {name: m.column for name, m in made.items() if m.column is not None}
    return Part(
        columns={"type": [rule.node] * len(kept), node.key: names, **columns},
        table=table,
        rows=kept,
        origins={node.key: origin, **{name: m.origins for name, m in made.items()}},
        gathered={name: m.gathered for name, m in made.items() if m.gathered},
        ragged=any(OMIT in column for column in columns.values()),
    )


def _note_use(run: _Run, table: Table, made: dict[str, properties.Made], origin: tuple[str, ...]) -> None:
    run.used.setdefault(id(table), set()).update(origin, *(m.origins for m in made.values()))
    for m in made.values():
        for other, name in m.gathered:
            run.used.setdefault(id(other), set()).add(name)


def _properties(
    run: _Run, rule: NodeRule, node: NodeType, source: Source, rows: Sequence[int]
) -> dict[str, properties.Made]:
    made = {}
    for entry in rule.properties:
        if entry.left_out:
            continue
        wanted = node.properties.get(entry.name)
        if wanted is None:
            message = f"The node '{rule.node}' has no property '{entry.name}'."
            raise UsageError.of("M321", message, rule.place(entry.name))
        made[entry.name] = properties.make(entry, wanted, source, rows)
        run.findings.extend(made[entry.name].findings)
        run.unmapped.extend(made[entry.name].unmapped)
    return made


def _only(made: properties.Made, rows: Sequence[int]) -> properties.Made:
    column = None if made.column is None else [made.column[row] for row in rows]
    return properties.Made(column, made.origins, made.gathered)


def _names(rule: NodeRule, source: Source, columns: dict[str, list[Any]]) -> tuple[list[str | None], tuple[str, ...]]:
    """The submitter_id of each record (None where every template has a blank), and the fields they are made of.

    A template's field is the record's own property of that name, else the table's field or the need.
    """
    names: list[str | None] = [None] * len(source.table)
    origin: list[str] = []
    for template in rule.ids:
        given = [columns.get(name) or source.column(name) for name in template.fields]
        if any(column is None for column in given):
            continue
        origin.extend(_origin(rule, source, template))
        made = fill_columns(template, [column or [] for column in given])
        names = [own or new for own, new in zip(names, made, strict=True)] if any(names) else made
    # The last field is what names the record itself (the sample after its subject): findings point there.
    return names, tuple(dict.fromkeys(reversed(origin)))


def _origin(rule: NodeRule, source: Source, template: Template) -> list[str]:
    sources = {p.name: p.sources for p in rule.properties if p.sources}
    fields = [field for name in template.fields for field in sources.get(name, (name,))]
    return [name for name in fields if name in source.table.columns]


def _tell_nameless(run: _Run, rule: NodeRule, source: Source, rows: list[int]) -> None:
    """Say which records have no name, at the blank cell; once for the sheet where the whole column is missing."""
    table = source.table
    key = next((name for name in reversed(rule.ids[0].fields) if name not in run.needs), "")
    key = next((p.sources[0] for p in rule.properties if p.name == key and p.sources), key)
    label = table.labels.get(key, key.replace("_", " ")).strip()
    if key in table.columns:
        message = f"This {table.noun} has no '{label}', so it cannot become a record."
        run.findings.extend(finding("M309", message, table.place(row, key)) for row in rows)
    else:
        message = f"There is no '{label}', so no {table.noun} can become a record."
        run.findings.append(finding("M309", message, Place(table.file, table.sheet)))
    used = run.used.get(id(table), set())
    run.unmapped.extend(Unmapped(table, name, "the record has no id", rows) for name in table.columns if name in used)


def _linked(run: _Run, rule: NodeRule, node: NodeType, source: Source, part: Part) -> Part:
    """The part with its links put between name and properties."""
    for link in rule.links:
        if link.name not in node.links:
            message = f"The node '{rule.node}' has no link '{link.name}'."
            raise UsageError.of("M321", message, rule.place(link.name))
    made = links.make(rule, node, source, part.rows, run.lookup)
    run.findings.extend(made.findings)
    run.used.setdefault(id(source.table), set()).update(name for names in made.origins.values() for name in names)
    head = {name: part.columns[name] for name in ("type", node.key)}
    omits = any(OMIT in column for column in made.columns.values())
    return Part(
        columns={**head, **made.columns, **{n: c for n, c in part.columns.items() if n not in head}},
        table=part.table,
        rows=part.rows,
        origins={**part.origins, **made.origins},
        gathered=part.gathered,
        ragged=part.ragged or omits,
    )


def _account(run: _Run) -> None:
    """What no rule took, with the reason: an info finding for each whole table, and for each field of the others."""
    purposely = {(rule.source, p.name) for rule in run.mapping.rules for p in rule.properties if p.left_out}
    sources = {rule.source for rule in run.mapping.rules}
    for name, tables in run.dataset.tables.items():
        for table in tables:
            used = run.used.get(id(table), set())
            rest = [c for c in table.columns if c not in used and c in table.headers and _filled(table, c)]
            for column in rest:
                reason = _reason(run.mapping, name, column, (name, column) in purposely)
                run.unmapped.append(Unmapped(table, column, reason if name in sources else _whole(run.mapping, name)))
                if name in sources:
                    message = f"'{table.labels.get(column, column).strip()}' is not mapped: {reason}."
                    run.findings.append(finding("M307", message, table.header_place(column)))
            if rest and name not in sources:
                what = f"{len(table)} {table.noun} record{'' if len(table) == 1 else 's'}"
                message = f"{what} {'is' if len(table) == 1 else 'are'} not mapped: {_whole(run.mapping, name)}."
                run.findings.append(finding("M307", message, Place(table.file, table.sheet)))


def _reason(mapping: Mapping, table: str, column: str, purposely: bool) -> str:
    if purposely:
        return "left out on purpose by the mapping"
    return mapping.not_mapped.get(f"{table}.{column}", f"the mapping '{mapping.name}' has no property for it")


def _whole(mapping: Mapping, table: str) -> str:
    return mapping.not_mapped.get(table, f"the mapping '{mapping.name}' has no node for '{table}'")


def _filled(table: Table, column: str) -> bool:
    return any(value is not None for value in table.columns[column])
