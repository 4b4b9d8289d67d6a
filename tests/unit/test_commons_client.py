"""The client: addresses, patience when reading, one attempt when writing, and clear words when it ends."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import requests
from stub_commons import ENDPOINT, Answer, Clock, Stub, captured, session, token

from sds2gen3.commons.client import Client, connect
from sds2gen3.commons.credentials import parse
from sds2gen3.commons.project import Project
from sds2gen3.commons.replies import Cause
from sds2gen3.errors import SdsError

SUBMISSION = f"{ENDPOINT}/api/v0/submission"
TOO_MANY = Answer(429, "", {"Retry-After": "7"})


@pytest.fixture
def clock() -> Clock:
    return Clock()


def client(stub: Stub, clock: Clock, **details: Any) -> Client:
    credentials = parse(token(at=clock.time), "stdin")
    return connect(credentials, adapter=stub, patience=clock.patience(**details))


def code(call: Any) -> tuple[str, int]:
    with pytest.raises(SdsError) as caught:
        call()
    assert caught.value.diagnostics[0].hint
    return caught.value.diagnostics[0].code, caught.value.exit_code


def test_programs_and_projects(shared: Any, clock: Clock) -> None:
    stub = Stub(captured("110"), captured("130"))
    commons = client(stub, clock)
    assert commons.programs() == ["sds", "sds2", "nophs"]
    assert commons.projects("sds") == ["proj1", "proj2", "proj3"]
    assert stub.sent == [f"GET {SUBMISSION}/", f"GET {SUBMISSION}/sds"]
    assert stub.requests[0].headers["Authorization"] == f"bearer {token(at=clock.time)}"


def test_names_are_percent_encoded(clock: Clock) -> None:
    stub = Stub(Answer(200, {"links": ["/v0/submission/my%20lab/a%2Fb"]}))
    assert client(stub, clock).projects("my lab?/ü") == ["a/b"]
    assert stub.sent == [f"GET {SUBMISSION}/my%20lab%3F%2F%C3%BC"]


def test_records_are_put_as_json_once(shared: Any, clock: Clock) -> None:
    stub = Stub(captured("210"))
    reply = Project(client(stub, clock), "sds", "proj1").put([{"type": "case"}], name="case 1")
    assert reply.ok
    (sent,) = stub.requests
    assert (sent.url, sent.body) == (f"{SUBMISSION}/sds/proj1", b'[{"type":"case"}]')
    assert sent.headers["Content-Type"] == "application/json"
    assert sent.headers["X-Document-Name"] == "case 1"


def test_a_dry_run_has_its_own_address(shared: Any, clock: Clock) -> None:
    stub = Stub(captured("402"))
    assert not Project(client(stub, clock), "sds", "p").put([], dry_run=True).ok
    assert stub.sent == [f"PUT {SUBMISSION}/sds/p/_dry_run"]


@pytest.mark.parametrize(
    "broken", [requests.ConnectionError(), requests.Timeout(), Answer(504, "", {}), Answer(200, "", cut=0)]
)
def test_a_write_without_an_answer_is_lost_and_not_sent_again(clock: Clock, broken: Any) -> None:
    stub = Stub(broken)
    assert Project(client(stub, clock), "sds", "p").put([{}]).cause is Cause.LOST
    assert len(stub.requests) == 1


def test_a_write_that_was_turned_away_for_the_rate_is_sent_again_after_the_pause(shared: Any, clock: Clock) -> None:
    stub = Stub(TOO_MANY, captured("210"))
    assert Project(client(stub, clock), "sds", "p").put([{}]).ok
    assert clock.slept == [7]
    assert clock.said == [f"{ENDPOINT} asks to wait; waiting 7 s."]


def test_the_last_request_that_a_limit_allows_is_followed_by_a_pause(shared: Any, clock: Clock) -> None:
    links = {"links": []}
    last = Answer(200, links, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(clock.time + 30)})
    stub = Stub(last, Answer(200, links))
    commons = client(stub, clock)
    commons.programs()
    assert clock.slept == []
    commons.programs()
    assert clock.slept == [30]


def limits(limit: int, left: int, reset: float) -> dict[str, str]:
    return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(left), "X-RateLimit-Reset": str(reset)}


def test_a_limit_is_told_once_when_little_is_left_and_when_it_is_waited_for(clock: Clock) -> None:
    until = time.strftime("%H:%M:%S", time.localtime(clock.time + 30))
    answers = [Answer(200, {"links": []}, limits(100, left, 30)) for left in (11, 10, 9, 0)]
    commons = client(Stub(*answers, Answer(200, {"links": []})), clock)
    for _ in range(5):
        commons.programs()
    assert clock.said == [
        f"commons.example.org allows 100 requests; 10 left until {until}.",
        f"commons.example.org allows 100 requests; 0 left until {until}; waiting 30 s.",
    ]


@pytest.mark.parametrize("reset", ["", "soon", "-1", "inf", "1e300"])
def test_a_strange_limit_is_no_reason_to_fail(clock: Clock, reset: str) -> None:
    strange = {"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "1", "X-RateLimit-Reset": reset}
    assert client(Stub(Answer(200, {"links": []}, strange)), clock).programs() == []


def test_a_very_long_pause_ends_it(clock: Clock) -> None:
    stub = Stub(Answer(429, "", {"Retry-After": "7200"}))
    assert code(client(stub, clock).programs) == ("U616", 3)


def test_reading_is_patient_with_gateways_and_connections(clock: Clock) -> None:
    stub = Stub(
        requests.ConnectionError(), Answer(502), Answer(503, "", {"Retry-After": "3"}), Answer(200, {"links": []})
    )
    assert client(stub, clock).programs() == []
    assert clock.slept == [1, 2, 3]


def test_reading_gives_up_in_the_end(clock: Clock) -> None:
    stub = Stub(requests.ConnectionError())
    assert code(client(stub, clock, tries=3).programs) == ("U610", 3)
    assert len(stub.requests) == 3


@pytest.mark.parametrize(
    ("number", "expected"), [("632", ("U604", 3)), ("633", ("U620", 3)), ("626", ("U621", 2)), ("878", ("U622", 2))]
)
def test_refusals_end_it_with_what_to_do(shared: Any, clock: Clock, number: str, expected: tuple[str, int]) -> None:
    assert code(client(Stub(captured(number)), clock).programs) == expected


def test_a_refusal_says_how_to_find_out_whose_key_it_is(clock: Clock) -> None:
    for status, said in ((401, "profile page"), (403, "right to do it")):
        with pytest.raises(SdsError) as caught:
            client(Stub(Answer(status, {"message": "You don't have access to perform that action"})), clock).programs()
        hint = caught.value.diagnostics[0].hint
        assert said in hint
        assert "sds2gen3 auth check" in hint


def test_a_token_that_ended_meanwhile_is_called_expired_and_not_refused(clock: Clock) -> None:
    commons = client(Stub(Answer(200, {"links": []}), Answer(401, {"message": "expired"})), clock)
    assert commons.programs() == []
    clock.time += 3601
    assert code(commons.programs) == ("U603", 3)


@pytest.mark.parametrize("answer", [Answer(200, "<html>home</html>"), Answer(405, ""), Answer(200, [])])
def test_something_else_than_a_commons_is_told(clock: Clock, answer: Answer) -> None:
    commons = client(Stub(answer), clock)
    assert code(commons.programs) == ("U611", 2)
    assert code(commons.dictionary) == ("U611", 2)
    assert code(lambda: commons.graphql("{ x }")) == ("U611", 2)


def test_a_certificate_that_is_not_trusted_is_told_at_once(clock: Clock) -> None:
    commons = client(Stub(requests.exceptions.SSLError()), clock)
    assert code(commons.programs) == ("U612", 3)
    assert code(lambda: Project(commons, "p", "q").put([])) == ("U612", 3)
    assert clock.slept == []


def test_reading_follows_within_the_commons_only(clock: Clock) -> None:
    inside = Stub(Answer(301, "", {"Location": "/other/"}), Answer(200, {"links": []}))
    assert client(inside, clock).programs() == []
    assert inside.sent[1] == f"GET {ENDPOINT}/other/"
    for place in ("https://evil.org/x", "http://commons.example.org/x"):
        outside = Stub(Answer(302, "", {"Location": place}))
        assert code(client(outside, clock).programs) == ("U614", 2)
        assert len(outside.requests) == 1
    assert code(client(Stub(Answer(301, "", {"Location": "/"})), clock).programs) == ("U614", 2)


def test_a_write_is_never_redirected(clock: Clock) -> None:
    stub = Stub(Answer(307, "", {"Location": "/other"}))
    assert code(lambda: Project(client(stub, clock), "p", "q").put([])) == ("U614", 2)
    assert len(stub.requests) == 1


def test_graphql(shared: Any, clock: Clock) -> None:
    stub = Stub(captured("A00"), captured("A26"), captured("A34"))
    commons = client(stub, clock)
    assert commons.graphql("{ _case_count }")
    assert code(lambda: commons.graphql("{ nope }")) == ("U615", 2)
    assert code(lambda: commons.graphql("{ case }")) == ("U604", 3)


def test_transaction_states(shared: Any, clock: Clock) -> None:
    stub = Stub(Answer(200, {"data": {"t7": [{"state": "SUCCEEDED"}], "t121": [{"state": "PENDING"}], "t9": []}}))
    assert Project(client(stub, clock), "p", "q").transaction_states([121, 7, 9, 7]) == {7: "SUCCEEDED", 121: "PENDING"}
    assert b"t7: transaction_log(id: 7) { state } t9:" in (stub.requests[0].body or b"")


def test_an_export_is_streamed(shared: Any, clock: Clock) -> None:
    stub = Stub(captured("810"))
    found = list(Project(client(stub, clock), "sds", "exp").export("case"))
    assert [one["submitter_id"] for one in found] == ["sub-1", "sub-2"]
    assert stub.sent == [f"GET {SUBMISSION}/sds/exp/export?node_label=case&format=json"]


def test_an_export_that_breaks_off_is_told(clock: Clock) -> None:
    for answer in (Answer(200, {"data": [{"id": 1}, {"id": 2}]}, cut=20), Answer(200, '{"data": [{"id": 1}')):
        project = Project(client(Stub(answer), clock), "sds", "exp")
        assert code(lambda project=project: list(project.export("case"))) == ("U610", 3)  # type: ignore[misc]


def test_an_export_without_the_right_to_read_is_told(shared: Any, clock: Clock) -> None:
    assert code(lambda: list(Project(client(Stub(captured("822")), clock), "sds", "exp").export("case"))) == ("U620", 3)


def test_the_project_is_checked(clock: Clock) -> None:
    programs, projects = (
        Answer(200, {"links": ["/v0/submission/sds"]}),
        Answer(200, {"links": ["/v0/submission/sds/p"]}),
    )

    def check(name: str, state: str) -> None:
        stub = Stub(programs, projects, Answer(200, {"data": {"project": [{"state": state}]}}))
        Project(client(stub, clock), "sds", name).check()

    check("p", "open")
    assert code(lambda: check("q", "open")) == ("U621", 2)
    assert code(lambda: check("p", "review")) == ("U622", 2)
    assert code(lambda: Project(client(Stub(programs), clock), "nope", "p").check()) == ("U621", 2)


def test_deleting_takes_a_hundred_ids_at_most(shared: Any, clock: Clock) -> None:
    stub = Stub(captured("7225"))
    project = Project(client(stub, clock), "sds", "del")
    assert project.delete(["a", "b"]).ok
    assert stub.sent == [f"DELETE {SUBMISSION}/sds/del/entities/a,b"]
    for ids in ([], ["x"] * 101):
        with pytest.raises(ValueError, match="100"):
            project.delete(ids)


def test_the_bundle_of_certificates_must_exist(tmp_path: Path) -> None:
    assert code(lambda: connect(parse(token(), "stdin"), ca_bundle=tmp_path / "no.pem")) == ("U613", 2)
    bundle = tmp_path / "ca.pem"
    bundle.write_text("x", encoding="utf-8")
    assert connect(parse(token(), "stdin"), ca_bundle=bundle).endpoint == ENDPOINT


def test_a_bare_auth_needs_an_endpoint(clock: Clock) -> None:
    basic = requests.auth.HTTPBasicAuth("a", "b")
    assert code(lambda: Client(basic)) == ("U602", 2)
    made = Client(basic, ENDPOINT, session=session(Stub(Answer(200, {"links": []}))), api="")
    assert made.programs() == []
    assert made.address("x") == f"{ENDPOINT}/v0/submission/x"
