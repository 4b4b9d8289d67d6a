"""Real datasets on the whole way to a commons and back; and what is sent when a curator changes a cell and runs again."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pipeline import SHARED, Run, copied, declared, run
from real_datasets import SAMPLES, folders

pytest.importorskip("werkzeug")
pytest.importorskip("graphql")

from rehearsal import Rehearsal

from sds2gen3 import validate
from sds2gen3.catalogue import Severity
from sds2gen3.commons import make_plan
from sds2gen3.commons.diff import Difference, Standing
from sds2gen3.dictionary import Dictionary
from sds2gen3.model import Graph

SCHEMAS = Path(__file__).parents[2] / "schemas"
ABSENT = "the shared material is not beside the project (../shared)"
WITH_SHARED = pytest.mark.skipif(not SHARED.is_dir(), reason=ABSENT)

GOOD = {
    "fair-amd-oct": 14,
    "gi-review": 13,
    "soda-test-dataset": 26,
    "sparc-me-optical-mapping": 20,
    "sparclink": 7,
}
"""The real datasets whose records are good, and how many each makes; SDS may still find fault with the sheets of some."""
VALID = {"gi-review", "sparc-me-optical-mapping", "sparclink"}
"""Those without any error, so that they may be submitted."""
ERRORS = {
    "fair-amd-oct": 1,
    "fair-biors": 5,
    "pennsieve-pig-heart": 1,
    "soda-test-dataset": 5,
    "dbgap-prep": 1,  # a test folder of a program
    "sparcur-csv": 5,  # loose sheets, no dataset as they stand
}
"""How many errors, at least, keep the others from being submitted; test_real_and_templates.py says which."""
REFUSED = {
    "fair-biors": ("dataset_description.xlsx!D3", "review"),
    "pennsieve-pig-heart": ("dataset_description.xlsx!F8", "Principle Investigator"),
}
"""Those with a value that the dictionary does not know, and its cell."""


@WITH_SHARED
def test_which_real_datasets_may_be_submitted() -> None:
    counts = {path.name: run(path).report.errors for path in folders("sds/real")}
    assert {name for name, errors in counts.items() if not errors} >= VALID
    assert {name: errors for name, errors in ERRORS.items() if counts[name] < errors} == {}
    assert set(counts) == {*VALID, *ERRORS}


@WITH_SHARED
@pytest.mark.parametrize(("name", "records"), GOOD.items())
def test_a_real_dataset_arrives_whole_and_comes_back_equal(name: str, records: int) -> None:
    found = run(SHARED / "sds/real" / name, dataset=name)
    _, dictionary = declared("sds", "sds")
    assert [d for d in validate(found.graph, dictionary) if d.severity == Severity.ERROR] == []
    rehearsal = Rehearsal(dictionary, "sds", "sds")
    tally = rehearsal.submit(found.graph, dictionary)
    assert (tally.counts, tally.verified, tally.findings) == (Counter(created=records), records, [])
    assert held(rehearsal, dictionary) == sent(found.graph, dictionary)
    assert rehearsal.submit(found.graph, dictionary).counts == Counter(same=records)


@WITH_SHARED
@pytest.mark.parametrize("name", REFUSED)
def test_what_we_find_wrong_with_a_real_record_the_commons_refuses_at_the_same_cell(name: str) -> None:
    found = run(SHARED / "sds/real" / name, dataset=name)
    _, dictionary = declared("sds", "sds")
    rehearsal = Rehearsal(dictionary, "sds", "sds")
    tally = rehearsal.submit(found.graph, dictionary)
    (refused,) = tally.findings
    assert (refused.code, str(refused.place), refused.value) == ("U630", *REFUSED[name])
    assert found.errors(str(refused.place)) != []
    assert (tally.counts["failed"], tally.exit_code) == (1, 1)
    assert len(held(rehearsal, dictionary)) == len(sent(found.graph, dictionary)) - 1


# A cell is changed and the same command is run again

BLADDER = "bladder-imaging-3.0.2"
VAGUS = "vagus-stimulation-2.0.0"


class Curated:
    """A sample dataset that is in the commons, and whose workbooks can be edited."""

    def __init__(self, name: str, folder: Path, mapping: str = "sds", dictionary: str = "sds") -> None:
        self.name, self._mapping, self._dictionary = name, mapping, dictionary
        self.folder = copied(SAMPLES / name / "dataset", folder)
        _, self.dictionary = declared(mapping, dictionary)
        self.rehearsal = Rehearsal(self.dictionary, "sds", "sds")
        self.records = sum(map(len, self.run().graph.nodes.values()))
        self.ledger = folder.parent / f"{folder.name}.jsonl"
        assert self.again()[0] == Counter(created=self.records)

    def run(self) -> Run:
        found = run(self.folder, self._mapping, self._dictionary, dataset=self.name)
        assert found.report.errors == 0
        return found

    def edit(self, file: str, name: str, **cells: Any) -> None:
        """Write cells of the row that begins with a name; `was_derived_from` is the column 'was derived from'."""
        book = load_workbook(self.folder / file)
        (sheet,) = book.worksheets
        header = [cell.value for cell in sheet[1]]
        (row,) = [one for one in sheet.iter_rows() if one[0].value == name]
        for field, value in cells.items():
            row[header.index(field.replace("_", " "))].value = value
        book.save(self.folder / file)

    def differences(self) -> list[Difference]:
        return [one for one in self.rehearsal.diff(self.run().graph) if one.standing is not Standing.SAME]

    def again(self, **choices: Any) -> tuple[Counter[str], list[list[dict[str, Any]]]]:
        """Submit once more: the counts, and the records of each request that arrived at the commons."""
        before = len(self.rehearsal.sandbox.transactions())
        counts = self.rehearsal.submit(self.run().graph, self.dictionary, ledger=self.ledger, **choices).counts
        arrived = [log.canonical for log in self.rehearsal.sandbox.transactions()[before:] if log.role == "update"]
        return counts, arrived

    def id(self, *parts: str) -> str:
        return ":".join((self.name, *parts))

    def in_commons(self, node: str, name: str) -> dict[str, Any]:
        return {one["submitter_id"]: one for one in held(self.rehearsal, self.dictionary) if one["type"] == node}[name]

    def is_equal(self) -> bool:
        return held(self.rehearsal, self.dictionary) == sent(self.run().graph, self.dictionary)


def test_without_a_change_nothing_is_sent(tmp_path: Path) -> None:
    dataset = Curated(VAGUS, tmp_path)
    assert dataset.again() == (Counter(same=dataset.records), [])


def test_one_changed_cell_sends_exactly_one_record(tmp_path: Path) -> None:
    dataset = Curated(VAGUS, tmp_path)
    dataset.edit("subjects.xlsx", "sub-2", body_mass="999 g")
    counts, arrived = dataset.again()
    assert counts == Counter(same=dataset.records - 1, updated=1)
    assert [[one["submitter_id"] for one in request] for request in arrived] == [[dataset.id("sub-2")]]
    assert dataset.in_commons("case", dataset.id("sub-2"))["body_mass"] == "999 g"
    assert dataset.is_equal()
    assert dataset.again() == (Counter(same=dataset.records), [])


def test_an_emptied_cell_is_cleared_there(tmp_path: Path) -> None:
    dataset = Curated(VAGUS, tmp_path)
    assert dataset.in_commons("case", dataset.id("sub-2"))["body_mass"] == "310 g"
    dataset.edit("subjects.xlsx", "sub-2", body_mass=None)
    counts, arrived = dataset.again()
    assert counts == Counter(same=dataset.records - 1, updated=1)
    assert [[(one["submitter_id"], one["body_mass"]) for one in request] for request in arrived] == [
        [(dataset.id("sub-2"), None)]
    ]
    assert "body_mass" not in dataset.in_commons("case", dataset.id("sub-2"))
    assert dataset.is_equal()
    assert dataset.again() == (Counter(same=dataset.records), [])


def test_a_moved_sample_has_a_new_name_and_the_old_one_is_told(tmp_path: Path) -> None:
    """The name of a sample tells its subject: nothing is deleted by itself, but the comparison says what is left over."""
    dataset = Curated(BLADDER, tmp_path)
    old, new = dataset.id("sub-1", "sam-1"), dataset.id("sub-2", "sam-1")
    dataset.edit("samples.xlsx", "sam-1", subject_id="sub-2", was_derived_from="sub-2")
    found = {one.item.submitter_id: one for one in dataset.differences()}
    assert found.pop(new).standing is Standing.NEW
    assert {one.standing for one in found.values()} == {Standing.CHANGED}
    assert {(change.name, *change.before, *change.after) for one in found.values() for change in one.changes} == {
        ("samples", old, new)
    }
    counts, _ = dataset.again()
    assert counts == Counter(created=1, updated=len(found), same=dataset.records - 1 - len(found))
    left = dataset.rehearsal.diff(dataset.run().graph).only_there
    assert {node: [one.submitter_id for one in each] for node, each in left.items()} == {"sample": [old]}
    assert dataset.differences() == []


def test_a_sample_that_keeps_its_name_is_moved(tmp_path: Path) -> None:
    """A sample need not name its subject; the link to it is optional, and the server adds to it unless it is emptied."""
    dataset = Curated(BLADDER, tmp_path)
    dataset.edit("samples.xlsx", "sam-2", subject_id=None)
    dataset.again()
    name = dataset.id("", "sam-2")
    assert dataset.in_commons("sample", name)["cases"] == [dataset.id("sub-2")]
    dataset.edit("samples.xlsx", "sam-2", was_derived_from="sub-3")
    (moved,) = dataset.differences()
    assert (moved.item.submitter_id, moved.unlink) == (name, ("cases",))
    counts, arrived = dataset.again()
    assert (counts["updated"], counts["same"]) == (1, dataset.records - 1)
    assert [[(one["submitter_id"], one["cases"]) for one in request] for request in arrived] == [
        [(name, None)],
        [(name, {"submitter_id": dataset.id("sub-3")})],
    ]
    assert dataset.in_commons("sample", name)["cases"] == [dataset.id("sub-3")]


@pytest.fixture
def firm(tmp_path: Path) -> Curated:
    """A dataset of a commons that wants a subject of every sample, with names that do not tell the subject."""
    mapping, dictionary = tmp_path / "mapping", tmp_path / "dictionary"
    shutil.copytree(SCHEMAS / "mappings/sds", mapping)
    shutil.copytree(SCHEMAS / "dictionaries/sds", dictionary)
    _rewrite(
        mapping / "sample.yaml",
        lambda text: text.replace('"{dataset}:{subject_id}:{sample_id}"', '"{dataset}:{sample_id}"'),
    )
    _rewrite(dictionary / "sample.yaml", lambda text: text.replace("required: false", "required: true"))
    return Curated(BLADDER, tmp_path / "data", str(mapping), str(dictionary))


def test_a_sample_that_must_have_a_subject_is_made_again_when_it_moves(firm: Curated) -> None:
    moved = firm.id("sam-6")
    below = descendants(moved, held(firm.rehearsal, firm.dictionary))
    assert len(below) >= 4
    firm.edit("samples.xlsx", "sam-6", subject_id="sub-4", was_derived_from="sub-4")
    diff = firm.rehearsal.diff(firm.run().graph)
    again = {one.item.submitter_id for one in diff if one.standing is Standing.REMAKE}
    assert again == {moved, *below}
    assert [(d.code, str(d.place)) for d in diff.findings] == [("U640", "samples.xlsx!B7")]

    plan = make_plan(diff, firm.dictionary)
    assert (plan.chunks, {one.item.submitter_id for one in plan.blocked}) == ((), again)
    counts, arrived = firm.again()
    assert (arrived, counts["same"]) == ([], firm.records - len(again))
    assert counts["failed"] + counts["held back"] == len(again)
    assert firm.in_commons("sample", moved)["cases"] == [firm.id("sub-3")]

    plan = make_plan(diff, firm.dictionary, recreate=True)
    assert ({one.item.submitter_id for one in plan.remade}, plan.blocked) == (again, ())
    counts, arrived = firm.again(recreate=True)
    assert counts == Counter(deleted=len(again), created=len(again), same=firm.records - len(again))
    assert {one["submitter_id"] for request in arrived for one in request} == again
    assert firm.in_commons("sample", moved)["cases"] == [firm.id("sub-4")]
    assert firm.is_equal()


def descendants(name: str, records: list[dict[str, Any]]) -> set[str]:
    """What hangs below a record of that name, found by the links of what the commons has."""
    found = {name}
    while more := {one["submitter_id"] for one in records if found & _linked(one)} - found:
        found |= more
    return found - {name}


def _linked(record: dict[str, Any]) -> set[str]:
    return {str(one) for link in ("cases", "samples", "sites", "performances") for one in record.get(link, ())}


# What the commons has, told as what was sent


def held(rehearsal: Rehearsal, dictionary: Dictionary) -> list[dict[str, Any]]:
    """All records of the project as its export has them, in order."""
    session, found = rehearsal.sandbox.session("admin"), []
    for node in dictionary.order:
        asked = {"node_label": node, "format": "json"}
        answer = session.get(f"{rehearsal.sandbox.url}/api/v0/submission/sds/sds/export", params=asked)
        assert answer.status_code == 200, answer.text
        found += [_plain(record, dictionary) for record in answer.json()["data"]]
    return sorted(found, key=_name)


def sent(graph: Graph, dictionary: Dictionary) -> list[dict[str, Any]]:
    """All records of the Graph, in order and without what is empty."""
    return sorted((_plain(one, dictionary) for table in graph.nodes.values() for one in table.records()), key=_name)


def _plain(record: dict[str, Any], dictionary: Dictionary) -> dict[str, Any]:
    node = dictionary.nodes[record["type"]]
    kept = {name: value for name, value in record.items() if value is not None and name not in node.system_properties}
    return {name: _targets(value) if name in node.links else value for name, value in kept.items() if value != []}


def _targets(value: Any) -> list[str]:
    """The names of the targets of a link, each once."""
    linked = value if isinstance(value, list) else [value]
    return sorted({str(one.get("code") or one.get("submitter_id")) for one in linked})


def _name(record: dict[str, Any]) -> tuple[str, str]:
    return record["type"], record["submitter_id"]


def _rewrite(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    assert change(before) != before
    path.write_text(change(before), encoding="utf-8")
