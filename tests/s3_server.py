"""An S3 storage on loopback, played by moto in a process of its own, with the bucket 'lab'."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from batch_makers import ROOT, until

SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=key/20240101/us-east-1/s3/aws4_request, Signature=any"}


@dataclass(frozen=True)
class Storage:
    """The bucket 'lab' of a running server. Commands run as processes of their own, as the clients of S3 warn of their own code."""

    url: str
    environ: dict[str, str]

    def run(self, *arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
        """The command line with the login of the storage."""
        told = [sys.executable, "-m", "sds2gen3", *map(str, arguments)]
        return subprocess.run(told, check=False, env={**self.environ, **environ}, capture_output=True, text=True)

    def put(self, key: str, content: bytes = b"", public: bool = False) -> None:
        """An object, which anybody may read where it is public."""
        headers = {**SIGNED, **({"x-amz-acl": "public-read"} if public else {})}
        self._ask("PUT", f"lab/{key}", data=content, headers=headers)

    def get(self, prefix: str) -> dict[str, bytes]:
        """The content of all that is below."""
        listed = self._ask("GET", "lab", params={"list-type": "2", "prefix": prefix}).decode()
        return {
            key.removeprefix(prefix): self._ask("GET", f"lab/{key}") for key in re.findall("<Key>(.*?)</Key>", listed)
        }

    def bucket(self) -> None:
        self._ask("PUT", "lab")

    def _ask(self, method: str, path: str, **details: Any) -> bytes:
        answer = requests.request(method, f"{self.url}/{path}", timeout=10, **{"headers": SIGNED, **details})
        answer.raise_for_status()
        return answer.content


@contextmanager
def s3_server() -> Iterator[Storage]:
    """A running server, which ends with the block."""
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
