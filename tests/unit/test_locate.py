"""Where the dataset is and which of its files are metadata."""

from __future__ import annotations

import os
import socket
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from sds2gen3.catalogue import Severity
from sds2gen3.errors import UsageError
from sds2gen3.sheets.files import archive, folder
from sds2gen3.sheets.files.locate import Located, locate
from sds2gen3.sheets.files.names import KINDS, named, near_miss

DESCRIPTION = "dataset_description.xlsx"


def build(root: Path, *files: str) -> Path:
    for file in files:
        target = root / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"x")
    return root


def build_zip(path: Path, *files: str, contents: Mapping[str, bytes] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for file in files:
            made.writestr(file, b"x")
        for file, content in (contents or {}).items():
            made.writestr(file, content)
    return path


def found(located: Located) -> list[tuple[str, str]]:
    return [(source.kind, source.path) for source in located.sources]


def codes(located: Located) -> list[tuple[str, str]]:
    return [(f.code, str(f.place)) for f in located.findings]


def test_all_kinds_are_found_at_the_root(tmp_path: Path) -> None:
    located = locate(build(tmp_path, *(f"{kind}.xlsx" for kind in KINDS)))
    assert found(located) == sorted((kind, f"{kind}.xlsx") for kind in KINDS)
    assert located.findings == ()
    assert located.name == tmp_path.name
    assert located.sources[0].read() == b"x"


def test_manifests_are_found_in_every_folder_and_data_workbooks_are_not_touched(tmp_path: Path) -> None:
    files = (
        "primary/manifest.xlsx",
        "Primary2/sub-1/sam-1/manifest.csv",
        "docs/plog.xlsx",
        "primary/data.xlsx",
        "scores.xlsx",
    )
    located = locate(build(tmp_path, DESCRIPTION, *files))
    assert [path for kind, path in found(located) if kind in ("manifest", "plog")] == [
        "Primary2/sub-1/sam-1/manifest.csv",
        "docs/plog.xlsx",
        "primary/manifest.xlsx",
    ]
    assert located.files == tuple(sorted((DESCRIPTION, *files)))
    assert located.findings == ()


def test_no_dataset_description_is_an_error_and_the_rest_is_still_found(tmp_path: Path) -> None:
    located = locate(build(tmp_path, "subjects.xlsx"))
    assert codes(located) == [("R101", DESCRIPTION)]
    assert found(located) == [("subjects", "subjects.xlsx")]


@pytest.mark.parametrize("inner", ["rat", "download/rat"])
def test_a_dataset_one_or_two_folders_deeper_is_taken_and_told(tmp_path: Path, inner: str) -> None:
    located = locate(build(tmp_path, f"{inner}/{DESCRIPTION}", f"{inner}/primary/manifest.xlsx", "subjects.xlsx"))
    assert codes(located) == [("R102", DESCRIPTION)]
    assert inner in located.findings[0].message
    assert (located.base, located.name) == (inner, "rat")
    assert [path for _, path in found(located)] == [DESCRIPTION, "primary/manifest.xlsx"]


def test_of_several_datasets_none_is_taken(tmp_path: Path) -> None:
    located = locate(build(tmp_path, f"pig/{DESCRIPTION}", f"rat/{DESCRIPTION}", "subjects.xlsx"))
    assert ("R103", "pig") in codes(located)
    assert "'pig', 'rat'" in next(f.message for f in located.findings if f.code == "R103")
    assert found(located) == [("subjects", "subjects.xlsx")]


def test_a_dataset_within_the_dataset_is_left_alone(tmp_path: Path) -> None:
    inner = (f"docs/example/{DESCRIPTION}", "docs/example/subjects.xlsx", "docs/example/primary/manifest.xlsx")
    located = locate(build(tmp_path, DESCRIPTION, "docs/manifest.xlsx", *inner))
    assert codes(located) == [("R108", "docs/example")]
    assert [path for _, path in found(located)] == [DESCRIPTION, "docs/manifest.xlsx"]
    assert set(inner) < set(located.files)


@pytest.mark.parametrize(
    ("name", "proper"),
    [
        ("Subjects.xlsx", "subjects.xlsx"),
        ("subjects.xlsx.xlsx", "subjects.xlsx"),
        ("SUBJECTS.XLSX", "subjects.xlsx"),
        ("dataset-description.xlsx", DESCRIPTION),
        ("Dataset description.csv", "dataset_description.csv"),
        ("description.xlsx", DESCRIPTION),
        ("subjects.csv.xlsx", "subjects.xlsx"),
    ],
)
def test_other_spellings_are_read_with_a_note(tmp_path: Path, name: str, proper: str) -> None:
    others = [] if "escription" in proper else [DESCRIPTION]
    located = locate(build(tmp_path, name, *others))
    assert ("R104", name) in codes(located)
    assert (proper.partition(".")[0], name) in found(located)
    assert next(f.hint for f in located.findings if f.code == "R104") == f"Rename it to {proper}."


@pytest.mark.parametrize(
    ("name", "proper"),
    [
        ("subject.xlsx", "subjects.xlsx"),
        ("sample.csv", "samples.csv"),
        ("manifest (1).xlsx", "manifest.xlsx"),
        ("subjects - Copy.xlsx", "subjects.xlsx"),
        ("primary/manifests.xlsx", "manifest.xlsx"),
        ("code_descripton.xlsx", "code_description.xlsx"),
    ],
)
def test_near_misses_are_not_read_but_asked_about(tmp_path: Path, name: str, proper: str) -> None:
    located = locate(build(tmp_path, DESCRIPTION, name))
    assert codes(located) == [("R105", name)]
    assert f"'{proper}'" in located.findings[0].message
    assert found(located) == [("dataset_description", DESCRIPTION)]


@pytest.mark.parametrize(
    "name", ["log.csv", "examples.xlsx", "data.xlsx", "object.csv", "primary/subject.xlsx", "tests.json"]
)
def test_unrelated_names_are_no_near_misses(tmp_path: Path, name: str) -> None:
    assert locate(build(tmp_path, DESCRIPTION, name)).findings == ()


def test_description_beside_a_dataset_description_is_just_a_file(tmp_path: Path) -> None:
    assert found(locate(build(tmp_path, DESCRIPTION, "description.xlsx"))) == [("dataset_description", DESCRIPTION)]


def test_the_same_file_twice_is_an_error_that_names_both(tmp_path: Path) -> None:
    located = locate(build(tmp_path, DESCRIPTION, "subjects.xlsx", "subjects.csv"))
    assert codes(located) == [("R106", "subjects.csv")]
    assert "'subjects.csv' and 'subjects.xlsx'" in located.findings[0].message
    assert [str(place) for place in located.findings[0].related] == ["subjects.xlsx"]
    assert ("subjects", "subjects.csv") in found(located)


def test_junk_is_one_finding_per_kind(tmp_path: Path) -> None:
    junk = (
        "~$subjects.xlsx",
        ".~lock.subjects.xlsx#",
        "._manifest.xlsx",
        "primary/._manifest.xlsx",
        ".DS_Store",
        "Thumbs.db",
    )
    located = locate(
        build(tmp_path, DESCRIPTION, *junk, "primary/desktop.ini", "__MACOSX/._subjects.xlsx", ".git/config")
    )
    assert {f.code for f in located.findings} == {"R107"}
    assert {f.severity for f in located.findings} == {Severity.INFO}
    assert [[str(p) for p in (f.place, *f.related)] for f in located.findings if "macOS" in f.message] == [
        [".DS_Store"],
        ["._manifest.xlsx", "primary/._manifest.xlsx"],
    ]
    assert len(located.findings) == 7
    assert located.files == (DESCRIPTION,)


def test_metadata_in_a_wrong_folder_or_of_a_wrong_type_is_told(tmp_path: Path) -> None:
    located = locate(build(tmp_path, DESCRIPTION, "docs/subjects.xlsx", "samples.ods"))
    assert codes(located) == [("R119", "docs/subjects.xlsx"), ("R117", "samples.ods")]
    assert found(located) == [("dataset_description", DESCRIPTION)]


def test_folders_pipes_and_sockets_named_like_metadata_are_never_opened(tmp_path: Path) -> None:
    build(tmp_path, DESCRIPTION, "subjects.xlsx/inside.txt")
    os.mkfifo(tmp_path / "samples.csv")
    here = os.open(".", os.O_RDONLY)
    os.chdir(tmp_path)  # the path of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as plug:
            plug.bind("sites.json")
            located = locate(tmp_path)
    finally:
        os.fchdir(here)
        os.close(here)
    assert codes(located) == [("R116", "samples.csv"), ("R116", "sites.json"), ("R116", "subjects.xlsx")]


def test_links_are_followed_within_the_dataset_only(tmp_path: Path) -> None:
    outside = build(tmp_path / "outside", "manifest.xlsx", "samples.xlsx")
    root = build(tmp_path / "data", DESCRIPTION, "primary/manifest.xlsx")
    (root / "source").symlink_to(outside)
    (root / "samples.xlsx").symlink_to(outside / "samples.xlsx")
    (root / "subjects.xlsx").symlink_to(root / "gone.xlsx")
    (root / "primary" / "again").symlink_to(root)
    (root / "derivative").symlink_to(root / "primary")
    located = locate(root)
    assert codes(located) == [
        ("R109", "derivative/again"),
        ("R109", "primary/again"),
        ("R109", "samples.xlsx"),
        ("R118", "samples.xlsx"),
        ("R109", "source"),
        ("R118", "subjects.xlsx"),
    ]
    assert [path for _, path in found(located)] == [DESCRIPTION, "derivative/manifest.xlsx", "primary/manifest.xlsx"]


def test_a_folder_that_cannot_be_opened_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path, DESCRIPTION, "primary/manifest.xlsx")
    listed = os.scandir

    def scandir(path: str | Path) -> object:
        if str(path).endswith("primary"):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    located = locate(tmp_path)
    assert codes(located) == [("R110", "primary")]
    assert "not allowed" in located.findings[0].message


def test_the_walk_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MAX_ENTRIES", 5)
    monkeypatch.setattr(archive, "MAX_ENTRIES", 5)
    names = [f"primary/{number}.txt" for number in range(9)]
    located = locate(build(tmp_path / "d", DESCRIPTION, *names))
    assert [code for code, _ in codes(located)] == ["R111"]
    assert ("dataset_description", DESCRIPTION) in found(located), "the root is looked at before the folders"
    assert [code for code, _ in codes(locate(build_zip(tmp_path / "d.zip", DESCRIPTION, *names)))] == ["R111"]


def test_names_that_are_not_text_do_no_harm(tmp_path: Path) -> None:
    build(tmp_path, DESCRIPTION, "primary/line\nend.txt")
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    odd.mkdir()
    (odd / "manifest.xlsx").write_bytes(b"bytes")
    located = locate(tmp_path)
    assert located.files == ("caf\ufffd/manifest.xlsx", DESCRIPTION, "primary/line\nend.txt")
    assert located.sources[0].read() == b"bytes"


@pytest.mark.parametrize("make", ["missing", "file", "workbook"])
def test_what_is_no_dataset_is_refused(tmp_path: Path, make: str) -> None:
    path = tmp_path / {"missing": "nowhere", "file": "notes.txt", "workbook": "subjects.xlsx"}[make]
    if make != "missing":
        path.write_bytes(b"x")
    with pytest.raises(UsageError) as refused:
        locate(path)
    assert refused.value.diagnostics[0].code == "C910"


def test_an_impossible_path_is_refused() -> None:
    with pytest.raises(UsageError):
        locate("a\0b")


@pytest.mark.parametrize("member", ["notes.txt", "other/notes.txt"])
def test_a_zip_with_more_beside_the_dataset_is_told(tmp_path: Path, member: str) -> None:
    located = locate(build_zip(tmp_path / "rat.zip", member, f"rat/{DESCRIPTION}"))
    assert codes(located) == [("R102", DESCRIPTION)]


def test_a_zip_is_read_in_place(tmp_path: Path) -> None:
    made = build_zip(tmp_path / "rat.zip", "rat/primary/manifest.xlsx", contents={f"rat/{DESCRIPTION}": b"bytes"})
    located = locate(made)
    assert codes(located) == [], "a zip of one folder is as it should be"
    assert located.name == "rat"
    assert [(s.kind, s.path, s.size) for s in located.sources] == [
        ("dataset_description", DESCRIPTION, 5),
        ("manifest", "primary/manifest.xlsx", 1),
    ]
    assert located.sources[0].read() == b"bytes"
    assert sorted(child.name for child in tmp_path.iterdir()) == ["rat.zip"]


@pytest.mark.parametrize(
    "name",
    ["../subjects.xlsx", "/subjects.xlsx", "C:/subjects.xlsx", "primary\\manifest.xlsx", "a/../subjects.xlsx", "a//b"],
)
def test_unsafe_names_in_a_zip_are_refused(tmp_path: Path, name: str) -> None:
    located = locate(build_zip(tmp_path / "d.zip", DESCRIPTION, name))
    assert [code for code, _ in codes(located)] == ["R112"]
    assert found(located) == [("dataset_description", DESCRIPTION)]


def test_a_name_twice_in_a_zip_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        made = build_zip(tmp_path / "d.zip", DESCRIPTION, DESCRIPTION)
    assert codes(locate(made)) == [("R112", DESCRIPTION)]


def test_a_bomb_in_a_zip_is_not_read_but_large_data_is_fine(tmp_path: Path) -> None:
    zeros = bytes(60 << 20)
    made = build_zip(tmp_path / "d.zip", DESCRIPTION, contents={"subjects.csv": zeros, "primary/scan.img": zeros})
    located = locate(made)
    assert codes(located) == [("R113", "subjects.csv")]
    assert found(located) == [("dataset_description", DESCRIPTION)]
    assert "primary/scan.img" in located.files


def test_metadata_that_is_too_much_altogether_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sds2gen3.sheets.files.locate.MAX_TOTAL", 10)
    made = build_zip(tmp_path / "d.zip", DESCRIPTION, contents={"subjects.csv": b"x" * 20})
    assert codes(locate(made)) == [("R113", "subjects.csv")]


def test_protected_members_and_links_in_a_zip_are_told(tmp_path: Path) -> None:
    made = tmp_path / "d.zip"
    with zipfile.ZipFile(made, "w") as written:
        written.writestr(DESCRIPTION, b"x")
        link = zipfile.ZipInfo("samples.xlsx")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        written.writestr(link, "/etc/passwd")
        written.writestr("subjects.xlsx", b"x")
    data = bytearray(made.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1  # the flag 'encrypted' of the last member in the directory
    made.write_bytes(data)
    located = locate(made)
    assert codes(located) == [("R109", "samples.xlsx"), ("R118", "samples.xlsx"), ("R114", "subjects.xlsx")]


def test_a_broken_zip_is_one_finding(tmp_path: Path) -> None:
    (tmp_path / "d.zip").write_bytes(b"PK\x03\x04 half a zip")
    located = locate(tmp_path / "d.zip")
    assert codes(located) == [("R115", "d.zip")]
    assert found(located) == []


def test_every_kind_names_itself() -> None:
    for kind in KINDS:
        assert named(f"{kind}.xlsx") == named(f"{kind.upper()}.xlsx")
        assert near_miss(f"{kind}.xlsx") is None
