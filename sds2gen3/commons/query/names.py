"""What a query may name, from the dictionary: fields, what they lead to, and their arguments (contract section 11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sds2gen3.dictionary.types import Dictionary, NodeType

ROOT, NODE = "Root", "Node"

_OF_ANY_NODE = ("id", "submitter_id", "type", "project_id", "created_datetime", "updated_datetime")
_TEXTS = ("id", "submitter_id", "quick_search", "order_by_asc", "order_by_desc")
_TIMES = ("created_before", "created_after", "updated_before", "updated_after")
_ANY = frozenset((*_TEXTS, *_TIMES, "first", "offset", "ids"))
_LINKED = (
    "with_links",
    "with_links_any",
    "without_links",
    "with_path_to",
    "with_path_to_any",
    "without_path_to",
    "not",
)
_INTERFACE = _ANY | {"of_type", "project_id", "category"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a type. `type`: that of the records or the object behind it, None for a plain value.

    `many`: it is a list that the server cuts at 10 where it is not told otherwise, and `count` the field that counts it.
    `arguments` and a type that is not in Names are not known: they are left to the server to judge.
    """

    type: str | None = None
    many: bool = False
    count: str | None = None
    arguments: frozenset[str] | None = frozenset()


class Names:
    """The fields of every type, by the names that queries use."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._nodes = dictionary.nodes
        self._known: dict[str, dict[str, Field]] = {}

    def fields(self, type_: str) -> Mapping[str, Field] | None:
        """The fields of a type, None for one whose fields are not known here."""
        if type_ not in self._known:
            if type_ in self._nodes:
                self._known[type_] = self._of_node(self._nodes[type_])
            elif type_ in (ROOT, NODE):
                self._known[type_] = self._of_root() if type_ == ROOT else dict.fromkeys(_OF_ANY_NODE, Field())
            else:
                return None
        return self._known[type_]

    def _of_root(self) -> dict[str, Field]:
        fields = {
            "node": Field(NODE, True, arguments=_INTERFACE),
            "datanode": Field("DataNode", True, arguments=None),
            "_node_type": Field("NodeType", True, arguments=None),
            "transaction_log": Field("TransactionLog", True, "_transaction_log_count", arguments=None),
            "_transaction_log_count": Field(arguments=None),
            "viewer": Field(ROOT),
        }
        for name in self._nodes:
            fields |= self._pair(name, name)
        return fields

    def _of_node(self, node: NodeType) -> dict[str, Field]:
        own = (*_OF_ANY_NODE, *(name for name in node.properties if name not in node.links))
        fields = dict.fromkeys(own, Field())
        for name, target in self._neighbours.get(node.name, {}).items():
            fields |= self._pair(name, target)
        fields["_links"] = Field(NODE, True, arguments=_INTERFACE - {"of_type"})
        fields["_transaction_logs"] = Field("TransactionLog", True, "_transaction_logs_count", arguments=None)
        fields["_transaction_logs_count"] = Field(arguments=None)
        return fields

    def _pair(self, name: str, target: str) -> dict[str, Field]:
        arguments = self._arguments(self._nodes[target])
        count = f"_{name}_count"
        return {name: Field(target, True, count, arguments), count: Field(arguments=arguments)}

    def _arguments(self, node: NodeType) -> frozenset[str]:
        own = {name for name in node.properties if name not in node.links and name != "type"}
        return _ANY | own | {*_LINKED, "project_id"}

    @cached_property
    def _neighbours(self) -> dict[str, dict[str, str]]:
        """For each node, what its links and the links that lead to it are called, and where they lead."""
        found: dict[str, dict[str, str]] = {}
        for node in self._nodes.values():
            for link in node.links.values():
                if link.target in self._nodes:
                    found.setdefault(node.name, {})[link.name] = link.target
                    found.setdefault(link.target, {}).setdefault(link.backref, node.name)
        return found
