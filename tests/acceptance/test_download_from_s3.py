"""`sds2gen3 download` from an S3 storage, which moto plays on loopback."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from downloads import tree
from s3_server import Storage, s3_server

pytest.importorskip("moto", reason="moto, which plays S3, is not installed")
pytest.importorskip("s3fs", reason="the extra 's3' is not installed")
pytest.importorskip("flask", reason="flask, which moto's server needs, is not installed")

LARGE = bytes(range(256)) * 8_000  # 2 MB: several pieces


@pytest.fixture(scope="module")
def storage() -> Iterator[Storage]:
    with s3_server() as running:
        running.put("study/primary/sub-1/large.bin", LARGE, public=True)
        running.put("study/primary/sub-1/a b+c.csv", b"1,2")
        running.put("study/subjects.csv", b"subject id\nsub-1\n")
        yield running


def listed(folder: Path, *rows: str) -> Path:
    """A dataset of which only the metadata are here."""
    (folder / "primary").mkdir(parents=True)
    (folder / "dataset_description.csv").write_text("Metadata element,Value\nMetadata Version,2.0.0\n", "utf-8")
    lines = ["filename,timestamp,description,file type,sha256,size", *rows]
    (folder / "primary/manifest.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def test_files_of_a_bucket_come_with_the_metadata(storage: Storage, tmp_path: Path) -> None:
    sha = hashlib.sha256(LARGE).hexdigest()
    dataset = listed(tmp_path / "study", f"sub-1/large.bin,,,,{sha},{len(LARGE)}", "sub-1/a b+c.csv,,,,,3")
    done = storage.run("download", dataset, tmp_path / "d", "--from", "s3://lab/{dataset}")
    assert (done.returncode, "All 4 files are in" in done.stdout) == (0, True), done.stdout + done.stderr
    found = tree(tmp_path / "d")
    assert (found["primary/sub-1/large.bin"], found["primary/sub-1/a b+c.csv"]) == (LARGE, b"1,2")
    again = storage.run("download", dataset, tmp_path / "d", "--from", "s3://lab/study")
    assert "There already: 4 files." in again.stdout


def test_folders_of_a_bucket_are_listed(storage: Storage, tmp_path: Path) -> None:
    dataset = listed(tmp_path / "study", "sub-1,,,,,")
    done = storage.run("download", dataset, tmp_path / "d", "--from", "s3://lab/study", "--only", "*.csv")
    assert done.returncode == 0, done.stdout
    assert "primary/sub-1/a b+c.csv" in tree(tmp_path / "d")
    assert "primary/sub-1/large.bin" not in tree(tmp_path / "d")


def test_what_is_not_in_the_bucket_is_told_at_its_cell(storage: Storage, tmp_path: Path) -> None:
    dataset = listed(tmp_path / "study", "sub-1/none.csv,,,,,", "../../out.csv,,,,,", "sub-1/a b+c.csv,,,,,4")
    done = storage.run("download", dataset, tmp_path / "d", "--from", "s3://lab/study")
    assert done.returncode == 1
    told = " ".join(done.stdout.split())
    assert "error U693 A2 'primary/sub-1/none.csv' is not in s3://lab/study." in told
    assert "error U691 A3 '../../out.csv' is not written: it leads up, out of the folder." in told
    assert "error U694 A4" in told


def test_a_bucket_that_is_not_there_or_not_open_is_told_without_the_key(storage: Storage, tmp_path: Path) -> None:
    dataset = listed(tmp_path / "study", "sub-1/large.bin,,,,,")
    done = storage.run("download", dataset, tmp_path / "d", "--from", "s3://no-such-bucket/study")
    assert done.returncode in (1, 3)
    assert "Traceback" not in done.stderr
    nowhere = storage.run(
        *("download", dataset, tmp_path / "e", "--from", "s3://lab/study"),
        AWS_ENDPOINT_URL="http://127.0.0.1:9",
        AWS_SECRET_ACCESS_KEY="wr0ng-s3cret",
        AWS_MAX_ATTEMPTS="1",
    )
    assert nowhere.returncode == 3, nowhere.stdout + nowhere.stderr
    assert "wr0ng" not in nowhere.stdout + nowhere.stderr


def test_an_open_bucket_needs_no_login(storage: Storage, tmp_path: Path) -> None:
    dataset = listed(tmp_path / "study", "sub-1/large.bin,,,,,")
    nobody = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "")
    nobody |= {"AWS_EC2_METADATA_DISABLED": "true", "HOME": str(tmp_path)}
    done = storage.run("download", dataset, tmp_path / "d", "--from", "s3://lab/study", **nobody)
    assert (done.returncode, tree(tmp_path / "d").get("primary/sub-1/large.bin")) == (0, LARGE), done.stdout
