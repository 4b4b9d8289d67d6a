"""Declarations of one's own: a spelling, a field, a version, without Python; and what is wrong in them has a line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sds2gen3 import UsageError
from sds2gen3.resources import Declarations
from sds2gen3.sheets import read_dataset
from sds2gen3.sheets.layouts.layout import Layouts, filled_fields, table_fields, version_order


def layouts(folder: Path, subjects: str) -> Layouts:
    """Our declarations, with what the user's own `sheets/subjects.yaml` says."""
    path = folder / "sds" / "sheets" / "subjects.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(subjects, encoding="utf-8")
    return Layouts(Declarations.standard([folder]))


def test_a_spelling_and_a_field_of_ones_own_add_to_ours(tmp_path: Path) -> None:
    text = "fields:\n  sex: {spellings: [Geschlecht]}\n  cage: {kind: id, spellings: [box]}\n"
    own = layouts(tmp_path, text).sheet("subjects")
    assert (own.keys["geschlecht"], own.keys["sex"], own.keys["box"]) == ("sex", "sex", "cage")
    assert own.field("cage").kind == "id"
    assert own.facts.noun == "subject"


def test_a_version_of_ones_own_says_only_what_is_new(tmp_path: Path) -> None:
    folder = tmp_path / "own" / "sds" / "3.0.3"
    folder.mkdir(parents=True)
    (folder / "sds.yaml").write_text('extends: "3.0.2"\nmissing_codes: [not-available]\n', encoding="utf-8")
    (folder / "subjects.yaml").write_text("changes:\n  age: [age at start, required]\n", encoding="utf-8")
    own = Layouts(Declarations.standard([tmp_path / "own"]))
    assert own.versions[-1] == "3.0.3"
    assert own.version_sheet("3.0.3", "subjects").headers["age"] == ("age at start", "required")
    assert own.version_sheet("3.0.3", "samples") == own.version_sheet("3.0.2", "samples")
    assert own.version("3.0.3").missing_codes == ("not-available",)
    assert own.sheet("subjects").keys["ageatstart"] == "age"


def test_a_dataset_is_read_by_them(tmp_path: Path) -> None:
    layouts(tmp_path / "own", "fields:\n  sex: {spellings: [Geschlecht]}\n")
    data = tmp_path / "data"
    data.mkdir()
    (data / "subjects.csv").write_text("subject id,Geschlecht\nsub-1,F\n", encoding="utf-8")
    table = read_dataset(data, Declarations.standard([tmp_path / "own"])).table("subjects")
    assert table is not None
    assert table.columns["sex"] == ["F"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("noun: rat\norientaton: rows\n", 2, "'orientaton' is not known here"),
        ("fields:\n  sex:\n    kind: gender\n", 3, "'fields.sex.kind' does not fit"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(UsageError) as error:
        layouts(tmp_path, text).sheet("subjects")
    [found] = error.value.diagnostics
    assert found.place is not None
    assert (found.code, found.place.line) == ("C970", line)
    assert says in found.message


@pytest.mark.parametrize("text", ['extends: "7.0"\n', 'extends: "6.0"\n'])
def test_a_version_must_extend_another_that_is_declared(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "sds" / "6.0"
    folder.mkdir(parents=True)
    (folder / "sds.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        Layouts(Declarations.standard([tmp_path])).version("6.0")
    assert error.value.diagnostics[0].code == "C971"


def test_one_header_cannot_mean_two_fields(tmp_path: Path) -> None:
    folder = tmp_path / "sds" / "6.0"
    folder.mkdir(parents=True)
    (folder / "sds.yaml").write_text('extends: "3.0.2"\n', encoding="utf-8")
    (folder / "subjects.yaml").write_text("changes:\n  strain: [age, required]\n", encoding="utf-8")
    with pytest.raises(UsageError) as error:
        Layouts(Declarations.standard([tmp_path])).sheet("subjects")
    assert error.value.diagnostics[0].code == "C971"


def test_versions_are_ordered_by_their_numbers() -> None:
    assert sorted(["10.0", "2.0.0", "1.2.3", "1.2", "1.10"], key=version_order) == [
        "1.2",
        "1.2.3",
        "1.10",
        "2.0.0",
        "10.0",
    ]
    assert version_order("2") == version_order("2.0.0")


def test_tables_and_their_fields_for_those_who_map_them() -> None:
    tables = table_fields()
    assert {"subjects", "contributors", "related_identifiers", "tsr", "code_inputs"} <= set(tables)
    assert "sds_field" in tables["related_identifiers"]
    assert "additional_metadata" in tables["manifest"]
    assert "contributor_name" not in tables["dataset_description"]
    assert filled_fields()["subjects"] == {"subject_id"}


def test_the_version_of_the_readme_is_one_that_can_be_declared(root: Path, tmp_path: Path) -> None:
    text = (root / "schemas" / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n# (sds/3\.0\.3/\S+)\n(.*?)```", text, re.DOTALL)
    assert [name for name, _ in blocks] == ["sds/3.0.3/sds.yaml", "sds/3.0.3/subjects.yaml"]
    for name, block in blocks:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(block, encoding="utf-8")
    own = Layouts(Declarations.standard([tmp_path]))
    assert own.version("3.0.3").vocabularies["dataset_description"]["identifier_type"].closed
    assert own.version_sheet("3.0.3", "subjects").forms["subject_id"].pattern == "^sub-[0-9]+$"
    assert own.sheet("subjects").keys["strainorline"] == "strain"
