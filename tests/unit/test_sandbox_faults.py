"""Faults on demand: what the client sees, what is written all the same, what the log says (contract section 16)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import requests
from sandbox_records import case, experiment

from sds2gen3 import dictionary
from sds2gen3.sandbox import KINDS, Fault, Sandbox

DICTIONARY = dictionary.load("sds")
GENERIC = "application/octet-stream"


@dataclass(frozen=True)
class Outcome:
    """What a PUT of one new record meets with: the answer's status and type, if the record is there, the log's state."""

    status: int
    content_type: str
    written: bool
    log: str


OUTCOMES = {
    "false-success": Outcome(200, "application/json", False, "PENDING"),
    "timeout-written": Outcome(504, GENERIC, True, "SUCCEEDED"),
    "timeout-lost": Outcome(504, GENERIC, False, "none"),
    "deadlock": Outcome(400, "application/json", False, "ERRORED"),
    "race": Outcome(400, "application/json", True, "SUCCEEDED"),
    "write-failed": Outcome(400, "application/json", False, "ERRORED"),
    "too-large": Outcome(413, "text/html", False, "none"),
    "service-failure": Outcome(502, GENERIC, False, "none"),
    "worker-killed": Outcome(500, "text/html", False, "PENDING"),
    "expired-token": Outcome(401, "application/json", False, "none"),
    "rate-limit": Outcome(429, "application/json", False, "none"),
}
CUTS = {
    "cut": (requests.ConnectionError, False),
    "cut-written": (requests.ConnectionError, True),
    "cut-body": (requests.exceptions.ChunkedEncodingError, True),
    "die": (requests.ConnectionError, False),
}


@dataclass
class Rehearsal:
    """A commons with a project that holds one experiment, and a client of it."""

    sandbox: Sandbox
    session: requests.Session

    def put(self, name: str = "sub-1") -> requests.Response:
        body = [case(name)]
        return self.session.put(f"{self.sandbox.url}/v0/submission/sds/p", json=body, timeout=10)

    @property
    def written(self) -> bool:
        return "case" in self.sandbox.counts()


@pytest.fixture
def rehearsal() -> Rehearsal:
    """In this process, without a socket."""
    sandbox = Sandbox(DICTIONARY)
    sandbox.ensure("sds", "p")
    session = sandbox.session("admin")
    assert session.put(f"{sandbox.url}/v0/submission/sds/p", json=experiment("e")).ok
    return Rehearsal(sandbox, session)


@pytest.fixture
def on_the_wire(rehearsal: Rehearsal) -> Iterator[Rehearsal]:
    """Through a real socket."""
    with rehearsal.sandbox.serve():
        session = requests.Session()
        session.headers["Authorization"] = f"bearer {rehearsal.sandbox.token()}"
        yield Rehearsal(rehearsal.sandbox, session)
        session.close()


def test_every_kind_is_in_one_of_these_tests() -> None:
    assert {*OUTCOMES, *CUTS, "latency", "fence-html"} == set(KINDS)


@pytest.mark.parametrize("kind", OUTCOMES)
def test_a_fault_answers_writes_and_logs_as_the_real_thing(rehearsal: Rehearsal, kind: str) -> None:
    before = len(rehearsal.sandbox.transactions())
    rehearsal.sandbox.faults.add(kind)
    answer = rehearsal.put()
    logs = rehearsal.sandbox.transactions()[before:]
    content_type = answer.headers["Content-Type"]
    seen = Outcome(answer.status_code, content_type, rehearsal.written, logs[-1].state if logs else "none")
    assert seen == OUTCOMES[kind]


@pytest.mark.parametrize("kind", CUTS)
def test_a_cut_connection_is_an_error_of_the_network_in_this_process(rehearsal: Rehearsal, kind: str) -> None:
    _assert_cut(rehearsal, kind)


@pytest.mark.parametrize("kind", CUTS)
def test_a_cut_connection_is_an_error_of_the_network_on_the_wire(on_the_wire: Rehearsal, kind: str) -> None:
    _assert_cut(on_the_wire, kind)


def _assert_cut(rehearsal: Rehearsal, kind: str) -> None:
    error, written = CUTS[kind]
    rehearsal.sandbox.faults.add(kind)
    with pytest.raises(error):
        rehearsal.put()
    assert rehearsal.written is written


def test_a_dead_server_answers_nothing_until_it_is_revived(rehearsal: Rehearsal) -> None:
    rehearsal.sandbox.faults.add("die@2")
    assert rehearsal.put("sub-1").ok
    for _ in range(3):
        with pytest.raises(requests.ConnectionError):
            rehearsal.put("sub-2")
    rehearsal.sandbox.faults.clear()
    assert rehearsal.put("sub-2").ok


def test_a_false_success_tells_of_records_that_are_not_there(rehearsal: Rehearsal) -> None:
    rehearsal.sandbox.faults.add("false-success")
    answer = rehearsal.put().json()
    assert answer["success"] is True
    assert answer["created_entity_count"] == 1
    assert not rehearsal.written


def test_the_loser_of_a_race_finds_the_records_written(rehearsal: Rehearsal) -> None:
    rehearsal.sandbox.faults.add("race")
    error = rehearsal.put().json()["entities"][0]["errors"][0]
    assert error["message"] == "case with {'project_id': 'sds-p', 'submitter_id': 'sub-1'} already exists in the DB"
    assert rehearsal.put().json()["updated_entity_count"] == 1


@pytest.mark.parametrize(
    ("text", "meet"),
    [
        ("timeout-lost@2", [200, 504, 200]),
        ("timeout-lostx2", [504, 504, 200]),
        ("service-failure=503", [503, 200, 200]),
    ],
)
def test_a_fault_befalls_the_writes_that_it_names(rehearsal: Rehearsal, text: str, meet: list[int]) -> None:
    rehearsal.sandbox.faults.add(text)
    assert [rehearsal.put().status_code for _ in meet] == meet


def test_only_bodies_above_a_size_are_too_large(rehearsal: Rehearsal) -> None:
    rehearsal.sandbox.faults.add("too-large=1000")
    assert rehearsal.put("x" * 10).status_code == 200
    assert [rehearsal.put("x" * 1_000).status_code for _ in range(2)] == [413, 413]


def test_a_rate_limit_says_when_to_come_back(rehearsal: Rehearsal) -> None:
    rehearsal.sandbox.faults.add("rate-limit=7")
    headers = rehearsal.put().headers
    assert [headers[name] for name in ("Retry-After", "X-RateLimit-Remaining", "X-RateLimit-Reset")] == ["7", "0", "7"]
    assert rehearsal.put().ok


def test_an_expired_token_stays_expired_and_a_new_one_works(rehearsal: Rehearsal) -> None:
    rehearsal.sandbox.faults.add("expired-token")
    expired = "request to arborist failed: error decoding token: Signature has expired"
    assert [rehearsal.put().json().get("error") for _ in range(2)] == [expired, expired]
    rehearsal.session.headers["Authorization"] = f"bearer {rehearsal.sandbox.token()}"
    assert rehearsal.put().ok


def test_the_token_endpoint_may_answer_with_a_page(rehearsal: Rehearsal) -> None:
    rehearsal.sandbox.faults.add("fence-html=503")
    address = f"{rehearsal.sandbox.url}/user/credentials/cdis/access_token"
    answers = [rehearsal.session.post(address, json=rehearsal.sandbox.credentials()) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [503, 200]
    assert answers[0].text.startswith("<!DOCTYPE html>")


def test_a_latency_is_the_time_that_a_record_takes_in_all(rehearsal: Rehearsal) -> None:
    rehearsal.sandbox.faults.add("latency=0.02")
    started = time.monotonic()
    body = [case(f"sub-{number}") for number in range(10)]
    assert rehearsal.session.put(f"{rehearsal.sandbox.url}/v0/submission/sds/p", json=body).ok
    assert 0.2 <= time.monotonic() - started < 0.4


@pytest.mark.parametrize("text", ["timeout", "cut@", "cut@x", "latency=fast", "", "cut cut", "CUT"])
def test_a_fault_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Fault.parse(text)


@pytest.mark.parametrize("make", [str, Fault.parse], ids=["as text", "as Fault"])
def test_faults_may_be_given_from_the_start(make: Callable[[str], str | Fault]) -> None:
    sandbox = Sandbox(DICTIONARY, faults=[make("service-failure")])
    sandbox.ensure("sds", "p")
    answer = sandbox.session("admin").put(f"{sandbox.url}/v0/submission/sds/p", json=experiment("e"))
    assert answer.status_code == 502


def test_a_front_that_takes_no_large_bodies_lets_logins_pass(rehearsal: Rehearsal) -> None:
    rehearsal.sandbox.faults.add("too-large=10")
    session = rehearsal.sandbox.session("admin")
    login = session.post(
        f"{rehearsal.sandbox.url}/user/credentials/cdis/access_token", json=rehearsal.sandbox.credentials()
    )
    assert login.status_code == 200
    assert rehearsal.put().status_code == 413
