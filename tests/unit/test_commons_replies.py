"""What the real server's answers mean: each of them read from its capture, and what to do next follows from it."""

from __future__ import annotations

from typing import Any

import pytest
from stub_commons import Answer, captured, response

from sds2gen3.commons.limits import pause_asked
from sds2gen3.commons.replies import Cause, Reply, read_reply


def read(number: str) -> Reply:
    return read_reply(response(captured(number)))


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        ("202", Cause.DONE),
        ("200", Cause.DONE),  # a POST answers 201
        ("206", Cause.DONE),
        ("7225", Cause.DONE),
        ("400", Cause.DONE),  # a good dry run
        ("402", Cause.REFUSED),  # a bad dry run: HTTP 200
        ("403", Cause.RACE),  # a POST of what is there
        ("203", Cause.REFUSED),
        ("608", Cause.REFUSED),
        ("611", Cause.REFUSED),
        ("615", Cause.REFUSED),
        ("620", Cause.REFUSED),
        ("7220", Cause.REFUSED),
        ("7224", Cause.REFUSED),
        ("7234", Cause.REFUSED),
        ("201", Cause.RACE),
        ("C01", Cause.RACE),
        ("7109", Cause.FAULT),
        ("7131", Cause.FAULT),
        ("941", Cause.FAULT),
        ("C03", Cause.FAULT),
        ("B02", Cause.TOO_LARGE),
        ("B03", Cause.LOST),
        ("B05", Cause.LOST),
        ("B06", Cause.LOST),
        ("B08b", Cause.LOST),
        ("420", Cause.LOST),
        ("629", Cause.LOGIN),
        ("632", Cause.LOGIN),
        ("633", Cause.FORBIDDEN),
        ("626", Cause.MISSING),
        ("628", Cause.MISSING),
        ("878", Cause.CLOSED),
    ],
)
def test_the_real_answers(shared: Any, number: str, cause: Cause) -> None:
    reply = read(number)
    assert reply.cause is cause
    assert reply.ok == (cause is Cause.DONE)


def test_the_records_of_an_answer_with_their_complaints(shared: Any) -> None:
    reply = read("600")
    assert reply.transaction is not None
    (bad,) = [entity for entity in reply.entities if not entity.valid]
    assert (bad.type, bad.submitter_id) == ("case", "sub-e1")
    assert [(e.type, e.keys, e.message) for e in bad.errors] == [
        ("MISSING_PROPERTY", ("age",), "'age' is a required property")
    ]
    assert reply.words == "'age' is a required property"


def test_complaints_are_texts_or_objects(shared: Any) -> None:
    assert read("608").complaints == ("Entity is not unique, (('sds-proj1', 'sub-e1'),)",)
    assert read("7109").complaints == ("Internal server error. Sorry, something unexpected went wrong!",)


def test_a_refused_deletion_names_what_hangs_below(shared: Any) -> None:
    (entity,) = read("7220").entities
    assert entity.errors[0].dependents == ("24c37a92-5b71-4974-a0cf-3df53835b3e6",)


@pytest.mark.parametrize(
    ("status", "body", "cause"),
    [
        (200, "", Cause.LOST),
        (200, "<html>please log in</html>", Cause.LOST),
        (200, "{", Cause.LOST),
        (200, "[]", Cause.LOST),
        (200, {"success": False}, Cause.REFUSED),
        (200, {"success": "true"}, Cause.REFUSED),
        (201, {"success": True}, Cause.DONE),
        (400, {"success": True}, Cause.REFUSED),
        (500, {"success": True}, Cause.LOST),
        (504, {"error": "Request Timeout"}, Cause.LOST),
        (408, "", Cause.LOST),
        (429, "", Cause.BUSY),
        (400, {"transactional_errors": ["Unable to write to database, please try again"]}, Cause.FAULT),
        (400, "<html><body>Bad Request</body></html>", Cause.REFUSED),
        (400, {"entities": ["x", {"type": 3, "unique_keys": None, "errors": [7]}]}, Cause.REFUSED),
    ],
)
def test_answers_that_a_proxy_or_a_bug_might_give(status: int, body: Any, cause: Cause) -> None:
    assert read_reply(response(Answer(status, body))).cause is cause


def test_an_answer_that_breaks_off_leaves_open_whether_it_was_written() -> None:
    assert read_reply(response(Answer(200, {"success": True}, cut=5))).cause is Cause.LOST


def test_an_html_page_is_told_without_its_tags(shared: Any) -> None:
    assert read("B02").message.startswith("413 Request Entity Too Large")


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (200, {}, 0),
        (429, {"Retry-After": "7"}, 7),
        (503, {"Retry-After": "Wed, 21 Oct 2015 07:28:30 GMT"}, 30),
        (200, {"Retry-After": "7"}, 0),
        (429, {"Retry-After": "soon"}, 0),
        (429, {"Retry-After": "-3"}, 0),
        (200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1445412495"}, 15),
        (200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4"}, 4),
        (200, {"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "1445412495"}, 0),
        (200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1445412000"}, 0),
        (429, {"Retry-After": "7", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9"}, 9),
        (200, {"X-RateLimit-Remaining": "0"}, 0),
        (429, {"Retry-After": "nan"}, 0),
    ],
)
def test_the_pause_that_a_server_asks_for(status: int, headers: dict[str, str], seconds: float) -> None:
    assert pause_asked(status, headers, now=1445412480) == seconds
