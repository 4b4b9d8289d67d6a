"""Load a data dictionary, whatever form it has, as the server reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.documents import Document, Documents, parse_json, read_documents
from sds2gen3.dictionary.nodes import make_node
from sds2gen3.dictionary.order import submission_order
from sds2gen3.dictionary.resolve import Resolver
from sds2gen3.dictionary.types import Dictionary, NodeType
from sds2gen3.errors import UsageError
from sds2gen3.place import Place
from sds2gen3.resources import Declarations


def load(source: str | Path, declarations: Declarations | None = None) -> Dictionary:
    """The dictionary of a declared name, a folder of YAML, one JSON document, or an http(s) address.

    JSON may be a dump (keys 'case.yaml') or what a commons serves (keys 'case'); the address may be that of the
    commons itself. `findings` tells what is broken in it but leaves something to work with: codes D401 to D407.
    Raises UsageError C920-C927 and C960 where there is nothing to work with.
    """
    return _made(read_documents(source, declarations or Declarations.standard()))


def from_json(content: bytes, source: str) -> Dictionary:
    """The dictionary in the JSON that a commons serves; `source` is its address. Raises UsageError C921, C922."""
    return _made(parse_json(content, source, source, source))


def _made(documents: Documents) -> Dictionary:
    resolver = Resolver(documents.by_stem)
    findings = list(documents.findings)
    nodes: dict[str, NodeType] = {}
    for stem, document in documents.by_stem.items():
        if stem.startswith("_") or stem == "metaschema":
            continue
        if not isinstance(document.data, dict) or not document.data:
            message = f"'{stem}' describes no node: it is empty or no set of keys."
            findings.append(finding("D403", message, document.place()))
            continue
        _add(nodes, document, resolver.resolve(document), findings)
    _refuse_empty(nodes, documents)
    ordered = dict(sorted(nodes.items()))
    findings += resolver.findings
    return Dictionary(documents.name, documents.source, ordered, submission_order(ordered), tuple(findings))


def _add(nodes: dict[str, NodeType], document: Document, resolved: Any, findings: list[Diagnostic]) -> None:
    """Add the node under its id, which is what the server knows it by; the file's name counts only where it has none."""
    stem, given = document.stem, resolved.get("id")
    name = given if isinstance(given, str) and given else stem
    if given != stem:
        lacks = name is not given
        message = f"'{stem}' has no id." if lacks else f"'{stem}' has the id '{given}'."
        findings.append(
            finding(
                "D404",
                message,
                document.place("id"),
                hint=f"Write 'id: {stem}', or rename the file." if not lacks else f"Add 'id: {stem}'.",
                value=given,
                node=name,
                severity=Severity.ERROR if lacks else None,
            )
        )
    if name in nodes:
        message = f"Two entries have the id '{name}'."
        findings.append(finding("D405", message, document.place("id"), node=name, related=[nodes[name].home]))
        if stem != name:
            return
    nodes[name] = make_node(name, resolved, document)


def _refuse_empty(nodes: dict[str, NodeType], documents: Documents) -> None:
    if not any(node.properties or node.links for node in nodes.values()):
        message = f"'{documents.name}' describes no node with properties or links."
        raise UsageError.of("C922", message, Place(documents.name), value=documents.source)
