"""Deleting a dataset: children first, a hundred at a time, and what cannot go is told."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from commons_graphs import DICTIONARY, EXPERIMENT, graph, study
from small_commons import SmallCommons, commons_with
from stub_commons import Answer

from sds2gen3.commons.project import Project
from sds2gen3.commons.send import Stopped
from sds2gen3.commons.withdraw import delete, plan_withdrawal
from sds2gen3.model import Graph, Receipt


def withdraw(commons: SmallCommons, here: Graph, **details: Any) -> list[Receipt]:
    project = Project(commons.client(), "prog", "proj")
    return list(delete(plan_withdrawal(here, DICTIONARY, project).records, project, **details))


def test_a_dataset_goes_with_what_only_the_commons_has_and_no_other() -> None:
    commons = commons_with(study(), study(name="other"))
    receipts = withdraw(commons, study(1, 0, 0))
    assert {one.action for one in receipts} == {"deleted"}
    assert [one.type for one in receipts] == ["manifest"] * 5 + ["sample"] * 4 + ["case"] * 3 + ["experiment"]
    assert {key[1].partition(":")[0] for key in commons.records} == {"other"}


def test_a_hundred_at_a_time_children_first_within_a_node_too() -> None:
    rows = [{"id": f"t{n:03}", "experiments": "e", **({"samples": f"t{n - 1:03}"} if n else {})} for n in range(230)]
    commons = commons_with(graph(experiment=[EXPERIMENT], sample=rows))
    receipts = withdraw(commons, graph(experiment=[EXPERIMENT]))
    assert [len(ids) for ids in commons.deleted] == [100, 100, 31]
    assert [one.submitter_id for one in receipts] == [f"t{n:03}" for n in reversed(range(230))] + ["e"]


def test_the_plan_says_what_goes() -> None:
    project = Project(commons_with(study()).client(), "prog", "proj")
    plan = plan_withdrawal(study(), DICTIONARY, project).as_dict()
    assert plan["nodes"] == {"manifest": 5, "sample": 4, "case": 3, "experiment": 1}
    assert plan["records"][0] == {"type": "manifest", "submitter_id": "e:f0"}


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("answer", [Answer(504, ""), requests.ConnectionError()])
def test_after_a_lost_answer_only_what_is_left_is_deleted(written: bool, answer: Any) -> None:
    commons = commons_with(study())
    real = commons.delete

    def lost(ids: list[str]) -> Answer:
        commons.delete = real  # type: ignore[method-assign]
        if written:
            real(ids)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Answer)
        return answer

    commons.delete = lost  # type: ignore[method-assign]
    assert {one.action for one in withdraw(commons, study())} == {"deleted"}
    assert commons.records == {}


def test_what_is_gone_already_counts_as_deleted() -> None:
    commons = commons_with(study())
    project = Project(commons.client(), "prog", "proj")
    plan = plan_withdrawal(study(), DICTIONARY, project)
    del commons.records["manifest", "e:f0"]
    assert {one.action for one in delete(plan.records, project)} == {"deleted"}
    assert commons.records == {}


def test_what_cannot_be_deleted_keeps_what_it_belongs_to() -> None:
    commons = commons_with(study(3, 3, 3))
    real = commons.delete

    def stubborn(ids: list[str]) -> Answer:
        if "id-sample-e:t1" in ids:
            error = {"type": "INVALID_LINK", "keys": [], "message": "others depend on it"}
            return Answer(400, {"success": False, "entities": [{"errors": [error]}]})
        return real(ids)

    commons.delete = stubborn  # type: ignore[method-assign]
    receipts = withdraw(commons, study(3, 3, 3))
    failed = [one.submitter_id for one in receipts if one.action == "failed"]
    assert failed == ["e:t1", "e:s1", "e"]
    assert sorted(key[1] for key in commons.records) == ["e", "e:s1", "e:t1"]
    assert all(one.findings[0].code == "U638" for one in receipts if one.action == "failed")


def test_a_refusal_of_everything_stops_it() -> None:
    commons = commons_with(study())
    commons.delete = lambda ids: Answer(403, {"message": "no"})  # type: ignore[method-assign]
    with pytest.raises(Stopped) as caught:
        withdraw(commons, study())
    assert getattr(caught.value.error, "exit_code", None) == 3


def test_it_can_be_stopped_between_requests() -> None:
    commons = commons_with(study())
    receipts = withdraw(commons, study(), stop=lambda: True)
    assert {one.action for one in receipts} == {"not sent"}
    assert len(commons.records) == 13
