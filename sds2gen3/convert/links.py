"""A rule's links: each record's references looked up among the records already made, misses told at their cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.convert.ids import text_of
from sds2gen3.convert.incomplete import lacks_sheet, twins
from sds2gen3.convert.lookup import Key, Lookup
from sds2gen3.convert.sources import Source
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import Link, NodeType
from sds2gen3.mapping.rules import LinkRule, NodeRule
from sds2gen3.model import OMIT
from sds2gen3.nearest import Guesses
from sds2gen3.patterns import splitter


@dataclass
class Made:
    """The columns of all links of a rule, with the fields each was made from, and what there is to say.

    A link that no record has is no column.
    """

    columns: dict[str, list[Any]] = field(default_factory=dict)
    origins: dict[str, tuple[str, ...]] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)


def make(rule: NodeRule, node: NodeType, source: Source, rows: Sequence[int], lookup: Lookup) -> Made:
    """The columns of every link of the rule. A reference found by none of the links that look at it is an error (L550)."""
    made = Made()
    for link in rule.links:
        if not link.where:
            _constant_link(made, link, node.links[link.name], source, rows, lookup)
    looking = [link for link in rule.links if link.where]
    if looking:
        _looked_up(made, _Search(tuple(looking), node, source, lookup), rows)
    return made


def _constant_link(
    made: Made, link: LinkRule, wanted: Link, source: Source, rows: Sequence[int], lookup: Lookup
) -> None:
    """A link by need (`code`), or to the only record of a node."""
    if link.code is not None:
        target: Any = {"code": source.needs[link.code]}
    else:
        ids = lookup.ids(link.to)
        if len(ids) > 1:
            message = f"'{link.name}' should link to the only '{link.to}', but there are {len(ids)}."
            made.findings.append(finding("M310", message, source.table.place(0) if len(source.table) else None))
        if len(ids) != 1:
            return  # none at all: the missing sheet has been told, every record repeating it would only hide the cause
        target = {"submitter_id": ids[0]}
    made.columns[link.name] = [[target] if wanted.to_many else target] * len(rows)


def _looked_up(made: Made, search: _Search, rows: Sequence[int]) -> None:
    """The links of each record; records with the same references are resolved once."""
    columns = [search.source.column(name) or [None] * len(search.source.table) for name in search.fields]
    records = list(zip(*columns, strict=True))
    texts = all(set(map(type, column)) <= {str, type(None)} for column in columns)
    keys: Sequence[Any] = (columns[0] if len(columns) == 1 else records) if texts else list(map(repr, records))
    known = {key: search.resolve(values) for key, values in dict(zip(keys, records, strict=True)).items()}
    if any(found.misses or found.crowds for found in known.values()):
        made.findings += search.gathered(
            [said for row, key in enumerate(keys) for said in search.tell(known[key], row)]
        )
    made.findings += search.tell_nothing_there()
    for link in search.links:
        ends = {key: found.values[link.name] for key, found in known.items()}
        column = list(map(ends.__getitem__, keys))
        kept = column if len(rows) == len(column) else [column[row] for row in rows]
        if any(end is not OMIT for end in (ends.values() if kept is column else kept)):
            made.columns[link.name] = kept
        made.origins[link.name] = tuple(name for name in link.sources if name in search.source.table.columns)


@dataclass(frozen=True, slots=True)
class _Found:
    """What became of one record's references: the link values, references found nowhere, and links with too many targets.

    A miss is (field, item number, text), a crowd (link, field, number of targets).
    """

    values: dict[str, Any]
    misses: tuple[tuple[str, int, str], ...] = ()
    crowds: tuple[tuple[str, str, int], ...] = ()


class _Search:
    """The looking-up links of one rule over one table, with their indexes."""

    def __init__(self, links: tuple[LinkRule, ...], node: NodeType, source: Source, lookup: Lookup) -> None:
        self.links = links
        self.source = source
        self._looked_for: dict[str, tuple[str, str, Guesses]] = {}
        self.fields = tuple(dict.fromkeys(name for link in links for name in link.sources))
        self._node = node
        self._lookup = lookup
        # The first way of a link must lead somewhere; the others are tries (a sample's parent may be a subject, or not).
        strict = [(link.where[0][0][1], link.to) for link in links if not link.optional]
        absent = {name for name, target in strict if not lookup.has(target)}
        there = {name for name, target in strict if lookup.has(target)}
        # Where a sheet is missing or could not be read, what is referred to may be in it: that has been told already.
        unread = any(d.code[0] == "R" and d.severity == Severity.ERROR for d in source.dataset.findings)
        self._strict = set() if twins(source.dataset) else there - absent if unread else there
        self._missing = lacks_sheet(source.dataset) and bool(absent)
        self._empty = {} if unread else {name: target for name, target in strict if name not in there}
        self._ways = {
            link.name: [(way, lookup.index(link.to, tuple(t for t, _ in way))) for way in link.where] for link in links
        }

    def resolve(self, values: tuple[Any, ...]) -> _Found:
        """What the links find for one record's references."""
        if all(value is None for value in values):
            return _Found(dict.fromkeys(self._ways, OMIT))
        cells = dict(zip(self.fields, values, strict=True))
        seen: dict[tuple[str, int, str], bool] = {}
        found: dict[str, Any] = {}
        crowds = []
        for link in self.links:
            ids = self._ids(link, cells, seen)
            to_many = self._node.links[link.name].to_many
            found[link.name] = _value(ids, to_many)
            if len(ids) > 1 and not to_many:
                crowds.append((link.name, link.sources[0], len(ids)))
        misses = tuple(reference for reference, hit in seen.items() if not hit and reference[0] in self._strict)
        return _Found(found, misses, tuple(crowds))

    def _ids(self, link: LinkRule, cells: dict[str, Any], seen: dict[tuple[str, int, str], bool]) -> list[str]:
        """What the first `where` that finds any finds. All are tried, so that `seen` knows each reference found at all."""
        chosen: list[str] = []
        for way, index in self._ways[link.name]:
            driver = way[0][1]
            narrowing = tuple(text_of(cells[name]) or "" for _, name in way[1:])
            ids: list[str] = []
            for item, text in enumerate(references(cells[driver], self.source.table.splits.get(driver))):
                hits = index.get((text, *narrowing), {}) if all(narrowing) else {}
                seen[driver, item, text] = seen.get((driver, item, text), False) or bool(hits)
                ids.extend(hits)
            chosen = chosen or ids
        return list(dict.fromkeys(chosen))

    def tell(self, found: _Found, row: int) -> list[Diagnostic]:
        """The misses and crowds of the record at `row`."""
        table = self.source.table
        told = []
        for name, item, text in found.misses:
            place = table.place(row, name, item)
            if place not in self.source.told:
                message, hint = self._miss(name, text)
                told.append(finding("L550", message, place, hint=hint, value=text))
        for link_name, name, number in found.crowds:
            message = f"'{link_name}' can point to one record, but {number} fit here."
            told.append(finding("L551", message, table.place(row, name)))
        return told

    def gathered(self, told: list[Diagnostic]) -> list[Diagnostic]:
        """The findings; misses as one where a sheet with ids is missing, because what they name may be in that."""
        misses = [one for one in told if one.code == "L550" and one.place is not None]
        if not self._missing or len(misses) < 2:
            return told
        first, more = misses[0], len(misses) - 1
        others = "another cell names" if more == 1 else f"{more:,} other cells name"
        message = f"'{first.value}' is in no sheet, nor is what {others}; a sheet with ids is missing."
        related = tuple(one.place for one in misses[1:] if one.place is not None)
        one = replace(first, message=message, hint="Add the missing sheet, or correct the ids.", related=related)
        return [one, *(other for other in told if other.code != "L550")]

    def _miss(self, name: str, text: str) -> tuple[str, str]:
        """The miss in the sheet's words: the noun and file of what was looked for, and the nearest id there is."""
        if name not in self._looked_for:
            self._looked_for[name] = self._what(name)
        nouns, files, guesses = self._looked_for[name]
        return f"No {nouns} '{text}' in {files}.", guesses.did_you_mean(text)

    def _what(self, name: str) -> tuple[str, str, Guesses]:
        """The nouns, the files and the ids of what the field refers to."""
        nouns: dict[str, str] = {}
        ids: list[str] = []
        for link in self.links:
            for way, index in self._ways[link.name]:
                noun, file = self._lookup.what(link.to, way[0][0])
                if way[0][1] == name and len(way) == 1 and noun:
                    nouns.setdefault(noun, file)
                    ids.extend(_first(key) for key in index)
        return " or ".join(nouns), " or ".join(dict.fromkeys(nouns.values())), Guesses(ids)

    def tell_nothing_there(self) -> list[Diagnostic]:
        """One error for a field whose links have nothing at all to point to, instead of one for every row."""
        table = self.source.table
        told = []
        for name, target in self._empty.items():
            filled = [row for row, value in enumerate(table.columns.get(name, ())) if value is not None]
            if filled:
                label = table.labels.get(name, name).strip()
                message = f"'{label}' refers to records of '{target}', but there are none."
                hint = "Look for an earlier finding about the missing sheet, or empty these cells."
                told.append(finding("L550", message, table.place(filled[0], name), hint=hint))
        return told


def _first(key: Key) -> str:
    return key[0]


def _value(ids: list[str], to_many: bool) -> Any:
    if not ids:
        return OMIT
    return [{"submitter_id": name} for name in ids] if to_many else {"submitter_id": ids[0]}


def references(value: Any, split: str | None) -> list[str]:
    """The ids in a cell: list items, and text split where the sheet's layout says that a cell may hold several."""
    if isinstance(value, list):
        return [text for item in value for text in references(item, split)]
    text = text_of(value)
    if text is None:
        return []
    return splitter(split).split(text) if split else [text]
