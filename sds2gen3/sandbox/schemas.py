"""The dictionary as the commons uses it: schemas as served, validators as applied, links, keys and types of every node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jsonschema import FormatChecker

from sds2gen3.dictionary import Dictionary
from sds2gen3.dictionary.nulls import allow_nulls
from sds2gen3.validate.bounded import BoundedValidator

_TYPES: Mapping[str | None, type] = {
    "string": str,
    "null": str,
    "number": float,
    "float": float,
    "integer": int,
    "boolean": bool,
    "array": list,
}
_CHECKER = FormatChecker()


@dataclass(frozen=True)
class Edge:
    """A link seen from one of its ends: `name` there, `back` at the other end; `up` from child to parent."""

    name: str
    other: str
    back: str
    up: bool


@dataclass(frozen=True)
class Shape:
    """One node type. `types` are the properties with the Python type of their first JSON type, as psqlgraph reads them."""

    name: str
    served: Mapping[str, Any]
    validator: Any
    links: Mapping[str, Mapping[str, Any]]
    keys: tuple[str, ...]
    types: Mapping[str, type]
    system: frozenset[str]
    defaults: Mapping[str, Any]
    edges: dict[str, Edge] = field(default_factory=dict)

    @property
    def category(self) -> str:
        return str(self.served.get("category", ""))

    @property
    def owned(self) -> bool:
        """Records of this type belong to a project; program, project and internal ones do not."""
        return "project_id" in self.types

    @property
    def is_file(self) -> bool:
        """Registered in indexd, which this commons does not have [930, 941]."""
        return self.category.endswith("_file")


class Schemas:
    """All node types of a dictionary, from what a commons serves under `_dictionary/_all` or from a Dictionary."""

    def __init__(self, dictionary: Dictionary | Mapping[str, Any]) -> None:
        self.document = served(dictionary) if isinstance(dictionary, Dictionary) else dict(dictionary)
        nodes = {name: entry for name, entry in self.document.items() if name[:1] != "_" and name != "metaschema"}
        self.shapes = {name: _shape(name, schema) for name, schema in nodes.items()}
        for shape in self.shapes.values():
            for name, link in shape.links.items():
                parent, backref = str(link.get("target_type")), str(link.get("backref"))
                shape.edges[name] = Edge(name, parent, backref, up=True)
                if parent in self.shapes:
                    self.shapes[parent].edges[backref] = Edge(backref, shape.name, name, up=False)

    def get(self, name: Any) -> Shape | None:
        return self.shapes.get(name) if isinstance(name, str) else None


def served(dictionary: Dictionary) -> dict[str, Any]:
    """The document that a commons with this dictionary serves: null is taken out again of what may be left out."""
    return {name: _without_nulls(node.schema) for name, node in dictionary.nodes.items()}


def class_name(name: str) -> str:
    """What the server's own messages call a node type: `dataset_description` is `DatasetDescription` [311]."""
    return "".join(word.capitalize() for word in name.split("_"))


def single_links(entries: Any) -> Iterator[Mapping[str, Any]]:
    """The links of a schema one by one, those of subgroups too."""
    for entry in entries if isinstance(entries, list) else ():
        if "subgroup" in entry:
            yield from single_links(entry["subgroup"])
        elif "name" in entry:
            yield entry


def _shape(name: str, schema: Mapping[str, Any]) -> Shape:
    links = {str(link["name"]): link for link in single_links(schema.get("links"))}
    properties = schema.get("properties", {})
    types = {key: _type(prop) for key, prop in properties.items() if key not in links and key not in ("id", "type")}
    keys = next((tuple(keys) for keys in schema.get("uniqueKeys", []) if "id" not in keys), ())
    system = frozenset(schema.get("systemProperties", []))
    fixed = {"id", "type", "created_datetime", "updated_datetime", "project_id"}
    defaults = {
        key: properties[key]["default"] for key in sorted(system - fixed) if "default" in properties.get(key, {})
    }
    validator = BoundedValidator(allow_nulls(schema), format_checker=_CHECKER)
    return Shape(name, schema, validator, links, keys, types, system, defaults)


def _type(prop: Mapping[str, Any]) -> type:
    types = prop.get("type")
    first = (types or [None])[0] if isinstance(types, list) else types
    return _TYPES.get(first, str)


def _without_nulls(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Undo `allow_nulls`: doing it again gives the same verdicts, whatever took null from the start."""
    links = [link["name"] for link in single_links(schema.get("links")) if link.get("required")]
    must = {*schema.get("required", []), *links}
    properties = schema.get("properties", {})
    plain = {name: prop if name in must else _without_null(prop) for name, prop in properties.items()}
    return {**schema, "properties": plain}


def _without_null(prop: Any) -> Any:
    if not isinstance(prop, dict):
        return prop
    types = prop.get("type")
    if isinstance(types, list) and "null" in types and types != ["null"]:
        left = [one for one in types if one != "null"]
        return {**prop, "type": left[0] if len(left) == 1 else left}
    if "type" not in prop and isinstance(prop.get("enum"), list) and prop["enum"] != [None]:
        return {**prop, "enum": [word for word in prop["enum"] if word is not None]}
    return prop
