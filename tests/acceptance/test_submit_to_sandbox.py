"""The client against the embedded commons: every good sample arrives, and no fault leads to a 'done' that is not."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import requests
from commons_graphs import document, study
from pipeline import declared
from stub_commons import Clock

from sds2gen3 import convert, read_dataset
from sds2gen3.commons.client import connect
from sds2gen3.commons.credentials import parse
from sds2gen3.commons.diff import Standing, compare
from sds2gen3.commons.preflight import served_dictionary
from sds2gen3.commons.submission import Choices, project_of, submit
from sds2gen3.commons.tally import Tally
from sds2gen3.commons.withdraw import delete, plan_withdrawal
from sds2gen3.dictionary import Dictionary
from sds2gen3.errors import SdsError
from sds2gen3.model import Graph, Receipt

pytest.importorskip("werkzeug")
pytest.importorskip("graphql")

from sds2gen3.sandbox import KINDS, Sandbox
from sds2gen3.sandbox.adapter import InProcess

SAMPLES = Path(__file__).parents[2] / "sample_datasets"
GOOD = sorted(path.name for path in SAMPLES.iterdir() if (path / "dataset").is_dir() and "broken" not in path.name)


class Wire(InProcess):
    """Also names itself as the connection, as the adapter of `requests` does: a login that is renewed sends again by it."""

    def send(self, *args: Any, **details: Any) -> requests.Response:
        response = super().send(*args, **details)
        response.connection = self  # type: ignore[attr-defined]
        return response


class Rehearsal:
    """A sandbox with a client that logs in with its key, and whose waiting takes no time."""

    def __init__(self, dictionary: Dictionary | dict[str, Any], program: str, project: str) -> None:
        self.sandbox = Sandbox(dictionary)
        self.sandbox.ensure(program, project)
        self.clock = Clock()
        credentials = parse(json.dumps(self.sandbox.credentials()), "the sandbox")
        patience = self.clock.patience(now=time.time)
        self.client = connect(credentials, adapter=Wire(self.sandbox.wsgi), patience=patience)

    def submit(self, graph: Graph, dictionary: Dictionary | None = None, **choices: Any) -> Tally:
        return Tally.of(submit(graph, self.client, dictionary, Choices(**choices)))

    def standings(self, graph: Graph) -> set[Standing]:
        """How the records of the Graph compare with what the sandbox holds, found out by a fresh look."""
        project = project_of(graph, self.client)
        return {one.standing for one in compare(graph, served_dictionary(self.client), project)}


@pytest.mark.parametrize("name", GOOD)
def test_a_sample_dataset_arrives_whole_and_a_second_run_sends_nothing(name: str) -> None:
    rules, dictionary = declared("sds", "sds")
    graph = convert(read_dataset(SAMPLES / name / "dataset"), rules, dictionary, dataset=name)
    total = sum(map(len, graph.nodes.values()))
    rehearsal = Rehearsal(dictionary, "sds", "sds")
    tally = rehearsal.submit(graph, dictionary)
    assert (tally.counts["created"], tally.verified, tally.findings) == (total, total, [])
    assert rehearsal.standings(graph) == {Standing.SAME}
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
    assert rehearsal.standings(graph) == {Standing.SAME}


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
    assert rehearsal.standings(graph) == {Standing.SAME}


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
