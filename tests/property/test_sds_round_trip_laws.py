"""Laws of the way back: what stands in a sheet comes back from the workbook that is written, and from the records too."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from builders import dataset, table
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pipeline import declared
from restoring import back_and_forth, upgraded, written
from sheet_makers import LAYOUTS

from sds2gen3 import convert
from sds2gen3.model import Dataset
from sds2gen3.restore.compare import compare
from sds2gen3.sheets.tables.values import is_blank

MAPPING, DICTIONARY = declared("sds", "sds")
HOSTILE = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "'quoted", "=HYPERLINK(A1)", "#N/A", "#REF!", "%SYSTEMROOT%", "|cmd"),
    *("007", "1e5", "12", "12.0", "TRUE", "yes", "NA", "2020-01-02", "43831", "1,5", "-"),
    *(
        "a\nb",
        "a\tb",
        '"q"',
        "<b>&amp;</b>",
        "_x0041_",
        "_x000D_",
        "\x01\x1f\x7f",
        "ä 漢字 😀",
        "e\u0301",
        "\u202eabc",
    ),
    *("x" * 32_767, "😀" * 16_383, "\x02" * 32_767),
)
"""Texts that programs like to take for something else. (U+FFFE is told as lost: the fast reader does not give it back.)"""

TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\ufffe\uffff"), min_size=1, max_size=12),
).filter(lambda text: text == text.strip() and not is_blank(text))
NUMBERS = st.one_of(
    st.integers(-(10**14), 10**14), st.floats(allow_nan=False, allow_infinity=False, width=32), st.booleans()
)
VALUES = st.one_of(st.none(), TEXTS, NUMBERS)
TEXT_FIELDS = ("sex", "species", "strain", "genotype", "phenotype", "handedness", "intervention", "protocol_title")
HEADERS = ("Ear tag", "cage no.", "Körpergröße", "note 2", "x" * 60, "=A1", "1")


def columns(draw: st.DrawFn, names: list[str], length: int, values: st.SearchStrategy[Any]) -> dict[str, list[Any]]:
    return {name: draw(st.lists(values, min_size=length, max_size=length)) for name in names}


@st.composite
def datasets(draw: st.DrawFn, values: st.SearchStrategy[Any] = VALUES) -> Dataset:
    """Subjects with any of their fields and columns of the lab's own, contributors, keywords, and two manifests."""
    number = draw(st.integers(1, 4))
    ids = [f"sub-{n}" for n in draw(st.permutations(range(1, number + 1)))]
    fields = draw(st.lists(st.sampled_from(TEXT_FIELDS), unique=True, max_size=4))
    own = draw(st.lists(st.sampled_from(HEADERS), unique=True, max_size=3))
    given = columns(draw, [*fields, *own], number, values)
    pools = draw(
        st.lists(st.lists(st.sampled_from(["pool-1", "pool-2"]), unique=True), min_size=number, max_size=number)
    )
    subjects = table(
        "subjects",
        {"subject_id": ids, "pool_id": [some or None for some in pools], **given},
        user_columns=tuple(own),
        labels={name: name for name in own},
    )
    people = draw(st.lists(TEXTS, min_size=1, max_size=5))
    roles = columns(draw, ["contributor_affiliation"], len(people), values)
    about = table(
        "dataset_description",
        {
            "metadata_version": ["2.0.0"],
            "title": [draw(TEXTS)],
            "keywords": [
                draw(st.lists(st.sampled_from(["rat", "heart", "=1", "007", "vagus nerve"]), unique=True)) or None
            ],
            "study_purpose": [draw(values)],
        },
        transposed=True,
    )
    contributors = table("contributors", {"contributor_name": people, **roles}, transposed=True)
    files = [
        table(
            "manifest",
            {
                "filename": [f"sub-{n}/d.csv" for n in range(1, 3)],
                "description": draw(st.lists(values, min_size=2, max_size=2)),
            },
            file=f"{folder}/manifest.xlsx",
        )
        for folder in draw(st.lists(st.sampled_from(["primary", "derivative", "source"]), unique=True))
    ]
    return dataset(about, contributors, subjects, *files)


def no_template_left(found: Dataset) -> bool:
    """Whether the reader takes nothing for a text of the template, which it would leave out."""
    return not any(cell.reason == "template text" for cell in found.left_out if cell.place.column != 2)


@given(datasets())
@settings(deadline=None, max_examples=40)
def test_workbooks_give_back_what_was_written(found: Dataset) -> None:
    with tempfile.TemporaryDirectory() as folder:
        done = written(found, "2.0.0", Path(folder) / "a")
        assert [(d.table, d.field, d.value, d.other) for d in (*done.comparison.lost, *done.comparison.added)] == []


@given(datasets())
@settings(deadline=None, max_examples=30)
def test_restored_records_are_the_dataset(found: Dataset) -> None:
    """restore(convert(dataset)) equals dataset, cell by cell."""
    with tempfile.TemporaryDirectory() as folder:
        first = written(found, "2.0.0", Path(folder) / "a").dataset
        graph = convert(first, MAPPING, DICTIONARY, dataset="ds", program="p", project="q")
        comparison = back_and_forth(first, graph, Path(folder) / "b")
        assert [(d.table, d.field, d.value, d.other) for d in (*comparison.lost, *comparison.added)] == []


@pytest.mark.parametrize("version", [v for v in LAYOUTS.versions if v > "2"])
@given(found=datasets(TEXTS))
@settings(deadline=None, max_examples=5)
def test_another_version_says_the_same(found: Dataset, version: str) -> None:
    """But for the version itself, and the abstract, which the versions call otherwise, every cell stays what it is."""
    with tempfile.TemporaryDirectory() as folder:
        done = written(upgraded(found, version).dataset, version, Path(folder) / "a")
        assert [(d.table, d.field, d.value, d.other) for d in (*done.comparison.lost, *done.comparison.added)] == []
        assert done.dataset.version == version
        changed = compare(found, done.dataset, LAYOUTS)
        assert {one.field for one in (*changed.lost, *changed.added)} <= {"metadata_version"}


@given(TEXTS)
@example("=1+1")
@example("#N/A")
@example("x" * 32_767)
@settings(deadline=None, max_examples=25)
def test_a_text_is_a_text_to_a_spreadsheet(text: str) -> None:
    """No cell of a written workbook is a formula, an error value or a number that was a text."""
    openpyxl = pytest.importorskip("openpyxl")
    with tempfile.TemporaryDirectory() as folder:
        written(dataset(table("subjects", {"subject_id": ["sub-1"], "sex": [text]})), "2.0.0", Path(folder) / "a")
        sheet = openpyxl.load_workbook(Path(folder) / "a/subjects.xlsx").worksheets[0]
        (cell,) = [row[4] for row in sheet.iter_rows(min_row=2)]
        assert cell.data_type == "s"
        assert cell.quotePrefix == text.startswith(("=", "+", "-", "@", "'"))
