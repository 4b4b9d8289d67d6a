"""The records made so far, found by the fields of the tables they came from."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from typing import Any

from sds2gen3.convert.ids import text_of
from sds2gen3.mapping.rules import Template
from sds2gen3.model import Part

Key = tuple[str, ...]
"""The texts of the fields (or templates of fields) that a link looks for."""

Index = dict[Key, dict[str, None]]
"""The submitter_ids of the records that a key finds, each once, in order."""


class Lookup:
    """Parents to link to. Indexes are built when first asked for, and dropped when their node gets more records."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Part]] = {}
        self._indexes: dict[tuple[str, tuple[Template, ...]], Index] = {}

    def add(self, node: str, part: Part) -> None:
        """Make the records of the part known as parents."""
        self._parts.setdefault(node, []).append(part)
        self._indexes = {key: index for key, index in self._indexes.items() if key[0] != node}

    def has(self, node: str | None) -> bool:
        """Whether there is any record of the node."""
        return node in self._parts

    def ids(self, node: str | None) -> list[str]:
        """All submitter_ids of a node."""
        return [name for part in self._parts.get(node or "", ()) for name in part.columns["submitter_id"]]

    def index(self, node: str | None, templates: tuple[Template, ...]) -> Index:
        """Key -> submitter_ids of the records whose table fills the templates so."""
        key = (node or "", templates)
        if key not in self._indexes:
            index: Index = {}
            for part in self._parts.get(node or "", ()):
                _add_to(index, part, templates)
            self._indexes[key] = index
        return self._indexes[key]

    def what(self, node: str | None, template: Template) -> tuple[str, str]:
        """The noun and the file of the node's records in the curator's words: ('subject', 'subjects.xlsx')."""
        for part in self._parts.get(node or "", ()):
            if part.table is not None and all(name in part.table.columns for name in template.fields):
                return part.table.noun, part.table.file
        return "", ""


def _add_to(index: Index, part: Part, templates: tuple[Template, ...]) -> None:
    table = part.table
    if table is None or any(name not in table.columns for t in templates for name in t.fields):
        return
    for row, submitter_id in zip(part.rows, part.columns["submitter_id"], strict=True):
        key = tuple(_filled(template, table.columns, row) for template in templates)
        if all(key):
            index.setdefault(key, {})[submitter_id] = None


def _filled(template: Template, columns: MappingOf[str, list[Any]], row: int) -> str:
    """The template with the row's texts, '' where one is blank."""
    text = template.literals[0]
    for name, literal in zip(template.fields, template.literals[1:], strict=True):
        value = text_of(columns[name][row])
        if value is None:
            return ""
        text += value + literal
    return text
