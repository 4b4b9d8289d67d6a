"""`sds2gen3 batch` from and to an S3 storage, which moto plays on loopback."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from batch_makers import ROOT, small, tree, until
from command_line import Cli

pytest.importorskip("moto", reason="moto, which plays S3, is not installed")
pytest.importorskip("s3fs", reason="the extra 's3' is not installed")
pytest.importorskip("flask", reason="flask, which moto's server needs, is not installed")


SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=key/20240101/us-east-1/s3/aws4_request, Signature=any"}


@dataclass(frozen=True)
class Storage:
    """The bucket 'lab' of a running server. Commands run as processes of their own, as the clients of S3 warn of their own code."""

    url: str
    environ: dict[str, str]

    def batch(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        told = [sys.executable, "-m", "sds2gen3", "batch", *map(str, arguments), "--jobs", "1"]
        return subprocess.run(told, check=False, env=self.environ, capture_output=True, text=True)

    def put(self, key: str, content: bytes = b"") -> None:
        self._ask("PUT", f"lab/{key}", data=content)

    def get(self, prefix: str) -> dict[str, bytes]:
        """The content of all that is below."""
        listed = self._ask("GET", "lab", params={"list-type": "2", "prefix": prefix}).decode()
        return {
            key.removeprefix(prefix): self._ask("GET", f"lab/{key}") for key in re.findall("<Key>(.*?)</Key>", listed)
        }

    def bucket(self) -> None:
        self._ask("PUT", "lab")

    def _ask(self, method: str, path: str, **details: Any) -> bytes:
        answer = requests.request(method, f"{self.url}/{path}", headers=SIGNED, timeout=10, **details)
        answer.raise_for_status()
        return answer.content


@pytest.fixture(scope="module")
def storage() -> Iterator[Storage]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SDS2GEN3_"))},
        "PYTHONPATH": str(ROOT),
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "NO_PROXY": "127.0.0.1",
    }
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(server, env=environ, **quiet) as process:
        try:
            until(30, lambda: _answers(port))
            found = Storage(f"http://127.0.0.1:{port}", environ)
            found.bucket()
            yield found
        finally:
            process.kill()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_datasets_of_a_bucket_become_records_in_a_bucket(cli: Cli, storage: Storage, tmp_path: Path) -> None:
    for name in ("a", "lab/b"):
        small(tmp_path / "root" / name)
    small(tmp_path / "root" / "wrong", subject="rat_1")
    for name, content in tree(tmp_path / "root").items():
        storage.put(f"in/{name}", content)
    done = storage.batch("convert", "s3://lab/in", "-o", "s3://lab/out")
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
    again = storage.batch("convert", "s3://lab/in", "-o", "s3://lab/out", "--resume")
    assert (again.stdout, "3 of them were done before" in again.stderr) == (done.stdout, True)


def test_a_bucket_that_is_not_there_is_told(storage: Storage, tmp_path: Path) -> None:
    done = storage.batch("validate", "s3://no-such-bucket/in", "-o", tmp_path / "out")
    assert done.returncode in (2, 3)
    assert "C918" in done.stderr or "C910" in done.stderr
