"""`sds2gen3 sandbox`: served until Ctrl-C, with a key in a file."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from command_line import Cli


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to another process there")
def test_it_serves_until_ctrl_c_and_writes_the_key_that_others_log_in_with(tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    command = [sys.executable, "-m", "sds2gen3", "sandbox", "--program", "sparc", "--project", "demo"]
    options = ["--credentials", str(key), "--data", str(tmp_path / "commons.db")]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        login = requests.post(
            f"{address}/user/credentials/cdis/access_token", json=json.loads(key.read_text("utf-8")), timeout=10
        )
        headers = {"Authorization": f"bearer {login.json()['access_token']}"}
        projects = requests.get(f"{address}/api/v0/submission/sparc", headers=headers, timeout=10).json()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert projects == {"links": ["/v0/submission/sparc/demo"]}
    assert err.splitlines()[-1] == "The commons held 1 program, 1 project, after 1 transactions."
    assert key.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [(["--fault", "timeout"], "C981"), (["--data", "README.md"], "C982"), (["--dictionary", "nope"], "C920")],
)
def test_a_wrong_call_is_told_before_anything_is_served(cli: Cli, options: list[str], code: str) -> None:
    run = cli("sandbox", *options)
    assert run.code == 2
    assert code in run.err


def test_without_the_extra_it_says_what_to_install(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sds2gen3.sandbox", None)
    run = cli("sandbox")
    assert run.code == 2
    assert "C980" in run.err
    assert "sds2gen3[sandbox]" in run.err


def test_a_port_in_use_is_told(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run = cli("sandbox", "--port", str(taken.getsockname()[1]))
    assert run.code == 2
    assert "C983" in run.err
