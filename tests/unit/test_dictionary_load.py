"""Dictionaries in every form they come in: what is read, what is tolerated, and what is refused in plain words."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from dictionary_maker import EXTENDED, SERVED, link, loaded, node, sound, write

from sds2gen3.dictionary import Dictionary, load
from sds2gen3.errors import UsageError
from sds2gen3.resources import Declarations


@pytest.fixture(scope="module")
def served() -> Dictionary:
    return load(SERVED)


@pytest.fixture(scope="module")
def extended() -> Dictionary:
    return load(EXTENDED)


def test_the_dictionary_that_a_commons_serves_loads_without_a_word(served: Dictionary) -> None:
    assert served.findings == ()
    assert len(served.nodes) == 20
    assert served.name == "_dictionary_all"


def test_definitions_terms_settings_and_the_metaschema_are_no_nodes(served: Dictionary) -> None:
    assert not {"_definitions", "_terms", "_settings", "metaschema"} & served.nodes.keys()


def test_built_in_nodes_are_internal_and_never_submitted(served: Dictionary) -> None:
    assert [name for name, one in served.nodes.items() if one.internal] == ["data_release", "root"]
    assert not {"root", "data_release", "program", "project"} & set(served.order)


def test_links_are_not_among_the_properties(served: Dictionary) -> None:
    sample = served.nodes["sample"]
    assert "cases" not in sample.properties
    assert sample.links["cases"].target == "case"
    assert sample.links["cases"].required
    assert not sample.links["cases"].to_many
    assert served.nodes["aliquot"].links["samples"].to_many


@pytest.mark.parametrize(("name", "key"), [("program", "name"), ("project", "code"), ("case", "submitter_id")])
def test_each_node_knows_what_names_its_records(served: Dictionary, name: str, key: str) -> None:
    assert served.nodes[name].key == key


def test_a_type_may_be_a_word_or_a_list(served: Dictionary) -> None:
    assert served.nodes["case"].properties["age"].types == {"string"}
    assert served.nodes["aliquot"].properties["amount"].types == {"number"}
    assert served.nodes["manifest"].properties["is_source_of"].types == {"string", "array"}


def test_null_is_told_by_nullable_and_not_by_the_types(served: Dictionary) -> None:
    case = served.nodes["case"]
    assert case.properties["age"].required
    assert not case.properties["age"].nullable
    assert case.properties["body_mass"].nullable
    assert case.properties["body_mass"].types == {"string"}


def test_agreed_words_give_the_type(served: Dictionary) -> None:
    words = served.nodes["experiment"].properties["type_of_data"]
    assert words.enum == ("Raw", "Processed")
    assert words.types == {"string"}
    assert words.nullable


def test_choices_of_words_are_united(served: Dictionary) -> None:
    state = served.nodes["case"].properties["state"]
    assert state.enum is not None
    assert {"uploading", "validated"} <= set(state.enum)
    assert state.system


def test_a_choice_that_takes_more_than_words_has_no_agreed_words(extended: Dictionary) -> None:
    either = extended.nodes["x_sub"].properties["either"]
    assert either.types == {"integer", "string"}
    assert either.enum is None


def test_items_of_an_array_are_described(extended: Dictionary) -> None:
    words = extended.nodes["x_sub"].properties["enums"]
    assert words.types == {"array"}
    assert words.items is not None
    assert words.items.enum == ("x", "y")


def test_formats_are_told_also_where_there_is_a_choice(extended: Dictionary) -> None:
    assert extended.nodes["x_sub"].properties["when"].formats == {"date-time"}
    assert extended.nodes["case"].properties["created_datetime"].formats == {"date-time"}


def test_a_group_of_links_says_whether_one_is_needed_and_whether_one_is_enough(extended: Dictionary) -> None:
    (group,) = extended.nodes["x_sub"].groups
    assert (group.links, group.required, group.exclusive) == (("cases", "samples"), True, True)
    assert list(extended.nodes["x_sub"].links) == ["cases", "samples"]


def test_a_description_may_come_from_the_term(served: Dictionary) -> None:
    assert served.nodes["case"].properties["project_id"].description.startswith("Unique ID for")


def test_the_bundled_dictionary_is_known_by_name() -> None:
    assert load("sds").nodes["case"].home.file == "case.yaml"


def test_ones_own_dictionary_hides_a_bundled_one(tmp_path: Path) -> None:
    write(tmp_path / "dictionaries" / "sds", sound())
    own = load("sds", Declarations.standard([tmp_path]))
    assert sorted(own.nodes) == ["case", "experiment", "program", "project"]


@pytest.mark.parametrize("ending", [".yaml", ""], ids=["dump", "served"])
def test_folder_dump_and_served_form_say_the_same(tmp_path: Path, ending: str) -> None:
    folder = loaded(tmp_path / "d", sound())
    document = tmp_path / "one.json"
    document.write_text(json.dumps({name + ending: data for name, data in sound().items()}), encoding="utf-8-sig")
    one = load(document)
    assert one.order == folder.order
    assert {name: n.schema for name, n in one.nodes.items()} == {name: n.schema for name, n in folder.nodes.items()}


def test_a_node_without_system_properties_or_required_loads(tmp_path: Path) -> None:
    """Acceptance case C10: the seed converter stopped with a TypeError."""
    bare = {"id": "case", "properties": {"age": {"type": "string"}}}
    case = loaded(tmp_path, {**sound(), "case": bare}).nodes["case"]
    assert (case.required, case.system_properties, case.unique_keys, case.groups) == (set(), set(), (), ())
    assert case.properties["age"].nullable


@pytest.mark.parametrize("rubbish", [None, 3, "text", ["a"], {"a": 1}], ids=str)
@pytest.mark.parametrize(
    "key", ["required", "systemProperties", "uniqueKeys", "links", "properties", "title", "category"]
)
def test_keys_of_the_wrong_kind_count_as_empty(tmp_path: Path, key: str, rubbish: Any) -> None:
    dictionary = loaded(tmp_path, {**sound(), "case": {**node("case"), key: rubbish}})
    assert "case" in dictionary.nodes


def test_places_are_lines_in_yaml_and_pointers_in_json(tmp_path: Path, served: Dictionary) -> None:
    folder = write(tmp_path, sound())
    lines = (folder / "case.yaml").read_text(encoding="utf-8").splitlines()
    place = load(folder).nodes["case"].place("properties", "age", "type")
    assert (place.file, lines[(place.line or 0) - 1].strip()) == ("case.yaml", "age:")
    assert str(served.nodes["case"].place("properties", "age")) == "_dictionary_all.json#/case/properties/age"


def test_a_dictionary_can_be_sent_to_another_process() -> None:
    dictionary = load("sds")
    assert pickle.loads(pickle.dumps(dictionary)) == dictionary


def test_two_loads_give_the_same(tmp_path: Path) -> None:
    assert load(SERVED) == load(SERVED)


# --- what is odd but readable -----------------------------------------------------------------------------------


def _findings(dictionary: Dictionary) -> list[tuple[str, str, str]]:
    return [(d.code, d.severity.label, str(d.place)) for d in dictionary.findings]


def test_an_empty_file_is_no_node(tmp_path: Path) -> None:
    assert _findings(loaded(tmp_path, {**sound(), "sample": "# nothing yet\n"})) == [("D403", "error", "sample.yaml:1")]


def test_the_id_counts_and_not_the_name_of_the_file(tmp_path: Path) -> None:
    dictionary = loaded(tmp_path, {**sound(), "subject": node("mouse")})
    assert "mouse" in dictionary.nodes
    assert "subject" not in dictionary.nodes
    assert _findings(dictionary) == [("D404", "warning", "subject.yaml:2")]


def test_a_node_without_id_has_the_name_of_its_file(tmp_path: Path) -> None:
    without = {key: value for key, value in node("mouse").items() if key != "id"}
    dictionary = loaded(tmp_path, {**sound(), "mouse": without})
    assert "mouse" in dictionary.nodes
    assert _findings(dictionary) == [("D404", "error", "mouse.yaml:1")]


def test_of_two_nodes_with_one_id_the_one_in_the_file_of_that_name_counts(tmp_path: Path) -> None:
    dictionary = loaded(tmp_path, {**sound(), "another": node("case", weight={"type": "number"})})
    assert "age" in dictionary.nodes["case"].properties
    assert [code for code, _, _ in _findings(dictionary)] == ["D404", "D405"]


def test_a_yml_file_is_left_out_as_the_server_does(tmp_path: Path) -> None:
    write(tmp_path, sound())
    (tmp_path / "sample.yml").write_text("id: sample\n")
    dictionary = load(tmp_path)
    assert "sample" not in dictionary.nodes
    assert _findings(dictionary) == [("D406", "warning", "sample.yml")]


def test_a_name_that_yaml_does_not_read_as_text_is_told(tmp_path: Path) -> None:
    text = "id: case\nproperties:\n  no:\n    type: string\n"
    dictionary = loaded(tmp_path, {**sound(), "case": text})
    assert "False" in dictionary.nodes["case"].properties
    assert [code for code, _, _ in _findings(dictionary)] == ["D407"]


def test_a_date_without_quotes_is_told_and_kept_as_text(tmp_path: Path) -> None:
    text = "id: case\nproperties:\n  visit:\n    enum: [2020-01-01, later]\n"
    dictionary = loaded(tmp_path, {**sound(), "case": text})
    assert dictionary.nodes["case"].properties["visit"].enum == ("2020-01-01", "later")
    assert [d.hint for d in dictionary.findings] == ["Put it into quotes: '2020-01-01'."]


# --- what is refused --------------------------------------------------------------------------------------------


def _refusal(source: str | Path) -> UsageError:
    with pytest.raises(UsageError) as caught:
        load(source)
    return caught.value


def test_a_near_name_is_suggested() -> None:
    (one,) = _refusal("sdss").diagnostics
    assert (one.code, one.hint.startswith("Did you mean 'sds'?")) == ("C920", True)


def test_bad_yaml_is_told_with_file_and_line(tmp_path: Path) -> None:
    (one,) = _refusal(write(tmp_path, {**sound(), "case": "id: case\nlinks: [\n"})).diagnostics
    assert (one.code, str(one.place)) == ("C960", "case.yaml:3")


def test_bad_json_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text('{"case":\n  {"id": }}')
    (one,) = _refusal(tmp_path / "d.json").diagnostics
    assert (one.code, str(one.place)) == ("C921", "d.json:2")


@pytest.mark.parametrize(
    "text", ["[]", "{}", '"text"', '{"case": 3}', '{"a": {"b": 1}}', '{"_terms": {"properties": {}}}']
)
def test_json_that_is_no_dictionary_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "d.json").write_text(text)
    assert _refusal(tmp_path / "d.json").diagnostics[0].code == "C922"


def test_a_folder_too_high_is_refused_with_the_right_one(tmp_path: Path) -> None:
    write(tmp_path / "gdcdictionary" / "schemas", sound())
    (one,) = _refusal(tmp_path).diagnostics
    assert one.code == "C922"
    assert one.hint == f"Did you mean '{(tmp_path / 'gdcdictionary' / 'schemas').as_posix()}'?"


def test_yaml_without_any_node_is_refused(tmp_path: Path) -> None:
    assert _refusal(write(tmp_path, {"_terms": {"id": "_terms"}})).diagnostics[0].code == "C922"


def test_aliases_of_aliases_are_refused(tmp_path: Path) -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12))
    (one,) = _refusal(write(tmp_path, {**sound(), "case": f"l0: &l0 [x]\n{levels}\n"})).diagnostics
    assert (one.code, one.message) == ("C960", "'case.yaml' expands to far too many values.")


def test_an_alias_of_itself_is_refused(tmp_path: Path) -> None:
    assert (
        _refusal(write(tmp_path, {**sound(), "case": "id: case\nproperties: &p {a: *p}\n"})).diagnostics[0].code
        == "C960"
    )


@pytest.mark.parametrize("depth", [200, 200_000])
def test_yaml_that_is_nested_too_deeply_is_refused(tmp_path: Path, depth: int) -> None:
    """The C loader would end the program."""
    assert _refusal(write(tmp_path, {**sound(), "case": "[" * depth + "]" * depth})).diagnostics[0].code == "C960"


@pytest.mark.parametrize(("depth", "code"), [(400, "C923"), (200_000, "C921")])
def test_json_that_is_nested_too_deeply_is_refused(tmp_path: Path, depth: int, code: str) -> None:
    (tmp_path / "d.json").write_text('{"case": {"properties": ' + '{"a": ' * depth + "1" + "}" * depth + "}}")
    assert _refusal(tmp_path / "d.json").diagnostics[0].code == code


def test_references_of_references_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sds2gen3.dictionary.resolve._MAX_VALUES", 20_000)
    definitions = {"a0": {"type": "string"}}
    for level in range(1, 9):
        definitions[f"a{level}"] = {f"x{n}": {"$ref": f"#/a{level - 1}"} for n in range(9)}  # type: ignore[dict-item]
    case = node("case", bomb={"$ref": "_definitions.yaml#/a8"})
    assert (
        _refusal(write(tmp_path, {**sound(), "case": case, "_definitions": definitions})).diagnostics[0].code == "C923"
    )


def test_a_link_of_a_group_inside_a_group_is_found(tmp_path: Path) -> None:
    inner = {"exclusive": False, "required": False, "subgroup": [link("experiments", "experiment", "cases", False)]}
    case = node("case")
    case["links"] = [{"exclusive": True, "required": True, "subgroup": [inner]}]
    dictionary = loaded(tmp_path, {**sound(), "case": case})
    assert dictionary.nodes["case"].groups[0].links == ("experiments",)
