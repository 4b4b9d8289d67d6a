"""A first draft of a mapping for any dictionary: what has the same name is filled in, what is near is marked, the rest is open."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Set as AbstractSet

from sds2gen3.dictionary.types import Dictionary, NodeType, Property
from sds2gen3.nearest import nearest

_NEAR = 85
_ALIKE = {
    "case": "subjects",
    "subject": "subjects",
    "experiment": "dataset_description",
    "study": "dataset_description",
}

Tables = MappingOf[str, AbstractSet[str]]


def skeleton(dictionary: Dictionary, tables: Tables) -> dict[str, str]:
    """File name -> text of a draft mapping folder. Lines marked 'near name' are guesses to be checked by a person."""
    files: dict[str, str] = {}
    open_nodes = []
    sources = {name: _table(dictionary.nodes[name], tables) for name in dictionary.order}
    for name in dictionary.order:
        source = sources[name]
        if source is None:
            open_nodes.append(name)
        else:
            files[f"{name}.yaml"] = _rule(dictionary.nodes[name], source, tables[source], sources, tables)
    return {"mapping.yaml": _head(dictionary, open_nodes), **files}


def _table(node: NodeType, tables: Tables) -> str | None:
    """The table whose fields share most names with the node's properties; by name where nothing is shared."""
    plural = {node.name, f"{node.name}s", f"{node.name.removesuffix('y')}ies"}
    named = next((name for name in sorted(tables) if name in plural), _ALIKE.get(node.name))
    shared = {name: len(fields & node.properties.keys()) for name, fields in sorted(tables.items())}
    best = max(shared, key=lambda name: (shared[name], name == named))
    if named is not None and named in tables and shared[best] <= 2 * max(1, shared[named]):
        return named
    return best if shared[best] >= 3 else None


def _head(dictionary: Dictionary, open_nodes: list[str]) -> str:
    lines = [
        f"title: SDS to {dictionary.name} (draft)",
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
    node: NodeType, source: str, fields: AbstractSet[str], sources: MappingOf[str, str | None], tables: Tables
) -> str:
    lines = [f"# {node.title or node.name}", f"node: {node.name}", f"from: {source}", f"id: {_id(source, fields)}"]
    lines += _section("links", [_link(node, name, fields, sources, tables) for name in node.links])
    skip = {"type", node.key} | node.system_properties
    given = [name for name in node.properties if name not in skip]
    lines += _section("properties", [_property(node.properties[name], source, tables) for name in given])
    return "\n".join(lines) + "\n"


def _section(key: str, lines: list[str]) -> list[str]:
    """The lines below their key; a section in which all is still open is an empty one, so that the draft can be loaded."""
    if any(not line.lstrip().startswith("#") for line in lines):
        return [f"{key}:", *lines]
    return [f"{key}: {{}}" + ("   # take {} away when you open a line below" if lines else ""), *lines]


def _id(source: str, fields: AbstractSet[str]) -> str:
    if source == "dataset_description":
        return '"{dataset}"'
    key = f"{source.removesuffix('s')}_id"
    return f'"{{dataset}}:{{{key if key in fields else "record_number"}}}"'


def _link(
    node: NodeType, name: str, fields: AbstractSet[str], sources: MappingOf[str, str | None], tables: Tables
) -> str:
    link = node.links[name]
    if link.target == "project":
        return f"  {name}: {{code: project}}"
    table = sources.get(link.target)
    if table is None:
        return f"  # {name}: {{to: {link.target}}}   # no table for '{link.target}' yet"
    key = f"{table.removesuffix('s')}_id"
    if key in fields and key in tables[table]:
        return f"  {name}: {{to: {link.target}, where: {{{key}: {key}}}}}"
    return f"  {name}: {{to: {link.target}}}" + ("" if link.required else "   # optional in the dictionary")


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
