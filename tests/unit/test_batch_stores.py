"""OUT behind an address: a folder is complete when its report.json is there, whatever broke off on the way."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

pytest.importorskip("fsspec", reason="the extra 's3' is not installed")

from sds2gen3.batch.fetch import fetched
from sds2gen3.batch.remote import Remote
from sds2gen3.batch.stores import RemoteStore
from sds2gen3.errors import DataError, UnreachableError

WRITTEN = {"nodes/01_case.json": b"[]", "provenance.jsonl": b"", "report.json": b'{"made_by": "sds2gen3"}'}


@pytest.fixture
def address() -> str:
    """A place in the memory of this process."""
    return f"memory://{uuid4().hex}"


def write(store: RemoteStore, files: dict[str, bytes], name: str = "a") -> None:
    with store.folder(name) as folder:
        for path in sorted(folder.rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
        for file, content in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(content)


def there(address: str) -> dict[str, bytes | None]:
    return {name: Remote(address).read(name) for name in Remote(address).files()}


def test_what_is_written_replaces_what_was_there_as_a_whole(address: str) -> None:
    store = RemoteStore(address)
    write(store, {**WRITTEN, "nodes/02_sample.json": b"[]"})
    write(store, WRITTEN)
    assert there(f"{address}/a") == WRITTEN
    assert (store.digest("a") is None, store.digest("b")) == (False, None)


def test_an_upload_that_breaks_off_leaves_no_report_and_is_made_good(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, put = RemoteStore(address), Remote.put
    write(store, WRITTEN)

    def broken(self: Remote, source: Path, below: str) -> None:
        if below == "provenance.jsonl":
            raise UnreachableError.of("C918", "The line is dead.")
        put(self, source, below)

    monkeypatch.setattr(Remote, "put", broken)
    with pytest.raises(UnreachableError):
        write(store, {**WRITTEN, "nodes/01_case.json": b"[1]", "provenance.jsonl": b"{}\n"})
    monkeypatch.setattr(Remote, "put", put)
    assert store.digest("a") is None
    write(store, WRITTEN)
    assert there(f"{address}/a") == WRITTEN


def test_files_of_others_are_seen_and_stay(address: str) -> None:
    store = RemoteStore(address)
    write(store, WRITTEN)
    Remote(address).write("a/mine.txt", b"mine")
    with store.folder("a") as folder:
        assert (folder / "mine.txt").is_file()
    assert there(f"{address}/a") == {**WRITTEN, "mine.txt": b"mine"}


def test_the_ledger_of_a_submission_stays_and_grows(address: str) -> None:
    store = RemoteStore(address)
    write(store, WRITTEN)
    for line in (b"one\n", b"two\n"):
        with store.folder("a") as folder, (folder / "submission.jsonl").open("ab") as ledger:
            ledger.write(line)
    assert there(f"{address}/a") == {**WRITTEN, "submission.jsonl": b"one\ntwo\n"}


def test_a_dataset_is_fetched_with_the_names_of_all_its_files(address: str) -> None:
    files = {"subjects.csv": b"subject id", "primary/scan.dat": b"large", "primary/none.dat": b"", "../evil.csv": b"x"}
    for name, content in files.items():
        Remote(f"{address}/x/mine").write(name, content)
    remote = Remote(f"{address}/x/mine")
    found = [name for name in remote.files() if ".." not in name]
    with fetched(f"{address}/x/mine", None) as (path, unread):
        assert path.name == "mine"
        assert sorted(p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file()) == sorted(found)
        assert (path / "subjects.csv").read_bytes() == b"subject id"
        assert [(path / f"primary/{name}.dat").stat().st_size for name in ("scan", "none")] == [1, 0]
        assert [d.code for d in unread] in ([], ["R112"])
    assert not path.exists()


def test_names_that_lead_out_and_giants_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    remote = Remote(f"{address}/mine")
    sizes = {"../evil.csv": 1, "a/../b.csv": 1, "a\\b.csv": 1, "primary": 1, "primary/scan.dat": 1}
    monkeypatch.setattr(Remote, "files", lambda self: sizes)
    with fetched(remote.address, None) as (path, unread):
        assert [d.code for d in unread] == ["R112"] * 4
        assert [p.name for p in path.iterdir()] == ["primary"]
    monkeypatch.setattr(Remote, "files", lambda self: {"subjects.xlsx": 1 << 41})
    with pytest.raises(DataError), fetched(remote.address, None):
        pass


def test_what_a_storage_says_comes_in_one_sentence(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    remote = Remote(address)

    def refused(*_: object, **__: object) -> bytes:
        raise PermissionError("Access Denied\nand more")

    monkeypatch.setattr(remote._system, "cat_file", refused)
    with pytest.raises(UnreachableError, match=r"cannot be used: Access Denied\.$") as caught:
        remote.read("a")
    assert caught.value.diagnostics[0].code == "C918"
