"""Downloads from iRODS, against a stand-in of the session that answers with the client library's own types and exceptions.

No iRODS server is packaged for the machines that run the tests. So this proves what is done with the answers, not the wire:
logging in, TLS, PAM and servers with several replicas were not proved.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from downloads import NOTHING, QUICK, actions, codes, row, tree

pytest.importorskip("irods", reason="the extra 'irods' is not installed")

from irods import exception
from irods.collection import iRODSCollection
from irods.data_object import iRODSDataObject
from irods.models import Collection, DataObject
from irods.password_obfuscation import encode

from sds2gen3.download import DownloadReport, Row, download, open_store
from sds2gen3.download.stores.irods import IrodsStore
from sds2gen3.errors import UsageError

TOP = "/zone/home/lab/study"
LARGE = bytes(range(256)) * 10_000


class Session:
    """What of an iRODSSession is used: data objects and collections, as the catalogue has them."""

    host, server_version = "irods.example.org", (4, 3, 0)

    def __init__(self, **objects: bytes) -> None:
        self.objects = {f"{TOP}/{name}": content for name, content in objects.items()}
        self.fails: list[Exception] = []
        self.starts: list[int] = []
        self.cleaned = False
        self.data_objects = SimpleNamespace(sess=self, get=self._get, open=self._open)
        self.collections = SimpleNamespace(sess=self, get=self._collection)

    def cleanup(self) -> None:
        self.cleaned = True

    def _get(self, path: str) -> iRODSDataObject:
        if path not in self.objects:
            raise exception.DataObjectDoesNotExist
        content = self.objects[path]
        result: dict[Any, Any] = dict.fromkeys(
            [value for name, value in DataObject.__dict__.items() if not name.startswith("_")]
        )
        sha = base64.b64encode(hashlib.sha256(content).digest()).decode()
        result |= {DataObject.size: len(content), DataObject.checksum: f"sha2:{sha}", DataObject.replica_number: 0}
        result |= {DataObject.name: path.rpartition("/")[2], DataObject.modify_time: datetime(2024, 1, 1, tzinfo=UTC)}
        return iRODSDataObject(self.data_objects, self._bare(path.rpartition("/")[0]), [result])

    def _bare(self, path: str) -> iRODSCollection:
        told = {Collection.id: 1, Collection.name: path, Collection.create_time: None, Collection.modify_time: None}
        told |= {Collection.inheritance: "", Collection.owner_name: "", Collection.owner_zone: ""}
        return iRODSCollection(self.collections, told)

    def _collection(self, path: str) -> Any:
        inside = sorted(name for name in self.objects if name.startswith(f"{path}/"))
        if not inside:
            raise exception.CollectionDoesNotExist
        return SimpleNamespace(walk=lambda: iter([(None, [], [SimpleNamespace(path=name) for name in inside])]))

    def _open(self, path: str, mode: str) -> BytesIO:
        if path not in self.objects:
            raise exception.DataObjectDoesNotExist
        session = self

        class Handle(BytesIO):
            def seek(self, offset: int, whence: int = 0) -> int:
                session.starts.append(offset)
                return super().seek(offset, whence)

            def read(self, size: int | None = -1) -> bytes:
                if session.fails and self.tell() > 0:
                    raise session.fails.pop()
                return super().read(size)

        assert mode == "r"
        return Handle(self.objects[path])


def fetched(session: Session, dest: Path, *rows: Row, **choices: Any) -> DownloadReport:
    store = IrodsStore("irods://irods.example.org/zone/home/lab/study", session)
    return download(rows, store, dest, **{"patience": QUICK, "beside": NOTHING, **choices})


def test_data_objects_are_fetched_by_their_paths_below_the_collection(tmp_path: Path) -> None:
    session = Session(**{"primary/a b.csv": b"1,2", "primary/large.bin": LARGE})
    done = fetched(session, tmp_path, row("a b.csv", "primary"), row("primary/large.bin", size=len(LARGE)))
    assert (done.exit_code, tree(tmp_path)) == (0, {"primary/a b.csv": b"1,2", "primary/large.bin": LARGE})


def test_a_collection_is_a_folder_and_all_of_it_may_be_fetched(tmp_path: Path) -> None:
    session = Session(**{"primary/a.csv": b"a", "docs/b.txt": b"b"})
    assert set(actions(fetched(session, tmp_path / "1", row("primary")))) == {"primary/a.csv"}
    assert set(actions(fetched(session, tmp_path / "2", whole=True))) == {"primary/a.csv", "docs/b.txt"}


def test_a_connection_that_breaks_goes_on_where_it_was(tmp_path: Path) -> None:
    session = Session(**{"large.bin": LARGE})
    session.fails = [exception.NetworkException("socket closed")]
    assert fetched(session, tmp_path, row("large.bin")).exit_code == 0
    assert (tree(tmp_path)["large.bin"], session.starts) == (LARGE, [0, 1 << 20])


def test_the_checksum_of_the_catalogue_counts_where_the_manifest_has_none(tmp_path: Path) -> None:
    session = Session(**{"a.bin": b"as it was"})
    one = session._get(f"{TOP}/a.bin")
    session.data_objects.get = lambda path: one
    session.objects[f"{TOP}/a.bin"] = b"as it is!"
    done = fetched(session, tmp_path, row("a.bin"))
    assert (codes(done), tree(tmp_path)) == (["U694"], {})
    assert "SHA256 is another one than the storage says" in done.report.diagnostics[0].message


@pytest.mark.parametrize(
    ("error", "code", "exit_code"),
    [
        (exception.CAT_INVALID_AUTHENTICATION("no"), "U696", 3),
        (exception.CAT_NO_ACCESS_PERMISSION("no"), "U696", 3),
        (exception.NetworkException("Could not connect"), "U695", 3),
        (exception.SYS_HEADER_READ_LEN_ERR("?"), "U695", 3),
        (exception.CAT_NO_ROWS_FOUND("?"), "U693", 1),
    ],
)
def test_each_error_of_the_client_has_its_finding(tmp_path: Path, error: Exception, code: str, exit_code: int) -> None:
    session = Session(**{"a.bin": b""})

    def fails(path: str) -> Any:
        raise error

    session.data_objects.get = fails
    done = fetched(session, tmp_path, row("a.bin"))
    assert (codes(done), done.exit_code) == ([code], exit_code)


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    done = fetched(Session(**{"a.bin": b""}), tmp_path, row("b.bin"))
    assert (codes(done), done.report.diagnostics[0].message) == (
        ["U693"],
        "'b.bin' is not in irods://irods.example.org/zone/home/lab/study.",
    )


def test_without_a_login_it_is_said_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("IRODS_ENVIRONMENT_FILE", raising=False)
    with pytest.raises(UsageError, match="no login") as caught, open_store("irods:///zone/home/lab"):
        pass
    assert (caught.value.diagnostics[0].code, "iinit" in caught.value.diagnostics[0].hint) == ("U690", True)


def test_the_login_of_another_host_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "irods_environment.json"
    file.write_text(
        '{"irods_host": "a.org", "irods_port": 1247, "irods_user_name": "lab", "irods_zone_name": "zone"}', "utf-8"
    )
    monkeypatch.setenv("IRODS_ENVIRONMENT_FILE", str(file))
    (tmp_path / "irodsA").write_text(encode("s3cret"), "utf-8")
    monkeypatch.setenv("IRODS_AUTHENTICATION_FILE", str(tmp_path / "irodsA"))
    with pytest.raises(UsageError, match="another host"), open_store("irods://b.org/zone/home/lab"):
        pass


def test_user_and_password_of_the_environment_make_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDS2GEN3_STORAGE_USER", "lab")
    monkeypatch.setenv("SDS2GEN3_STORAGE_PASSWORD", "s3cret")
    with open_store("irods://a.org:1300/zone/home/lab") as store:
        assert isinstance(store, IrodsStore)
        session = store._session
        assert (session.host, session.port, session.username, session.zone) == ("a.org", 1300, "lab", "zone")
    assert "s3cret" not in store.shown
