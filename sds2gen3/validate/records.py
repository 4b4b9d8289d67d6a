"""Each record against its node's schema, exactly as the server judges it (contract sections 2, 3.12 and 9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import NodeType
from sds2gen3.model import OMIT, NodeTable, Part
from sds2gen3.validate.fault import UNUSABLE, Fault, at
from sds2gen3.validate.judge import Judge, judge
from sds2gen3.validate.naming import cell, label, noun, sheet
from sds2gen3.validate.targets import ids_of, is_required
from sds2gen3.validate.wording import Wording, missing, wording


def check(table: NodeTable, node: NodeType) -> Iterator[Diagnostic]:
    """The findings D440-D449 of all records, and D450 where they were checked the slow way.

    Links and the record's key are left to `links` and `ids`, which know more about them than the schema does.
    """
    judging = judge(node.schema)
    if judging.refusal:
        message = f"The records of '{node.name}' were checked slowly: {judging.refusal}."
        yield finding("D450", message, node=node.name)
    for part in table.parts:
        yield from _Records(part, node, judging).findings()


class _Records:
    """The records of one Part; each distinct (fault, value) is put into words once."""

    def __init__(self, part: Part, node: NodeType, judging: Judge) -> None:
        self.part = part
        self.node = node
        self.judge = judging
        self.noun = noun(part, node.name)
        self.labels: dict[str, str] = {}
        self.known: dict[Any, Wording] = {}
        self.told: set[tuple[str, str]] = set()

    def findings(self) -> Iterator[Diagnostic]:
        yield from self._surplus()
        if self.judge.accepts(self.part):
            return
        faults_of = self.judge.faults
        for number, record in enumerate(self.part.records()):
            faults = faults_of(record)
            if faults:
                yield from self._of_record(number, record, faults)

    def _surplus(self) -> Iterator[Diagnostic]:
        """What a schema without `additionalProperties: false` lets pass; the server has no column for it (its source)."""
        schema = self.node.schema
        if schema.get("additionalProperties") is False:
            return
        known = {*schema.get("properties", ()), *self.node.links, "id", "type"}
        for name, column in self.part.columns.items():
            if name in known:
                continue
            number = next((number for number, value in enumerate(column) if value is not OMIT), None)
            if number is not None:
                fault = Fault((), "additionalProperties", ("additionalProperties",), (name,))
                yield self._of_column(number, fault, name)

    def _of_record(self, number: int, record: dict[str, Any], faults: list[Fault]) -> Iterator[Diagnostic]:
        mistyped = {fault.path for fault in faults if fault.keyword == "type"}
        for fault in faults:
            if fault.path in mistyped and fault.keyword != "type":
                continue
            for name in fault.names or ("",):
                one = fault._replace(names=(name,)) if name else fault
                if not self._is_left_to_others(one, record):
                    yield from self._finding(number, record, one)

    def _is_left_to_others(self, fault: Fault, record: dict[str, Any]) -> bool:
        about = str(fault.path[0]) if fault.path else fault.names[0] if fault.keyword == "required" else ""
        if about == self.node.key:
            return fault.keyword in ("required", "type")
        link = self.node.links.get(about)
        if link is None:
            return False
        ids = ids_of(record.get(about), link)
        return ids is None or (not ids and is_required(link, self.node))

    def _finding(self, number: int, record: dict[str, Any], fault: Fault) -> Iterator[Diagnostic]:
        about = str(fault.path[0]) if fault.path else fault.names[0] if fault.names else ""
        everywhere = not fault.path and fault.keyword in ("required", "additionalProperties", UNUSABLE)
        if everywhere and (fault.keyword != "required" or about not in self.part.columns):
            # The whole column lacks, or is too many: said once, not for every row.
            if (fault.keyword, about) not in self.told:
                self.told.add((fault.keyword, about))
                yield self._of_column(number, fault, about)
            return
        value = None if not fault.path else at(record, fault.path)
        said = self._said(fault, value, about)
        item = next((step for step in fault.path[1:] if isinstance(step, int)), None)
        place = cell(self.part, number, about or None, item)
        node = self.node.name
        yield finding(said.code, said.message, place, hint=said.hint, value=value, node=node, property=about or None)

    def _of_column(self, number: int, fault: Fault, about: str) -> Diagnostic:
        name = self._label(about)
        if fault.keyword == "required":
            message = f"There is no '{name}', but every {self.noun} needs it."
            hint = f"Add it to the sheet, with a value for every {self.noun}."
            return finding("D440", message, sheet(self.part), hint=hint, node=self.node.name, property=about)
        said = wording(fault, self.node.schema, None, name, self.noun)
        place = cell(self.part, number, about) if about else sheet(self.part)
        return finding(said.code, said.message, place, hint=said.hint, node=self.node.name, property=about or None)

    def _said(self, fault: Fault, value: Any, about: str) -> Wording:
        same = value if isinstance(value, str) else (type(value), _written(value))
        key = (fault.rule, fault.names, len(fault.path), same)
        said = self.known.get(key)
        if said is None:
            name = self._label(about)
            plain = missing(name, self.noun) if fault.keyword == "required" and not fault.path else None
            said = plain or wording(fault, self.node.schema, value, name, self.noun)
            self.known[key] = said
        return said

    def _label(self, about: str) -> str:
        if about not in self.labels:
            self.labels[about] = label(self.part, about) if about else self.noun
        return self.labels[about]


def _written(value: Any) -> str | int:
    """Equal for equal values; where a value is nested too deeply to be written, equal for the same one."""
    try:
        return repr(value)
    except RecursionError:
        return id(value)
