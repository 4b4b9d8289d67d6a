"""Whether the commons has what it said it took: it answers 200 and success where it has written nothing (contract 3.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sds2gen3.commons.held import Held, read_node
from sds2gen3.commons.plan import Sending
from sds2gen3.commons.project import Project
from sds2gen3.commons.records import Key, same_value, targets_of
from sds2gen3.dictionary.types import NodeType

Unlike = dict[Key, tuple[str, ...]]
"""What is not as it was sent: the properties and links that differ; none at all where the record is not there."""


def read_back(project: Project, node: NodeType, sendings: Sequence[Sending]) -> Unlike:
    """Which of the records (all of one node) the commons does not have as they were sent. Raises as `Project.export`."""
    if not sendings:
        return {}
    wanted = frozenset(one.item.submitter_id.lower() for one in sendings)
    found = {held.key: held for held in read_node(project, node, wanted)}
    unlike: Unlike = {}
    for one in sendings:
        held = found.get(one.item.key)
        if held is None:
            unlike[one.item.key] = ()
        elif names := differing(one.record, held, node):
            unlike[one.item.key] = names
    return unlike


def differing(record: Mapping[str, Any], held: Held, node: NodeType) -> tuple[str, ...]:
    """The names of what was sent and is not so in the commons."""
    names = []
    for name, value in record.items():
        if name in node.links:
            link = node.links[name]
            if targets_of(record, link) != held.links.get(name, frozenset()):
                names.append(name)
        elif name == "submitter_id":
            if value != held.submitter_id:
                names.append(name)
        elif name != "type" and not same_value(value, held.values.get(name)):
            names.append(name)
    return tuple(names)
