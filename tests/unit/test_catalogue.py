"""The catalogue of findings: complete entries, ids in their stage's range, and each code raised by source and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from builders import TEXT, dataset, dictionary, mapping, node, table
from sheet_makers import DESCRIPTION, SUBJECTS, one
from sheet_makers import dataset as written_dataset

from sds2gen3 import UsageError, catalogue, convert
from sds2gen3.catalogue import CATALOGUE, Code
from sds2gen3.diagnostics import STAGES

TESTS = Path(__file__).parents[1]
SOURCE = Path(catalogue.__file__).parents[1]
RANGES = {  # module -> the ids that it may have
    "reading": "R1[0-4]",
    "structure": "R1[5-9]",
    "sheet": "S2[0-39]",
    "values": "S2[4-7]",
    "mapping": "M3",
    "dictionary": "D4[0-2]",
    "records": "D4[4-6]",
    "links": "L5",
    "commons": "U6[0-2]",
    "upload": "U6[3-6]",
    "retrieval": "U6[7-8]",
    "download": "U69",
    "configuration": "C9",
}


def modules() -> Iterator[tuple[str, tuple[Code, ...]]]:
    """The codes of each module of the catalogue."""
    for info in iter_modules(catalogue.__path__):
        module = import_module(f"sds2gen3.catalogue.{info.name}")
        codes = getattr(module, info.name.upper(), None)
        if codes is not None:
            yield info.name, codes


def test_no_code_is_used_twice_and_none_is_forgotten() -> None:
    ids = [code.id for _, codes in modules() for code in codes]
    assert sorted(ids) == sorted(set(ids)) == sorted(CATALOGUE)
    assert all(key == code.id for key, code in CATALOGUE.items())


@pytest.mark.parametrize(
    ("module", "codes"), list(modules()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_codes_stand_in_the_range_of_their_stage_in_order(module: str, codes: tuple[Code, ...]) -> None:
    ids = [code.id for code in codes]
    assert [name for name in ids if not re.fullmatch(RANGES[module] + r"\d+", name) or len(name) != 4] == []
    assert ids == sorted(ids)
    assert {name[0] for name in ids} <= set(STAGES)


@pytest.mark.parametrize("code", CATALOGUE.values(), ids=lambda code: code.id)
def test_every_entry_is_complete_and_reads_as_a_sentence(code: Code) -> None:
    for text in (code.title, code.why, code.example, code.fix):
        assert text
        assert text == text.strip()
        assert text.isascii()
    assert code.why.endswith(".")
    assert code.fix.endswith(".")
    assert not code.title.endswith(".")


@cache
def texts(folder: Path) -> str:
    """All files below the folder as one text, but for the catalogue itself."""
    paths = (path for path in sorted(folder.rglob("*.py")) if path.parent != SOURCE / "catalogue")
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_every_code_is_raised_somewhere() -> None:
    assert [name for name in CATALOGUE if f'"{name}"' not in texts(SOURCE)] == []


def test_every_code_raised_is_in_the_catalogue() -> None:
    raised = set(re.findall(r'"([CRSMDLU]\d{3})"', texts(SOURCE)))
    assert raised <= set(CATALOGUE)


def test_every_code_is_named_by_a_test() -> None:
    assert [name for name in CATALOGUE if name not in texts(TESTS)] == []


def test_a_word_is_written_as_the_dictionary_spells_it(tmp_path: Path) -> None:
    case = node("case", {"sex": {"enum": ["Male", "Female"]}, "subject_id": TEXT})
    rules = mapping(
        tmp_path / "m",
        {
            "case": {
                "node": "case",
                "from": "subjects",
                "id": "{dataset}:{subject_id}",
                "properties": {"sex": "sex", "subject_id": "subject_id"},
            }
        },
    )
    subjects = table("subjects", {"subject_id": ["sub-1", "sub-2", "sub-3"], "sex": ["MALE", "Female", "male"]})
    graph = convert(dataset(subjects), rules, dictionary(case))
    told = [d for d in graph.findings if d.code == "M304"]
    assert [(d.message, str(d.place)) for d in told] == [
        ("'MALE' is written 'Male'.", "subjects.xlsx!B2"),
        ("'male' is written 'Male'.", "subjects.xlsx!B4"),
    ]


def test_a_need_without_value_is_asked_for(tmp_path: Path) -> None:
    rules = mapping(tmp_path / "m", {}, needs={"batch": {"hint": "the number of the batch"}})
    with pytest.raises(UsageError) as caught:
        convert(dataset(), rules, dictionary(), batch=None)
    assert caught.value.diagnostics[0].code == "C963"
    assert "batch" in caught.value.diagnostics[0].message


@pytest.mark.parametrize(("mass", "told"), [("heavy", True), ("20 g", False), ("0.5", False)])
def test_a_quantity_without_a_number_is_pointed_out(tmp_path: Path, mass: str, told: bool) -> None:
    rows: list[list[Any]] = [[*SUBJECTS[0], "body mass"], [*SUBJECTS[1], mass]]
    found = written_dataset(tmp_path, DESCRIPTION, subjects=rows).findings
    assert ("S236" in {d.code for d in found}) is told
    if told:
        assert str(one(found, "S236").place) == "subjects.csv!E2"
