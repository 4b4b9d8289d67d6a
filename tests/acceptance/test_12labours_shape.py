"""Records for the 12 LABOURS commons: valid against the dictionary as it is served, and in the shapes that its portal reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker
from pipeline import SERVED, SHARED, Run, declared, run
from real_datasets import SAMPLES, folders, samples
from sheet_makers import LAYOUTS, description
from sheet_makers import dataset as written_dataset

from sds2gen3.catalogue import Severity
from sds2gen3.model import Part

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared material is not beside the project (../shared)")

FIT = ["bladder-imaging-3.0.2", "cardiac-model-2.1.0", "vagus-stimulation-2.0.0"]
"""The samples of a version that fills what the dictionary demands; SDS 1.x has no study purpose, organ system ..."""

OTHERS = [*folders("sds/real"), *folders("acceptance/seed_cases"), *(path / "dataset" for path in samples())]
CONTRIBUTORS = ["contributor_name", "contributor_orcid", "contributor_affiliation", "contributor_role"]
IDENTIFIERS = ["identifier", "identifier_type", "relation_type", "identifier_description"]


@cache
def labours(folder: Path) -> Run:
    return run(folder, "12labours", SERVED)


@cache
def served(node: str) -> Draft4Validator:
    """What the server runs: Draft 4 with formats, where everything that is not required may also be null."""
    schema = json.loads(SERVED.read_text(encoding="utf-8"))[node]
    links = {link["name"] for link in schema["links"] if link.get("required")}
    properties = {
        name: prop if name in schema["required"] or name in links else with_null(prop)
        for name, prop in schema["properties"].items()
    }
    return Draft4Validator({**schema, "properties": properties}, format_checker=FormatChecker())


def with_null(prop: dict[str, Any]) -> dict[str, Any]:
    if "type" in prop:
        types = prop["type"] if isinstance(prop["type"], list) else [prop["type"]]
        return {**prop, "type": [*types, "null"]}
    if "enum" in prop:
        return {**prop, "enum": [*prop["enum"], None]}
    return {"anyOf": [prop, {"type": "null"}]}


def complaints(found: Run) -> set[tuple[str, str]]:
    """Node and property of everything that the served dictionary objects to; jsonschema names what is missing in words only."""
    return {
        (node, str(error.absolute_path[0]) if error.absolute_path else error.message.split("'")[1])
        for node in found.graph.nodes
        for record in found.records(node)
        for error in served(node).iter_errors(record)
    }


@pytest.mark.parametrize("name", FIT)
def test_every_record_of_a_good_dataset_is_valid(name: str) -> None:
    found = labours(SAMPLES / name / "dataset")
    assert found.report.errors == 0
    assert {"experiment", "dataset_description"} <= set(found.graph.nodes)
    assert complaints(found) == set()


@pytest.mark.parametrize("folder", OTHERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_whatever_the_served_dictionary_objects_to_was_told_and_nothing_else(folder: Path) -> None:
    found = labours(folder)
    objected = complaints(found)
    told = {(d.node, d.property) for d in found.report if d.code.startswith("D4") and d.severity == Severity.ERROR}
    assert told <= objected
    silenced = objected - told  # the sheet's own rules have told the cause already
    assert not silenced or any(d.code[0] in "RS" and d.severity == Severity.ERROR for d in found.report)
    assert bool(objected) <= bool(found.report.errors)


def test_the_node_that_can_hold_no_valid_record_gets_none() -> None:
    found = labours(SAMPLES / "vagus-stimulation-2.0.0/dataset")
    assert "resource" not in found.graph.nodes
    assert any(reason.startswith("the dictionary's node 'resource'") for reason in found.unmapped().values())


@pytest.mark.parametrize("folder", OTHERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_manifests_have_the_portal_s_shapes(folder: Path) -> None:
    for record in labours(folder).records("manifest"):
        for name in ("is_derived_from", "is_source_of", "is_described_by"):
            assert isinstance(record.get(name), list | None), name
        for name in ("additional_types", "file_type", "filename"):
            assert isinstance(record.get(name), str | None), name


def test_one_path_is_a_list_too_and_each_line_is_a_path(tmp_path: Path) -> None:
    head = ["filename", "timestamp", "description", "file type", "additional types", "is derived from", "isSourceOf"]
    head.append("is described by")
    rows = [
        ["a.json", "", "", "", "x/y+json", "b.json", "c.json\nd.json", ""],
        ["b.json", "", "", "json", "", "", "", "e.json\n\n f.json"],
    ]
    written_dataset(tmp_path / "ds", primary__manifest=[head, *rows])
    found = run(tmp_path / "ds", "12labours", SERVED)
    assert complaints(found) == set()
    one, other = found.records("manifest")
    assert (one["is_derived_from"], one["is_source_of"]) == (["b.json"], ["c.json", "d.json"])
    assert (one["additional_types"], one["file_type"]) == ("x/y+json", "NA")
    assert (other["is_described_by"], other["file_type"]) == (["e.json", "f.json"], "json")
    assert other["is_source_of"] is None


@pytest.mark.parametrize("folder", OTHERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_property_of_a_dataset_description_is_a_list_and_groups_are_aligned(folder: Path) -> None:
    for record in labours(folder).records("dataset_description"):
        fields = {key: value for key, value in record.items() if key not in ("type", "submitter_id", "experiments")}
        assert {key for key, value in fields.items() if not isinstance(value, list | None)} == set()
        for group in (CONTRIBUTORS, IDENTIFIERS):
            assert len({len(fields[name]) for name in group if fields.get(name)}) <= 1


PEOPLE = ["Doe, Jane", "Roe, Rick", "Poe, Ann"]


@pytest.mark.parametrize("given", list(product([True, False], repeat=3)))
def test_whoever_lacks_an_orcid_or_a_role_gives_nobody_else_s_away(tmp_path: Path, given: tuple[bool, ...]) -> None:
    """Nobody gets another person's ORCID, whichever cells are blank; a blank role is an error at its cell."""
    orcids = [f"https://orcid.org/{number}" for number in range(3)]
    roles = ["PrincipalInvestigator", "CorrespondingAuthor", "Researcher"]
    about = description(
        Contributor_name=PEOPLE,
        Contributor_ORCiD=[orcid if has else "" for orcid, has in zip(orcids, given, strict=True)],
        Contributor_affiliation=["a", "", "c"],
        Contributor_role=[role if has else "" for role, has in zip(roles, given, strict=True)],
    )
    written_dataset(tmp_path / "ds", about)
    found = run(tmp_path / "ds", "12labours", SERVED)
    (record,) = found.records("dataset_description")
    assert record["contributor_name"] == PEOPLE
    assert record["contributor_orcid"] == [orcid if has else "NA" for orcid, has in zip(orcids, given, strict=True)]
    assert record["contributor_affiliation"] == ["a", "NA", "c"]
    wanted = [role if has else None for role, has in zip(roles, given, strict=True)]
    assert record.get("contributor_role", [None] * 3) == wanted
    for column, has in zip("BCD", given, strict=True):
        assert bool(found.errors(f"dataset_description.csv!{column}16")) is not has


def test_a_blank_role_is_an_error_at_its_cell_also_where_sds_only_warns(tmp_path: Path) -> None:
    """SDS 1.x lets a role be blank, the dictionary does not; no other role takes its place."""
    rows = {"Contributors": PEOPLE, "Contributor Role": ["a", "", "c"], "Contributor ORCID ID": ["", "o", ""]}
    about = {"Name": ["n"], "Description": ["d"], "Keywords": ["k"], "Metadata Version DO NOT CHANGE": ["1.2.3"]}
    written_dataset(tmp_path / "ds", {**about, **rows}, without=("submission",))
    found = run(tmp_path / "ds", "12labours", SERVED)
    assert found.records("dataset_description")[0]["contributor_role"] == ["a", None, "c"]
    (error,) = [d for d in found.at("dataset_description.csv!C7") if d.severity == Severity.ERROR]
    assert error.message == "Every value of 'Contributor Role' must be text, not an empty value."
    assert error.hint == "Fill the cell in."
    assert "M305" in found.codes("dataset_description.csv!B8") & found.codes("dataset_description.csv!D8")


def blanks(part: Part) -> Iterator[tuple[int, str, int | None]]:
    """Record, property and item of each 'NA' that no cell says."""
    for name, column in part.columns.items():
        for number, value in enumerate(column):
            if isinstance(value, list) and name in part.gathered:
                typed = [
                    table.columns.get(f, [None] * len(table))[row]
                    for table, f in part.gathered[name]
                    for row in range(len(table))
                ]
                said = [*typed, *[None] * (len(value) - len(typed))]
                yield from ((number, name, at) for at, one in enumerate(value) if one == "NA" != said[at])
            elif value in ("NA", ["NA"]) and not part.places(number, name):
                yield number, name, None


@pytest.mark.parametrize("folder", OTHERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_na_that_nobody_typed_is_told_at_its_cell(folder: Path) -> None:
    found = labours(folder)
    told = {(d.property, place) for d in found.graph.findings if d.code == "M305" for place in (d.place, *d.related)}
    made = {
        (name, part.place(number, name, item) or part.place(number))
        for table in found.graph.nodes.values()
        for part in table.parts
        for number, name, item in blanks(part)
    }
    assert made - told == set()
    nameless = {d.place.file for d in found.graph.findings if d.code == "M309" and d.place}
    assert {place.file for _, place in told - made if place} <= nameless


def test_nothing_that_sds_wants_filled_is_declared_blank() -> None:
    """A value that SDS wants only beside another one (a relation for an identifier) may be: where there is none at all."""
    mapping, _ = declared("12labours", str(SERVED))
    filled_in = {
        (entry.each or rule.source, source)
        for rule in mapping.rules
        for entry in rule.properties
        if entry.blank is not None
        for source in entry.sources
    }
    groups = {"contributors": "dataset_description", "related_identifiers": "dataset_description"}
    wanted = {
        (kind, field)
        for version in LAYOUTS.versions
        for kind in LAYOUTS.kinds
        for rule in LAYOUTS.version_sheet(version, kind).filled
        if rule.grade == Severity.ERROR and rule.given is None and len(rule.fields) == 1
        for field in rule.fields
    }
    assert {(groups.get(table, table), field) for table, field in filled_in} & wanted == set()
    assert len(filled_in) > 15


def test_without_the_blank_na_the_dictionary_would_refuse_the_dataset() -> None:
    """The declared texts are needed: each of these properties is required by the dictionary."""
    mapping, dictionary = declared("12labours", str(SERVED))
    declared_blank = {(rule.node, p.name) for rule in mapping.rules for p in rule.properties if p.blank is not None}
    required = {(node, name) for node, known in dictionary.nodes.items() for name in known.required}
    assert declared_blank <= required
