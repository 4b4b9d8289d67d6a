"""What is sent: parents first, in chunks, and nothing that need not be."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from commons_graphs import DICTIONARY, EXPERIMENT, graph, linked, study
from hypothesis import given
from hypothesis import strategies as st
from small_commons import SmallCommons, diff

from sds2gen3.commons.diff import all_new
from sds2gen3.commons.plan import Plan, make_plan
from sds2gen3.model import Graph


def plan(there: Graph | SmallCommons, here: Graph, recreate: bool = False) -> Plan:
    return make_plan(diff(there, here), DICTIONARY, recreate=recreate)


def ids(made: Plan) -> list[list[str]]:
    return [[one.item.submitter_id for one in chunk.sendings] for chunk in made.chunks]


def test_nodes_come_parents_first_and_records_in_their_order() -> None:
    made = make_plan(all_new(study(3, 2, 1)), DICTIONARY)
    assert ids(made) == [["e"], ["e:s0", "e:s1", "e:s2"], ["e:t0", "e:t1"], ["e:f0"]]


def test_nothing_is_sent_of_what_is_the_same() -> None:
    assert plan(study(), study()).chunks == ()


def test_of_a_new_record_empty_properties_are_not_sent() -> None:
    here = graph(experiment=[EXPERIMENT], case=[{"id": "s", "experiments": "e", "age": None, "weight": 1}])
    (_, chunk) = make_plan(all_new(here), DICTIONARY).chunks
    assert json.loads(chunk.body) == [
        {"type": "case", "submitter_id": "s", "experiments": {"submitter_id": "e"}, "weight": 1}
    ]


def test_a_value_that_became_empty_is_sent_as_null_with_the_whole_record() -> None:
    def case(age: str | None) -> Graph:
        return graph(
            experiment=[EXPERIMENT], case=[{"id": "s", "experiments": "e", "age": age, "sex": None, "weight": 1}]
        )

    (chunk,) = plan(case("3 d"), case(None)).chunks
    assert json.loads(chunk.body) == [
        {"type": "case", "submitter_id": "s", "experiments": {"submitter_id": "e"}, "age": None, "weight": 1}
    ]


def test_a_replaced_link_takes_two_requests() -> None:
    first, second = plan(linked(cases="s1"), linked(cases="s2")).chunks
    assert first.unlinks
    assert json.loads(first.body)[0]["cases"] is None
    assert json.loads(second.body)[0]["cases"] == {"submitter_id": "s2"}


def test_what_must_be_made_again_is_sent_only_when_asked_for() -> None:
    def two(parent: str) -> Graph:
        cases = [{"id": "s1", "experiments": parent, "age": None}]
        return graph(experiment=[EXPERIMENT, {"id": "e2"}], case=cases)

    made = plan(two("e"), two("e2"))
    assert (made.chunks, made.remade, len(made.blocked)) == ((), (), 1)
    made = plan(two("e"), two("e2"), recreate=True)
    assert (ids(made), len(made.remade), made.blocked) == ([["s1"]], 1, ())


def test_records_that_link_to_their_like_come_after_them() -> None:
    rows = [
        {"id": "c", "experiments": "e", "samples": "B"},
        {"id": "b", "experiments": "e", "samples": "a"},
        {"id": "d", "experiments": "e", "samples": "d"},
        {"id": "a", "experiments": "e"},
    ]
    made = make_plan(all_new(graph(experiment=[EXPERIMENT], sample=rows)), DICTIONARY)
    assert ids(made)[1] == ["a", "b", "c", "d"]


def test_what_the_server_keeps_for_itself_is_never_sent() -> None:
    here = graph(experiment=[EXPERIMENT])
    found = all_new(here)
    (one,) = found.nodes["experiment"]
    found = replace(found, nodes={"experiment": (replace(one, record={**one.record, "id": "x", "project_id": "p"}),)})
    sent = json.loads(make_plan(found, DICTIONARY).chunks[0].body)[0]
    assert not {"id", "project_id"} & set(sent)


@given(st.integers(1, 40), st.integers(100, 2000), st.integers(0, 60))
def test_chunks_keep_to_their_limits_and_change_nothing_else(size: int, most: int, cases: int) -> None:
    rows = [{"id": f"s{n}", "experiments": "e", "age": "x" * (n * 7 % 300)} for n in range(cases)]
    found = all_new(graph(experiment=[EXPERIMENT], case=rows))
    made = make_plan(found, DICTIONARY, size, most)
    for chunk in made.chunks:
        assert len(chunk.sendings) <= size
        assert len(chunk.body) <= most or len(chunk.sendings) == 1
        assert json.loads(chunk.body) == [dict(one.record) for one in chunk.sendings]
    whole = make_plan(found, DICTIONARY, 10**6, 10**9)
    assert [one.body for c in made.chunks for one in c.sendings] == [
        one.body for c in whole.chunks for one in c.sendings
    ]


def test_what_would_be_sent_can_be_written_down() -> None:
    made = make_plan(all_new(study(3, 2, 1)), DICTIONARY, chunk_size=2)
    assert [name for name, _ in made.documents()] == [
        "0001_experiment_001.json",
        "0002_case_001.json",
        "0003_case_002.json",
        "0004_sample_001.json",
        "0005_manifest_001.json",
    ]
    assert made.as_dict()["nodes"]["case"] == {
        "records": 3,
        "chunks": 2,
        "bytes": sum(len(c.body) for c in made.chunks[1:3]),
    }


@pytest.mark.parametrize("recreate", [False, True])
def test_a_record_of_another_dataset_is_never_sent(recreate: bool) -> None:
    theirs = graph(experiment=[{"id": "x"}], case=[{"id": "s1", "experiments": "x"}])
    made = plan(theirs, graph(experiment=[EXPERIMENT], case=[{"id": "s1", "experiments": "e"}]), recreate)
    assert ids(made) == [["e"]]
    assert len(made.blocked) == 1
