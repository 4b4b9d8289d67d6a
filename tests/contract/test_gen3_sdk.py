"""The official SDK of Gen3, `gen3`, as a client of the embedded commons, and its login as one of our client.

It brings some fifty packages, so it lives in an environment of its own, with what we need ourselves: the Python named by
SDS2GEN3_GEN3_PYTHON, else one that is made once and kept in the user's cache.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tomllib
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from commons_graphs import document
from platformdirs import user_cache_path

from sds2gen3.locks import lock

pytest.importorskip("werkzeug")
pytest.importorskip("graphql")

from sds2gen3.sandbox import Sandbox

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
(PACKAGE,) = DECLARED["optional-dependencies"]["gen3"]


def _run(python: Path, *arguments: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Its own home keeps the SDK from the user's keys and token cache; nothing goes through a proxy."""
    own = {"HOME": str(home), "USERPROFILE": str(home)} if home else {}
    search = {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    environment = {**os.environ, **own, **search, "NO_PROXY": "*", "PYTHONIOENCODING": "utf-8"}
    command = [str(python), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, env=environment)


@pytest.fixture(scope="module")
def python() -> Path:
    """A Python that can import the SDK and our client."""
    named = os.environ.get("SDS2GEN3_GEN3_PYTHON")
    if named:
        return Path(named)
    folder = user_cache_path("sds2gen3", appauthor=False) / f"{PACKAGE}-py{sys.version_info[0]}.{sys.version_info[1]}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    with _alone(folder.with_name(f"{folder.name}.lock")):
        if not (python.exists() and _run(python, "-c", "import gen3.auth, sds2gen3.commons").returncode == 0):
            _install(folder, python)
    return python


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """No other test process makes the same environment meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        while not lock(file):
            time.sleep(0.2)
        yield


def _install(folder: Path, python: Path) -> None:
    venv.create(folder, clear=True, with_pip=True)
    wanted = [PACKAGE, *DECLARED["dependencies"]]
    pip = _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted)
    if pip.returncode != 0:
        reason = (pip.stderr.strip().splitlines() or ["no reason given"])[-1]
        pytest.skip(f"{PACKAGE} cannot be installed (no package index within reach?): {reason}")


@pytest.fixture(scope="module")
def sdk(python: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the SDK got from a commons, see gen3_sdk_check.py; `url` is that of the commons, `counts` what it has left."""
    sandbox = Sandbox(document())
    sandbox.ensure("prog", "reviewed")
    sandbox.set_state("prog", "reviewed", "review")
    with sandbox.serve() as url:
        told = _check(python, "sdk", sandbox, tmp_path_factory.mktemp("sdk"))
    return {**told, "url": url, "counts": sandbox.counts()}


def _check(python: Path, way: str, sandbox: Sandbox, folder: Path) -> dict[str, Any]:
    key = folder / "credentials.json"
    key.write_text(json.dumps(sandbox.credentials()), encoding="utf-8")
    done = _run(python, str(HERE / "gen3_sdk_check.py"), way, str(key), str(folder), home=folder)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_it_logs_in_with_a_key_of_the_sandbox(sdk: dict[str, Any]) -> None:
    assert (sdk["endpoint"], sdk["user"]) == (sdk["url"], "admin")


def test_it_makes_programs_and_projects_and_reads_the_dictionary(sdk: dict[str, Any]) -> None:
    told = sdk["administer"]
    assert (told["create_program"], told["create_project"]) == ("sdk", True)
    assert told["get_programs"] == ["/v0/submission/prog", "/v0/submission/sdk"]
    assert told["get_projects"] == ["/v0/submission/sdk/study"]
    assert set(document()) <= set(told["get_dictionary_all"])
    assert told["get_dictionary_node"] == "case"
    assert "/v0/submission/sdk/study/_dictionary/case" in told["get_project_dictionary"]
    assert told["get_graphql_schema"] is True
    assert told["open_project"] == 200


def test_it_submits_records(sdk: dict[str, Any]) -> None:
    told = sdk["submit"]
    assert (told["one"], told["many"], told["again"]) == ([True, 1], [True, 150, 150], 2)
    assert told["refused"] == [400, ["age"]]


def test_it_submits_a_file_and_tells_the_bad_row(sdk: dict[str, Any]) -> None:
    assert sdk["submit"]["file"] == [39, ["f33"], []]


def test_it_exports(sdk: dict[str, Any]) -> None:
    told = sdk["read"]
    expected = {f"s{n:03}": [f"{n} d", "e"] for n in range(150)} | {f"f{n:02}": [f"{n} d", "e"] for n in range(40)}
    del expected["f33"]
    assert told["exported"] == expected
    header, rows = told["table"]
    assert rows == len(expected)
    assert {"type", "id", "submitter_id", "age", "experiments.submitter_id"} <= set(header)
    assert (told["file"], told["record"], told["row"]) == (2, "7 d", ["type", "id"])


def test_it_queries(sdk: dict[str, Any]) -> None:
    told = sdk["read"]
    assert told["query"] == {"case": [{"age": "7 d", "experiments": [{"title": "a study"}]}]}
    assert told["variables"] == {"_case_count": 189}
    assert "nothing" in told["bad query"]


def test_it_deletes(sdk: dict[str, Any]) -> None:
    told = sdk["remove"]
    assert (told["delete_record"], told["delete_records"], told["left"]) == (True, True, 189 - 121)
    assert (told["after delete_nodes"], told["delete_project"], told["delete_program"]) == (0, 204, 204)
    assert sdk["counts"] == {"project": 1}  # the one that was there before


def test_its_login_serves_our_client_also_when_the_token_ends(python: Path, tmp_path: Path) -> None:
    sandbox = Sandbox(document(), faults=["expired-token@12"])
    sandbox.ensure("prog", "proj")
    with sandbox.serve() as url:
        told = _check(python, "ours", sandbox, tmp_path)
    assert told == {"endpoint": url, "user": "admin", "tokens": 2, "counts": [{"created": 13}, {"same": 13}]}
    assert sandbox.counts() == {"case": 3, "experiment": 1, "manifest": 5, "project": 1, "sample": 4}
