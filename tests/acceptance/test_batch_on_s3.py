"""`sds2gen3 batch` from and to an S3 storage, which moto plays on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_makers import small, tree
from command_line import Cli
from s3_server import Storage, s3_server

pytest.importorskip("moto", reason="moto, which plays S3, is not installed")
pytest.importorskip("s3fs", reason="the extra 's3' is not installed")
pytest.importorskip("flask", reason="flask, which moto's server needs, is not installed")


@pytest.fixture(scope="module")
def storage() -> Iterator[Storage]:
    with s3_server() as running:
        yield running


def test_datasets_of_a_bucket_become_records_in_a_bucket(cli: Cli, storage: Storage, tmp_path: Path) -> None:
    for name in ("a", "lab/b"):
        small(tmp_path / "root" / name)
    small(tmp_path / "root" / "wrong", subject="rat_1")
    for name, content in tree(tmp_path / "root").items():
        storage.put(f"in/{name}", content)
    done = storage.run("batch", "convert", "s3://lab/in", "-o", "s3://lab/out", "-j", 1)
    assert (done.returncode, "Written to: s3://lab/out/lab--b" in done.stdout) == (1, True), done.stderr
    cli("batch", "convert", tmp_path / "root", "-o", tmp_path / "here", "-j", 1)
    far, here = storage.get("out/"), tree(tmp_path / "here")
    records = {name: content for name, content in here.items() if not name.startswith("batch")}
    assert {name: content for name, content in far.items() if not name.startswith("batch")} == records
    document = json.loads(far["batch.json"])
    assert [(one["path"], one["written"]) for one in document["datasets"]] == [
        ("s3://lab/in/a", True),
        ("s3://lab/in/lab/b", True),
        ("s3://lab/in/wrong", False),
    ]
    again = storage.run("batch", "convert", "s3://lab/in", "-o", "s3://lab/out", "--resume", "-j", 1)
    assert (again.stdout, "3 of them were done before" in again.stderr) == (done.stdout, True)


def test_a_bucket_that_is_not_there_is_told(storage: Storage, tmp_path: Path) -> None:
    done = storage.run("batch", "validate", "s3://no-such-bucket/in", "-o", tmp_path / "out", "-j", 1)
    assert done.returncode in (2, 3)
    assert "C918" in done.stderr or "C910" in done.stderr
