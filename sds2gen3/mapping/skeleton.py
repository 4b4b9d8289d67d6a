"""A first draft of a mapping for any dictionary: what has the same name is filled in, what is near is marked, the rest is open."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sds2gen3.dictionary.types import Dictionary, NodeType, Property
from sds2gen3.nearest import nearest

_NEAR = 85
_ALIKE = {
    "case": "subjects",
    "subject": "subjects",
    "experiment": "dataset_description",
    "study": "dataset_description",
}

_KEYS = {"manifest": "filename"}  # what tells the records of a table apart, where it is not called <record>_id
_BELOW = {"samples": "subject_id"}  # whose ids start again under each of these

Tables = MappingOf[str, AbstractSet[str]]


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a rule: its table, and property -> what stands on the right of it; None: draft it by the names."""

    source: str
    properties: MappingOf[str, str] | None


def skeleton(dictionary: Dictionary, tables: Tables) -> dict[str, str]:
    """File name -> text of a draft mapping folder. Lines marked 'near name' are guesses to be checked by a person."""
    sources = {name: table_of(dictionary.nodes[name], tables) for name in dictionary.order}
    open_nodes = [name for name, source in sources.items() if source is None]
    head = _head(f"SDS to {dictionary.name} (draft)", dictionary, open_nodes)
    known = {name: source for name, source in sources.items() if source is not None}
    return {"mapping.yaml": head, **{f"{name}.yaml": _rule(dictionary.nodes[name], known, tables) for name in known}}


def draft(
    dictionary: Dictionary, tables: Tables, given: MappingOf[str, Given], title: str, unmapped: MappingOf[str, str]
) -> dict[str, str]:
    """As `skeleton`, with rules for the nodes given only; `unmapped` is what is left out on purpose, with the reason."""
    sources = {name: one.source for name, one in given.items()}
    head = _head(title, dictionary, [])
    if unmapped:
        head += "not_mapped:\n" + "".join(f"  {name}: {reason}\n" for name, reason in sorted(unmapped.items()))
    rules = {
        f"{name}.yaml": _rule(dictionary.nodes[name], sources, tables, one.properties) for name, one in given.items()
    }
    return {"mapping.yaml": head, **rules}


def table_of(node: NodeType, tables: Tables) -> str | None:
    """The table whose fields share most names with the node's properties; by name where nothing is shared."""
    plural = {node.name, f"{node.name}s", f"{node.name.removesuffix('y')}ies"}
    named = next((name for name in sorted(tables) if name in plural), _ALIKE.get(node.name))
    shared = {name: len(fields & node.properties.keys()) for name, fields in sorted(tables.items())}
    best = max(shared, key=lambda name: (shared[name], name == named))
    if named is not None and named in tables and shared[best] <= 2 * max(1, shared[named]):
        return named
    return best if shared[best] >= 3 else None


def keys_of(table: str) -> tuple[str, ...]:
    """The fields by which ids are made and records are linked."""
    key = _KEYS.get(table, f"{table.removesuffix('s')}_id")
    return tuple(filter(None, (_BELOW.get(table), key)))


def _head(title: str, dictionary: Dictionary, open_nodes: list[str]) -> str:
    lines = [
        f"title: {title}",
        f"dictionary: {dictionary.name}",
        "needs:",
        "  program: {hint: the commons' program}",
        "  project: {hint: the commons' project code}",
        '  dataset: {hint: "the dataset\'s own name, part of every id", default: "{folder}"}',
        "roots:",
        "  program: {name: program, dbgap_accession_number: program}",
        "  project: {code: project, name: project, dbgap_accession_number: project}",
    ]
    if open_nodes:
        lines += ["", "# No table was found for these nodes; add a file for each that SDS can fill:"]
        lines += [f"#   {name}" for name in open_nodes]
    return "\n".join(lines) + "\n"


def _rule(
    node: NodeType, sources: MappingOf[str, str], tables: Tables, given: MappingOf[str, str] | None = None
) -> str:
    source = sources[node.name]
    fields = tables[source]
    shared = source == "dataset_description" and all(link.target != "project" for link in node.links.values())
    id_ = _id(source, fields) if not shared else f'"{{dataset}}:{node.name}"'
    lines = [f"# {node.title or node.name}", f"node: {node.name}", f"from: {source}", f"id: {id_}"]
    lines += _section("links", [_link(node, name, fields, sources, tables) for name in node.links])
    skip = {"type", node.key} | node.system_properties
    names = [name for name in node.properties if name not in skip]
    drafted = [_property(node.properties[name], source, tables) for name in names] if given is None else []
    lines += _section("properties", drafted if given is None else [f"  {n}: {text}" for n, text in given.items()])
    return "\n".join(lines) + "\n"


def _section(key: str, lines: list[str]) -> list[str]:
    """The lines below their key; a section in which all is still open is an empty one, so that the draft can be loaded."""
    if any(not line.lstrip().startswith("#") for line in lines):
        return [f"{key}:", *lines]
    return [f"{key}: {{}}" + ("   # take {} away when you open a line below" if lines else ""), *lines]


def _id(source: str, fields: AbstractSet[str]) -> str:
    if source == "dataset_description":
        return '"{dataset}"'
    *below, key = keys_of(source)
    if below and {*below, key} <= fields:
        return f'["{{dataset}}:{{{below[0]}}}:{{{key}}}", "{{dataset}}::{{{key}}}"]'
    return f'"{{dataset}}:{{{key if key in fields else "record_number"}}}"'


def _link(node: NodeType, name: str, fields: AbstractSet[str], sources: MappingOf[str, str], tables: Tables) -> str:
    link = node.links[name]
    if link.target == "project":
        return f"  {name}: {{code: project}}"
    table = sources.get(link.target)
    if table is None:
        return f"  # {name}: {{to: {link.target}}}   # no table for '{link.target}' yet"
    key = f"{table.removesuffix('s')}_id"
    if key in fields and key in tables[table]:
        return f"  {name}: {{to: {link.target}, where: {{{key}: {key}}}}}"
    if link.required or table == "dataset_description":
        return f"  {name}: {{to: {link.target}}}" + ("" if link.required else "   # optional in the dictionary")
    return f"  # {name}: {{to: {link.target}, where: {{{key}: }}}}   # optional in the dictionary"


def _property(wanted: Property, source: str, tables: Tables) -> str:
    fields = tables[source]
    note = "   # required" if wanted.required else ""
    if wanted.name in fields:
        return f"  {wanted.name}: {wanted.name}{note}"
    groups = [name for name, others in sorted(tables.items()) if wanted.name in others]
    if "array" in wanted.types and len(groups) == 1:
        return f"  {wanted.name}: {{from: {wanted.name}, each: {groups[0]}}}{note}"
    near = nearest(wanted.name, sorted(fields), _NEAR)
    if near:
        return f"  {wanted.name}: {near}   # near name, check{note.replace('   #', ';')}"
    return f"  # {wanted.name}:{note}"
