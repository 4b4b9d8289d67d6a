"""Which datasets a batch finds below its roots, and what it calls them."""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

import pytest
from batch_makers import small

from sds2gen3.batch.find import Found, find, is_description
from sds2gen3.batch.names import names
from sds2gen3.errors import UsageError


def below(root: Path, *others: Path) -> list[str]:
    return [one.below for one in find([str(path) for path in (root, *others)])]


def test_datasets_are_found_at_any_depth_in_the_order_of_their_paths(tmp_path: Path) -> None:
    for name in ("b", "a/2", "a/10", "a-/x"):
        small(tmp_path / name)
    (tmp_path / "a" / "notes").mkdir()
    assert below(tmp_path) == ["a/10", "a/2", "a-/x", "b"]


def test_a_dataset_within_a_dataset_belongs_to_it(tmp_path: Path) -> None:
    small(small(tmp_path / "outer") / "primary" / "inner")
    assert below(tmp_path) == ["outer"]


def test_a_root_may_be_a_dataset_itself_and_is_found_once(tmp_path: Path) -> None:
    small(tmp_path / "one")
    assert below(tmp_path / "one") == [""]
    assert [one.shown for one in find([str(tmp_path), str(tmp_path / "one")])] == [(tmp_path / "one").as_posix()]


@pytest.mark.parametrize("inside", ["dataset_description.csv", "my data/dataset_description.xlsx"])
def test_a_zip_of_a_dataset_is_one_and_a_zip_of_data_is_none(tmp_path: Path, inside: str) -> None:
    for name, member in (("study.zip", inside), ("raw.ZIP", "scan.dat")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(member, "x")
    assert below(tmp_path) == ["study.zip"]


def test_a_zip_that_cannot_be_opened_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\3\4 and no more")
    assert below(tmp_path) == ["broken.zip"]


def test_links_lead_to_datasets_but_never_in_circles(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    small(root / "real")
    small(elsewhere / "far")
    (root / "again").symlink_to(root / "real")
    (root / "loop").symlink_to(root)
    (root / "nowhere").symlink_to(tmp_path / "gone")
    (root / "everything").symlink_to("/")
    (root / "linked").symlink_to(elsewhere / "far")
    assert below(root) == ["linked", "real"]


def test_hidden_folders_and_the_output_are_not_searched(tmp_path: Path) -> None:
    for name in (".git/x", ".cache", "out/x", "in"):
        small(tmp_path / name)
    assert [one.below for one in find([str(tmp_path)], without=str(tmp_path / "out"))] == ["in"]


def test_a_file_address_is_a_path(tmp_path: Path) -> None:
    small(tmp_path / "with space")
    assert [one.where for one in find([tmp_path.as_uri()])] == [str(tmp_path / "with space")]


def test_an_old_description_counts_beside_another_sheet_only(tmp_path: Path) -> None:
    for name in ("old", "none"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "description.xlsx").touch()
    (tmp_path / "old" / "submission.xlsx").touch()
    assert below(tmp_path) == ["old"]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("dataset_description.xlsx", True),
        ("Dataset-Description.XLS", True),
        ("dataset_description.json", True),
        ("~$dataset_description.xlsx", False),
        ("dataset_description.ods", False),
        ("dataset_description", False),
    ],
)
def test_a_description_is_known_by_its_name(name: str, is_one: bool) -> None:
    assert is_description(name) is is_one


@pytest.mark.parametrize("there", [True, False])
def test_a_root_without_datasets_is_called_wrongly(tmp_path: Path, there: bool) -> None:
    with pytest.raises(UsageError) as caught:
        find([str(tmp_path if there else tmp_path / "gone")])
    assert caught.value.diagnostics[0].code == "C910"


@pytest.mark.skipif(sys.platform != "linux", reason="only there names may be any bytes")
def test_a_name_that_is_no_text_is_found_and_shown(tmp_path: Path) -> None:
    small(Path(os.fsdecode(os.fsencode(tmp_path) + b"/rat\xff")))
    found = find([str(tmp_path)])
    assert [one.where.encode(errors="surrogateescape")[-4:] for one in found] == [b"rat\xff"]
    assert [*names(found), found[0].shown[-4:]] == ["rat\ufffd", "rat\ufffd"]


def named(*found: tuple[str, str]) -> list[str]:
    return names([Found(root, path, f"/{root}/{path}", path) for root, path in found])


def test_a_folder_is_called_by_the_path_of_its_dataset() -> None:
    assert named(("r", "a"), ("r", "lab/b"), ("r", "c.zip"), ("r", "x:y")) == ["a", "lab--b", "c", "x_y"]


def test_no_two_folders_have_one_name_on_any_system() -> None:
    found = [("r", "a/b"), ("r", "a--b"), ("s", "A--B"), ("r", "batch"), ("r", "batch.json"), ("r", "x" * 300)]
    told = named(*found)
    assert len({name.casefold() for name in told}) == len(found)
    assert not {"batch", "batch.json"} & set(told)
    assert all(len(name) < 200 for name in told)
    assert named(*reversed(found)) == told[::-1]
