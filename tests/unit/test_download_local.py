"""Downloads from a folder: which files rows lead to, what is held against them, and what is told of the others."""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import time
from pathlib import Path
from typing import Any

import pytest
from downloads import NOTHING, QUICK, actions, codes, fetched, row, tree

from sds2gen3.download import DownloadReport, download, open_store
from sds2gen3.download import fetch as fetching
from sds2gen3.download.pool import Pool
from sds2gen3.download.rows import Row
from sds2gen3.download.safe_names import judged
from sds2gen3.download.stores import Found, StoreError, Stream
from sds2gen3.errors import UsageError
from sds2gen3.locks import lock


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    for name in ("primary/sub-1/a.csv", "primary/sub-1/b.csv", "primary/sub-2/a.csv", "docs/note.txt", "subjects.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return folder


def test_a_file_name_counts_from_the_folder_of_its_manifest(source: Path, tmp_path: Path) -> None:
    done = fetched(str(source), tmp_path / "d", row("sub-1/a.csv", "primary"), row("./docs//note.txt"))
    assert actions(done) == {"docs/note.txt": "fetched", "primary/sub-1/a.csv": "fetched"}
    assert tree(tmp_path / "d") == {
        "docs/note.txt": b"docs/note.txt",
        "primary/sub-1/a.csv": b"primary/sub-1/a.csv",
    }
    assert (done.exit_code, done.size) == (0, 32)


def test_a_name_that_counts_from_the_top_is_found_there(source: Path, tmp_path: Path) -> None:
    done = fetched(str(source), tmp_path / "d", row("primary/sub-1/a.csv", "primary"), row("sub-2/a.csv", "primary"))
    assert actions(done) == {"primary/sub-1/a.csv": "fetched", "primary/sub-2/a.csv": "fetched"}


def test_a_folder_stands_for_all_in_it_and_rows_of_their_own_keep_their_checksum(source: Path, tmp_path: Path) -> None:
    rows = (row("primary"), row("primary/sub-1/a.csv", md5="0" * 32))
    done = fetched(str(source), tmp_path / "d", *rows)
    assert actions(done) == {
        "primary/sub-1/a.csv": "failed",
        "primary/sub-1/b.csv": "fetched",
        "primary/sub-2/a.csv": "fetched",
    }


def test_a_pattern_stands_for_the_files_that_fit(source: Path, tmp_path: Path) -> None:
    done = fetched(str(source), tmp_path / "d", Row({"pattern": "a.*"}, "primary"), Row({"pattern": "*.txt"}))
    assert set(actions(done)) == {"primary/sub-1/a.csv", "primary/sub-2/a.csv", "docs/note.txt"}


def test_everything_is_all_that_the_storage_lists(source: Path, tmp_path: Path) -> None:
    done = fetched(str(source), tmp_path / "d", row("docs/note.txt"), whole=True)
    assert (tree(tmp_path / "d"), done.exit_code) == (tree(source), 0)


def test_only_takes_the_files_that_fit_also_those_in_folders(source: Path, tmp_path: Path) -> None:
    done = fetched(str(source), tmp_path / "d", row("primary"), row("docs/note.txt"), only=("primary/sub-1/*",))
    assert set(actions(done)) == {"primary/sub-1/a.csv", "primary/sub-1/b.csv"}


def test_what_is_there_is_not_fetched_again_and_what_differs_is_replaced(source: Path, tmp_path: Path) -> None:
    rows = (row("docs/note.txt"), row("subjects.csv", sha1=hashlib.sha1(b"subjects.csv").hexdigest()))
    fetched(str(source), tmp_path / "d", *rows)
    (tmp_path / "d/docs/note.txt").write_bytes(b"another")
    again = fetched(str(source), tmp_path / "d", *rows)
    assert actions(again) == {"docs/note.txt": "replaced", "subjects.csv": "same"}
    assert tree(tmp_path / "d")["docs/note.txt"] == b"docs/note.txt"


def test_a_file_of_the_right_checksum_needs_no_storage(source: Path, tmp_path: Path) -> None:
    one = row("subjects.csv", md5=hashlib.md5(b"subjects.csv").hexdigest())
    fetched(str(source), tmp_path / "d", one)
    (source / "subjects.csv").unlink()
    assert actions(fetched(str(source), tmp_path / "d", one)) == {"subjects.csv": "same"}


CONTENT = b"docs/note.txt"
SHA = hashlib.sha256(CONTENT)


@pytest.mark.parametrize(
    ("columns", "action"),
    [
        ({"md5": hashlib.md5(CONTENT).hexdigest().upper()}, "fetched"),
        ({"MD5 checksum": hashlib.md5(CONTENT).hexdigest()}, "fetched"),
        ({"checksum": SHA.hexdigest()}, "fetched"),
        ({"checksum": f"sha256:{SHA.hexdigest()}"}, "fetched"),
        ({"checksum": "sha2:" + base64.b64encode(SHA.digest()).decode()}, "fetched"),
        ({"sha512": hashlib.sha512(CONTENT).hexdigest(), "file size": "13"}, "fetched"),
        ({"checksum": f"SHA-1 {hashlib.sha1(CONTENT).hexdigest()}"}, "fetched"),
        ({"file_size": 13}, "fetched"),
        ({"sha256": "0" * 64}, "failed"),
        ({"md5sum": "0" * 32, "size": 13}, "failed"),
        ({"size": 12}, "failed"),
        ({"size": "large"}, "fetched"),
    ],
)
def test_a_file_is_held_against_checksum_and_size(
    source: Path, tmp_path: Path, columns: dict[str, Any], action: str
) -> None:
    done = fetched(str(source), tmp_path / "d", row("docs/note.txt", **columns))
    assert actions(done) == {"docs/note.txt": action}
    assert (tree(tmp_path / "d") == {"docs/note.txt": CONTENT}) is (action == "fetched")
    assert codes(done) == ([] if action == "fetched" else ["U694"])


@pytest.mark.parametrize(
    "columns", [{"md5": "see readme"}, {"md5": "0" * 40}, {"checksum": "abc"}, {"file size": "big"}]
)
def test_what_is_no_checksum_is_pointed_out(source: Path, tmp_path: Path, columns: dict[str, Any]) -> None:
    done = fetched(str(source), tmp_path / "d", row("docs/note.txt", **columns))
    assert (codes(done), actions(done), done.exit_code) == (["U699"], {"docs/note.txt": "fetched"}, 0)


def test_a_file_that_is_not_there_is_told_and_the_others_come(source: Path, tmp_path: Path) -> None:
    done = fetched(str(source), tmp_path / "d", row("nothing.csv"), row("docs/note.txt"))
    assert (codes(done), done.exit_code) == (["U693"], 1)
    assert actions(done) == {"docs/note.txt": "fetched", "nothing.csv": "failed"}


UNSAFE = [
    "../out.txt",
    "a/../../out.txt",
    "/etc/out.txt",
    "C:\\out.txt",
    "C:/out.txt",
    "c:out.txt",
    "\\\\server\\share\\out.txt",
    "//server/share/out.txt",
    "a\\..\\out.txt",
    "CON",
    "nul.txt",
    "a/COM1.csv/b",
    "Lpt9 .txt",
    "file.",
    "file ./x",
    "a\x00b",
    "a\nb",
    "x" * 10_000,
    "y/" * 5_000 + "z",
    "\ud800",
    ".",
    ".sds2gen3-partial/lock",
    ".git/hooks/post-checkout",
]


@pytest.mark.parametrize("name", UNSAFE, ids=lambda name: ascii(name)[:20])
def test_a_name_that_could_leave_the_folder_is_refused_and_the_others_come(
    source: Path, tmp_path: Path, name: str
) -> None:
    done = fetched(str(source), tmp_path / "d", row(name), row("docs/note.txt"))
    assert (codes(done), done.exit_code) == (["U691"], 1)
    assert tree(tmp_path / "d") == {"docs/note.txt": CONTENT}
    assert set(tree(tmp_path)) == {f"source/{path}" for path in tree(source)} | {"d/docs/note.txt"}


@pytest.mark.parametrize(
    ("first", "second"), [("Data.csv", "data.csv"), ("caf\u00e9.csv", "cafe\u0301.csv"), ("a/STRASSE", "a/stra\u00dfe")]
)
def test_names_that_are_one_file_on_some_system_are_told(tmp_path: Path, first: str, second: str) -> None:
    for name in (first, second):
        (tmp_path / "s" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "s" / name).write_bytes(name.encode())
    done = fetched(str(tmp_path / "s"), tmp_path / "d", row(first), row(second))
    assert (codes(done), actions(done)[first], actions(done)[second]) == (["U692"], "fetched", "refused")


def test_two_rows_of_one_file_are_one_unless_they_contradict_each_other(source: Path, tmp_path: Path) -> None:
    same = fetched(str(source), tmp_path / "d", row("subjects.csv"), row("subjects.csv"))
    assert (codes(same), actions(same)) == ([], {"subjects.csv": "fetched"})
    other = fetched(str(source), tmp_path / "d", row("subjects.csv", size=12), row("subjects.csv", size=13))
    assert codes(other) == ["U692"]


def test_a_file_that_is_the_folder_of_others_is_told(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s/A").write_bytes(b"")
    done = fetched(str(tmp_path / "s"), tmp_path / "d", row("A"), row("a/b"))
    assert (codes(done), actions(done)) == (["U693"], {"A": "fetched", "a/b": "failed"})


@pytest.mark.parametrize("turn", range(3))
def test_rows_that_cannot_be_do_not_stop_a_file_that_is_there(tmp_path: Path, turn: int) -> None:
    (tmp_path / "s/primary").mkdir(parents=True)
    (tmp_path / "s/primary/ok.bin").write_bytes(b"ok")
    rows = [row(f"primary/{name}") for name in ("ok.bin", "OK.bin", "ok.bin/inside")]
    done = fetched(str(tmp_path / "s"), tmp_path / "d", *rows[turn:], *rows[:turn])
    assert tree(tmp_path / "d") == {"primary/ok.bin": b"ok"}
    assert (codes(done), actions(done)["primary/ok.bin"]) == (["U693", "U693"], "fetched")


def test_of_a_file_and_a_folder_of_one_name_the_first_is_fetched(tmp_path: Path) -> None:
    for first, second in (("a", "a/b"), ("a/b", "A")):
        dest = tmp_path / first.replace("/", "-")
        done = download([row(first), row(second)], Odd(), dest, patience=QUICK, beside=NOTHING)
        assert (codes(done), tree(dest)) == (["U692"], {first: b"x"})


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_link_in_the_folder_leads_nowhere(source: Path, tmp_path: Path, what: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "note.txt").write_bytes(b"mine")
    (tmp_path / "d").mkdir()
    if what == "folder":
        (tmp_path / "d/docs").symlink_to(outside)
    else:
        (tmp_path / "d/docs").mkdir()
        (tmp_path / "d/docs/note.txt").symlink_to(outside / "note.txt")
    done = fetched(str(source), tmp_path / "d", row("docs/note.txt"), row("subjects.csv"))
    assert (codes(done), actions(done)["subjects.csv"]) == (["U697"], "fetched")
    assert tree(outside) == {"note.txt": b"mine"}


def test_a_link_out_of_the_storage_is_not_followed(source: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (source / "docs/key").symlink_to(tmp_path / "secret")
    done = fetched(str(source), tmp_path / "d", row("docs/key"))
    assert (codes(done), tree(tmp_path / "d")) == (["U693"], {})
    assert (next(iter(done.report)).hint or "").startswith("Put the file itself where the link is")


def test_the_folder_for_unfinished_files_may_be_no_link(source: Path, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "d/.sds2gen3-partial").symlink_to(tmp_path / "outside")
    with pytest.raises(UsageError, match="cannot be written to") as caught:
        fetched(str(source), tmp_path / "d", row("subjects.csv"))
    assert caught.value.diagnostics[0].code == "U697"
    assert tree(tmp_path / "outside") == {}


def test_one_process_at_a_time_writes_to_a_folder(source: Path, tmp_path: Path) -> None:
    (tmp_path / "d/.sds2gen3-partial").mkdir(parents=True)
    with (tmp_path / "d/.sds2gen3-partial/lock").open("ab") as file:
        assert lock(file)
        with pytest.raises(UsageError, match="Another download"):
            fetched(str(source), tmp_path / "d", row("subjects.csv"))


def test_a_dry_run_writes_nothing(source: Path, tmp_path: Path) -> None:
    done = fetched(str(source), tmp_path / "d", row("primary"), row("nothing"), dry_run=True)
    assert (done.counts, done.size, (tmp_path / "d").exists()) == ({"would fetch": 3, "failed": 1}, 57, False)


def test_a_full_disk_ends_the_download_with_one_reason(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fetching.os, "fsync", full)
    done = fetched(str(source), tmp_path / "d", *(row(f"primary/sub-1/{name}.csv") for name in "ab" * 40), jobs=1)
    assert set(codes(done)) == {"U697"}
    assert done.exit_code == 3
    assert "No space left" not in str(tree(tmp_path / "d"))


def test_a_folder_that_may_not_be_written_to_is_told(source: Path, tmp_path: Path) -> None:
    (tmp_path / "d").write_bytes(b"a file")
    with pytest.raises(UsageError, match="cannot be written to"):
        fetched(str(source), tmp_path / "d", row("subjects.csv"))


def test_metadata_are_looked_for_beside_the_data(source: Path, tmp_path: Path) -> None:
    (source / "primary/manifest.csv").write_bytes(b"m")
    with open_store(str(source)) as store:
        done = download([row("primary/sub-1/a.csv")], store, tmp_path / "d", patience=QUICK)
    assert set(tree(tmp_path / "d")) == {"subjects.csv", "primary/manifest.csv", "primary/sub-1/a.csv"}
    assert (done.counts, codes(done)) == ({"fetched": 3}, [])


def test_a_fifo_is_no_file(source: Path, tmp_path: Path) -> None:
    os.mkfifo(source / "pipe")
    done = fetched(str(source), tmp_path / "d", row("pipe"))
    assert (codes(done), done.exit_code) == (["U695"], 1)


def test_the_outcomes_do_not_depend_on_how_many_work(source: Path, tmp_path: Path) -> None:
    def told(jobs: int) -> DownloadReport:
        rows = [row("primary"), *(row(f"no-{number}") for number in range(20)), row("PRIMARY/sub-1/a.csv")]
        return fetched(str(source), tmp_path / f"d{jobs}", *rows, jobs=jobs)

    assert told(1).outcomes == told(8).outcomes


def test_who_hangs_is_not_waited_for() -> None:
    from threading import Event

    never = Event()
    pool: Pool[int, int] = Pool(lambda job, pulse: never.wait(20) and 0 if job == 1 else job, 1, 1.0)
    for job in range(4):
        pool.add(job)
    assert sorted(pool.results(), key=lambda one: one[0]) == [(0, 0), (1, None), (2, 2), (3, 3)]
    never.set()


def test_a_bug_is_not_swallowed() -> None:
    pool: Pool[int, float] = Pool(lambda job, pulse: 1 / job, 2, 5.0)
    pool.add(0)
    with pytest.raises(ZeroDivisionError):
        list(pool.results())


def test_an_address_in_a_row_counts_where_the_storage_lacks_the_file(source: Path, tmp_path: Path) -> None:
    told = {"url": "https://example.org/about-this-file"}
    done = fetched(str(source), tmp_path / "d", row("subjects.csv", **told), row("nothing.csv", **told))
    assert actions(done) == {"nothing.csv": "refused", "subjects.csv": "fetched"}
    assert codes(done) == ["U698"]


def test_rows_without_storage_and_address_are_told(tmp_path: Path) -> None:
    done = download([row("a.csv")], None, tmp_path / "d", patience=QUICK, beside=NOTHING)
    assert (codes(done), done.exit_code) == (["U690"], 1)


class Odd:
    """A store that lists whatever it likes, and refuses some files."""

    shown, dicom = "odd://store", False

    def __init__(self, *names: str, refused: int = 0) -> None:
        self.names, self.refused, self.asked = names, refused, 0

    def look(self, key: str, pulse: Any) -> Found | None:
        self.asked += 1
        if key == "top":
            return Found(folder=True)
        if self.asked <= self.refused:
            time.sleep(0.01)  # as long as a network takes
            raise StoreError("refused", "forbidden")
        return Found(1, "1", ranges=True)

    def read(self, key: str, found: Found, start: int, pulse: Any) -> Stream:
        return Stream(start, iter([b"x"]))

    def below(self, key: str, pulse: Any) -> dict[str, str]:
        return {name: f"{key}/{name}" for name in self.names}

    def close(self) -> None:
        """Nothing."""


def test_what_a_storage_lists_is_judged_as_what_a_manifest_lists(tmp_path: Path) -> None:
    store = Odd("../../out", "/etc/out", "a/b", "A/B", "a\\..\\out", "NUL")
    done = download([row("top")], store, tmp_path / "in" / "d", patience=QUICK, beside=NOTHING)
    assert tree(tmp_path) == {"in/d/top/a/b": b"x"}
    assert sorted(codes(done)) == ["U691"] * 4 + ["U692"]


def test_a_storage_that_refuses_all_is_left_alone_one_that_refuses_some_is_not(tmp_path: Path) -> None:
    rows = [row(f"{number:03}.bin") for number in range(100)]
    closed, partly = Odd(refused=1_000), Odd(refused=3)
    done = download(rows, closed, tmp_path / "c", patience=QUICK, beside=NOTHING, jobs=1)
    assert (closed.asked < 60, done.exit_code, done.counts["not tried"] > 30) == (True, 3, True)
    done = download(rows, partly, tmp_path / "p", patience=QUICK, beside=NOTHING, jobs=1)
    assert (done.counts, done.exit_code) == ({"fetched": 97, "failed": 3}, 1)


@pytest.mark.parametrize("name", ["10:00.csv", "what?.csv", "x|y", 'say "it"', "a*", "<x>"])
def test_what_windows_does_not_allow_is_refused_on_every_system(name: str) -> None:
    assert judged(f"primary/{name}").wrong.startswith("Windows allows no ")


@pytest.mark.parametrize("name", ["file:///etc/passwd", "http://127.0.0.1:1/x"])
def test_an_address_in_the_place_of_a_path_is_quoted_as_it_is_written(source: Path, tmp_path: Path, name: str) -> None:
    done = fetched(str(source), tmp_path / "d", row(name, "primary"))
    assert [one.message for one in done.report] == [f"'{name}' is not written: it is an address, not a path."]
