"""Records read back from a commons: all of them, those that are asked for, in a fixed order, in forms that lose nothing."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

pytest.importorskip("werkzeug")

from full_commons import SDS, FullCommons, case, experiment, sample

from sds2gen3.commons.reading import find_project
from sds2gen3.commons.reading.where import conditions, doubts
from sds2gen3.dictionary.columns import Column, columns
from sds2gen3.errors import DataError, SdsError, UnreachableError, UsageError
from sds2gen3.sheets.formats.cells import unescape
from sds2gen3.write.exported import FORMS, Exported, Sheet, write_file, write_folder
from sds2gen3.write.exported.xlsx import LONGEST
from sds2gen3.write.reread import reread
from sds2gen3.write.tsv_read import read_tsv

MANY = 2_550


@pytest.fixture(scope="module")
def full() -> FullCommons:
    """2,550 cases, which no test changes."""
    commons = FullCommons()
    commons.fill(MANY)
    commons.put(sample(f"s-{number}", "e", cases={"submitter_id": "c-00001"}) for number in range(30))
    return commons


@pytest.fixture
def empty() -> FullCommons:
    return FullCommons()


def code_of(error: pytest.ExceptionInfo[SdsError]) -> str:
    return error.value.diagnostics[0].code


def written(records: list[dict[str, Any]], names: list[Column], form: str, node: str = "case") -> bytes:
    file = io.BytesIO()
    FORMS[form](records, Sheet(node, names, SDS), file)
    return file.getvalue()


def test_every_record_is_there_whatever_the_page_of_the_server_is(full: FullCommons) -> None:
    records = full.read("case")["case"]
    assert len({one["submitter_id"] for one in records}) == len(records) == MANY + 1
    assert records[0] == {**case("c-00000"), "sex": "Female"}


def test_records_come_in_order_of_submitter_id_whatever_order_they_were_stored_in(empty: FullCommons) -> None:
    names = [f"c{number}" for number in range(40)]
    shuffled = random.Random(1).sample(names, len(names))
    empty.put([experiment("e"), *(case(name) for name in shuffled)])
    assert [one["submitter_id"] for one in empty.read("case")["case"]] == sorted(names)


def test_several_nodes_come_parents_first_and_empty_ones_only_if_named(full: FullCommons) -> None:
    assert list(full.read()) == ["experiment", "case", "sample"]
    assert list(full.read("sample", "site", "experiment")) == ["experiment", "sample", "site"]
    assert full.read("site") == {"site": []}


def test_a_dataset_is_its_experiment_and_all_that_leads_to_it(full: FullCommons) -> None:
    found = full.read(dataset="OTHER")
    assert {node: [one["submitter_id"] for one in records] for node, records in found.items()} == {
        "experiment": ["other"],
        "case": ["o-1"],
    }
    assert len(full.read("sample", dataset="e")["sample"]) == 30
    with pytest.raises(DataError) as caught:
        full.read(dataset="c-00001")
    assert code_of(caught) == "U677"


def test_ids_may_be_of_several_nodes_and_of_either_kind(full: FullCommons) -> None:
    server = full.read("case", fields="id", limit=1)["case"][0]["id"]
    found = full.read(ids=("S-3", "o-1", server))
    assert {node: [one["submitter_id"] for one in records] for node, records in found.items()} == {
        "case": ["c-00000", "o-1"],
        "sample": ["s-3"],
    }


def test_an_id_that_is_nowhere_is_not_left_out_silently(full: FullCommons) -> None:
    with pytest.raises(DataError) as caught:
        full.read("case", ids=("c-00001", "c-99999", '"} { evil'))
    assert code_of(caught) == "U674"
    assert "'c-99999'" in str(caught.value)
    assert "c-00001" not in str(caught.value)


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("sex=Male", MANY // 2 + 1),
        ("sex!=Male", MANY // 2),
        (" sex =Male", MANY // 2 + 1),
        ("sex=", 0),
        ("age=", MANY + 1),
        ("age!=", 0),
        ("submitter_id<c-00010", 10),
        ("submitter_id>=c-02549", 2),
        ("experiments=other", 1),
        ("experiments.submitter_id=other", 1),
        ('sex=Male" }', 0),
        ("updated_datetime>2020", MANY + 1),
    ],
)
def test_conditions_choose_records(full: FullCommons, condition: str, count: int) -> None:
    assert len(full.read("case", where=(condition,), fields="submitter_id")["case"]) == count


ODD = ["trail ", " lead", "\u2028ls", "cr\rlf\r\n", "a=b", "_x000D_", " "]


@pytest.mark.parametrize("value", ODD)
def test_the_value_of_a_condition_is_all_that_stands_after_the_operator(empty: FullCommons, value: str) -> None:
    empty.put([experiment("e"), case(f"x{value}x{value}", phenotype=value), case("other", phenotype=value.strip())])
    (found,) = empty.read("case", where=(f"phenotype={value}", f" submitter_id=x{value}x{value}"))["case"]
    assert found["phenotype"] == value
    (found,) = empty.read("case", where=(f"phenotype!={value}",))["case"] if value.strip() != value else [None]
    assert found is None or found["submitter_id"] == "other"


def test_what_people_may_not_mean_by_a_condition_is_told() -> None:
    node = SDS.nodes["case"]

    def of(*texts: str) -> tuple[str, ...]:
        return doubts(texts, [node], SDS)

    assert (
        of("age=3", "age>old", "phenotype= lead", "number_of_directly_derived_samples>3", "updated_datetime>2020") == ()
    )
    assert of("age>3") == ("'age' is text, so 'age>3' compares it as text: '10' comes before '9'.",)
    assert of("sex = Male") == ("The blank after '=' in 'sex = Male' belongs to the value.",)


@pytest.mark.parametrize(
    ("condition", "hint"),
    [
        ("metadata_only=maybe", "true or false"),
        ("metadata_only=tru", "'true'"),
        ("metadata_only>true", "metadata_only=true"),
        ("number_of_directly_derived_samples=three", ""),
        ("number_of_directly_derived_samples>", ""),
        ("number_of_directly_derived_samples<=nan", ""),
        ("state=validatd", "'validated'"),
        ("state=zzzz", "uploading, uploaded"),
    ],
)
def test_a_value_that_no_record_can_have_is_refused(condition: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        conditions([condition], [SDS.nodes["case"]], SDS)
    assert code_of(caught) == "U673"
    assert hint in caught.value.diagnostics[0].hint


def test_a_value_that_one_of_the_nodes_can_have_is_not_refused() -> None:
    nodes = [SDS.nodes["case"], SDS.nodes["sample"]]
    assert conditions(["type=case", "metadata_only=TRUE", "metadata_only=", "sex=Mle", "cases=c"], nodes, SDS)
    with pytest.raises(UsageError):
        conditions(["type=kase"], nodes, SDS)


def test_conditions_compare_numbers_as_numbers_and_lists_by_their_items() -> None:
    node = SDS.nodes["dataset_description"]
    (one,) = conditions(["number_of_subjects>=9"], [node], SDS)
    assert one.meets({"number_of_subjects": 10}, node)
    assert not one.meets({"number_of_subjects": 8.5}, node)
    assert not one.meets({"number_of_subjects": True}, node)
    assert not one.meets({"number_of_subjects": 10}, SDS.nodes["site"])
    (one,) = conditions(["keywords=heart"], [node], SDS)
    assert one.meets({"keywords": ["vagus", "heart"]}, node)
    assert not one.meets({"keywords": ["heart rate"]}, node)


@pytest.mark.parametrize(
    ("since", "until", "all_of_them"),
    [
        ("2020-01-01", None, True),
        (None, "2020-01-01", False),
        ("2020-01-01", "2100-12-31T23:00+01:00", True),
        ("2100-01-01T00:00Z", None, False),
    ],
)
def test_records_of_a_time(full: FullCommons, since: str | None, until: str | None, all_of_them: bool) -> None:
    assert len(full.read("case", since=since, until=until)["case"]) == (MANY + 1 if all_of_them else 0)


def test_limit_and_offset_count_in_the_fixed_order(full: FullCommons) -> None:
    (one,) = (
        [record["submitter_id"] for record in selected.records()] + [selected.total]
        for selected in full.select("case", limit=2, offset=3, where=("sex=Male",))
    )
    assert one == ["c-00007", "c-00009", MANY // 2 + 1]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"fields": "submiter_id"}, "U672"),
        ({"fields": "experiments.code"}, "U672"),
        ({"fields": "sex,,age"}, "U673"),
        ({"where": ("gender=Male",)}, "U672"),
        ({"where": ("sex is Male",)}, "U673"),
        ({"since": "yesterday"}, "U673"),
    ],
)
def test_what_cannot_be_asked_is_told_before_anything_is_read(full: FullCommons, asked: Any, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        full.read("case", **asked)
    assert code_of(caught) == code


def test_a_node_that_there_is_not_is_told_with_the_nearest(full: FullCommons) -> None:
    with pytest.raises(UsageError) as caught:
        full.read("cases")
    assert code_of(caught) == "U672"
    assert "'case'" in caught.value.diagnostics[0].hint


def titles(text: str | None, node: str = "sample") -> list[str]:
    return [one.title for one in columns(text, [SDS.nodes[node]], SDS)[node]]


def test_fields_are_a_small_language() -> None:
    usual = titles(None)
    assert usual[:4] == ["type", "submitter_id", "cases.submitter_id", "experiments.submitter_id"]
    assert not {"id", "state", "project_id", "updated_datetime"} & set(usual)
    assert titles("sample_type,submitter_id") == ["sample_type", "submitter_id"]
    assert titles("!cases") == [one for one in usual if one != "cases.submitter_id"]
    assert titles("links") == titles("links.submitter_id") == ["cases.submitter_id", "experiments.submitter_id"]
    assert titles("cases,cases.id") == ["cases.submitter_id", "cases.id"]
    assert set(titles("_all")) == {
        *usual,
        "id",
        "state",
        "project_id",
        "created_datetime",
        "updated_datetime",
        "cases.id",
        "experiments.id",
    }
    assert titles("_all,!links,!state,!sample_type") == [
        one for one in titles("_all") if "." not in one and one not in ("state", "sample_type")
    ]
    assert titles("links,!cases") == ["experiments.submitter_id"]
    assert titles("experiments", "case") == ["experiments.submitter_id"]
    assert titles("projects", "experiment") == ["projects.code"]


def test_what_the_server_keeps_for_itself_is_asked_for_by_name(full: FullCommons) -> None:
    (record,) = full.read("case", ids=("o-1",), fields="submitter_id,state,id,project_id,experiments.id")["case"]
    assert record["state"] == "validated"
    assert record["project_id"] == "prog-p"
    assert len(record["id"]) == len(record["experiments"]["id"]) == 36


def test_a_count_that_does_not_agree_is_an_error(full: FullCommons, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(full.project), "counts", lambda self, nodes: dict.fromkeys(nodes, MANY + 2))
    with pytest.raises(UnreachableError) as caught:
        full.read("case")
    assert code_of(caught) == "U670"
    assert "2,552" in str(caught.value)


def test_a_stream_that_breaks_off_is_read_again(full: FullCommons, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, broken = type(full.project).export, iter([True, False])

    def export(self: Any, node: str) -> Iterator[dict[str, Any]]:
        for number, record in enumerate(whole(self, node)):
            if number == 20 and next(broken):
                raise UnreachableError.of("U610", "broken off")
            yield record

    monkeypatch.setattr(type(full.project), "export", export)
    assert len(full.read("sample")["sample"]) == 30


def test_a_record_that_comes_in_pieces_is_one_record(empty: FullCommons, monkeypatch: pytest.MonkeyPatch) -> None:
    empty.put([experiment("e"), case("c"), case("d"), PERFORMANCE])
    whole = type(empty.project).export

    def export(self: Any, node: str) -> Iterator[dict[str, Any]]:
        for record in whole(self, node):
            for target in record.get("cases", [{}]):
                yield {**record, "cases": [target]}

    monkeypatch.setattr(type(empty.project), "export", export)
    assert empty.read("performance") == {"performance": [PERFORMANCE]}


def test_a_project_is_found_by_any_of_its_names(full: FullCommons) -> None:
    for name in ("p", "prog/p", "prog-p", None):
        assert find_project(full.client, None, name).project_id == "prog-p"
    with pytest.raises(UsageError) as caught:
        find_project(full.client, "prog", "q")
    assert code_of(caught) == "U621"
    full.sandbox.ensure("prog", "second")
    try:
        with pytest.raises(UsageError) as caught:
            find_project(full.client)
        assert code_of(caught) == "U671"
        assert "prog/second" in caught.value.diagnostics[0].hint
    finally:
        full.client.write("DELETE", full.client.address("prog", "second"))


NODE = SDS.nodes["dataset_description"]
LISTS = {
    "type": "dataset_description",
    "submitter_id": "dd",
    "experiments": {"submitter_id": "e"},
    "title": "a title",
    "keywords": ["one", "two"],
    "number_of_subjects": 3,
}
PERFORMANCE = {
    "type": "performance",
    "submitter_id": "run",
    "performance_id": "run",
    "cases": [{"submitter_id": "c"}, {"submitter_id": "d"}],
    "experiments": {"submitter_id": "e"},
}


def test_a_tsv_is_read_by_the_server_and_by_us(empty: FullCommons, tmp_path: Path) -> None:
    empty.put([experiment("e"), case("c", age="1"), case("d", metadata_only=False), LISTS, PERFORMANCE])
    body = {}
    for one in empty.select():
        file = tmp_path / f"{one.node.name}.tsv"
        write_file([Exported(Sheet(one.node.name, one.columns, SDS), len(one), one.records)], file, "tsv")
        body[one.node.name] = file.read_bytes()
    before = empty.read()
    for node, content in body.items():
        assert read_tsv(content, SDS.nodes[node]) == before[node]
    other = FullCommons()
    for content in body.values():
        other.put(content, "text/tab-separated-values")
    assert other.read() == before
    assert before["dataset_description"] == [LISTS]
    assert before["performance"] == [PERFORMANCE]
    assert before["case"][1]["metadata_only"] is False


ABOUT = {"commons": "https://a.org", "program": "prog", "project": "p"}


def exported(commons: FullCommons, folder: Path, form: str, **wanted: Any) -> dict[str, int]:
    """Write the folder of an export."""
    todo = (Exported(Sheet(one.node.name, one.columns, SDS), len(one), one.records) for one in commons.select(**wanted))
    return write_folder(todo, folder, form, SDS, ABOUT)


def back(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The records that are read from it."""
    graph, named = reread(folder, SDS)
    assert named == "sds"
    assert graph.needs == {"program": "prog", "project": "p"}
    return {node: [dict(one) for one in table.records()] for node, table in graph.nodes.items()}


@pytest.mark.parametrize("form", FORMS)
def test_a_folder_that_was_exported_can_be_read_back(full: FullCommons, tmp_path: Path, form: str) -> None:
    assert exported(full, tmp_path / "out", form, dataset="other") == {"experiment": 1, "case": 1}
    assert back(tmp_path / "out") == full.read(dataset="other")
    graph, _ = reread(tmp_path / "out", SDS)
    place = graph.nodes["case"].parts[0].place(0, "sex")
    assert str(place) == (f"nodes/02_case.{form}#/0/sex" if form.startswith("json") else f"nodes/02_case.{form}!A2")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_forms_for_people_keep_every_value_there_and_back(empty: FullCommons, tmp_path: Path, form: str) -> None:
    """Lists, links to several, numbers, true and false, what is not there, and texts that look like something else."""
    cases = [case(f"c-{number:02}{text}", "e", age=text) for number, text in enumerate(NASTY)]
    several = [{"submitter_id": one["submitter_id"]} for one in cases[:2]]
    lists = {**LISTS, "keywords": ["Doe, Jane", '"', "", "=1"]}
    empty.put(
        [experiment("e"), *cases, case("plain", "e", metadata_only=False), lists, PERFORMANCE | {"cases": several}]
    )
    before = empty.read()
    exported(empty, tmp_path / "out", form)
    assert json.dumps(back(tmp_path / "out"), sort_keys=True) == json.dumps(before, sort_keys=True)
    assert before["performance"][0]["cases"] == several
    assert "age" not in before["case"][-1]


def test_a_workbook_that_another_program_saved_is_read_back(full: FullCommons, tmp_path: Path) -> None:
    exported(full, tmp_path / "out", "xlsx", dataset="other")
    for file in (tmp_path / "out/nodes").iterdir():
        openpyxl.load_workbook(file).save(file)
    assert back(tmp_path / "out") == full.read(dataset="other")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'type,age\ncase,"[1,\n', "unexpected end"),
        (b"type,keywords\ncase,[1\n", "row 2 has a cell that is not as it was written"),
        (b"type\ncase,7\n", "row 2 has 2 cells under 1 titles"),
        (b"type\n\xff\n", "not UTF-8"),
        (b"", "no titles"),
    ],
)
def test_a_csv_that_was_spoilt_is_told(full: FullCommons, tmp_path: Path, content: bytes, says: str) -> None:
    one = Exported(Sheet("case", [Column("submitter_id")], SDS), 1, lambda: [{"submitter_id": "c"}])
    write_folder([one], tmp_path / "out", "csv", SDS, ABOUT)
    (tmp_path / "out/nodes/01_case.csv").write_bytes(content)
    with pytest.raises(UsageError, match=says) as caught:
        reread(tmp_path / "out", SDS)
    assert code_of(caught) == "C936"


def test_what_the_server_would_read_otherwise_is_not_written_as_tsv(empty: FullCommons, tmp_path: Path) -> None:
    empty.put([experiment("e"), {**LISTS, "keywords": ["Doe, Jane", "x"]}])
    found = iter(empty.select("dataset_description"))
    one = next(found)
    with pytest.raises(DataError) as caught:
        write_file([Exported(Sheet(one.node.name, one.columns, SDS), 1, one.records)], tmp_path / "d.tsv", "tsv")
    assert code_of(caught) == "D463"
    assert list(tmp_path.iterdir()) == []


NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "'=1",
    "'quoted'",
    "",
    "[1]",
    '"x"',
    "007",
    "a,b",
    "two\nlines",
    "é ☃ 𝄞",
    "cr\rlf\r\n",
    "_x000D_",
    "_x005F_x000D_",
]


def test_a_csv_holds_no_formula_and_every_text_can_be_told(empty: FullCommons) -> None:
    empty.put([experiment("e"), *(case(f"c-{number:02}", "e", age=text) for number, text in enumerate(NASTY))])
    found = iter(empty.select("case", fields="submitter_id,age"))
    one = next(found)
    content = written(list(one.records()), list(one.columns), "csv").decode()
    cells = [row[1] for row in csv.reader(io.StringIO(content, newline=""))][1:]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert [told(cell) for cell in cells] == NASTY


def told(cell: str) -> str:
    """What a cell of our CSV says, by the rule that the help gives."""
    text = cell[1:] if cell.startswith("'") else cell
    return json.loads(text) if text.startswith('"') and not cell.startswith("'") else text


def test_a_workbook_holds_texts_as_texts_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    records = [{"submitter_id": "c", "age": text, "subject_id": "\x01 _x0041_"} for text in NASTY]
    names = [Column("submitter_id"), Column("age"), Column("subject_id")]
    content = written(records, names, "xlsx")
    assert content == written(records, names, "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert sheet.title == "case"
    rows = list(sheet.iter_rows(min_row=2))
    assert {cell.data_type for row in rows for cell in row} == {"s"}
    told = [unescape(str(row[1].value)) for row in rows]
    assert [json.loads(text) if text[:1] == '"' else text for text in told] == NASTY


def test_a_workbook_keeps_numbers_lists_and_what_is_not_there() -> None:
    records = [
        {"a": 3, "b": True, "c": [1, "x"], "d": 2.5, "e": 10**20, "f": None},
        {"links": [{"submitter_id": "x,y"}]},
    ]
    names = [*map(Column, "abcdef"), Column("links", "submitter_id", many=True)]
    sheet = openpyxl.load_workbook(io.BytesIO(written(records, names, "xlsx"))).active
    assert sheet is not None
    values = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert values[1] == [3, True, '[1,"x"]', 2.5, "100000000000000000000", None, None]
    assert values[2] == [None] * 6 + ['["x,y"]']


def test_what_a_workbook_cannot_hold_is_told() -> None:
    with pytest.raises(DataError) as caught:
        written([{"age": "x" * (LONGEST + 1)}], [Column("age")], "xlsx")
    assert code_of(caught) == "U675"


def test_json_is_one_list_however_many_there_are() -> None:
    for count in (0, 1, 1_000, 1_001):
        records = [{"submitter_id": str(number), "whole": 10**30} for number in range(count)]
        assert json.loads(written(records, [], "json")) == records
        assert [json.loads(line) for line in written(records, [], "jsonl").splitlines()] == records


def test_an_export_that_fails_leaves_the_older_file(full: FullCommons, tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text("old")

    def records() -> Iterator[dict[str, Any]]:
        yield {"submitter_id": "c"}
        raise UnreachableError.of("U610", "gone")

    with pytest.raises(UnreachableError):
        write_file([Exported(Sheet("case", [], SDS), 1, records)], file, "json")
    assert file.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["case.json"]


def test_no_file_is_written_outside_the_folder_for_a_node_with_a_strange_name(tmp_path: Path) -> None:
    one = Exported(Sheet("../../evil", [], SDS), 0, list)
    about = {"commons": "c", "program": "prog", "project": "p"}
    with pytest.raises(UsageError):
        write_folder([one], tmp_path / "out", "json", SDS, about)
    assert list(tmp_path.iterdir()) == []
