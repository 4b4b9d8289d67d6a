"""The declared SDS layouts, read from `schemas/sds` as they are asked for: sheets with all their spellings, versions, texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import BaseModel, ValidationError

from sds2gen3.errors import UsageError
from sds2gen3.resources import Declarations
from sds2gen3.sheets.layouts.declared import Model, misfit, read_declared
from sds2gen3.sheets.layouts.facts import SheetFacts, SheetLayout, TemplateTexts, header_key
from sds2gen3.sheets.layouts.versions import (
    Version,
    VersionFile,
    VersionSheet,
    VersionSheetFile,
    WordsFile,
    resolve_sheet,
    resolve_version,
)
from sds2gen3.yaml_document import read_yaml


@dataclass(frozen=True)
class Layouts:
    """The declared SDS: kinds of sheets, versions and template texts, each read when it is first asked for."""

    declarations: Declarations = field(default_factory=Declarations.standard)
    _files: dict[tuple[str, str], BaseModel | None] = field(default_factory=dict, repr=False, compare=False)
    _lines: dict[str, list[tuple[str, VersionFile]]] = field(default_factory=dict, repr=False, compare=False)
    _sheets: dict[str, SheetLayout] = field(default_factory=dict, repr=False, compare=False)
    _version_sheets: dict[tuple[str, str], VersionSheet] = field(default_factory=dict, repr=False, compare=False)
    _versions: dict[str, Version] = field(default_factory=dict, repr=False, compare=False)
    _templates: dict[str, TemplateTexts] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """All kinds of sheets, sorted."""
        return tuple(self.declarations.names("sds/sheets"))

    @cached_property
    def versions(self) -> tuple[str, ...]:
        """All declared versions, the oldest first."""
        return tuple(sorted(set(self.declarations.names("sds")) - {"sheets"}, key=version_order))

    def sheet(self, kind: str) -> SheetLayout:
        """The layout of a kind of sheet. Raises UsageError C970 for a declaration that does not fit."""
        if kind not in self._sheets:
            facts = self.facts(kind)
            self._sheets[kind] = SheetLayout(kind, facts, self._keys(kind, facts))
        return self._sheets[kind]

    def version(self, name: str) -> Version:
        """The version with all it takes over."""
        if name not in self._versions:
            line = [file for _, file in self._line(name)]
            words = [self._words(other) for other, _ in self._line(name)]
            self._versions[name] = resolve_version(name, line, words)
        return self._versions[name]

    def version_sheet(self, name: str, kind: str) -> VersionSheet:
        """What the version says of one sheet; empty where the version has no such sheet."""
        if (name, kind) not in self._version_sheets:
            line = [found for other, _ in self._line(name) if (found := self._read(VersionSheetFile, other, kind))]
            present = kind in self.version(name).files
            self._version_sheets[name, kind] = resolve_sheet(line) if present else VersionSheet()
        return self._version_sheets[name, kind]

    def template(self, kind: str) -> TemplateTexts:
        """The template texts of a kind over all versions."""
        if not self._templates:
            self._templates.update({kind: TemplateTexts() for kind in self.kinds})
            for name in self.versions:
                self._add_texts(name)
        return self._templates.get(kind, TemplateTexts())

    def facts(self, kind: str) -> SheetFacts:
        """The sheet's file; the user's own file adds to ours field by field, so that one spelling is one line."""
        paths = [folder / "sds" / "sheets" / f"{kind}.yaml" for folder in reversed(self.declarations.folders)]
        merged: dict[str, object] = {}
        documents = [read_yaml(path) for path in paths if path.is_file()]
        odd = next((d.data for d in documents if not isinstance(d.data or {}, dict)), None)
        for document in documents if odd is None else ():
            merged = _merge(merged, document.data or {})
        try:
            return SheetFacts.model_validate(merged if odd is None else odd)
        except ValidationError as broken:
            raise misfit(documents[-1], broken) from None

    def _keys(self, kind: str, facts: SheetFacts) -> dict[str, str]:
        """Every spelling of every version. An official header beats a mere spelling, and those beat canonical names."""
        official: dict[str, str] = {}
        for version in self.versions:
            for name, (header, _) in self.version_sheet(version, kind).headers.items():
                other = official.setdefault(header_key(header), name)
                if other != name:
                    message = f"'{header}' in {kind} of SDS {version} is '{name}', elsewhere it is '{other}'."
                    raise UsageError.of("C971", message)
        spelt = {header_key(text): name for name, f in facts.fields.items() for text in f.spellings}
        named = {header_key(name): name for name, f in facts.fields.items() if not f.label}
        return {**named, **spelt, **official}

    def _line(self, name: str) -> list[tuple[str, VersionFile]]:
        """The version's file and those that it extends, the oldest first."""
        if name in self._lines:
            return self._lines[name]
        line: list[tuple[str, VersionFile]] = []
        following: str | None = name
        while following is not None:
            if following in [other for other, _ in line]:
                raise UsageError.of("C971", f"SDS {name} extends itself.")
            file = self._read(VersionFile, following, "sds")
            if file is None:
                raise UsageError.of("C971", f"SDS {following}, which SDS {name} extends, is not declared.")
            line.append((following, file))
            following = file.extends
        self._lines[name] = line[::-1]
        return self._lines[name]

    def _read(self, model: type[Model], name: str, file: str) -> Model | None:
        """A file of a version, read once: the versions that extend it ask for it again and again."""
        if (name, file) not in self._files:
            path = self.declarations.find("sds", name, f"{file}.yaml")
            self._files[name, file] = read_declared(path, model) if path else None
        found = self._files[name, file]
        return found if isinstance(found, model) else None

    def _words(self, name: str) -> Mapping[str, tuple[str, ...]]:
        return (self._read(WordsFile, name, "vocab") or WordsFile({})).root

    def _add_texts(self, name: str) -> None:
        path = self.declarations.find("sds", name, "template.yaml")
        document = read_yaml(path) if path else None
        for kind, data in (document.data or {}).items() if document else ():
            new, old = TemplateTexts.model_validate(data), self._templates.get(kind, TemplateTexts())
            self._templates[kind] = TemplateTexts(
                explained=_joined(old.explained, new.explained),
                prefilled=_joined(old.prefilled, new.prefilled),
                rows=old.rows + new.rows,
            )


def table_fields(declarations: Declarations | None = None) -> dict[str, frozenset[str]]:
    """Table name -> the fields it can have over all SDS versions; the user's own columns come on top."""
    layouts = Layouts(declarations or Declarations.standard())
    found: dict[str, frozenset[str]] = {}
    for kind in layouts.kinds:
        found |= dict(SheetLayout(kind, layouts.facts(kind), {}).tables)
    return found


def filled_fields(declarations: Declarations | None = None) -> dict[str, frozenset[str]]:
    """Table name -> the fields that some SDS version wants filled in every record."""
    layouts = Layouts(declarations or Declarations.standard())
    found: dict[str, set[str]] = {}
    for kind in layouts.kinds:
        group_of = layouts.sheet(kind).group_of
        for version in layouts.versions:
            for rule in layouts.version_sheet(version, kind).filled:
                if rule.field and rule.severity == "error" and not rule.unless:
                    found.setdefault(group_of.get(rule.field, kind), set()).add(rule.field)
    return {table: frozenset(fields) for table, fields in sorted(found.items())}


def _merge(ours: dict[str, object], own: dict[str, object]) -> dict[str, object]:
    """`own` laid over `ours`: mappings key by key, spellings one after the other, anything else replaced."""
    merged = dict(ours)
    for key, value in own.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merged[key] = _merge(old, value)
        elif key == "spellings" and isinstance(old, list) and isinstance(value, list):
            merged[key] = old + value
        else:
            merged[key] = value
    return merged


def _joined(
    old: Mapping[str, tuple[str | int | float, ...]], new: Mapping[str, tuple[str | int | float, ...]]
) -> dict[str, tuple[str | int | float, ...]]:
    return {name: (*old.get(name, ()), *new.get(name, ())) for name in [*old, *(n for n in new if n not in old)]}


def version_order(name: str) -> tuple[int, ...]:
    """Sort key of a version: '1.2' < '1.2.3' < '2.0.0'."""
    numbers = [int(number) for number in re.findall(r"\d+", name)]
    while numbers and numbers[-1] == 0:  # 2.0 is 2.0.0
        numbers.pop()
    return tuple(numbers)
