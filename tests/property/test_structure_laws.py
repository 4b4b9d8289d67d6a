"""Laws of the rules between sheets and files: what is generated to agree is never told, whatever it is made of."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_makers import SUBJECTS, dataset, description

from sds2gen3 import read_dataset
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.sheets.files.inventory import Inventory
from sds2gen3.sheets.files.locate import locate

NAMES = st.text("abcAB019-_.", min_size=1, max_size=8).filter(lambda text: text.strip(".") and not text.startswith("."))
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
SOME_PATHS = st.lists(PATHS, min_size=1, max_size=12, unique_by=str.casefold)
FEW = settings(max_examples=40, deadline=None)


def with_files(folder: Path, paths: Sequence[str], listed: Sequence[str]) -> list[Diagnostic]:
    """What is said of a dataset with these files in primary, and those in its manifest."""
    (folder / "primary").mkdir(parents=True)
    for path in paths:
        (folder / "primary" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "primary" / path).write_text("x", encoding="utf-8")
    with (folder / "primary/manifest.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["filename", "description"], *([path, "a file"] for path in listed)])
    return list(dataset(folder).findings)


def no_file_is_a_folder(paths: Sequence[str]) -> bool:
    """Whether the paths can be files of one folder, and none is taken for a manifest or a text about the folder."""
    special = ("manifest", "plog", "readme", "change", "licen")
    folded = [path.casefold() for path in paths]
    nested = any(one != other and other.startswith(f"{one}/") for one in folded for other in folded)
    return not nested and not any(word in path for word in special for path in folded)


@FEW
@given(SOME_PATHS.filter(no_file_is_a_folder))
def test_a_manifest_that_lists_exactly_the_files_is_told_nothing_of_them(paths: list[str]) -> None:
    with TemporaryDirectory() as folder:
        codes = {d.code for d in with_files(Path(folder) / "ds", paths, paths)}
    assert codes.isdisjoint({"L552", "L553", "L554", "L555", "S291", "R184"})


@FEW
@given(SOME_PATHS.filter(no_file_is_a_folder), st.data())
def test_each_file_that_the_manifest_leaves_out_is_told(paths: list[str], data: st.DataObject) -> None:
    listed = data.draw(st.lists(st.sampled_from(paths), unique=True))
    with TemporaryDirectory() as folder:
        found = with_files(Path(folder) / "ds", paths, listed)
    told = {str(place) for d in found if d.code == "L553" for place in d.related}
    assert told == {f"primary/{path}" for path in set(paths) - set(listed)}
    assert "L552" not in {d.code for d in found}


@FEW
@given(SOME_PATHS.filter(no_file_is_a_folder), st.data())
def test_each_listed_file_that_is_not_there_is_told_at_its_cell(paths: list[str], data: st.DataObject) -> None:
    there = data.draw(st.lists(st.sampled_from(paths), unique=True, min_size=1))
    with TemporaryDirectory() as folder:
        found = with_files(Path(folder) / "ds", there, paths)
    told = {str(place) for d in found if d.code == "L552" for place in (d.place, *d.related)}
    gone = {n for n, path in enumerate(paths, 2) if path not in there and not is_folder(path, there)}
    assert told == {f"primary/manifest.csv!A{n}" for n in gone}


def is_folder(path: str, there: Sequence[str]) -> bool:
    return any(other.startswith(f"{path}/") for other in there)


@FEW
@given(st.lists(st.from_regex(r"(pop-)?sub-[a-z0-9]{1,4}", fullmatch=True), min_size=1, max_size=12, unique=True))
def test_a_count_that_is_the_number_of_rows_is_never_told(ids: list[str]) -> None:
    rows = [SUBJECTS[0], *([one, *SUBJECTS[1][1:]] for one in ids)]
    with TemporaryDirectory() as folder:
        right = dataset(Path(folder) / "a", description(Number_of_subjects=[str(len(ids))]), subjects=rows)
        wrong = dataset(Path(folder) / "b", description(Number_of_subjects=[str(len(ids) + 1)]), subjects=rows)
    assert "L540" not in {d.code for d in right.findings}
    assert [d.value for d in wrong.findings if d.code == "L540"] == [len(ids) + 1]


@FEW
@given(SOME_PATHS.filter(no_file_is_a_folder))
def test_where_only_metadata_was_given_nothing_is_said_of_files(paths: list[str]) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder) / "ds"
        with_files(root, paths, [])
        found = read_dataset(root, metadata_only=True).findings
        assert not Inventory.of(locate(root)).metadata_only
    codes = {d.code for d in found}
    assert "R190" in codes
    assert codes.isdisjoint({"L552", "L553", "R183", "R184", "R185", "R186", "R189", "R191", "R192"})
