"""Killed at any moment, as by `kill -9` or a power cut, and run again: the commons has the dataset, once and whole."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests

pytest.importorskip("werkzeug")
pytest.importorskip("graphql")
if sys.platform == "win32":
    pytest.skip("no process can be forked here", allow_module_level=True)

from killable import PROGRAM, Launcher, dataset

from sds2gen3.commons.ledger import read_ledger

SEED = 20_260_401
BATCHES, KILLS = 5, 10
SERVER_KILLS = 10
KILLED = -9
_SERVERS_OWN = {"id", "project_id", "state", "created_datetime", "updated_datetime"}
_TARGET = {"projects": "code"}
_NODES = tuple(dataset("any").nodes)


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    made = Launcher()
    yield made
    made.close()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_killed_at_50_moments_and_resumed_the_commons_equals_the_graph(
    launcher: Launcher, tmp_path: Path, batch: int
) -> None:
    """Ten moments a batch or more, each in a project of its own, spread over the whole run."""
    chance = random.Random(SEED + batch)
    commons = launcher.serve(["first", *(f"p{number}" for number in range(4 * KILLS))])
    length = _seconds(launcher, commons, "first", tmp_path)
    there: list[int] = []
    for number in range(4 * KILLS):
        if len(there) >= KILLS and within(there) >= 2:
            break
        code, ledger = f"p{number}", tmp_path / f"p{number}.jsonl"
        moment = length * (len(there) % KILLS + chance.random()) / KILLS
        if _killed(launcher, commons, code, ledger, moment):
            there.append(len(_held(commons, code)))
            _tear(ledger, chance)
        else:
            length = 0.9 * moment
        resumed = _seconds(launcher, commons, code, tmp_path)
        if there and not there[-1]:
            length = resumed  # nothing was there, so this was a whole run: the machine is not equally fast at all times
        assert _held(commons, code) == _sent(code)
        _check_ledger(ledger, code)
    assert launcher.kill(commons["pid"]) == KILLED
    assert len(there) >= KILLS, "the submission was mostly over before it was killed"
    assert within(there) >= 2, f"few kills fell into the sending: {there}"


def within(there: list[int]) -> int:
    """How many kills fell into the sending: something was there, and not all."""
    return sum(0 < count < len(_sent("first")) for count in there)


def test_killed_again_and_again_it_gets_there(launcher: Launcher, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    commons = launcher.serve(["first", "worn"])
    length = _seconds(launcher, commons, "first", tmp_path)
    ledger, there = tmp_path / "worn.jsonl", 0
    for _ in range(10):
        _killed(launcher, commons, "worn", ledger, length * chance.uniform(0.2, 0.8))
        found = _held(commons, "worn")
        assert there <= len(found) == len(set(map(_name, found)))
        there = len(found)
    assert launcher.wait(launcher.submit(commons, "worn", ledger)) == 0
    assert _held(commons, "worn") == _sent("worn")


@pytest.mark.parametrize("number", range(SERVER_KILLS))
def test_a_killed_server_leads_to_no_false_success(launcher: Launcher, tmp_path: Path, number: int) -> None:
    chance = random.Random(SEED + number)
    codes, data, ledger = ["first", "p"], tmp_path / "commons.sqlite", tmp_path / "p.jsonl"
    commons = launcher.serve(codes, data)
    length = _seconds(launcher, commons, "first", tmp_path)
    running = launcher.submit(commons, "p", ledger)
    time.sleep(length * (number + chance.random()) / SERVER_KILLS)
    assert launcher.kill(commons["pid"]) == KILLED
    if number % 2:  # it is away for longer than the client is patient
        assert (code := launcher.wait(running)) in (0, 3)
    commons = launcher.serve(codes, data, commons["port"])
    if not number % 2:  # it is back while the client still tries
        assert (code := launcher.wait(running)) in (0, 3, 4)
    found = _held(commons, "p")
    assert len(found) == len(set(map(_name, found)))
    assert code or found == _sent("p"), "it said that all is there"
    assert launcher.wait(launcher.submit(commons, "p", ledger)) == 0
    assert _held(commons, "p") == _sent("p")
    _check_ledger(ledger, "p")
    assert launcher.kill(commons["pid"]) == KILLED


def _seconds(launcher: Launcher, commons: dict[str, Any], code: str, folder: Path) -> float:
    """How long a submission takes that nobody disturbs; it says that all is there."""
    begin = time.monotonic()
    assert launcher.wait(launcher.submit(commons, code, folder / f"{code}.jsonl")) == 0
    return time.monotonic() - begin


def _killed(launcher: Launcher, commons: dict[str, Any], code: str, ledger: Path, moment: float) -> bool:
    """Start a submission and kill it after so many seconds; False where it was over by then."""
    running = launcher.submit(commons, code, ledger)
    time.sleep(moment)
    return launcher.kill(running) == KILLED


def _tear(ledger: Path, chance: random.Random) -> None:
    """Leave half of the last line in every other ledger, as a crash of the machine does."""
    lines = ledger.read_bytes().splitlines(keepends=True) if ledger.exists() else []
    if lines and chance.random() < 0.5:
        lines[-1] = lines[-1][: chance.randrange(1, len(lines[-1]))]
        ledger.write_bytes(b"".join(lines))


def _check_ledger(ledger: Path, code: str) -> None:
    """Every record of the dataset was accepted last, and no more than one line of the ledger is torn."""
    lines = list(read_ledger(ledger))
    last = {(str(line["type"]), str(line["submitter_id"])): line["action"] for line in lines}
    assert sorted(last) == sorted(map(_name, _sent(code)))
    assert set(last.values()) <= {"created", "updated", "same"}
    assert ledger.read_bytes().count(b"\n") - len(lines) <= 1


def _held(commons: dict[str, Any], code: str) -> list[dict[str, Any]]:
    """What the commons has in a project, as its export says, in order and without what is the server's own."""
    found = []
    address = f"{commons['url']}/api/v0/submission/{PROGRAM}/{code}/export"
    headers = {"Authorization": f"bearer {commons['token']}"}
    with requests.Session() as session:
        session.trust_env = False
        for node in _NODES:
            asked = {"node_label": node, "format": "json"}
            answer = session.get(address, params=asked, headers=headers, timeout=30)
            assert answer.status_code == 200, answer.text
            found += [_plain(record) for record in answer.json()["data"]]
    return sorted(found, key=_name)


@cache
def _sent(code: str) -> list[dict[str, Any]]:
    """The dataset as `_held` tells it."""
    return sorted((_plain(one) for table in dataset(code).nodes.values() for one in table.records()), key=_name)


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """A record with the names of its links' targets only."""
    kept = {name: value for name, value in record.items() if name not in _SERVERS_OWN and value is not None}
    return {name: _targets(value, _TARGET.get(name, "submitter_id")) for name, value in kept.items()}


def _targets(value: Any, key: str) -> Any:
    linked = [value] if isinstance(value, dict) else value
    if isinstance(linked, list) and linked and isinstance(linked[0], dict):
        return sorted(one[key] for one in linked)
    return value


def _name(record: dict[str, Any]) -> tuple[str, str]:
    return record["type"], record["submitter_id"]
