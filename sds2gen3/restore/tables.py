"""Records of a dataset back to its SDS tables: the rules of the mapping that made them, read from right to left."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from sds2gen3.dictionary.types import Dictionary
from sds2gen3.mapping.rules import TABLE_FIELDS, NodeRule, PropertyRule
from sds2gen3.mapping.rules import Mapping as Rules
from sds2gen3.model import Dataset, Table
from sds2gen3.restore.identity import Origin, origin
from sds2gen3.restore.inverse import back, is_filler, one_way
from sds2gen3.restore.paths import sheet_file
from sds2gen3.restore.rows import Row, Rows, kinds_by_table
from sds2gen3.sheets.layouts.layout import Layouts

Record = Mapping[str, Any]


@dataclass
class Restored:
    """The dataset as far as its records tell, and what of them is in no table.

    `unplaced[node, property]` counts values that no field takes, `strays[node]` records that no rule makes, `changed` the
    values of a table's field that may have read otherwise, by the reason.
    """

    dataset: Dataset
    version: str | None
    unplaced: Counter[tuple[str, str]] = field(default_factory=Counter)
    strays: Counter[str] = field(default_factory=Counter)
    changed: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    misplaced: dict[str, str] = field(default_factory=dict)


def restore(
    records: Mapping[str, Iterable[Record]],
    mapping: Rules,
    dictionary: Dictionary,
    layouts: Layouts,
    needs: Mapping[str, str],
) -> Restored:
    """The tables that the records were made from. `needs` are what the mapping was given: the dataset's name and so on.

    Rows are in the natural order of their ids, since records do not tell that of the sheets.
    """
    kept = {node: list(records[node]) for node in dictionary.order if node in records}
    version = _stated(kept, mapping)
    work = _Work(mapping, dictionary, Rows(layouts, kinds_by_table(layouts)), needs, version or layouts.versions[-1])
    for node, found in kept.items():
        for record in found:
            work.take(node, record)
    tables: dict[str, list[Table]] = {}
    for table in work.rows.tables():
        tables.setdefault(table.name, []).append(table)
    name = str(needs.get("dataset", ""))
    result = work.result
    result.dataset, result.version = Dataset("", name, version or "", tables), version
    return result


def _stated(records: Mapping[str, list[Record]], mapping: Rules) -> str | None:
    """The SDS version that the records state, None where they do not."""
    for source in ("sds_version", "metadata_version"):
        for rule in mapping.rules:
            names = [p.name for p in rule.properties if source in p.sources]
            found = [r[n] for n in names for r in records.get(rule.node, ()) if r.get(n)]
            if found:
                return str(found[0][0] if isinstance(found[0], list) else found[0])
    return None


@dataclass
class _Work:
    mapping: Rules
    dictionary: Dictionary
    rows: Rows
    needs: Mapping[str, str]
    version: str
    result: Restored = field(default_factory=lambda: Restored(Dataset("", "", "", {}), None))
    made: dict[tuple[str, str], Row] = field(default_factory=dict)
    times: Counter[tuple[str, Hashable]] = field(default_factory=Counter)

    def take(self, node: str, record: Record) -> None:
        """Put the record's values into the row that it was made from."""
        known = self.dictionary.nodes[node]
        name = str(record.get(known.key) or "")
        rules = [rule for rule in self.mapping.rules if rule.node == node and rule.source in self.rows.kind_of]
        found = origin(record, name, rules, self.needs) if rules else None
        if found is None:
            self.result.strays[node] += 1
            return
        row = self._row(found, record, name)
        folder = posixpath.dirname(row.file)
        self.made[node, name.lower()] = row
        for rule in found.rule.properties:
            value = record.get(rule.name)
            if value is None or not rule.sources:
                continue
            if rule.each is not None:
                self._gathered(rule, value)
            elif rule.sources == ("user_columns",):
                self._own(row, node, rule.name, value)
            elif is_filler(value, rule):
                self._blank(found.rule.source, self._source(found.rule, rule), rule)
            else:
                self._put(row, found.rule, rule, back(value, rule, folder))
        self._from_elsewhere(row, found, record)
        self._count_unplaced(node, record, found.rule)

    def _row(self, found: Origin, record: Record, name: str) -> Row:
        """The row that the id names; where records of several nodes come from one row, it is the same."""
        rule, ids = found.rule, found.fields
        kind = self.rows.kind_of[rule.source]
        stated = next((record.get(p.name) for p in rule.properties if "table_file" in p.sources), None)
        stated = stated or ids.get("table_file")
        file = sheet_file(kind, stated)
        if stated is not None and file is None:
            self.result.misplaced[str(stated)] = f"{kind}.xlsx"
        key: Hashable = tuple(sorted(ids.items())) if ids or self._is_single(rule) else name
        self.times[rule.name, key] += 1
        if self.times[rule.name, key] > 1:  # no commons has two records of one name, but a folder of records may
            key = (key, self.times[rule.name, key])
        sorted_by = ids.get("record_number") or self._numbered(rule, record) or name
        return self.rows.row(rule.source, key, file or f"{kind}.xlsx", sorted_by)

    def _is_single(self, rule: NodeRule) -> bool:
        return not any(name for template in rule.ids for name in template.fields if name not in self.needs)

    def _numbered(self, rule: NodeRule, record: Record) -> str:
        return next(
            (str(record[p.name]) for p in rule.properties if p.sources == ("record_number",) and p.name in record), ""
        )

    def _put(self, row: Row, rule: NodeRule, entry: PropertyRule, value: Any) -> None:
        name = self._source(rule, entry)
        if name is None or value is None:
            return
        kept = row.put(name, value)
        reason = one_way(entry)
        if len(entry.sources) > 1:
            reason = f"it may have stood in {' or '.join(repr(one) for one in entry.sources)}"
        if not kept:
            reason = f"'{entry.name}' says otherwise"
        if reason:
            self.result.changed[rule.source, name, reason] += 1

    def _blank(self, table: str, name: str | None, entry: PropertyRule) -> None:
        """Count a blank: nobody can tell it from the mapping's own word for it."""
        self.result.changed[table, str(name), f"the mapping writes blanks as '{entry.blank}'"] += 1

    def _source(self, rule: NodeRule, entry: PropertyRule) -> str | None:
        """The field that the property is from: of several the first that the version has. None for what is no field."""
        names = [one for one in entry.sources if one not in TABLE_FIELDS and one not in self.needs]
        official = self.rows.layouts.version_sheet(self.version, self.rows.kind_of[rule.source]).headers
        return next((one for one in names if one in official), names[0] if names else None)

    def _own(self, row: Row, node: str, name: str, value: Any) -> None:
        """The columns that the lab added itself, which stand together in one JSON text."""
        try:
            found = orjson.loads(value) if isinstance(value, str) else None
        except orjson.JSONDecodeError:
            found = None
        if not isinstance(found, dict):
            self.result.unplaced[node, name] += 1
            return
        for label, one in found.items():
            row.own[label] = one if isinstance(one, str | int | float | list) else orjson.dumps(one).decode()

    def _gathered(self, rule: PropertyRule, value: Any) -> None:
        """Item n of the list to record n of the group."""
        table = str(rule.each)
        if table not in self.rows.kind_of:
            return
        file = f"{self.rows.kind_of[table]}.xlsx"
        for number, item in enumerate(value if isinstance(value, list) else [value], 1):
            row = self.rows.row(table, (("record_number", str(number)),), file, str(number))
            found = back(item, rule, "")
            if is_filler(item, rule):
                self._blank(table, rule.sources[0], rule)
            if found is not None:
                row.put(rule.sources[0], found)
                if reason := one_way(rule):
                    self.result.changed[table, rule.sources[0], reason] += 1

    def _from_elsewhere(self, row: Row, found: Origin, record: Record) -> None:
        """Fields that no property carries, but the id or a link does."""
        carried = {source for p in found.rule.properties for source in p.sources}
        for name, text in found.fields.items():
            if name not in carried and name not in TABLE_FIELDS and name not in {p.name for p in found.rule.properties}:
                row.put(name, text)
        for link in found.rule.links:
            way = link.where[0] if link.where else ()
            if len(way) != 1 or way[0][1] in carried or way[0][1] in row.values or len(way[0][0].fields) != 1:
                continue
            (template, name), target = way[0], str(link.to)
            ids = self._targets(record.get(link.name), target)
            above = [self.made[target, one].values.get(template.fields[0]) for one in ids if (target, one) in self.made]
            values = [one for one in above if one is not None]
            if values:
                row.put(name, values if len(values) > 1 else values[0])

    def _targets(self, value: Any, target: str) -> list[str]:
        key = self.dictionary.nodes[target].key if target in self.dictionary.nodes else "submitter_id"
        listed = value if isinstance(value, list) else [value] if value else []
        return [str(one.get(key) or "").lower() for one in listed if isinstance(one, dict)]

    def _count_unplaced(self, node: str, record: Record, rule: NodeRule) -> None:
        known = self.dictionary.nodes[node]
        ruled = {p.name for p in rule.properties if p.sources or p.constant is not None}
        passed = {known.key, "type", "id", "project_id", *known.links, *known.system_properties}
        for name, value in record.items():
            if value not in (None, [], "") and name not in ruled and name not in passed:
                self.result.unplaced[node, name] += 1
