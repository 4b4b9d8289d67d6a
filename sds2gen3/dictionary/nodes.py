"""A node's resolved schema as a NodeType: its properties, links and groups of links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sds2gen3.dictionary.documents import Document
from sds2gen3.dictionary.nulls import allow_nulls
from sds2gen3.dictionary.properties import make_property
from sds2gen3.dictionary.types import Link, LinkGroup, NodeType, Property

_KEYS = {"program": "name", "project": "code"}


def make_node(name: str, resolved: Mapping[str, Any], document: Document) -> NodeType:
    """The NodeType that a resolved schema describes. Keys that are missing or of the wrong kind count as empty."""
    schema = allow_nulls(resolved)
    links = {link.name: link for link in _links(schema.get("links"))}
    required = frozenset(_texts(schema.get("required")))
    system = frozenset(_texts(schema.get("systemProperties")))
    keys = schema.get("uniqueKeys")
    return NodeType(
        name=name,
        title=_text(schema.get("title")) or name,
        category=_text(schema.get("category")),
        description=_text(schema.get("description")).strip(),
        properties=_properties(schema, links, required, system),
        links=links,
        groups=tuple(_groups(schema.get("links"))),
        required=required,
        unique_keys=tuple(tuple(_texts(key)) for key in keys) if isinstance(keys, list) else (),
        system_properties=system,
        schema=schema,
        key=_KEYS.get(name, "submitter_id"),
        home=document.place(),
        lines=_lines(document) if document.yaml is not None else {},
    )


def entries(links: Any) -> Iterator[Mapping[str, Any]]:
    """Each single link as it is declared, those in groups too."""
    for entry in links if isinstance(links, list) else ():
        if isinstance(entry, dict) and "subgroup" in entry:
            yield from entries(entry["subgroup"])
        elif isinstance(entry, dict):
            yield entry


def _links(links: Any) -> Iterator[Link]:
    for entry in entries(links):
        if isinstance(entry.get("name"), str):
            yield Link(
                name=entry["name"],
                target=_text(entry.get("target_type")),
                backref=_text(entry.get("backref")),
                label=_text(entry.get("label")),
                multiplicity=_text(entry.get("multiplicity")),
                required=entry.get("required") is True,
            )


def _groups(links: Any) -> Iterator[LinkGroup]:
    for entry in links if isinstance(links, list) else ():
        if isinstance(entry, dict) and "subgroup" in entry:
            names = tuple(link.name for link in _links(entry["subgroup"]))
            yield LinkGroup(names, entry.get("required") is True, entry.get("exclusive") is True)


def _properties(
    schema: Mapping[str, Any], links: Mapping[str, Link], required: frozenset[str], system: frozenset[str]
) -> dict[str, Property]:
    properties = schema.get("properties")
    return {
        name: make_property(name, prop, name in required, name in system)
        for name, prop in (properties.items() if isinstance(properties, dict) else ())
        if name not in links and isinstance(prop, dict)
    }


def _lines(document: Document) -> dict[tuple[str | int, ...], int]:
    """The lines of what findings point to, so that a Dictionary need not keep the YAML."""
    data = document.data
    paths: list[tuple[str | int, ...]] = [(), *((key,) for key in data if isinstance(key, str))]
    for section in ("properties", "links"):
        inside = data.get(section)
        keys = inside if isinstance(inside, dict) else range(len(inside)) if isinstance(inside, list) else ()
        paths += [(section, key) for key in keys if isinstance(key, (str, int))]
    return {path: document.place(*path).line or 1 for path in paths}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
