"""Small hand-made tables, datasets, node types and mappings for tests: only what a test says, nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from sds2gen3.dictionary.types import Dictionary, Link, LinkGroup, NodeType, Property
from sds2gen3.mapping.load import load
from sds2gen3.mapping.rules import Mapping
from sds2gen3.model import Dataset, Table

TEXT = {"type": "string"}


def table(name: str, columns: dict[str, list[Any]], *, noun: str = "", **details: Any) -> Table:
    """A row-wise Table of the file NAME.xlsx: header in row 1, records from row 2, fields from column A."""
    length = len(next(iter(columns.values()), []))
    return Table(
        name=name,
        file=details.pop("file", f"{name}.xlsx"),
        sheet="Sheet1",
        columns=columns,
        rows=details.pop("rows", range(2, length + 2)),
        headers=details.pop("headers", {field: position for position, field in enumerate(columns, 1)}),
        labels=details.pop("labels", {field: field.replace("_", " ") for field in columns}),
        noun=noun or name.removesuffix("s"),
        **details,
    )


def dataset(*tables: Table, version: str = "2.0.0", name: str = "ds") -> Dataset:
    """A Dataset of these tables."""
    by_name: dict[str, list[Table]] = {}
    for one in tables:
        by_name.setdefault(one.name, []).append(one)
    return Dataset(root=name, name=name, version=version, tables=by_name)


def prop(name: str, schema: dict[str, Any], required: bool = False) -> Property:
    """A Property from a plain JSON Schema."""
    kind = schema.get("type", [])
    types = frozenset([kind] if isinstance(kind, str) else kind)
    items = prop(name, schema["items"], required=True) if "items" in schema else None
    enum = tuple(schema["enum"]) if "enum" in schema else None
    formats = frozenset([schema["format"]] if "format" in schema else [])
    return Property(name, types, enum, items, formats, required, nullable=not required, schema=schema)


def node(
    name: str,
    properties: dict[str, dict[str, Any]],
    *,
    links: tuple[Link, ...] = (),
    groups: tuple[LinkGroup, ...] = (),
    required: tuple[str, ...] = (),
) -> NodeType:
    """A NodeType with these properties; its schema allows exactly them."""
    link_schema = {"type": ["object", "array", "null"]}
    schema = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "object",
        "additionalProperties": False,
        "required": ["type", "submitter_id", *required],
        "properties": {
            "type": {"enum": [name]},
            "submitter_id": TEXT,
            **properties,
            **{link.name: link_schema for link in links},
        },
    }
    return NodeType(
        name=name,
        title=name,
        category="administrative",
        description="",
        properties={key: prop(key, value, key in required) for key, value in properties.items()},
        links={link.name: link for link in links},
        groups=groups,
        required=frozenset(["type", "submitter_id", *required]),
        unique_keys=(("id",), ("project_id", "submitter_id")),
        system_properties=frozenset(),
        schema=schema,
    )


def link(name: str, target: str, multiplicity: str = "many_to_one", required: bool = False) -> Link:
    """A Link to `target`."""
    return Link(name, target, f"{name}_of", "member_of", multiplicity, required)


def dictionary(*nodes: NodeType) -> Dictionary:
    """A Dictionary whose submission order is the order given."""
    return Dictionary("test", "test", {one.name: one for one in nodes}, tuple(one.name for one in nodes))


def mapping(folder: Path, rules: dict[str, dict[str, Any]], **head: Any) -> Mapping:
    """A Mapping loaded from YAML files written into `folder`; it needs a dataset name, by default 'ds'."""
    folder.mkdir(parents=True, exist_ok=True)
    needs = {"dataset": {"hint": "the dataset's name", "default": "{folder}"}}
    write(folder / "mapping.yaml", {"title": "test", "needs": needs, **head})
    for name, rule in rules.items():
        write(folder / f"{name}.yaml", rule)
    return load(folder)


def write(path: Path, data: Any) -> None:
    """The data as a YAML file."""
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
