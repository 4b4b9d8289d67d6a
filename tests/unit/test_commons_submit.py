"""Submitting: whatever the commons does, it has the right content in the end, or the receipts say what it has not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from commons_graphs import DICTIONARY, EXPERIMENT, SERVED, document, graph, linked, study
from small_commons import GENERIC, Fault, SmallCommons, commons_with, diff, once
from stub_commons import Answer

from sds2gen3.commons.diff import Diff, Standing
from sds2gen3.commons.ledger import read_ledger
from sds2gen3.commons.submission import Choices, submit
from sds2gen3.dictionary import from_json
from sds2gen3.errors import SdsError
from sds2gen3.model import Graph, Receipt

Records = list[dict[str, Any]]
SORRY = "Internal server error. Sorry, something unexpected went wrong!"


def empty() -> SmallCommons:
    return SmallCommons(DICTIONARY, SERVED)


def run(commons: SmallCommons, here: Graph, **choices: Any) -> list[Receipt]:
    """Submit, and check that every record has one receipt and that those that say so are there."""
    receipts = list(submit(here, commons.client(), DICTIONARY, Choices(**choices)))
    check(commons, here, receipts)
    return receipts


def check(commons: SmallCommons, here: Graph, receipts: list[Receipt], ended: bool = False) -> None:
    named = Counter((one.type, one.submitter_id) for one in receipts if one.action != "deleted")
    assert named == Counter((name, r["submitter_id"]) for name, t in here.nodes.items() for r in t.records())
    good = {(one.type, one.submitter_id) for one in receipts if one.verified}
    same = {(one.item.node, one.item.submitter_id) for one in diff(commons, here) if one.standing is Standing.SAME}
    assert good <= same
    for one in receipts:
        claimed = one.action in ("created", "updated", "same")
        assert one.verified == claimed or (ended and claimed) or one.action == "deleted"


def actions(receipts: list[Receipt]) -> dict[str, int]:
    return dict(Counter(one.action for one in receipts))


def codes(receipts: list[Receipt]) -> list[tuple[str, str, str]]:
    return [(one.submitter_id, d.code, str(d.place)) for one in receipts for d in one.findings]


def test_a_dataset_arrives_and_a_second_run_sends_nothing() -> None:
    commons = empty()
    assert actions(run(commons, study())) == {"created": 13}
    puts = len(commons.puts)
    assert actions(run(commons, study())) == {"same": 13}
    assert len(commons.puts) == puts == 4


def test_one_changed_cell_sends_one_record() -> None:
    commons = commons_with(study())
    changed = study()
    changed.nodes["case"].parts[0].columns["age"][1] = "9 d"
    assert actions(run(commons, changed, among_others=True)) == {"same": 12, "updated": 1}
    assert [[one["submitter_id"] for one in body] for body in commons.puts] == [["e:s1"]]


def test_an_emptied_cell_is_cleared_there() -> None:
    commons = commons_with(study())
    emptied = study()
    emptied.nodes["case"].parts[0].columns["age"][1] = None
    run(commons, emptied, among_others=True)
    assert "age" not in commons.records["case", "e:s1"]


def test_an_optional_link_is_moved() -> None:
    commons = commons_with(linked(cases="s1"))
    assert actions(run(commons, linked(cases="s2"), among_others=True)) == {"same": 5, "updated": 1}
    assert commons.records["sample", "t"]["cases"] == {"s2"}


def test_the_dictionary_of_the_commons_is_taken_where_none_is_given() -> None:
    commons = empty()
    assert len(list(submit(study(), commons.client()))) == 13


# Refusals


def test_a_refused_record_is_told_at_its_cell_and_what_hangs_below_is_held_back() -> None:
    here = study(3, 3, 3)
    here.nodes["case"].parts[0].columns["experiments"][1] = {"submitter_id": "nowhere"}
    receipts = run(empty(), here)
    assert actions(receipts) == {"created": 7, "failed": 1, "held back": 2}
    assert codes(receipts) == [
        ("e:s1", "U631", "cases.xlsx!B3"),
        ("e:t1", "U636", "samples.xlsx!row 3"),
        ("e:f1", "U636", "manifests.xlsx!row 3"),
    ]
    (failed,) = [one for one in receipts if one.action == "failed"]
    assert failed.said == ("No link destination {'nowhere'}",)


def refusing(error: dict[str, Any], name: str) -> Fault:
    """Refuses the record `name` with this error, each time."""

    def fault(commons: SmallCommons, body: Records) -> Answer | None:
        if all(one["submitter_id"] != name for one in body):
            return None
        entities = [
            {**commons.entity(one, set()), "valid": one["submitter_id"] != name, "errors": [error]} for one in body
        ]
        return Answer(400, {"success": False, "entities": entities, "transactional_errors": []})

    return fault


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"type": "MISSING_PROPERTY", "keys": ["age"], "message": "'age' is a required property"}, ("U630", "C3")),
        ({"type": "INVALID_VALUE", "keys": ["age"], "message": "1 is not of type 'string'"}, ("U630", "C3")),
        ({"type": "ERROR", "keys": [], "message": "('age' was unexpected)"}, ("U630", "C3")),
        ({"type": "ERROR", "keys": [], "message": "something else"}, ("U633", "row 3")),
        ({"type": "ERROR", "keys": ["nobody"], "message": "knows this"}, ("U633", "row 3")),
        ({"type": "NOT_UNIQUE", "keys": ["id"], "message": "Entity is not unique"}, ("U632", "A3")),
        ({"type": "INVALID_LINK", "keys": [], "message": "Entity is missing a link"}, ("U631", "row 3")),
    ],
)
def test_each_kind_of_complaint_finds_its_cell(error: dict[str, Any], expected: tuple[str, str]) -> None:
    commons = empty()
    commons.faults = [refusing(error, "e:s1")]
    receipts = run(commons, study(3, 0, 0))
    assert codes(receipts) == [("e:s1", expected[0], f"cases.xlsx!{expected[1]}")]
    assert actions(receipts) == {"created": 3, "failed": 1}


def test_the_item_of_a_list_finds_its_value() -> None:
    commons = empty()
    error = {"type": "INVALID_VALUE", "keys": ["parts.1"], "message": "no"}
    commons.faults = [refusing(error, "t")]
    rows = [{"id": "t", "experiments": "e", "parts": ["good", "bad"]}]
    (receipt,) = [one for one in run(commons, graph(experiment=[EXPERIMENT], sample=rows)) if one.action == "failed"]
    assert receipt.findings[0].message == "'parts': the commons refused 'bad'."


# Faults of the server, at the first, a middle and the last chunk


def sent(body: Records, position: int) -> bool:
    """Whether the body is that of the chunk at this position, counted in cases of two."""
    return body[0]["type"] == "case" and body[0]["submitter_id"] == f"e:s{2 * position}"


def lost_before(commons: SmallCommons, body: Records) -> Answer:
    return Answer(504, GENERIC, {"Content-Type": "application/octet-stream"})


def lost_after(commons: SmallCommons, body: Records) -> Answer:
    commons.store(body)
    return Answer(504, GENERIC, {"Content-Type": "application/octet-stream"})


def cut_before(commons: SmallCommons, body: Records) -> Exception:
    return requests.ConnectionError()


def cut_in_the_answer(commons: SmallCommons, body: Records) -> Answer:
    return Answer(200, commons.store(body).body, cut=30)


def ghost(commons: SmallCommons, body: Records) -> Answer:
    """The write goes on behind a gateway that has given up, and arrives while the client looks."""
    commons.clock.sleep = _then(commons.clock.sleep, lambda: commons.store(body))  # type: ignore[method-assign]
    return Answer(504, GENERIC)


def _then(sleep: Any, do: Any) -> Any:
    count = iter(range(100))

    def slept(seconds: float) -> None:
        sleep(seconds)
        if next(count) == 1:
            do()

    return slept


def deadlock(commons: SmallCommons, body: Records) -> Answer:
    entities = [commons.entity(one, set()) for one in body]
    return Answer(400, {"success": False, "entities": entities, "transactional_errors": [SORRY]})


def race(commons: SmallCommons, body: Records) -> Answer:
    commons.store(body)
    error = {"type": "ERROR", "keys": ["project_id", "submitter_id"], "message": "case already exists in the DB"}
    entities = [{**commons.entity(one, set()), "valid": False, "errors": [error]} for one in body]
    return Answer(400, {"success": False, "entities": entities})


def too_large(commons: SmallCommons, body: Records) -> Answer:
    return Answer(413, "<html><h1>413 Request Entity Too Large</h1></html>")


def false_success(commons: SmallCommons, body: Records) -> Answer:
    number = len(commons.logs) + 1
    commons.logs[number] = "PENDING"
    entities = [commons.entity(one, set()) for one in body]
    return Answer(200, {"success": True, "transaction_id": number, "entities": entities})


def generic(commons: SmallCommons, body: Records) -> Answer:
    return Answer(500, GENERIC, {"Content-Type": "application/octet-stream"})


def nothing(commons: SmallCommons, body: Records) -> Answer:
    return Answer(200, "")


def too_many(commons: SmallCommons, body: Records) -> Answer:
    return Answer(429, "", {"Retry-After": "3"})


def expired(commons: SmallCommons, body: Records) -> Answer:
    return Answer(401, {"message": "Authentication Error: Signature has expired"})


FAULTS = [
    lost_before,
    lost_after,
    cut_before,
    cut_in_the_answer,
    ghost,
    deadlock,
    race,
    too_large,
    false_success,
    generic,
    nothing,
    too_many,
]


def at(position: int, fault: Fault) -> Fault:
    return lambda commons, body: fault(commons, body) if sent(body, position) else None


@pytest.mark.parametrize("position", [0, 2, 4])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_happens_once_changes_nothing_in_the_end(fault: Fault, position: int) -> None:
    commons = empty()

    def first(commons: SmallCommons, body: Records) -> Answer | Exception | None:
        if not sent(body, position):
            return None
        commons.faults.clear()
        return fault(commons, body)

    commons.faults = [first]
    receipts = run(commons, study(10, 10, 0), chunk_size=2)
    assert commons.faults == [], "the fault did not happen"
    assert actions(receipts).keys() <= {"created", "updated"}
    assert not [d for one in receipts for d in one.findings if d.severity.label == "error"]


ALWAYS = [
    (lost_before, "U634"),
    (cut_before, "U634"),
    (deadlock, "U634"),
    (too_large, "U635"),
    (false_success, "U650"),
    (generic, "U634"),
    (nothing, "U634"),
]


@pytest.mark.parametrize("position", [0, 2, 4])
@pytest.mark.parametrize(("fault", "code"), ALWAYS)
def test_a_record_that_always_fails_is_found_and_told(fault: Fault, code: str, position: int) -> None:
    commons = empty()
    poison = f"e:s{2 * position}"
    commons.faults = [lambda c, body: fault(c, body) if any(one["submitter_id"] == poison for one in body) else None]
    receipts = run(commons, study(10, 10, 0), chunk_size=4)
    assert actions(receipts) == {"created": 19, "failed": 1, "held back": 1}
    (failed,) = [one for one in receipts if one.action == "failed"]
    assert failed.submitter_id == poison
    assert codes([failed]) == [(poison, code, f"cases.xlsx!row {2 * position + 2}")]


@pytest.mark.parametrize(
    ("fault", "code", "exit_code"),
    [
        (expired, "U604", 3),
        (lambda c, b: Answer(403, {"message": "You don't have access"}), "U620", 3),
        (lambda c, b: Answer(404, {"message": "Project proj not found"}), "U621", 2),
        (lambda c, b: Answer(400, {"message": "Project is in state 'review', which prevents x."}), "U622", 2),
    ],
)
@pytest.mark.parametrize("position", [0, 2, 4])
def test_what_cannot_go_on_stops_after_telling_of_every_record(
    fault: Fault, code: str, exit_code: int, position: int, tmp_path: Path
) -> None:
    commons = empty()
    commons.faults = [at(position, fault)]
    receipts, error = until_the_error(commons, study(10, 10, 0), chunk_size=2, ledger=tmp_path / "submission.jsonl")
    assert (error.diagnostics[0].code, error.exit_code) == (code, exit_code)
    check(commons, study(10, 10, 0), receipts, ended=True)
    assert actions(receipts)["not sent"] == 20 - 2 * position
    commons.faults.clear()
    again = run(commons, study(10, 10, 0), ledger=tmp_path / "submission.jsonl")
    assert actions(again) == {"same": 1 + 2 * position, "created": 20 - 2 * position}


def until_the_error(commons: SmallCommons, here: Graph, **choices: Any) -> tuple[list[Receipt], SdsError]:
    receipts: list[Receipt] = []
    with pytest.raises(SdsError) as caught:
        receipts.extend(submit(here, commons.client(), DICTIONARY, Choices(**choices)))
    return receipts, caught.value


@pytest.mark.parametrize("written", [False, True])
def test_a_server_that_dies_leaves_an_honest_report_and_the_next_run_goes_on(written: bool, tmp_path: Path) -> None:
    commons = empty()

    def die(commons: SmallCommons, body: Records) -> Exception:
        if written:
            commons.store(body)
        commons.away = True
        return requests.ConnectionError()

    commons.faults = [at(2, die)]
    receipts, error = until_the_error(commons, study(10, 10, 0), chunk_size=2, ledger=tmp_path / "submission.jsonl")
    assert error.exit_code == 3
    unknown = [one for one in receipts if one.action == "failed"]
    assert codes(unknown) == [("e:s4", "U637", "cases.xlsx!row 6"), ("e:s5", "U637", "cases.xlsx!row 7")]
    assert not any(one.verified for one in receipts if one.type == "case")
    commons.away = False
    commons.faults.clear()
    again = run(commons, study(10, 10, 0), ledger=tmp_path / "submission.jsonl")
    assert actions(again)["same"] == 1 + 4 + 2 * written


def test_a_transaction_that_the_log_does_not_call_a_success_is_told() -> None:
    commons = empty()

    def pending(commons: SmallCommons, body: Records) -> Answer:
        answer = commons.store(body)
        commons.logs[len(commons.logs)] = "PENDING"
        return answer

    commons.faults = [at(0, pending)]
    receipts = run(commons, study(2, 0, 0))
    assert [code for _, code, _ in codes(receipts)] == ["U651", "U651"]
    assert all(one.verified for one in receipts)


def test_pauses_are_told_in_one_short_sentence_and_the_servers_words_only_when_asked_for() -> None:
    for wordy in (False, True):
        for fault in (deadlock, race, lost_before, generic):
            commons = empty()
            commons.faults = [once(fault)]
            list(submit(study(), commons.client(wordy=wordy), DICTIONARY))
            told = commons.clock.said
            assert told
            assert all(len(line) <= 100 and "{" not in line and "!." not in line for line in told[:1])
            assert any("the commons said:" in line for line in told) == wordy
            assert all("Sorry" not in line and "service failure" not in line for line in told) or wordy


def test_ctrl_c_finishes_the_chunk_and_tells_the_rest() -> None:
    commons = empty()
    receipts = run(commons, study(10, 10, 0), chunk_size=2, stop=lambda: len(commons.puts) >= 3)
    assert actions(receipts) == {"created": 5, "not sent": 16}
    assert actions(run(commons, study(10, 10, 0))) == {"same": 5, "created": 16}


@pytest.mark.parametrize("moment", range(1, 24, 2))
def test_killed_at_any_request_and_run_again_nothing_is_lost_or_twice(moment: int, tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    commons = empty()
    answer, count = commons.answer, iter(range(10_000))

    def dying(request: requests.PreparedRequest) -> Answer:
        got = answer(request)
        if next(count) == 20 + moment:
            raise Killed
        return got

    commons.stub.answers = [dying]
    receipts: Iterator[Receipt] = submit(
        study(10, 10, 10), commons.client(), DICTIONARY, Choices(chunk_size=3, ledger=tmp_path / "submission.jsonl")
    )
    with suppress(Killed):
        list(receipts)
    commons.stub.answers = [answer]
    run(commons, study(10, 10, 10), ledger=tmp_path / "submission.jsonl")
    assert {one.standing for one in diff(commons, study(10, 10, 10))} == {Standing.SAME}
    lines = Counter((line["type"], line["submitter_id"]) for line in read_ledger(tmp_path / "submission.jsonl"))
    assert len(lines) == 31


# What must be made again


def moved(parent: str) -> Graph:
    return graph(
        experiment=[EXPERIMENT, {"id": "e2"}],
        case=[{"id": "s1", "experiments": parent}],
        sample=[{"id": "t1", "experiments": "e", "cases": "s1"}],
        manifest=[{"id": "f1", "experiments": "e", "samples": ["t1"]}],
    )


def test_a_moved_record_is_not_touched_unless_asked_for() -> None:
    commons = commons_with(moved("e"))
    receipts = run(commons, moved("e2"))
    assert actions(receipts) == {"same": 2, "failed": 1, "held back": 2}
    assert codes(receipts) == [("s1", "U640", "cases.xlsx!B2")]
    assert commons.puts == commons.deleted == []


def test_a_moved_record_is_made_again_with_all_below_when_asked_for(tmp_path: Path) -> None:
    commons = commons_with(moved("e"))
    run(commons, moved("e"), ledger=tmp_path / "submission.jsonl")
    receipts = run(commons, moved("e2"), recreate=True, ledger=tmp_path / "submission.jsonl")
    assert actions(receipts) == {"deleted": 3, "same": 2, "created": 3}
    assert commons.records["case", "s1"]["experiments"] == {"e2"}
    assert commons.deleted == [["id-case-s1", "id-manifest-f1", "id-sample-t1"]]


def test_what_is_made_again_loses_nothing_that_the_sheets_do_not_speak_of(tmp_path: Path) -> None:
    commons = commons_with(moved("e"))
    commons.records["case", "s1"] |= {"sex": "F", "weight": 2.5}
    commons.records["sample", "t1"]["parts"] = ["a", "b"]
    commons.records["manifest", "f1"]["cases"] = {"s1"}
    here = moved("e2")
    here.nodes["case"].parts[0].columns["weight"] = [None]
    receipts = run(commons, here, recreate=True, among_others=True)
    assert actions(receipts) == {"deleted": 3, "same": 2, "created": 3}
    assert commons.records["case", "s1"]["sex"] == "F"
    assert "weight" not in commons.records["case", "s1"], "an empty cell is a statement"
    assert commons.records["sample", "t1"]["parts"] == ["a", "b"]
    assert commons.records["manifest", "f1"]["cases"] == {"s1"}


def test_a_link_to_its_own_kind_that_is_carried_over_keeps_parents_first() -> None:
    def two(parent: str) -> Graph:
        rows = [{"id": name, "experiments": "e", "cases": "s1"} for name in ("t1", "t2")]
        experiments = [EXPERIMENT, {"id": "e2"}]
        return graph(experiment=experiments, case=[{"id": "s1", "experiments": parent}], sample=rows)

    commons = commons_with(two("e"))
    commons.records["sample", "t1"]["samples"] = {"t2"}
    run(commons, two("e2"), recreate=True, among_others=True, chunk_size=1)
    assert commons.records["sample", "t1"]["samples"] == {"t2"}


def test_nothing_is_deleted_that_could_not_be_made_again() -> None:
    commons = commons_with(moved("e"))
    commons.store(
        [
            {
                "type": "sample",
                "submitter_id": "t9",
                "experiments": {"submitter_id": "e"},
                "cases": {"submitter_id": "s1"},
            }
        ]
    )
    _, error = until_the_error(commons, moved("e2"), recreate=True, among_others=True)
    assert error.diagnostics[0].code == "U643"
    assert "sample 't9'" in str(error)
    assert commons.deleted == []


def test_what_cannot_be_deleted_is_not_made_again_and_everything_is_told() -> None:
    commons = commons_with(moved("e"))
    commons.delete = lambda ids: Answer(400, {"success": False, "message": "no"})  # type: ignore[method-assign]
    receipts, error = until_the_error(commons, moved("e2"), recreate=True, among_others=True)
    assert error.diagnostics[0].code == "U644"
    assert actions(receipts) == {"same": 2, "not sent": 3}
    assert commons.puts == []


def test_a_record_of_another_dataset_is_not_overwritten_and_nothing_hangs_on_it() -> None:
    commons = commons_with(graph(experiment=[{"id": "x"}], case=[{"id": "s1", "experiments": "x", "age": "old"}]))
    here = graph(
        experiment=[EXPERIMENT],
        case=[{"id": "s1", "experiments": "e", "age": "new"}, {"id": "s2", "experiments": "e"}],
        sample=[{"id": "t1", "experiments": "e", "cases": "s1"}],
    )
    receipts = run(commons, here, among_others=True)
    assert [(one.submitter_id, one.action) for one in receipts] == [
        ("e", "created"),
        ("s1", "failed"),
        ("s2", "created"),
        ("t1", "held back"),
    ]
    assert commons.records["case", "s1"]["age"] == "old"


# Before the first byte


def refused(commons: SmallCommons, here: Graph, puts: int = 0, **choices: Any) -> SdsError:
    receipts, error = until_the_error(commons, here, **choices)
    assert (len(receipts), len(commons.puts)) == (0, puts)
    return error


def test_a_project_that_holds_other_records_is_asked_about() -> None:
    error = refused(commons_with(study(name="other")), study())
    assert (error.diagnostics[0].code, error.exit_code) == ("U624", 2)
    run(commons_with(study(name="other")), study(), among_others=True)


def test_a_ledger_that_wrote_the_others_answers_that_question(tmp_path: Path) -> None:
    commons = empty()
    run(commons, study(name="other"), ledger=tmp_path / "submission.jsonl")
    receipts = run(commons, study(), ledger=tmp_path / "submission.jsonl")
    assert {one.action for one in receipts} == {"created"}


def test_a_ledger_that_wrote_something_else_does_not_answer_it(tmp_path: Path) -> None:
    commons = commons_with(study(name="other"))
    run(commons, study(), ledger=tmp_path / "submission.jsonl", among_others=True)
    error = refused(commons, study(4), ledger=tmp_path / "submission.jsonl", puts=len(commons.puts))
    assert error.diagnostics[0].code == "U624"
    assert "holds 13 records that are not" in str(error)


def changed(age: str = "9 d") -> Graph:
    """A study of the same ids, with another content."""
    here = study()
    here.nodes["case"].parts[0].columns["age"][1] = age
    return here


def test_records_that_this_ledger_did_not_write_are_not_overwritten_unasked(tmp_path: Path) -> None:
    commons = commons_with(study())
    error = refused(commons, changed(), ledger=tmp_path / "fresh.jsonl")
    assert [(one.code, str(one.place)) for one in error.diagnostics] == [("U628", "cases.xlsx!row 3")]
    assert "--set dataset=NAME" in error.diagnostics[0].hint
    assert error.exit_code == 2
    assert actions(run(commons, changed(), ledger=tmp_path / "fresh.jsonl", among_others=True))["updated"] == 1
    assert actions(run(commons, changed("8 d"), ledger=tmp_path / "fresh.jsonl"))["updated"] == 1


def test_both_questions_are_asked_at_once() -> None:
    error = refused(commons_with(study(), study(name="other")), changed())
    assert [one.code for one in error.diagnostics] == ["U624", "U628"]


def test_what_would_be_made_again_is_asked_about_too() -> None:
    assert refused(commons_with(moved("e")), moved("e2"), recreate=True).diagnostics[0].code == "U628"


def test_going_on_without_a_ledger_needs_no_question() -> None:
    commons = commons_with(study(2, 0, 0))
    assert actions(run(commons, study(3, 4, 5))) == {"same": 3, "created": 10}


def test_another_dictionary_is_told_with_what_differs() -> None:
    other = document()
    other["case"]["properties"]["age"] = {"type": "integer"}
    del other["sample"]["properties"]["kind"]
    commons = SmallCommons(DICTIONARY, json.dumps(other).encode())
    error = refused(commons, study())
    assert (error.diagnostics[0].code, error.exit_code) == ("U623", 2)
    assert "'age' of 'case' takes integer, no longer string; 'kind' of 'sample' is gone" in str(error)


def test_a_dictionary_with_other_words_is_the_same() -> None:
    other = document()
    other["case"]["properties"]["age"] = {"type": "string", "description": "how old"}
    other["case"]["description"] = "a case"
    receipts = run(SmallCommons(DICTIONARY, json.dumps(other).encode()), study())
    assert {one.action for one in receipts} == {"created"}


def test_records_of_an_unknown_node_are_not_left_out_silently() -> None:
    small = {name: node for name, node in document().items() if name != "manifest"}
    commons = SmallCommons(DICTIONARY, json.dumps(small).encode())
    with pytest.raises(SdsError) as caught:
        list(submit(study(), commons.client(), from_json(commons.served, "x")))
    assert caught.value.diagnostics[0].code == "U625"


def test_a_closed_project_and_a_missing_one_are_told() -> None:
    commons = SmallCommons(DICTIONARY, SERVED, state="closed")
    assert refused(commons, study()).diagnostics[0].code == "U622"
    nowhere = Graph(study().dataset, study().nodes, {"program": {"name": "prog"}, "project": {"code": "no"}})
    assert refused(empty(), nowhere).diagnostics[0].code == "U621"
    assert refused(empty(), Graph(study().dataset, study().nodes)).diagnostics[0].code == "U626"


@pytest.mark.parametrize(
    ("ids", "code"),
    [
        (["S1", "s1"], "L523"),
        (["s1", "s1"], "L522"),
        (["s1", ""], "L520"),
        (["s1", None], "L520"),
        (["s1", 7], "L521"),
        (["s1", "x" * 3000], "L521"),
        (["s1", "a\0b"], "D451"),
        (["s1", "a\ud800"], "D451"),
    ],
)
def test_ids_that_would_spoil_something_are_refused_before_the_first_byte(ids: list[Any], code: str) -> None:
    here = study(2, 0, 0)
    here.nodes["case"].parts[0].columns["submitter_id"][:] = ids
    error = refused(empty(), here)
    assert {one.code for one in error.diagnostics} == {code}
    assert error.exit_code == 1


@pytest.mark.parametrize(
    ("link", "code"),
    [({"submitter_id": ""}, "L501"), ({"submitter": "e"}, "L501"), ({"submitter_id": "e", "project_id": "x"}, "L502")],
)
def test_a_link_that_the_server_takes_for_any_record_is_refused_before_the_first_byte(link: Any, code: str) -> None:
    here = study(2, 0, 0)
    here.nodes["case"].parts[0].columns["experiments"][1] = link
    assert [one.code for one in refused(empty(), here).diagnostics] == [code]


@pytest.mark.parametrize(("value", "code"), [("\ud800", "D451"), (float("nan"), "D452")])
def test_a_value_that_cannot_be_sent_is_refused_before_the_first_byte(value: Any, code: str) -> None:
    here = study(2, 0, 0)
    here.nodes["case"].parts[0].columns["age"][1] = value
    assert [one.code for one in refused(empty(), here).diagnostics] == [code]


def test_the_diff_is_shown_before_anything_is_sent() -> None:
    commons = commons_with(study(cases=3))
    seen: list[tuple[int, int, list[str]]] = []

    def look(diff: Diff) -> None:
        exports = sum("/export?" in one for one in commons.stub.sent)
        seen.append((len(commons.puts), exports, [one.submitter_id for one in diff.only_there["case"]]))

    run(commons, study(cases=2), seen=look, among_others=True)
    assert seen == [(0, 4, ["e:s2"])], "one export of each node"


def test_the_ledger_tells_every_receipt_and_no_secret(tmp_path: Path) -> None:
    commons = empty()
    run(commons, study(), ledger=tmp_path / "submission.jsonl")
    text = (tmp_path / "submission.jsonl").read_text(encoding="utf-8")
    assert text.count("\n") == 13
    bearer = commons.stub.requests[0].headers["Authorization"].split()[1]
    assert bearer not in text
    run(commons, study(), ledger=tmp_path / "submission.jsonl")
    assert (tmp_path / "submission.jsonl").read_text(encoding="utf-8") == text


def test_records_found_there_that_the_ledger_does_not_know_are_noted(tmp_path: Path) -> None:
    run(commons_with(study()), study(), ledger=tmp_path / "submission.jsonl")
    assert Counter(line["action"] for line in read_ledger(tmp_path / "submission.jsonl")) == {"same": 13}


def test_once_is_once() -> None:
    commons = empty()
    commons.faults = [once(generic)]
    run(commons, study())
    assert commons.faults == []
