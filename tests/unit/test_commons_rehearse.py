"""The server's own dry run, program and project, and the last line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from commons_graphs import DICTIONARY, EXPERIMENT, SERVED, graph, study
from small_commons import SmallCommons
from stub_commons import Answer, Clock, Stub, captured, token

from sds2gen3.commons.client import connect
from sds2gen3.commons.credentials import parse
from sds2gen3.commons.ensure import ensure
from sds2gen3.commons.project import Project
from sds2gen3.commons.rehearse import rehearse
from sds2gen3.commons.tally import Tally
from sds2gen3.diagnostics import finding
from sds2gen3.errors import SdsError
from sds2gen3.model import Action, Graph, Receipt


class DryCommons(SmallCommons):
    """Judges as it would, and keeps nothing; dry runs answer 200 whatever they found [402]."""

    def put(self, body: list[dict[str, Any]], dry: bool = False) -> Answer:
        assert dry
        before = {key: dict(one) for key, one in self.records.items()}
        answer = super().put(body)
        self.records = before
        return Answer(200, answer.body) if answer.status == 400 else answer


def asked(commons: SmallCommons, here: Graph, most: int = 1_000_000) -> list[tuple[str, str]]:
    found = rehearse(here, DICTIONARY, Project(commons.client(), "prog", "proj"), most)
    return [(one.code, str(one.place)) for one in found]


def test_a_good_dataset_is_asked_about_in_one_request() -> None:
    commons = DryCommons(DICTIONARY, SERVED)
    assert asked(commons, study()) == []
    assert len(commons.puts) == 1
    assert commons.records == {}


@pytest.mark.parametrize("most", [300, 1200, 3000])
def test_each_request_carries_the_ancestors_of_its_records(most: int) -> None:
    commons = DryCommons(DICTIONARY, SERVED)
    assert asked(commons, study(5, 20, 30), most) == []
    seen = {(one["type"], one["submitter_id"]) for body in commons.puts for one in body}
    assert len(seen) == 56
    for body in commons.puts:
        names = {one["submitter_id"] for one in body}
        assert len(body) == len(names)
        assert len(json.dumps(body, separators=(",", ":"))) <= most or len(body) <= 4


def named_alike(count: int) -> Graph:
    """Samples that are called like the subjects, each of the next one: no sample has the id of its own subject."""
    return graph(
        experiment=[EXPERIMENT],
        case=[{"id": f"One{n}", "experiments": "e"} for n in range(count)],
        sample=[{"id": f"oNE{n}", "experiments": "e", "cases": f"One{(n + 1) % count}"} for n in range(count)],
    )


@pytest.mark.parametrize("count", [2, 3, 4, 7, 30])
def test_records_of_one_id_in_two_nodes_are_asked_about_apart(count: int) -> None:
    commons = DryCommons(DICTIONARY, SERVED)
    assert asked(commons, named_alike(count)) == []
    for body in commons.puts:
        names = [one["submitter_id"].lower() for one in body]
        assert len(names) == len(set(names))
    seen = {(one["type"], one["submitter_id"]) for body in commons.puts for one in body}
    assert len(seen) == 1 + 2 * count
    assert len(commons.puts) <= 4, "a few requests, not one for each record"


def test_records_of_which_no_two_go_together_are_asked_about_one_by_one() -> None:
    """Each file has the name of one subject and is of all the others."""
    commons, names = DryCommons(DICTIONARY, SERVED), [f"s{n}" for n in range(12)]
    here = graph(
        experiment=[EXPERIMENT],
        case=[{"id": name, "experiments": "e"} for name in names],
        manifest=[{"id": one, "experiments": "e", "cases": [name for name in names if name != one]} for one in names],
    )
    assert asked(commons, here) == []
    assert [len(body) for body in commons.puts] == [13] * 13


def test_a_record_with_the_id_of_one_that_it_belongs_to_is_told_and_the_others_are_asked_about() -> None:
    commons = DryCommons(DICTIONARY, SERVED)
    here = graph(
        experiment=[EXPERIMENT],
        case=[{"id": "one", "experiments": "e"}, {"id": "two", "experiments": "e"}],
        sample=[
            {"id": "good", "experiments": "e", "cases": "two"},
            {"id": "ONE", "experiments": "e", "cases": "one"},
            {"id": "two", "experiments": "e", "cases": "two"},
        ],
        manifest=[{"id": "f", "experiments": "e", "samples": ["good", "two"]}],
    )
    found = list(rehearse(here, DICTIONARY, Project(commons.client(), "prog", "proj")))
    assert [(one.code, one.severity.label, str(one.place)) for one in found] == [
        ("U639", "info", "samples.xlsx!A3"),
        ("U639", "info", "manifests.xlsx!A2"),
    ]
    told = "The commons was not asked about sample 'ONE' and 1 more: sample 'ONE' and case 'one' have one id."
    assert found[0].message == told
    assert [[one["submitter_id"] for one in body] for body in commons.puts] == [["e", "one", "two", "good"]]


def test_complaints_come_to_their_cells_once_each() -> None:
    here = study(3, 3, 30)
    here.nodes["case"].parts[0].columns["experiments"][1] = {"submitter_id": "nowhere"}
    assert asked(DryCommons(DICTIONARY, SERVED), here, 900) == [("U631", "cases.xlsx!B3")]


def test_a_record_on_which_the_server_fails_is_found() -> None:
    commons = DryCommons(DICTIONARY, SERVED)

    def fails(_: SmallCommons, body: list[dict[str, Any]]) -> Answer | None:
        bad = any(one["submitter_id"] == "e:t2" for one in body)
        sorry = {
            "success": False,
            "transactional_errors": ["Internal server error. Sorry, something unexpected went wrong!"],
        }
        return Answer(400, sorry) if bad else None

    commons.faults = [fails]
    found = asked(commons, study(3, 4, 0))
    assert found == [("U634", "samples.xlsx!row 4")]


def test_a_refusal_stops_it() -> None:
    commons = DryCommons(DICTIONARY, SERVED)
    commons.faults = [lambda *_: Answer(403, {"message": "no"})]
    with pytest.raises(SdsError) as caught:
        asked(commons, study())
    assert caught.value.diagnostics[0].code == "U620"


def made(*answers: Any) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    clock, stub = Clock(), Stub(*answers)
    client = connect(parse(token(at=clock.time), "stdin"), adapter=stub, patience=clock.patience())
    record = {"type": "project", "code": "proj1", "name": "one", "programs": {"name": "sds"}, "state": "open"}
    done = ensure(Project(client, "sds", "proj1"), {"type": "program", "name": "sds"}, record)
    return done, [json.loads(one.body or b"") for one in stub.requests if one.method == "PUT"]


def test_program_and_project_are_made_where_they_are_missing(shared: Any) -> None:
    done, bodies = made(captured("100"), captured("101"), captured("115"), captured("116"))
    assert done == ("program", "project")
    assert bodies == [
        {"type": "program", "name": "sds", "dbgap_accession_number": "sds"},
        {"type": "project", "code": "proj1", "name": "one", "dbgap_accession_number": "proj1"},
    ]


def test_what_is_there_is_left_alone(shared: Any) -> None:
    assert made(captured("110"), captured("130")) == ((), [])


def test_a_lost_answer_is_asked_for_again(shared: Any) -> None:
    done, bodies = made(captured("110"), captured("115"), captured("B03"), captured("116"))
    assert (done, len(bodies)) == (("project",), 2)


@pytest.mark.parametrize(
    ("answer", "code", "exit_code"),
    [("125", "U627", 2), ("128", "U627", 2), ("633", "U620", 3)],
)
def test_a_project_that_cannot_be_made_is_told(shared: Any, answer: str, code: str, exit_code: int) -> None:
    with pytest.raises(SdsError) as caught:
        made(captured("110"), captured("115"), captured(answer))
    assert (caught.value.diagnostics[0].code, caught.value.exit_code) == (code, exit_code)


@pytest.mark.parametrize(
    ("actions", "line", "exit_code"),
    [
        (["created", "same"], "created 1, updated 0, same 1, failed 0, held back 0, verified 2", 0),
        (["deleted", "created"], "created 1, updated 0, same 0, failed 0, held back 0, deleted 1, verified 1", 0),
        (["failed", "held back"], "created 0, updated 0, same 0, failed 1, held back 1, verified 0", 1),
        (["same", "failed"], "created 0, updated 0, same 1, failed 1, held back 0, verified 1", 4),
        (["not sent"], "created 0, updated 0, same 0, failed 0, held back 0, not sent 1, verified 0", 1),
        (["same", "not sent"], "created 0, updated 0, same 1, failed 0, held back 0, not sent 1, verified 1", 4),
    ],
)
def test_the_last_line_and_the_exit_code(actions: list[Action], line: str, exit_code: int) -> None:
    receipts = [Receipt("case", str(n), one, verified=one in ("created", "same")) for n, one in enumerate(actions)]
    assert str(Tally.of(receipts)) == line
    assert Tally.of(receipts).exit_code == exit_code


@pytest.mark.parametrize(
    ("codes", "others", "exit_code"),
    [
        (["U630"], ["created", "held back"], 1),
        (["U640", "U642"], ["same"], 1),
        (["U630", "U634"], ["created"], 4),
        (["U637"], ["created"], 4),
        (["U630"], ["created", "not sent"], 4),
        (["U634"], [], 1),
    ],
)
def test_running_again_is_only_asked_for_where_it_may_help(
    codes: list[str], others: list[Action], exit_code: int
) -> None:
    failed = [Receipt("case", code, "failed", findings=(finding(code, "No."),)) for code in codes]
    receipts = [*failed, *(Receipt("case", str(n), one, verified=n == 0) for n, one in enumerate(others))]
    assert Tally.of(receipts).exit_code == exit_code


def test_a_record_that_was_taken_but_not_seen_is_not_complete() -> None:
    assert not Tally.of([Receipt("case", "s", "created", verified=False)]).complete
