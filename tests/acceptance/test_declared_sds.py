"""The declared layouts against the official templates: every field, header, class and word of every version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sds2gen3.sheets.layouts.facts import LABEL, SECTION, header_key
from sds2gen3.sheets.layouts.layout import Layouts

VERSIONS = ("1.0", "1.1", "1.2", "1.2.1", "1.2.2", "1.2.3", "2.0.0", "2.1.0", "3.0.0", "3.0.1", "3.0.2")
LAYOUTS = Layouts()
CLASSES = {"optional-orange": "optional"}  # code_description 2.x has orange instead of yellow


@pytest.fixture(scope="module")
def official(shared: Path) -> Any:
    return json.loads((shared / "sds" / "fields.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def templates(shared: Path) -> Any:
    return json.loads((shared / "sds" / "templates.json").read_text(encoding="utf-8"))


def declared() -> Iterator[tuple[str, str, str, str, str]]:
    for version in LAYOUTS.versions:
        for kind in LAYOUTS.kinds:
            for field, (header, class_) in LAYOUTS.version_sheet(version, kind).headers.items():
                yield kind, field, version, header, class_


def test_all_versions_are_declared_in_their_order() -> None:
    assert LAYOUTS.versions == VERSIONS


def test_every_field_has_the_official_header_in_exactly_the_versions_that_have_it(official: Any) -> None:
    wanted = {
        (kind, field, version, entry["header"], CLASSES.get(entry["class"], entry["class"]))
        for kind, fields in official.items()
        for field, versions in fields.items()
        for version, entry in versions.items()
    }
    assert set(declared()) == wanted


def test_all_261_canonical_fields_are_described(official: Any) -> None:
    described = {
        (kind, field)
        for kind in LAYOUTS.kinds
        for field, f in LAYOUTS.sheet(kind).facts.fields.items()
        if not f.dialect
    }
    wanted = {(kind, field) for kind, fields in official.items() for field in fields if not field.startswith(SECTION)}
    assert described == wanted
    assert len(wanted) == 261


def test_labels_are_marked_as_labels(official: Any) -> None:
    marked = {
        (kind, f) for kind in LAYOUTS.kinds for f, facts in LAYOUTS.sheet(kind).facts.fields.items() if facts.label
    }
    assert marked == {(kind, field) for kind, fields in official.items() for field in fields if field.startswith(LABEL)}


@pytest.mark.parametrize("version", VERSIONS)
def test_headers_stand_in_the_official_order(templates: Any, version: str) -> None:
    for kind in LAYOUTS.version(version).files:
        if kind == "manifest":  # 1.2 has two layouts of it, one with `pattern`
            continue
        path = next(p for p in templates[version] if p.rpartition("/")[2] == f"{kind}.xlsx")
        headers = [field["header"] for field in templates[version][path]["fields"]]
        assert [header for header, _ in LAYOUTS.version_sheet(version, kind).headers.values()] == list(
            dict.fromkeys(headers)
        )


@pytest.mark.parametrize("version", VERSIONS)
def test_every_official_header_is_known_in_every_spelling_of_the_template(templates: Any, version: str) -> None:
    for path, sheet in templates[version].items():
        kind = path.rpartition("/")[2].removesuffix(".xlsx")
        for field in sheet["fields"]:
            assert header_key(field["header"]) in LAYOUTS.sheet(kind).keys


@pytest.mark.parametrize("version", ["1.2.3", "2.0.0", "2.1.0", "3.0.0", "3.0.1", "3.0.2"])
def test_words_are_those_of_the_templates(shared: Path, version: str) -> None:
    lists = json.loads((shared / "sds" / "vocab.json").read_text(encoding="utf-8"))[version]
    words = LAYOUTS.version(version).words
    assert {name: tuple(values) for name, values in lists.items()} == {name: words.get(name, ()) for name in lists}


@pytest.mark.parametrize("version", VERSIONS)
def test_files_are_those_of_the_templates(shared: Path, version: str) -> None:
    folder = shared / "sds" / "templates" / version
    assert set(LAYOUTS.version(version).files) == {path.stem for path in folder.rglob("*.xlsx")}


def test_what_is_declared_refers_only_to_what_is_declared() -> None:
    for kind in LAYOUTS.kinds:
        layout = LAYOUTS.sheet(kind)
        fields = set(layout.facts.fields)
        for group in layout.facts.groups.values():
            assert set(group.fields) | {join.identifier for join in group.join} <= fields
        for facts in layout.facts.fields.values():
            for target in facts.refers:
                table, _, field = target.partition(".")
                assert field in LAYOUTS.sheet(table).facts.fields
        for version in LAYOUTS.versions:
            asked = LAYOUTS.version_sheet(version, kind)
            named = {*asked.forms, *(field for rule in asked.filled for field in (*rule.fields, *rule.unless))}
            named |= {rule.given for rule in asked.filled if rule.given}
            assert named <= fields
            vocabulary = LAYOUTS.version(version).vocabularies.get(kind, {})
            assert {words.list for words in vocabulary.values()} <= set(LAYOUTS.version(version).words)
