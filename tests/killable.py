"""Processes to be killed: a launcher that has everything imported forks a submission, or a commons, in a few milliseconds.

Imported it is the `Launcher` of the tests; run as a script it is the launcher itself, which takes orders from stdin.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from commons_graphs import DICTIONARY, document, study

from sds2gen3.commons import Choices, Patience, Tally, connect, submit
from sds2gen3.commons.credentials import parse
from sds2gen3.errors import SdsError
from sds2gen3.model import Graph
from sds2gen3.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[1]
SEARCHED = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
PROGRAM = "prog"
CHUNK = 10


def dataset(code: str) -> Graph:
    """151 records of four nodes, which make 16 chunks, for a project of that code."""
    made = study(30, 50, 70)
    experiment = made.nodes["experiment"]
    (part,) = experiment.parts
    columns = {**part.columns, "projects": [{"code": code}]}
    nodes = {**made.nodes, "experiment": replace(experiment, parts=(replace(part, columns=columns),))}
    return replace(made, nodes=nodes, roots={"program": {"name": PROGRAM}, "project": {"code": code}})


class Launcher:
    """Starts submissions and commons as processes of their own. A pid is good until `wait`, also of one that has ended."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": SEARCHED, "NO_PROXY": "*"}
        command = [sys.executable, str(Path(__file__).resolve())]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self._running: set[int] = set()

    def submit(self, commons: dict[str, Any], code: str, ledger: Path) -> int:
        """The pid of a submission of `dataset(code)`, which is running."""
        order = {"do": "submit", "key": commons["key"], "code": code, "ledger": str(ledger)}
        pid: int = self._started(order)["pid"]
        return pid

    def serve(self, codes: list[str], data: Path | None = None, port: int = 0) -> dict[str, Any]:
        """A commons with these projects, which answers already: its `pid`, `url`, `port`, `key` and a `token`."""
        return self._started({"do": "serve", "codes": codes, "data": str(data) if data else None, "port": port})

    def wait(self, pid: int) -> int:
        """The exit code of a process that has ended or will; that of a killed one is the negative signal."""
        code: int = self._order({"do": "wait", "pid": pid})["code"]
        self._running.discard(pid)
        return code

    def kill(self, pid: int) -> int:
        """End the process at once, as `kill -9` does, and give its exit code."""
        os.kill(pid, signal.SIGKILL)
        return self.wait(pid)

    def close(self) -> None:
        """Kill what is still running, and end."""
        for pid in sorted(self._running):
            self.kill(pid)
        self._process.communicate()

    def _started(self, order: dict[str, Any]) -> dict[str, Any]:
        answer = self._order(order)
        self._running.add(answer["pid"])
        return answer

    def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def _take_orders() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "wait":
            _, status = os.waitpid(order["pid"], 0)
            answer = {"code": os.waitstatus_to_exitcode(status)}
        else:
            answer = _fork(order)
        print(json.dumps(answer), flush=True)


def _fork(order: dict[str, Any]) -> dict[str, Any]:
    """What the new process says of itself as soon as it is at work, and its pid."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _child(order, writing)
    os.close(writing)
    with os.fdopen(reading) as told:
        return {"pid": pid, **json.loads(told.read())}


def _child(order: dict[str, Any], writing: int) -> None:
    code = 70
    try:
        if order["do"] == "serve":
            _serve(order, writing)
        os.write(writing, b"{}")
        os.close(writing)
        code = _submit(order)
    finally:
        os._exit(code)  # not through the launcher's own end


def _submit(order: dict[str, Any]) -> int:
    """The exit code of a submission: 0 only where it says that everything is there."""
    patience = Patience(tries=4, first=0.05, longest=0.2)
    client = connect(parse(json.dumps(order["key"]), "the launcher"), patience=patience)
    choices = Choices(chunk_size=CHUNK, ledger=Path(order["ledger"]))
    try:
        return Tally.of(submit(dataset(order["code"]), client, DICTIONARY, choices)).exit_code
    except SdsError as error:
        return error.exit_code


def _serve(order: dict[str, Any], writing: int) -> None:
    sandbox = Sandbox(document(), Path(order["data"]) if order["data"] else None)
    for code in order["codes"]:
        sandbox.ensure(PROGRAM, code)
    with sandbox.serve(order["port"]) as url:
        port = int(url.rpartition(":")[2])
        about = {"url": url, "port": port, "key": sandbox.credentials(), "token": sandbox.token()}
        os.write(writing, json.dumps(about).encode())
        os.close(writing)
        launcher = os.getppid()
        while os.getppid() == launcher:
            time.sleep(1)


if __name__ == "__main__":
    _take_orders()
