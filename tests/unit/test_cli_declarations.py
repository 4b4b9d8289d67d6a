"""The commands about mappings, dictionaries and SDS versions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Cli

CASE = """\
node: case
from: subjects
id: "{dataset}-{subject_id}"
links:
  experiments: {to: experiment}
properties:
  subject_id: subject_id
  sex: {from: sex, transform: [strip], values: {m: Male}, unmapped: keep, blank: unknown}
  species: {always: Rattus norvegicus}
  strain:
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    """A mapping with one rule for the bundled dictionary."""
    folder = tmp_path / "mine"
    folder.mkdir()
    head = "title: only subjects\ndictionary: sds\nneeds: {dataset: {hint: name, default: '{folder}'}}\n"
    (folder / "mapping.yaml").write_text(head, encoding="utf-8")
    (folder / "case.yaml").write_text(CASE, encoding="utf-8")
    return folder


def test_mapping_show_tells_target_source_and_what_happens_between(cli: Cli, mapping: Path) -> None:
    run = cli("mapping", "show", "--mapping", mapping)
    assert run.code == 0
    lines = [" ".join(line.split()) for line in run.out.splitlines()]
    assert lines[:3] == ["mine: only subjects", "dictionary: sds", "needs: dataset (default: {folder})"]
    assert "case <- subjects (case.yaml)" in lines
    assert "id <- {dataset}-{subject_id}" in lines
    assert "experiments link to experiment" in lines
    assert "sex <- sex strip; values m = Male; others: keep; blank: unknown" in lines
    assert "species always 'Rattus norvegicus'" in lines
    assert "strain left out on purpose" in lines


def test_mapping_show_of_the_bundled_mapping_tells_links_that_are_looked_up(cli: Cli) -> None:
    assert "link to case where subject_id = subject_id" in " ".join(cli("mapping", "show").out.split())


def test_mapping_check_names_file_and_line_and_ends_with_1(cli: Cli, mapping: Path) -> None:
    (mapping / "case.yaml").write_text(CASE.replace("  species:", "  spezies:"), encoding="utf-8")
    run = cli("mapping", "check", "--mapping", mapping)
    assert run.code == 1
    assert "mine/case.yaml\n" in run.out
    assert "line 9" in run.out
    found = json.loads(cli("mapping", "check", "--mapping", mapping, "--format", "json").out)["findings"]
    assert "mine/case.yaml:9" in [finding["place"] for finding in found]


def test_mapping_new_drafts_a_mapping_that_can_be_loaded_and_is_never_written_over(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "draft"
    run = cli("mapping", "new", "--dictionary", "sds", "--output", folder)
    assert (run.code, run.out) == (0, "")
    assert f"sds2gen3 mapping check --mapping {folder.as_posix()}" in run.err
    assert cli("mapping", "show", "--mapping", folder).code == 0
    again = cli("mapping", "new", "--dictionary", "sds", "--output", folder)
    assert again.code == 2
    assert again.err.startswith("error C940 ")


def test_mapping_new_without_output_prints_the_draft(cli: Cli) -> None:
    run = cli("mapping", "new", "--dictionary", "sds")
    assert run.code == 0
    assert run.out.startswith("# mapping.yaml\n")
    assert cli("mapping", "new").err.startswith("error C909 ")


def test_dictionary_show_lists_nodes_parents_first(cli: Cli) -> None:
    run = cli("dictionary", "show")
    nodes = [line.split()[1] for line in run.out.splitlines()[3:]]
    assert nodes.index("experiment") < nodes.index("case") < nodes.index("sample")


def test_dictionary_show_of_a_node_tells_links_and_properties(cli: Cli) -> None:
    run = cli("dictionary", "show", "case")
    assert run.code == 0
    assert "  experiments  experiment" in run.out
    assert "  subject_id  " in run.out
    wrong = cli("dictionary", "show", "cas")
    assert (wrong.code, wrong.out) == (2, "")
    assert "Did you mean 'case'?" in wrong.err


def test_dictionary_show_of_a_node_tells_the_values_that_a_property_takes(cli: Cli, tmp_path: Path) -> None:
    shown = " ".join(cli("dictionary", "show", "dataset_description").out.split())
    assert "dataset_type one of: experimental, computational, device" in shown
    words = {"type": "array", "items": {"enum": ["a", "b"]}}
    node = {"id": "case", "category": "clinical", "links": [], "required": [], "properties": {"words": words}}
    (tmp_path / "own.json").write_text(json.dumps({"case.yaml": node}), encoding="utf-8")
    assert "list of one of: a, b" in cli("dictionary", "show", "case", "--dictionary", tmp_path / "own.json").out


def test_dictionary_check_ends_with_0_for_a_sound_and_1_for_a_broken_one(cli: Cli, tmp_path: Path) -> None:
    sound = cli("dictionary", "check")
    assert sound.code == 0
    assert "in the dictionary 'sds'." in sound.out
    node = {"id": "case", "category": "clinical", "properties": {"x": {"$ref": "_nowhere.yaml#/x"}}}
    (tmp_path / "broken.json").write_text(json.dumps({"case.yaml": node}), encoding="utf-8")
    broken = cli("dictionary", "check", "--dictionary", tmp_path / "broken.json")
    assert broken.code == 1
    assert "error " in broken.out


def test_schema_list_tells_where_each_comes_from(cli: Cli, mapping: Path) -> None:
    own = mapping.parent / "own"
    (own / "mappings").mkdir(parents=True)
    mapping.rename(own / "mappings" / "mine")
    lines = [" ".join(line.split()) for line in cli("schema", "list", "--schemas", own).out.splitlines()]
    assert "2.0.0 comes with sds2gen3" in lines
    assert "sds comes with sds2gen3" in lines
    assert f"mine {(own / 'mappings' / 'mine').as_posix()}" in lines


def test_schema_show_gives_the_headers_of_a_version(cli: Cli) -> None:
    run = cli("schema", "show", "subjects", "--sds", "2.0.0")
    assert run.code == 0
    assert run.out.startswith("subjects, SDS 2.0.0\n")
    assert ["subject", "id", "key", "subject_id"] in [line.split()[:4] for line in run.out.splitlines()]
    newest = cli("schema", "show", "subjects").out
    assert "number of directly derived samples" in newest


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [(["subject"], "Did you mean 'subjects'?"), (["sites", "--sds", "1.0"], "Use one of: 3.0.0")],
)
def test_schema_show_of_something_unknown_says_what_there_is(cli: Cli, arguments: list[str], hint: str) -> None:
    run = cli("schema", "show", *arguments)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("error C907 ")
    assert hint in run.err
