"""The bundled dictionary `sds`: a home for every field of every SDS version, in the words of the 12 LABOURS dictionary."""

from __future__ import annotations

import json
from typing import Any

import pytest
from dictionary_maker import SERVED, SHARED

from sds2gen3.dictionary import Dictionary, check, load

# The SDS file -> the nodes that its records and groups become.
HOMES = {
    "dataset_description": (
        *("dataset_description", "contributor", "related_identifier", "standard", "funding", "data_dictionary"),
        *("device", "example_image"),
    ),
    "submission": ("submission",),
    "subjects": ("case",),
    "samples": ("sample",),
    "sites": ("site",),
    "performances": ("performance",),
    "manifest": ("manifest",),
    "plog": ("performance_log",),
    "resources": ("resource",),
    "code_description": ("code_description", "code_rule", "code_parameter"),
    "code_parameters": ("code_parameter",),
    "curation": ("curation",),
}

# Fields whose property has another name, and why.
RENAMED = {
    ("dataset_description", "type"): "dataset_type",  # `type` is the node; 12 LABOURS calls it so
    ("resources", "type"): "resource_type",  # `type` is the node
    ("samples", "was_derived_from"): "wasDerivedFromSample",  # 12 LABOURS calls it so
    # SDS 1 has a row for each relation; each value is a related identifier
    ("dataset_description", "originating_article_doi"): "identifier",
    ("dataset_description", "protocol_url_or_doi"): "identifier",
    ("dataset_description", "additional_links"): "identifier",
    # inputs and outputs are one node, `direction` tells them apart; SDS 2 and 3 name the same things differently
    ("code_parameters", "type"): "direction",
    ("code_parameters", "name"): "parameter_name",
    ("code_parameters", "data_type"): "parameter_type",
    ("code_parameters", "data_units"): "parameter_units",
    ("code_parameters", "data_default_value"): "parameter_default_value",
    ("code_description", "input_parameter_name"): "parameter_name",
    ("code_description", "input_parameter_type"): "parameter_type",
    ("code_description", "input_parameter_description"): "parameter_description",
    ("code_description", "input_units"): "parameter_units",
    ("code_description", "input_default_value"): "parameter_default_value",
    ("code_description", "input_constraints"): "parameter_constraints",
    ("code_description", "output_parameter_name"): "parameter_name",
    ("code_description", "output_parameter_type"): "parameter_type",
    ("code_description", "output_parameter_description"): "parameter_description",
    ("code_description", "output_units"): "parameter_units",
    ("code_description", "output_constraints"): "parameter_constraints",
}

FIELDS = [
    (file, field)
    for file, fields in json.loads((SHARED / "sds" / "fields.json").read_text(encoding="utf-8")).items()
    for field in fields
    if not field.startswith("_")
]
VOCABULARY: dict[str, Any] = json.loads((SHARED / "sds" / "vocab.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sds() -> Dictionary:
    return load("sds")


def test_there_is_nothing_to_find_fault_with(sds: Dictionary) -> None:
    assert check(sds) == []


def test_the_specification_has_261_fields() -> None:
    assert len(FIELDS) + 9 == 261  # nine of them are labels, told apart by their `_`


@pytest.mark.parametrize(("file", "field"), FIELDS, ids=lambda part: str(part))
def test_every_field_has_a_home(sds: Dictionary, file: str, field: str) -> None:
    name = RENAMED.get((file, field), field)
    assert any(name in sds.nodes[node].properties for node in HOMES[file])


def test_only_fields_that_need_it_are_renamed(sds: Dictionary) -> None:
    assert RENAMED.keys() <= set(FIELDS)
    needless = [
        (file, field) for (file, field) in RENAMED if any(field in sds.nodes[n].properties for n in HOMES[file])
    ]
    assert needless == [
        ("dataset_description", "type"),
        ("resources", "type"),
        ("code_parameters", "type"),
    ]  # every node has a `type`: its own name


@pytest.mark.parametrize("file", sorted({file for file, _ in FIELDS}))
def test_what_curators_add_themselves_has_a_home(sds: Dictionary, file: str) -> None:
    assert sds.nodes[HOMES[file][0]].properties["additional_fields"].types == {"string"}


LABELLED = {
    file
    for file, fields in json.loads((SHARED / "sds" / "fields.json").read_text(encoding="utf-8")).items()
    if any(field.startswith("_label") for field in fields)
}


@pytest.mark.parametrize("file", sorted(LABELLED))
def test_a_label_that_is_filled_in_has_a_home(sds: Dictionary, file: str) -> None:
    """Under its own name where 12 LABOURS has one, else with the other columns of the user."""
    assert sds.nodes[HOMES[file][0]].properties.keys() & {"additional_metadata", "additional_fields"}


def test_names_agree_with_12_labours(sds: Dictionary) -> None:
    """Where both have a node, theirs are ours: but for what became a node of its own, or holds no SDS field."""
    own_node = {
        *("contributor_name", "contributor_orcid", "contributor_affiliation", "contributor_role"),
        *("identifier", "identifier_description", "identifier_type", "relation_type"),
    }
    theirs = load(SERVED)
    for name in ("case", "sample", "manifest", "dataset_description", "resource", "submission", "performance"):
        missing = theirs.nodes[name].properties.keys() - sds.nodes[name].properties.keys()
        assert missing == (own_node if name == "dataset_description" else set())
        for link in theirs.nodes[name].links.values():
            ours = sds.nodes[name].links[link.name]
            assert (ours.target, ours.backref, ours.label) == (link.target, link.backref, link.label)
            assert ours.multiplicity == link.multiplicity


@pytest.mark.parametrize("name", [name for name in load("sds").order if name != "experiment"])
def test_every_record_says_to_which_dataset_it_belongs(sds: Dictionary, name: str) -> None:
    link = sds.nodes[name].links["experiments"]
    assert (link.target, link.required) == ("experiment", True)
    assert "experiments" in sds.nodes[name].required


@pytest.mark.parametrize("name", load("sds").order)
def test_the_link_that_is_always_there_stands_last(sds: Dictionary, name: str) -> None:
    """The server sorts its export by the last link; where that is empty, one record comes out as several."""
    assert list(sds.nodes[name].links.values())[-1].required


@pytest.mark.parametrize("name", load("sds").order)
def test_a_key_is_never_null(sds: Dictionary, name: str) -> None:
    assert not sds.nodes[name].properties["submitter_id"].nullable


def test_what_is_optional_can_be_cleared(sds: Dictionary) -> None:
    optional = [p for node in sds.nodes.values() for p in node.properties.values() if not p.required]
    assert [p.name for p in optional if not p.nullable] == []


def _words(dictionary: Dictionary, node: str, name: str) -> set[Any]:
    found = dictionary.nodes[node].properties[name]
    return set((found.items or found).enum or ())


@pytest.mark.parametrize("version", ["1.2.3", "2.0.0", "2.1.0", "3.0.0", "3.0.1", "3.0.2"])
@pytest.mark.parametrize(
    ("node", "name", "list_name"),
    [
        ("contributor", "contributor_role", "contributor_role"),
        ("related_identifier", "relation_type", "relation_type"),
        ("dataset_description", "dataset_type", "type"),
    ],
)
def test_agreed_words_hold_those_of_every_version(
    sds: Dictionary, version: str, node: str, name: str, list_name: str
) -> None:
    assert set(VOCABULARY[version].get(list_name, ())) <= _words(sds, node, name)


@pytest.mark.parametrize(
    ("node", "name"),
    [
        ("related_identifier", "identifier_type"),  # free text in SDS 2
        ("dataset_description", "study_organ_system"),  # suggested words
        ("submission", "funding_consortium"),
        ("data_dictionary", "data_dictionary_type"),
        ("case", "sex"),
        ("case", "disease_or_disorder"),
    ],
)
def test_what_sds_leaves_open_is_left_open(sds: Dictionary, node: str, name: str) -> None:
    assert _words(sds, node, name) == set()


def test_types_are_honest(sds: Dictionary) -> None:
    counts = [p for n in sds.nodes.values() for p in n.properties.values() if p.name.startswith("number_of_")]
    assert len(counts) == 8
    assert {p.types for p in counts} == {frozenset({"integer"})}
    assert sds.nodes["case"].properties["metadata_only"].types == {"boolean"}
    assert sds.nodes["case"].properties["age"].types == {"string"}
    assert sds.nodes["dataset_description"].properties["keywords"].types == {"array"}


def test_only_what_is_always_filled_is_required(sds: Dictionary) -> None:
    beyond = {
        name: sorted(sds.nodes[name].required - {"type", "submitter_id"} - sds.nodes[name].links.keys())
        for name in sds.order
    }
    assert {name: must for name, must in beyond.items() if must} == {
        "case": ["subject_id"],
        "contributor": ["contributor_name"],
        "performance": ["performance_id"],
        "related_identifier": ["identifier"],
        "sample": ["sample_id"],
        "site": ["site_id"],
    }


def test_every_property_is_described(sds: Dictionary) -> None:
    silent = [
        (node.name, name)
        for node in sds.nodes.values()
        for name, prop in node.properties.items()
        if not prop.description and name not in ("type", "id")
    ]
    assert silent == []
