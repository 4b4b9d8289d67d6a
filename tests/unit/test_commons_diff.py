"""What the commons has against what we have, by the server's own rules."""

from __future__ import annotations

from typing import Any

import pytest
from commons_graphs import DICTIONARY, EXPERIMENT, SERVED, graph, linked, study
from small_commons import SmallCommons, commons_with, diff

from sds2gen3.commons.diff import Change, Difference, Standing, all_new, compare
from sds2gen3.commons.project import Project
from sds2gen3.commons.records import carried, content_hash
from sds2gen3.model import Graph

CASE = {"id": "s1", "experiments": "e", "age": "3 d", "weight": 2.0}


def case(before: dict[str, Any], after: dict[str, Any]) -> Difference:
    """The difference of one case that was `before` and is `after`."""
    found = diff(graph(experiment=[EXPERIMENT], case=[before]), graph(experiment=[EXPERIMENT], case=[after]))
    return found.nodes["case"][0]


def test_a_dataset_that_is_there_has_no_differences() -> None:
    found = diff(study(), study())
    assert {one.standing for one in found} == {Standing.SAME}
    assert not found.only_there
    assert not found.findings
    assert found.as_dict()["records"] == []


def test_against_an_empty_project_all_is_new_as_without_any_look() -> None:
    found = diff(SmallCommons(DICTIONARY, SERVED), study())
    assert [(one.item, one.standing) for one in found] == [(one.item, Standing.NEW) for one in all_new(study())]


@pytest.mark.parametrize(
    ("change", "changes"),
    [
        ({"age": "4 d"}, [("age", "3 d", "4 d")]),
        ({"weight": 2}, []),
        ({"weight": True}, [("weight", 2.0, True)]),
        ({"weight": None}, [("weight", 2.0, None)]),
        ({"sex": None}, []),
        ({"sex": "M"}, [("sex", None, "M")]),
        ({"id": "S1"}, [("submitter_id", "s1", "S1")]),
        ({"experiments": "E"}, []),
    ],
)
def test_properties(change: dict[str, Any], changes: list[tuple[str, Any, Any]]) -> None:
    found = case(CASE, {**CASE, **change})
    assert found.changes == tuple(Change(*one) for one in changes)
    assert found.standing is (Standing.CHANGED if changes else Standing.SAME)


def test_a_property_that_is_left_out_keeps_its_value() -> None:
    assert case(CASE, {"id": "s1", "experiments": "e"}).standing is Standing.SAME


def test_the_order_of_a_list_counts() -> None:
    def sample(parts: list[str]) -> Graph:
        return graph(experiment=[EXPERIMENT], sample=[{"id": "t", "experiments": "e", "parts": parts}])

    assert diff(sample(["a", "b"]), sample(["a", "b"])).count(Standing.SAME, "sample") == 1
    assert diff(sample(["a", "b"]), sample(["b", "a"])).count(Standing.CHANGED, "sample") == 1


def test_a_property_that_refuses_null_is_told_and_not_sent_again_and_again() -> None:
    found = case({**CASE, "sex": "M"}, {**CASE, "sex": None})
    assert found.standing is Standing.SAME
    assert [(one.code, str(one.place)) for one in found.findings] == [("U641", "cases.xlsx!E2")]


def test_an_optional_link_that_changes_is_emptied_first() -> None:
    (found,) = diff(linked(cases="s1"), linked(cases="s2")).nodes["sample"]
    assert (found.standing, found.unlink) == (Standing.CHANGED, ("cases",))
    assert found.changes == (Change("cases", ["s1"], ["s2"]),)


def test_an_optional_link_that_became_empty_is_emptied() -> None:
    (found,) = diff(linked(cases="s1"), linked()).nodes["sample"]
    assert (found.standing, found.unlink) == (Standing.CHANGED, ("cases",))


def test_a_link_that_is_new_is_only_added() -> None:
    (found,) = diff(linked(), linked(cases="s1")).nodes["sample"]
    assert (found.standing, found.unlink) == (Standing.CHANGED, ())
    (found,) = diff(linked(many=["s1"]), linked(many=["s2", "s1"])).nodes["manifest"]
    assert (found.standing, found.unlink) == (Standing.CHANGED, ())
    (found,) = diff(linked(many=["s1", "s2"]), linked(many=["s2", "s1"])).nodes["manifest"]
    assert found.standing is Standing.SAME
    (found,) = diff(linked(many=["s1", "s2"]), linked(many=["s2"])).nodes["manifest"]
    assert (found.standing, found.unlink) == (Standing.CHANGED, ("cases",))


def test_a_link_of_which_the_sheet_does_not_speak_is_left_alone() -> None:
    silent = graph(experiment=[EXPERIMENT], sample=[{"id": "t", "experiments": "e"}])
    assert diff(linked(cases="s1"), silent).nodes["sample"][0].standing is Standing.SAME


def test_a_required_link_that_changes_must_be_made_again_with_all_below() -> None:
    def two(parent: str) -> Graph:
        return graph(
            experiment=[EXPERIMENT, {"id": "e2"}],
            case=[{"id": "s1", "experiments": parent}, {"id": "s2", "experiments": "e"}],
            sample=[{"id": "t1", "experiments": "e", "cases": "s1"}, {"id": "t2", "experiments": "e", "cases": "s2"}],
            manifest=[{"id": "f1", "experiments": "e", "samples": ["t1"]}, {"id": "f2", "experiments": "e", "samples": ["t2"]}],
        )  # fmt: skip

    found = diff(two("e"), two("e2"))
    again = [one.item.submitter_id for one in found if one.standing is Standing.REMAKE]
    assert again == ["s1", "t1", "f1"]
    assert [(one.code, str(one.place)) for one in found.findings] == [("U640", "cases.xlsx!B2")]
    assert "linked to 'e' there, and to 'e2' here" in found.findings[0].message


def test_what_only_the_commons_has_is_told_and_other_datasets_are_not() -> None:
    found = diff(commons_with(study(cases=3), study(name="other")), study(cases=2, samples=2, files=2))
    assert {name: [one.submitter_id for one in held] for name, held in found.only_there.items()} == {
        "case": ["e:s2"],
        "sample": ["e:t2", "e:t3"],
        "manifest": ["e:f2", "e:f3", "e:f4"],
    }
    assert found.others == len(list(all_new(study())))
    assert found.as_dict()["nodes"]["case"] == {
        "new": 0,
        "changed": 0,
        "same": 2,
        "must be deleted and made again": 0,
        "of another dataset": 0,
        "only there": 1,
    }


def test_an_id_that_another_dataset_has_is_never_ours() -> None:
    theirs = graph(experiment=[{"id": "x"}], case=[{"id": "s1", "experiments": "x"}])
    found = diff(theirs, graph(experiment=[EXPERIMENT], case=[CASE]))
    assert found.nodes["case"][0].standing is Standing.FOREIGN
    assert [(one.code, str(one.place)) for one in found.findings] == [("U642", "cases.xlsx!A2")]


def test_samples_of_samples_belong_to_the_dataset() -> None:
    chain = graph(
        experiment=[EXPERIMENT],
        sample=[{"id": "a", "experiments": "e"}, {"id": "b", "experiments": "e", "samples": "a"}],
    )
    assert {one.standing for one in diff(chain, chain)} == {Standing.SAME}


def test_a_record_in_pieces_is_put_together() -> None:
    commons = commons_with(linked(many=["s1", "s2"]))
    whole = commons.export

    def pieces(node: str) -> list[dict[str, Any]]:
        if node != "manifest":
            return whole(node)
        (one,) = whole(node)
        return [{**one, "cases": [target]} for target in one["cases"]]

    commons.export = pieces  # type: ignore[method-assign]
    assert diff(commons, linked(many=["s1", "s2"])).nodes["manifest"][0].standing is Standing.SAME


def test_the_fingerprint_is_of_what_a_record_says() -> None:
    def of(**record: Any) -> str:
        return content_hash({"submitter_id": "t", **record}, DICTIONARY.nodes["sample"])

    assert of(b=1, a=None) == of(b=1)
    assert of(a=1, b=[1, 2]) == of(b=[1, 2], a=1)
    assert of(b=[2, 1]) != of(b=[1, 2])
    assert of(weight=2) == of(weight=2.0) != of(weight=True)
    assert of(cases={"submitter_id": "S1"}) == of(cases=[{"submitter_id": "s1", "node_id": "x"}]) != of()
    assert of(id="a", project_id="p", state="validated", type="sample") == of()
    assert of(big=2**70) == of(big=2**70) != of(big=2**71)


def test_what_a_commons_has_under_the_same_names_has_the_same_fingerprint() -> None:
    here = study()
    commons = commons_with(here)
    commons.records["case", "e:s1"]["sex"] = "F"
    for one in diff(commons, here):
        node = DICTIONARY.nodes[one.item.node]
        assert one.held is not None
        assert one.held.hash_of(carried(one.record, node)) == content_hash(one.record, node)
    (_, case, _) = diff(commons, here).nodes["case"]
    assert case.held is not None
    assert case.held.hash_of(["age", "experiments", "sex"]) != content_hash(case.record, DICTIONARY.nodes["case"])


def test_what_only_the_commons_has_values_of_is_counted() -> None:
    commons = commons_with(study())
    commons.records["case", "e:s1"] |= {"sex": "F", "weight": 2.0}
    commons.records["case", "e:s2"]["sex"] = "M"
    commons.records["sample", "e:t1"]["samples"] = {"e:t0"}
    found = diff(commons, study())
    assert found.unsaid() == {"case": {"sex": 2, "weight": 1}, "sample": {"samples": 1}}
    assert found.as_dict()["unsaid"] == found.unsaid()
    assert {one.standing for one in found} == {Standing.SAME}


def test_strangers_are_those_of_others_that_are_not_known() -> None:
    commons = commons_with(study(name="other"), study(name="mine"))
    known = {
        (node, str(one["submitter_id"]).lower()) for node, t in study(name="mine").nodes.items() for one in t.records()
    }
    found = compare(study(), DICTIONARY, Project(commons.client(), "prog", "proj"), known)
    assert (found.others, found.strangers) == (26, 13)
