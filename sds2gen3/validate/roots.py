"""The program and project records. The server checks them less, and otherwise, than the records below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.model import Graph
from sds2gen3.validate.fault import Fault, at
from sds2gen3.validate.judge import judge
from sds2gen3.validate.wording import wording

_NEEDED = {"program": ("name",), "project": ("code", "dbgap_accession_number")}
"""What the server's code asks for [107, 119, 120]; it does not look at the dictionary's `required` for these two."""


def check(graph: Graph, dictionary: Dictionary) -> Iterator[Diagnostic]:
    """The findings D454 and D455 of the Graph's program and project; none where the Graph has none."""
    for name, record in graph.roots.items():
        if name in _NEEDED:
            yield from _needed(name, record)
        if name in dictionary.nodes:
            yield from _of_schema(name, record, dictionary)


def _needed(name: str, record: Mapping[str, Any]) -> Iterator[Diagnostic]:
    for property in _NEEDED[name]:
        value = record.get(property)
        if not isinstance(value, str) or not value.strip():
            yield finding("D454", f"The {name} has no '{property}'.", node=name, property=property)
    if "programs" in record and name == "project":
        message = "The project names its program under 'programs', which the commons refuses."
        hint = "Leave it out: the project is created below its program."
        yield finding("D454", message, hint=hint, node=name, property="programs")


def _of_schema(name: str, record: Mapping[str, Any], dictionary: Dictionary) -> Iterator[Diagnostic]:
    """Values against the schema: of a project they lead to a server fault [128, 129], of a program nobody looks at them."""
    schema = dictionary.nodes[name].schema
    for fault in judge(schema).faults(dict(record)):
        if fault.keyword == "required" and not fault.path:
            continue
        if fault.path[:1] == ("programs",) or (fault.path and fault.path[0] in _NEEDED.get(name, ())):
            continue
        for one in [fault._replace(names=(each,)) for each in fault.names] or [fault]:
            yield _finding(name, record, schema, one)


def _finding(name: str, record: Mapping[str, Any], schema: Mapping[str, Any], fault: Fault) -> Diagnostic:
    property = str(fault.path[0]) if fault.path else fault.names[0]
    said = wording(fault, schema, at(record, fault.path), property, name)
    code = "D455" if name == "program" else "D454"
    return finding(code, said.message, hint=said.hint, node=name, property=property)
