"""The client against the embedded commons: every good sample arrives, and no fault leads to a 'done' that is not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from commons_graphs import DICTIONARY, EXPERIMENT, document, study
from commons_graphs import graph as graph_of
from pipeline import declared

from sds2gen3 import convert, read_dataset
from sds2gen3.commons.diff import Standing
from sds2gen3.commons.rehearse import rehearse
from sds2gen3.commons.submission import Choices, project_of, submit
from sds2gen3.commons.tally import Tally
from sds2gen3.commons.withdraw import delete, plan_withdrawal
from sds2gen3.errors import SdsError
from sds2gen3.model import Graph, Receipt

pytest.importorskip("werkzeug")
pytest.importorskip("graphql")

from rehearsal import Rehearsal

from sds2gen3.sandbox import KINDS

SAMPLES = Path(__file__).parents[2] / "sample_datasets"
GOOD = sorted(path.name for path in SAMPLES.iterdir() if (path / "dataset").is_dir() and "broken" not in path.name)


def standings(rehearsal: Rehearsal, graph: Graph) -> set[Standing]:
    return {one.standing for one in rehearsal.diff(graph)}


@pytest.mark.parametrize("name", GOOD)
def test_a_sample_dataset_arrives_whole_and_a_second_run_sends_nothing(name: str) -> None:
    rules, dictionary = declared("sds", "sds")
    graph = convert(read_dataset(SAMPLES / name / "dataset"), rules, dictionary, dataset=name)
    total = sum(map(len, graph.nodes.values()))
    rehearsal = Rehearsal(dictionary, "sds", "sds")
    tally = rehearsal.submit(graph, dictionary)
    assert (tally.counts["created"], tally.verified, tally.findings) == (total, total, [])
    assert standings(rehearsal, graph) == {Standing.SAME}
    writes = len(rehearsal.sandbox.transactions())
    assert rehearsal.submit(graph, dictionary).counts == Counter(same=total)
    assert len(rehearsal.sandbox.transactions()) == writes
    project = project_of(graph, rehearsal.client)
    gone = list(delete(plan_withdrawal(graph, dictionary, project).records, project))
    assert {one.action for one in gone} == {"deleted"}
    assert rehearsal.sandbox.counts() == {"program": 1, "project": 1}


HARMLESS = sorted(set(KINDS) - {"die", "latency"})
LAST = 1 + 3 + 4  # chunks of `study(6, 8, 0)` in pairs: experiment, cases, samples


@pytest.mark.parametrize("position", [1, 3, LAST])
@pytest.mark.parametrize("kind", HARMLESS)
def test_a_fault_leads_to_the_right_content(kind: str, position: int) -> None:
    rehearsal = Rehearsal(document(), "prog", "proj")
    graph = study(6, 8, 0)
    rehearsal.client.programs()
    rehearsal.sandbox.faults.add(f"{kind}@{position}")
    tally = rehearsal.submit(graph, chunk_size=2)
    if (kind, position) == ("too-large", 1):
        # The first request holds the experiment alone, which cannot be halved: nothing arrives, and that is what is said.
        assert tally.counts == Counter({"failed": 1, "held back": 14})
        return
    assert tally.complete, str(tally)
    assert standings(rehearsal, graph) == {Standing.SAME}


@pytest.mark.parametrize("position", [1, 3, LAST])
def test_a_server_that_dies_leaves_an_honest_report_and_the_next_run_goes_on(position: int, tmp_path: Path) -> None:
    rehearsal = Rehearsal(document(), "prog", "proj")
    graph = study(6, 8, 0)
    rehearsal.sandbox.faults.add(f"die@{position}")
    receipts: list[Receipt] = []
    choices = Choices(chunk_size=2, ledger=tmp_path / "submission.jsonl")
    with pytest.raises(SdsError) as caught:
        receipts.extend(submit(graph, rehearsal.client, None, choices))
    tally = Tally.of(receipts)
    assert caught.value.exit_code == 3
    assert sum(tally.counts.values()) == 15
    assert not tally.complete
    rehearsal.sandbox.faults.clear()
    assert rehearsal.submit(graph, ledger=tmp_path / "submission.jsonl").complete
    assert standings(rehearsal, graph) == {Standing.SAME}


def test_a_record_on_which_the_server_always_fails_does_not_stop_the_others() -> None:
    rehearsal = Rehearsal(document(), "prog", "proj")
    graph = study(6, 8, 0)
    graph.nodes["case"].parts[0].columns["age"][2] = "3\0d"
    tally = rehearsal.submit(graph)
    assert [(one.code, str(one.place)) for one in tally.findings if one.code == "U634"] == [
        ("U634", "cases.xlsx!row 4")
    ]
    assert (tally.counts["failed"], tally.counts["held back"]) == (1, 1)
    assert tally.exit_code == 4


def test_records_of_one_id_in_three_nodes_are_rehearsed_and_arrive() -> None:
    graph = graph_of(
        experiment=[EXPERIMENT],
        case=[{"id": "one", "experiments": "e"}, {"id": "two", "experiments": "e"}],
        sample=[
            {"id": "ONE", "experiments": "e", "cases": "two"},
            {"id": "two", "experiments": "e", "cases": "two"},
        ],
        manifest=[{"id": "one", "experiments": "e"}, {"id": "two", "experiments": "e", "samples": ["ONE"]}],
    )
    rehearsal = Rehearsal(document(), "prog", "proj")
    found = list(rehearse(graph, DICTIONARY, project_of(graph, rehearsal.client)))
    assert [(one.code, str(one.place)) for one in found] == [("U639", "samples.xlsx!A3"), ("U639", "manifests.xlsx!A3")]
    assert rehearsal.sandbox.counts() == {"project": 1}, "nothing is stored"
    tally = rehearsal.submit(graph)
    assert (tally.counts, tally.verified) == (Counter(created=7), 7)
    assert standings(rehearsal, graph) == {Standing.SAME}
