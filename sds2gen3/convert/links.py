"""A rule's links: each record's references looked up among the records already made, misses told at their cell."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sds2gen3.convert.ids import text_of
from sds2gen3.convert.sources import Source
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import Link, NodeType
from sds2gen3.mapping.rules import LinkRule, NodeRule, Template
from sds2gen3.model import OMIT, Part
from sds2gen3.nearest import did_you_mean

_Key = tuple[str, ...]


@dataclass
class Made:
    """The columns of all links of a rule, with the fields each was made from, and what there is to say."""

    columns: dict[str, list[Any]] = field(default_factory=dict)
    origins: dict[str, tuple[str, ...]] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)


class Lookup:
    """The records made so far, found by any fields of the tables they came from. Indexes are built when first asked for."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Part]] = {}
        self._indexes: dict[tuple[str, tuple[Template, ...]], dict[_Key, list[str]]] = {}

    def add(self, node: str, part: Part) -> None:
        """Make the records of the part known as parents."""
        self._parts.setdefault(node, []).append(part)
        self._indexes = {key: index for key, index in self._indexes.items() if key[0] != node}

    def ids(self, node: str) -> list[str]:
        """All submitter_ids of a node."""
        return [name for part in self._parts.get(node, ()) for name in part.columns["submitter_id"]]

    def index(self, node: str, templates: tuple[Template, ...]) -> dict[_Key, list[str]]:
        """Key texts -> submitter_ids, for the fields (or templates of fields) of the node's tables."""
        known = self._indexes.get((node, templates))
        if known is None:
            known = self._indexes[node, templates] = {}
            for part in self._parts.get(node, ()):
                _add_to(known, part, templates)
        return known

    def what(self, node: str, templates: tuple[Template, ...]) -> tuple[str, str]:
        """The noun and the file of the node's records in the curator's words: ('subject', 'subjects.xlsx')."""
        for part in self._parts.get(node, ()):
            if part.table is not None and all(name in part.table.columns for t in templates for name in t.fields):
                return part.table.noun, part.table.file
        return "", ""


def _add_to(index: dict[_Key, list[str]], part: Part, templates: tuple[Template, ...]) -> None:
    table = part.table
    if table is None or any(name not in table.columns for t in templates for name in t.fields):
        return
    for row, submitter_id in zip(part.rows, part.columns["submitter_id"], strict=True):
        key = tuple(_filled(template, table.columns, row) for template in templates)
        if all(key):
            index.setdefault(key, []).append(submitter_id)


def _filled(template: Template, columns: MappingOf[str, list[Any]], row: int) -> str:
    values = [text_of(columns[name][row]) for name in template.fields]
    if not all(values):
        return ""
    return "".join(literal + (value or "") for literal, value in zip(template.literals, [*values, ""], strict=True))


@dataclass(frozen=True)
class _Miss:
    """A reference that no link of the rule finds."""

    field: str
    item: int
    text: str


def make(rule: NodeRule, node: NodeType, source: Source, rows: Sequence[int], lookup: Lookup) -> Made:
    """The columns of every link of the rule. A reference found by none of the links that look at it is an error (L550)."""
    made = Made()
    looked_up = [link for link in rule.links if link.where]
    for link in rule.links:
        if not link.where:
            _constant_link(made, link, node.links[link.name], source, rows, lookup)
    if looked_up:
        _looked_up(made, looked_up, node, source, rows, lookup)
    return made


def _constant_link(
    made: Made, link: LinkRule, wanted: Link, source: Source, rows: Sequence[int], lookup: Lookup
) -> None:
    """A link by need (`code`), or to the only record of a node."""
    if link.code is not None:
        target: Any = {"code": source.needs[link.code]}
    else:
        ids = lookup.ids(link.to or "")
        if len(ids) > 1:
            message = f"'{link.name}' should link to the only '{link.to}', but there are {len(ids)}."
            made.findings.append(finding("M310", message, source.table.place(0) if len(source.table) else None))
        if len(ids) != 1:
            # None at all: the missing sheet has been told; every record repeating it would only hide the cause.
            made.columns[link.name] = [OMIT] * len(rows)
            return
        target = {"submitter_id": ids[0]}
    made.columns[link.name] = [[target] if wanted.to_many else target] * len(rows)


def _looked_up(
    made: Made, links: list[LinkRule], node: NodeType, source: Source, rows: Sequence[int], lookup: Lookup
) -> None:
    fields = tuple(dict.fromkeys(name for link in links for name in link.sources))
    present = [source.column(name) or [None] * len(source.table) for name in fields]
    known: dict[Any, tuple[list[list[str]], list[_Miss]]] = {}
    found: dict[str, list[Any]] = {link.name: [] for link in links}
    for row in rows:
        values = tuple(column[row] for column in present)
        key = repr(values)
        if key not in known:
            known[key] = _resolve(links, dict(zip(fields, values, strict=True)), source, lookup)
        targets, misses = known[key]
        for link, ids in zip(links, targets, strict=True):
            found[link.name].append(_link_value(made, link, node.links[link.name], ids, source, row))
        for miss in misses:
            made.findings.append(_missing(miss, links, source, row, lookup))
    _tell_nothing_there(made, links, source, rows, lookup)
    for link in links:
        made.columns[link.name] = found[link.name]
        made.origins[link.name] = tuple(name for name in link.sources if source.table.columns.get(name) is not None)


def _tell_nothing_there(made: Made, links: list[LinkRule], source: Source, rows: Sequence[int], lookup: Lookup) -> None:
    """One error for a field whose links have nothing at all to point to, instead of one for every row."""
    targets: dict[str, list[str]] = {}
    for link in links:
        for way in link.where:
            targets.setdefault(way[0][1], []).append("" if link.optional else link.to or "")
    for name, nodes in targets.items():
        column = source.table.columns.get(name)
        strict = [node for node in dict.fromkeys(nodes) if node]
        if column is None or not strict or any(lookup.ids(node) for node in nodes if node):
            continue
        filled = [row for row in rows if column[row] is not None]
        if filled:
            label = source.table.labels.get(name, name).strip()
            message = f"'{label}' refers to records of '{' or '.join(strict)}', but there are none."
            hint = "Look for an earlier finding about the missing sheet, or empty these cells."
            place = source.table.place(filled[0], name)
            made.findings.append(finding("L550", message, place, hint=hint))


def _resolve(
    links: list[LinkRule], values: MappingOf[str, Any], source: Source, lookup: Lookup
) -> tuple[list[list[str]], list[_Miss]]:
    """The submitter_ids that each link finds, and the references that none finds."""
    seen: dict[tuple[str, int, str], bool] = {}
    results = []
    for link in links:
        chosen: list[str] = []
        for way in link.where:
            ids = _try(link, way, values, source, lookup, seen)
            chosen = chosen or ids
        results.append(list(dict.fromkeys(chosen)))
    strict = {way[0][1] for link in links if not link.optional for way in link.where if lookup.ids(link.to or "")}
    misses = [_Miss(name, item, text) for (name, item, text), hit in seen.items() if not hit and name in strict]
    return results, misses


def _try(
    link: LinkRule,
    way: tuple[tuple[Template, str], ...],
    values: MappingOf[str, Any],
    source: Source,
    lookup: Lookup,
    seen: dict[tuple[str, int, str], bool],
) -> list[str]:
    """What one `where` finds; the first pair's field may hold several references, the others narrow it down."""
    index = lookup.index(link.to or "", tuple(template for template, _ in way))
    driver = way[0][1]
    narrowing = tuple(text_of(values[name]) or "" for _, name in way[1:])
    ids: list[str] = []
    for item, text in enumerate(references(values[driver], source.table.splits.get(driver))):
        hits = index.get((text, *narrowing), []) if all(narrowing) else []
        seen[driver, item, text] = seen.get((driver, item, text), False) or bool(hits)
        ids.extend(hits)
    return ids


def references(value: Any, split: str | None) -> list[str]:
    """The ids in a cell: list items, and text split where the sheet's layout says that a cell may hold several."""
    if isinstance(value, list):
        return [text for item in value for text in references(item, split)]
    text = text_of(value)
    if text is None:
        return []
    return [part for part in re.split(split, text) if part] if split else [text]


def _link_value(made: Made, link: LinkRule, wanted: Link, ids: list[str], source: Source, row: int) -> Any:
    if not ids:
        return OMIT
    if wanted.to_many:
        return [{"submitter_id": name} for name in ids]
    if len(ids) > 1:
        message = f"'{link.name}' can point to one record, but {len(ids)} fit here."
        made.findings.append(finding("L551", message, source.table.place(row, link.sources[0])))
    return {"submitter_id": ids[0]}


def _missing(miss: _Miss, links: list[LinkRule], source: Source, row: int, lookup: Lookup) -> Diagnostic:
    """The miss in the sheet's words: the noun and file of what was looked for, and the nearest id there is."""
    nouns: dict[str, str] = {}
    ids: list[str] = []
    for link in links:
        for way in link.where:
            if way[0][1] == miss.field and len(way) == 1:
                noun, file = lookup.what(link.to or "", (way[0][0],))
                if noun:
                    nouns.setdefault(noun, file)
                    ids.extend(key[0] for key in lookup.index(link.to or "", (way[0][0],)))
    place = source.table.place(row, miss.field, miss.item)
    if not nouns:
        label = source.table.labels.get(miss.field, miss.field).strip()
        return finding("L550", f"Nothing called '{miss.text}' to refer to in '{label}'.", place, value=miss.text)
    files = " or ".join(dict.fromkeys(file for file in nouns.values()))
    message = f"No {' or '.join(nouns)} '{miss.text}' in {files}."
    return finding("L550", message, place, hint=did_you_mean(miss.text, ids), value=miss.text)
