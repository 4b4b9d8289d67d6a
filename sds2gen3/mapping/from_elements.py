"""A mapping from a workbook of elements: its pairs of field and property become rules; ids, links and what the dictionary
requires beyond them are added, and said.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import Dictionary, NodeType
from sds2gen3.mapping.elements import Element, read_elements
from sds2gen3.mapping.load import load
from sds2gen3.mapping.rules import Mapping as Rules
from sds2gen3.mapping.skeleton import Given, draft, keys_of, table_of
from sds2gen3.nearest import did_you_mean
from sds2gen3.place import Place
from sds2gen3.resources import Declarations
from sds2gen3.sheets.layouts.layout import Layouts, filled_fields, table_fields

NOT_AVAILABLE = "NA"
"""What the reference writes where the dictionary requires a value and the cell is blank."""


@dataclass(frozen=True)
class Imported:
    """The files of a mapping folder by name, and what the workbook says that they do not, or they say beyond it."""

    files: Mapping[str, str]
    findings: Sequence[Diagnostic]


def from_elements(path: Path, dictionary: Dictionary, declarations: Declarations | None = None) -> Imported:
    """The mapping that an `element_mapping.xlsx` stands for, for records of that dictionary.

    Findings: M331 for a cell that has no place in it, M332 for what was added, each at its cell. Raises UsageError M330
    for a workbook that is none of elements.
    """
    declarations = declarations or Declarations.standard()
    layouts, tables = Layouts(declarations), table_fields(declarations)
    elements, findings = read_elements(path, layouts)
    maker = _Maker(dictionary, layouts, tables, filled_fields(declarations), findings)
    given = maker.nodes(elements, Place(path.name))
    files = draft(dictionary, tables, given, f"SDS to {dictionary.name}, from {path.name}", maker.unmapped)
    return Imported(files, tuple(findings))


def load_elements(
    path: Path, dictionary: Dictionary, declarations: Declarations | None = None
) -> tuple[Rules, Sequence[Diagnostic]]:
    """The mapping itself, without a folder to keep it in, and the findings. Raises as `from_elements`."""
    imported = from_elements(path, dictionary, declarations)
    with tempfile.TemporaryDirectory(prefix="sds2gen3-") as parent:
        folder = Path(parent) / path.stem
        folder.mkdir()
        for name, text in imported.files.items():
            (folder / name).write_text(text, encoding="utf-8")
        return replace(load(folder, declarations), source=str(path)), imported.findings


@dataclass
class _Maker:
    dictionary: Dictionary
    layouts: Layouts
    tables: Mapping[str, frozenset[str]]
    filled: Mapping[str, frozenset[str]]
    findings: list[Diagnostic]
    unmapped: dict[str, str] = field(default_factory=dict)
    blanks: dict[str, list[tuple[str, Place]]] = field(default_factory=dict)

    def nodes(self, elements: Sequence[Element], book: Place) -> dict[str, Given]:
        """What the rules of the nodes say, parents first: those of the workbook, and those that they hang below."""
        by_kind: dict[str, list[Element]] = {}
        for one in elements:
            by_kind.setdefault(one.kind, []).append(one)
        found: dict[str, Given] = {}
        for kind, rows in by_kind.items():
            node = self._node(kind)
            if node is None:
                message = f"The dictionary '{self.dictionary.name}' has no node for the sheet '{kind}'."
                self._tell("M331", message, Place(rows[0].place.file, rows[0].place.sheet))
            else:
                found[node.name] = Given(kind, self._properties(node, kind, rows))
        for name in self._above(list(found)):
            source = table_of(self.dictionary.nodes[name], self.tables)
            if source is None:
                self._tell("M331", f"No sheet of the SDS makes the records of '{name}', which others link to.", book)
            else:
                found[name] = Given(source, None)
                self._tell("M332", f"The rule for '{name}' is not of the workbook: others link to it.", book)
        for name, filled in self.blanks.items():
            listed = ", ".join(f"'{one}'" for one, _ in filled)
            message = f"'{name}' requires {listed}: blanks become '{NOT_AVAILABLE}', as in the reference."
            related = [place for _, place in filled[1:]]
            self.findings.append(finding("M332", message, filled[0][1], node=name, related=related))
        return {name: found[name] for name in self.dictionary.order if name in found}

    def _node(self, kind: str) -> NodeType | None:
        """The node whose records come from that sheet; of several the one with its name."""
        nodes = [self.dictionary.nodes[name] for name in self.dictionary.order]
        fitting = [node for node in nodes if table_of(node, self.tables) == kind]
        named = [node for node in fitting if node.name in (kind, kind.removesuffix("s"))]
        return next(iter([*named, *fitting]), None)

    def _above(self, names: list[str]) -> Iterator[str]:
        """The nodes that those must be linked to and that are not among them."""
        todo, seen = list(names), {*names, "project"}
        while todo:
            for link in self.dictionary.nodes[todo.pop()].links.values():
                if link.required and link.target not in seen and link.target in self.dictionary.order:
                    seen.add(link.target)
                    todo.append(link.target)
                    yield link.target

    def _properties(self, node: NodeType, kind: str, rows: Sequence[Element]) -> dict[str, str]:
        """Property -> what stands on the right of it, in the order of the workbook; then what the dictionary asks for."""
        wanted: dict[str, list[Element]] = {}
        for one in rows:
            if one.property is None:
                continue
            if self._table(one) is None:
                message = f"'{one.field}' is one of several rows that the table of its group holds together."
                self._tell("M331", message, one.place, value=one.field)
            elif one.property not in node.properties:
                hint = did_you_mean(one.property, list(node.properties))
                self._tell("M331", f"'{node.name}' has no property '{one.property}'.", one.place, hint, one.property)
            else:
                wanted.setdefault(one.property, []).append(one)
        found = {name: text for name, each in wanted.items() if (text := self._source(node, name, each)) is not None}
        found |= self._required(node, kind, found, rows[0].place)
        mapped = {one.field for name in found for one in wanted.get(name, ())} | found.keys()
        for one in rows:
            if one.property is None and one.field not in mapped and (table := self._table(one)) is not None:
                self.unmapped[f"{table}.{one.field}"] = "the workbook of elements gives it no property"
        return found

    def _source(self, node: NodeType, name: str, rows: Sequence[Element]) -> str | None:
        """`field`, or `{from, each, transform, blank}`; None, and a finding, where the grammar has no words for it."""
        sources = list(dict.fromkeys(one.field for one in rows))
        table = self._table(rows[0])
        if any(self._table(one) != table for one in rows):
            names = ", ".join(f"'{one}'" for one in sources)
            self._tell("M331", f"'{name}' cannot be made of {names}: they are of different groups.", rows[-1].place)
            return None
        keys = [f"from: {sources[0] if len(sources) == 1 else '[' + ', '.join(sources) + ']'}"]
        if table != rows[0].kind:
            if len(sources) > 1 or "array" not in node.properties[name].types:
                what = "is not a list in the dictionary" if len(sources) == 1 else "would be a list of two fields"
                message = f"'{sources[0]}' has a value for each of the {table}, and '{name}' {what}."
                self._tell("M331", message, rows[0].place)
                return None
            keys.append(f"each: {table}")
        if node.name == "manifest" and sources == ["filename"]:
            keys.append("transform: [in_folder]")
        said = {*self.filled.get(table, ()), *keys_of(table)} if table is not None else set()
        blank = said.isdisjoint(sources)
        if blank and self._may_be_not_available(node, name):
            keys.append(f'blank: "{NOT_AVAILABLE}"')
            self.blanks.setdefault(node.name, []).append((name, rows[0].place))
        return sources[0] if keys == [f"from: {sources[0]}"] else f"{{{', '.join(keys)}}}"

    def _may_be_not_available(self, node: NodeType, name: str) -> bool:
        """Whether a blank of the property must be filled, and can be."""
        known = node.properties[name]
        texts = "string" in known.types and (not known.enum or NOT_AVAILABLE in known.enum)
        return name in node.required and not known.nullable and texts

    def _required(self, node: NodeType, kind: str, found: Mapping[str, str], place: Place) -> dict[str, str]:
        """What the dictionary requires, or ids are made of, beyond the workbook: by the field of that name, else as the
        reference does.
        """
        sheet = Place(place.file, place.sheet)
        skipped = {"type", node.key, *found, *node.links, *node.system_properties}
        keys = {name for name in keys_of(kind) if name in node.properties}
        missing = sorted((node.required | keys) - skipped)
        named = {
            name: source
            for name in missing
            if self._table(Element(kind, name, name, sheet)) is not None
            and (source := self._source(node, name, [Element(kind, name, name, sheet)])) is not None
        }
        if named:
            listed = ", ".join(f"'{name}'" for name in named)
            self._tell("M332", f"'{node.name}' needs {listed}: made of the fields of these names.", sheet)
        return named | dict(self._constants(node, [name for name in missing if name not in named], sheet))

    def _constants(self, node: NodeType, names: Sequence[str], sheet: Place) -> Iterator[tuple[str, str]]:
        for name in names:
            types = node.properties[name].types if name in node.properties else frozenset[str]()
            text = f'"{NOT_AVAILABLE}"' if self._may_be_not_available(node, name) else None
            constant = "[]" if "array" in types else text
            message = f"'{node.name}' requires '{name}', which the workbook makes of nothing"
            if constant is None:
                self._tell("M331", f"{message}.", sheet, value=name, severity=Severity.ERROR)
            else:
                said = f"{message}: it is always {constant}, as in the reference."
                self._tell("M332", said, sheet, value=name, severity=Severity.WARNING)
                yield name, f"{{always: {constant}}}"

    def _table(self, element: Element) -> str | None:
        """The Table that holds the field: that of its sheet, or that of a group of it; None for a row that joins others."""
        if element.field in self.tables[element.kind]:
            return element.kind
        group = self.layouts.sheet(element.kind).group_of.get(element.field)
        return group if group is not None and element.field in self.tables.get(group, ()) else None

    def _tell(
        self,
        code: str,
        message: str,
        place: Place,
        hint: str = "",
        value: str | None = None,
        severity: Severity | None = None,
    ) -> None:
        self.findings.append(finding(code, message, place, hint=hint, value=value, severity=severity))
