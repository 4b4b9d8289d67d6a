"""Rules about many rows and many files take work in proportion to them: counted in steps, not in seconds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import translate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sds2gen3.catalogue import Severity
from sds2gen3.model import Table
from sds2gen3.sheets.files.inventory import Inventory, _below
from sds2gen3.sheets.rules.data import entities, globs
from sds2gen3.sheets.rules.data.folders import _Folders
from sds2gen3.sheets.rules.data.globs import FEW, Globs
from sds2gen3.sheets.rules.data.listed import Listings, _listed
from sds2gen3.sheets.rules.data.manifests import _too_many_patterns

MANY = 3_000
PATHS = [f"primary/sub-{number}/sam-{number}/scan_{number:05d}_final.csv" for number in range(MANY)]


@pytest.mark.parametrize(
    "pattern",
    [
        "primary/sub-{}/*.csv",
        "*/sub-{}/sam-*/*_final.csv",
        "*_{:05d}_final.csv",
        "*scan_{:05d}*",
        "primary/*/sam-{}/scan_*_final.csv",
        "scan_{:05d}_[a-f]inal.???",
        "primary/sub-{0}/sam-{0}/scan_{0:05d}_final.csv",
    ],
)
@pytest.mark.parametrize("idle", [False, True], ids=["fit", "idle"])
def test_each_file_is_tried_on_few_of_the_patterns(pattern: str, idle: bool) -> None:
    first = 50_000 if idle else 0
    some = Globs(pattern.format(number) for number in range(first, first + MANY))
    assert some.idle(PATHS) == (set(some.texts) if idle else set())
    assert all(some.fits(path) is not idle for path in PATHS)
    assert some.tried <= 12 * MANY  # each with each would be 9,000,000


def test_patterns_that_say_nothing_of_their_files_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(globs, "MOST_TRIES", 10_000)
    some = Globs(f"*{'?' * number}*" + "x" * (number % 2) + "*!*" for number in range(2 * FEW))
    vague = Globs("?" * number for number in range(200, 200 + MANY))
    assert vague.idle(PATHS) == set()
    assert (vague.gave_up, vague.tried) == (True, 10_000)
    assert vague.fits("x")
    assert not some.gave_up


@given(
    st.lists(st.text(alphabet="ab/*?[]!.\\", min_size=1, max_size=8), max_size=FEW + 20),
    st.lists(st.text(alphabet="ab/.[]!", min_size=1, max_size=8).map(lambda text: text.strip("/") or "a"), max_size=10),
)
def test_patterns_fit_what_python_says(texts: list[str], paths: list[str]) -> None:
    texts += [f"{number}*" for number in range(FEW)]  # enough not to be tried one by one
    some = Globs(texts)

    def fits(text: str, path: str) -> bool:
        plain = text.replace("\\", "/").removeprefix("./").lstrip("/")
        inner = [path] if "/" in plain else [path[at:] for at in range(len(path)) if at == 0 or path[at - 1] == "/"]
        return any(re.fullmatch(translate(plain), each) for each in inner)

    assert some.idle(paths) == {text for text in texts if not any(fits(text, path) for path in paths)}
    for path in paths:
        assert some.fits(path) == any(fits(text, path) for text in texts)


def _inventory(*files: str) -> Inventory:
    folders = {path[:at] for path in files for at, letter in enumerate(path) if letter == "/"}
    return Inventory(frozenset(files), frozenset(folders), files, (), {}, False)


def test_a_manifest_whose_patterns_were_given_up_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(globs, "MOST_TRIES", 100)
    texts: list[Any] = ["?" * number for number in range(1, 60)]
    table = Table("manifest", "primary/manifest.csv", None, {"pattern": texts}, list(range(2, 61)), {"pattern": 1})
    inventory = _inventory(*PATHS)
    listed = _listed(table, inventory, "filename", "pattern")
    assert listed.idle == []
    (told,) = _too_many_patterns(Listings((listed,), (table.file,), inventory))
    assert (told.code, told.severity, str(told.place)) == ("L556", Severity.INFO, "primary/manifest.csv")
    assert "The 59 patterns" in told.message


class _Counted(dict[str, list[str]]):
    """Counts how many of its paths are looked at."""

    looked = 0

    def items(self) -> Any:
        return ((name, self._paths(paths)) for name, paths in super().items())

    def get(self, key: str, default: Any = None) -> Any:
        return self._paths(super().get(key, default or []))

    def _paths(self, paths: list[str]) -> Iterator[str]:
        for path in paths:
            self.looked += 1
            yield path


def test_a_sample_of_every_subject_is_found_under_its_own() -> None:
    """In SDS 1.x sam-1 may be the first sample of every subject."""
    names = _Counted({"sam-1": [f"primary/sub-{number}/sam-1" for number in range(MANY)]})
    folders = _Folders({}, names, frozenset(), True)
    for number in range(MANY):
        assert list(folders.of_row(f"SUB-{number}", "Sam-1")) == [f"primary/sub-{number}/sam-1"]
    assert names.looked <= 2 * MANY


def test_a_long_line_of_samples_is_followed_only_where_it_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    parents = {f"sam-{number}": {f"sam-{number - 1}"} for number in range(1, MANY)}
    assert entities._comes_from("sam-2", ["sam-0"], parents)
    assert not entities._comes_from("sam-900", ["sub-1"], parents)

    class Asked(dict[str, set[str]]):
        number = 0

        def get(self, key: str, default: Any = None) -> Any:
            self.number += 1
            return super().get(key, default)

    asked = Asked(parents)
    assert entities._comes_from(f"sam-{MANY - 1}", ["sub-1"], asked)  # too long a story: nothing is said
    assert asked.number <= entities.MOST_KIN + 1


def test_a_circle_of_samples_ends() -> None:
    circle: Mapping[str, set[str]] = {"sam-1": {"sam-2"}, "sam-2": {"sam-1"}}
    assert not entities._comes_from("sam-1", ["sub-1"], circle)


@given(
    st.lists(st.sampled_from(["a", "b", "a/b", "a/b/c", "ab", ""])),
    st.sampled_from(["a", "a/b/c/d", "ab/c", "b/a", "c"]),
)
def test_whether_a_path_lies_below_a_folder(folders: list[str], path: str) -> None:
    plainly = any(path == folder or path.startswith(f"{folder}/") for folder in folders)
    assert _below(path, frozenset(folders)) == plainly


@given(st.lists(st.text(alphabet="a0/.-", min_size=1, max_size=6), unique=True), st.sampled_from(["", "a", "a/0", "0"]))
def test_the_data_below_a_folder(files: list[str], folder: str) -> None:
    found = _inventory(*files).data_below(folder)
    assert sorted(found) == sorted(path for path in files if not folder or path.startswith(f"{folder}/"))
