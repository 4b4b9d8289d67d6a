"""The output folder: complete or not at all, replaced only if it is ours, never mixed with the dataset."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import dataset, dictionary, link, node, table

import sds2gen3
from sds2gen3.diagnostics import Report, finding
from sds2gen3.errors import DataError, UsageError
from sds2gen3.model import Graph, LeftOut, NodeTable, Part, Unmapped
from sds2gen3.place import Place
from sds2gen3.write import output, swap, write

NODES = dictionary(
    node("experiment", {}), node("case", {"age": {"type": "string"}}, links=(link("experiments", "experiment"),))
)


def small(**changes: Any) -> Graph:
    sheet = table("subjects", {"subject_id": ["s1", "s2"], "age": ["1 day", None], "colour": ["red", None]})
    cases = Part(
        {
            "type": ["case", "case"],
            "submitter_id": ["s1", "s2"],
            "experiments": [{"submitter_id": "e"}] * 2,
            "age": ["1 day", None],
        },
        sheet,
        range(2),
        {"submitter_id": ("subject_id",), "age": ("age",)},
    )
    experiments = Part({"type": ["experiment"], "submitter_id": ["e"]})
    graph = Graph(
        replace(dataset(sheet), left_out=(LeftOut(Place("subjects.xlsx", "Sheet1", 9, 1), 1.5, "beside the table"),)),
        {"experiment": NodeTable("experiment", (experiments,)), "case": NodeTable("case", (cases,))},
        needs={"project": "heart"},
        unmapped=(Unmapped(sheet, "colour", "not mapped"),),
    )
    return replace(graph, **changes)


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Path]:
    """A folder to write into; whatever happens, nothing hidden may be left in it."""
    yield tmp_path
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_files_are_numbered_in_submission_order_and_returned(parent: Path) -> None:
    out = parent / "new" / "out"
    paths = write(small(), out)
    names = ["nodes/01_experiment.json", "nodes/02_case.json", "provenance.jsonl", "unmapped.jsonl", "report.json"]
    assert paths == [out / name for name in names]
    assert sorted(tree(out)) == sorted(names)


def test_json_is_an_array_with_an_indent_of_two(parent: Path) -> None:
    write(small(), parent / "out")
    text = (parent / "out/nodes/02_case.json").read_text(encoding="utf-8")
    assert text == json.dumps(list(small().nodes["case"].records()), indent=2) + "\n"


def test_many_records_make_one_array(parent: Path) -> None:
    part = Part({"type": ["case"] * 2500, "submitter_id": [f"s{n}" for n in range(2500)]})
    write(small(nodes={"case": NodeTable("case", (part, part))}), parent / "out")
    records = json.loads((parent / "out/nodes/01_case.json").read_bytes())
    assert [record["submitter_id"] for record in records] == [*part.columns["submitter_id"]] * 2


def test_jsonl_and_tsv_have_a_line_for_each_record(parent: Path) -> None:
    write(small(), parent / "out", as_="jsonl")
    lines = (parent / "out/nodes/02_case.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == list(small().nodes["case"].records())
    write(small(), parent / "out", as_="tsv", dictionary=NODES)
    assert (parent / "out/nodes/02_case.tsv").read_text(encoding="utf-8") == (
        "type\tsubmitter_id\texperiments.submitter_id\tage\ncase\ts1\te\t1 day\ncase\ts2\te\tnull\n"
    )
    assert not (parent / "out/nodes/02_case.jsonl").exists()


def test_provenance_and_unmapped_name_file_sheet_and_cell(parent: Path) -> None:
    write(small(), parent / "out")
    lines = (parent / "out/provenance.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"v": 1, "type": "experiment", "submitter_id": "e", "cells": {}},
        {
            "v": 1,
            "type": "case",
            "submitter_id": "s1",
            "cells": {"submitter_id": "subjects.xlsx!Sheet1!A2", "age": "subjects.xlsx!Sheet1!B2"},
        },
        {"v": 1, "type": "case", "submitter_id": "s2", "cells": {"submitter_id": "subjects.xlsx!Sheet1!A3"}},
    ]
    lines = (parent / "out/unmapped.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"v": 1, "cell": "subjects.xlsx!Sheet1!A9", "value": 1.5, "reason": "beside the table"},
        {"v": 1, "cell": "subjects.xlsx!Sheet1!C2", "value": "red", "reason": "not mapped"},
    ]


def test_the_report_says_what_was_made_of_what(parent: Path) -> None:
    report = Report([finding("M307", "x"), finding("D441", "y", node="case")], {"mapping": "sds"})
    write(small(), parent / "out", dictionary=NODES, report=report)
    assert json.loads((parent / "out/report.json").read_bytes()) == {
        "v": 1,
        "made_by": "sds2gen3",
        "version": sds2gen3.__version__,
        "dataset": {"name": "ds", "sds_version": "2.0.0"},
        "needs": {"project": "heart"},
        "roots": {},
        "nodes": {
            "experiment": {
                "file": "nodes/01_experiment.json",
                "records": 1,
                "parts": [{"records": 1, "links": []}],
            },
            "case": {
                "file": "nodes/02_case.json",
                "records": 2,
                "parts": [{"records": 2, "links": ["experiments"]}],
            },
        },
        "dictionary": {"name": "test"},
        "mapping": "sds",
        "findings": {"error": 1, "warning": 0, "info": 1},
        "codes": {"D441": 1, "M307": 1},
        "errors": {"case": 1},
    }


def test_the_same_graph_gives_the_same_bytes(parent: Path) -> None:
    write(small(), parent / "a")
    write(small(), parent / "b")
    assert tree(parent / "a") == tree(parent / "b")


def test_a_folder_of_ours_is_replaced_as_a_whole_and_an_empty_one_is_taken(parent: Path) -> None:
    out = parent / "out"
    out.mkdir()
    (out / ".DS_Store").touch()
    write(small(), out)
    write(small(nodes={}), out)
    assert sorted(tree(out)) == ["provenance.jsonl", "report.json", "unmapped.jsonl"]


def test_the_folder_that_a_link_points_to_is_replaced_and_the_link_kept(parent: Path) -> None:
    (parent / "real").mkdir()
    (parent / "link").symlink_to(parent / "real")
    write(small(), parent / "link")
    assert (parent / "link").is_symlink()
    assert (parent / "real/report.json").exists()


@pytest.mark.parametrize("name", ["notes.txt", "report.json", "nodes/01_case.json"])
def test_somebody_elses_folder_is_left_alone(parent: Path, name: str) -> None:
    path = parent / "out" / name
    path.parent.mkdir(parents=True)
    path.write_text('{"made_by": "hand"}')
    before = tree(parent)
    with pytest.raises(UsageError) as error:
        write(small(), parent / "out")
    assert error.value.diagnostics[0].code == "C930"
    assert tree(parent) == before


def test_a_file_is_not_replaced_by_a_folder(parent: Path) -> None:
    (parent / "out").write_text("x")
    with pytest.raises(UsageError) as error:
        write(small(), parent / "out")
    assert error.value.diagnostics[0].code == "C930"


@pytest.mark.parametrize("name", ["notes.txt", "nodes/mine.json", "more/x"])
def test_files_of_the_user_in_our_folder_are_not_lost(parent: Path, name: str) -> None:
    write(small(), parent / "out")
    path = parent / "out" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    with pytest.raises(UsageError) as error:
        write(small(), parent / "out")
    assert error.value.diagnostics[0].code == "C932"
    assert path.read_text() == "x"


@pytest.mark.parametrize("out", ["data", "data/out", "."])
def test_the_output_never_mixes_with_the_dataset(parent: Path, out: str) -> None:
    (parent / "data").mkdir()
    graph = small(dataset=replace(dataset(), root=str(parent / "data")))
    with pytest.raises(UsageError) as error:
        write(graph, parent / out)
    assert error.value.diagnostics[0].code == "C931"
    write(graph, parent / "data-out")


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
def test_a_stop_in_the_middle_leaves_the_old_folder(
    parent: Path, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]
) -> None:
    write(small(), parent / "out")
    before = tree(parent)

    def broken(*_: Any) -> Iterator[bytes]:
        yield b"half"
        raise stop

    monkeypatch.setattr(output, "unmapped", broken)
    with pytest.raises(stop):
        write(small(needs={"project": "other"}), parent / "out")
    assert tree(parent) == before


def test_a_swap_that_fails_puts_the_old_folder_back(parent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(small(), parent / "out")
    before = tree(parent)
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if ".partial-" in self.name:
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(swap, "_exchanged", lambda one, other: False)  # a system that cannot do it in one step
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(UsageError) as error:
        write(small(needs={}), parent / "out")
    assert error.value.diagnostics[0].code == "C935"
    assert tree(parent) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(parent: Path) -> None:
    parent.chmod(0o500)
    with pytest.raises(UsageError) as error:
        write(small(), parent / "out")
    parent.chmod(0o700)
    assert error.value.diagnostics[0].code == "C935"


def test_a_path_below_a_file_cannot_be_written(parent: Path) -> None:
    (parent / "file").touch()
    with pytest.raises(UsageError) as error:
        write(small(), parent / "file" / "out")
    assert error.value.diagnostics[0].code == "C935"


def test_an_unknown_form_and_tsv_without_a_dictionary(parent: Path) -> None:
    for form, code in (("xml", "C933"), ("tsv", "C934")):
        with pytest.raises(UsageError) as error:
            write(small(), parent / "out", as_=form)
        assert error.value.diagnostics[0].code == code
    assert not (parent / "out").exists()


@pytest.mark.parametrize("value", ["\ud800", 2**70, float("nan")])
def test_values_that_json_cannot_carry_are_never_written(parent: Path, value: Any) -> None:
    part = Part({"type": ["case"], "submitter_id": ["s"], "age": [value]})
    with pytest.raises(DataError):
        write(small(nodes={"case": NodeTable("case", (part,))}), parent / "out")
    assert not (parent / "out").exists()


def test_an_unmapped_value_that_json_cannot_carry_is_kept_readable(parent: Path) -> None:
    place = Place("a.xlsx", "S", 1, 1)
    cells = tuple(LeftOut(place, value, "r") for value in ("x\ud800", 2**70, None))
    write(small(dataset=replace(dataset(), left_out=cells), unmapped=()), parent / "out")
    lines = (parent / "out/unmapped.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["value"] for line in lines] == ["x\\ud800", str(2**70), None]


def test_what_tsv_cannot_carry_is_refused_at_its_cell(parent: Path) -> None:
    sheet = table("subjects", {"subject_id": ["s1"], "age": ["1\nday"]})
    columns = {"type": ["case"], "submitter_id": ["s1"], "age": ["1\nday"]}
    part = Part(columns, sheet, [0], {"age": ("age",)})
    graph = small(nodes={"case": NodeTable("case", (part,))})
    with pytest.raises(DataError) as error:
        write(graph, parent / "out", as_="tsv", dictionary=NODES)
    assert [(d.code, str(d.place)) for d in error.value.diagnostics] == [("D460", "subjects.xlsx!B2")]
    write(graph, parent / "out")
