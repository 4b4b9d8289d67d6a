"""export, query, browse and dictionary diff as they are typed; every path to 2,550 records gives 2,550."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from command_line import Cli

pytest.importorskip("werkzeug")

from full_commons import SDS, FullCommons, case, experiment, sample

from sds2gen3.cli import cargo
from sds2gen3.commons import Patience
from sds2gen3.dictionary import load
from sds2gen3.dictionary.changes import changes

MANY = 2_550
OWN = Path(__file__).parents[2] / "schemas" / "dictionaries" / "sds"


@pytest.fixture(scope="module")
def served() -> Iterator[FullCommons]:
    """A served commons with 2,550 cases of `e`, 30 samples, and the small dataset `other`."""
    commons = FullCommons()
    commons.fill(MANY)
    commons.put(sample(f"s-{number:02}", "e", cases={"submitter_id": "c-00000"}) for number in range(30))
    with commons.sandbox.serve():
        yield commons


@pytest.fixture
def here(served: FullCommons, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FullCommons:
    """Commands run in an empty folder and log in to it."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("GEN3_ENDPOINT", raising=False)
    monkeypatch.setattr(cargo, "Patience", lambda **details: Patience(tries=2, first=0.01, **details))
    key = tmp_path / "key.json"
    key.write_text(json.dumps(served.sandbox.credentials()))
    monkeypatch.setenv("GEN3_API_KEY", str(key))
    return served


def test_every_path_gives_all_of_2550(cli: Cli, here: FullCommons) -> None:
    cases = MANY + 1
    assert len(json.loads(cli("export", "case").out)) == cases
    assert len(cli("export", "case", "--as", "csv").out.splitlines()) == cases + 1
    assert len(json.loads(cli("query", "{ case { id } }").out)["case"]) == cases
    nested = json.loads(cli("query", '{ experiment(submitter_id: "e") { cases { id } } }').out)
    assert len(nested["experiment"][0]["cases"]) == MANY
    assert len(json.loads(cli("query", "--node", "case", "--fields", "submitter_id").out)["case"]) == cases
    assert json.loads(cli("browse", "p", "--json").out)["nodes"]["case"] == cases
    assert len(json.loads(cli("browse", "p", "case", "--json").out)["records"]) == cases
    assert len(json.loads(cli("browse", "p", "experiment", "e", "--json").out)["below"]) == MANY + 30
    assert cli("export", "--dataset", "e", "-o", "out").code == 0
    compared = cli("diff", "out", "-f", "json")
    assert json.loads(compared.out)["nodes"]["case"]["same"] == MANY
    sent = cli("submit", "out", "--yes")
    assert f"same {MANY + 31:,}" in sent.out or f"same {MANY + 31}" in sent.out
    story = json.loads(cli("status", "out", "-f", "json").out)["projects"][0]
    assert story["records"]["case"] == {"same": MANY}
    assert (story["there"]["found"], story["there"]["missing"]) == (MANY + 31, [])


def test_one_node_goes_to_stdout_and_nothing_else_does(cli: Cli, here: FullCommons) -> None:
    run = cli("export", "case", "--dataset", "other")
    assert run.code == 0
    assert json.loads(run.out) == [{**case("o-1", "other"), "sex": "Male"}]
    assert run.err.splitlines()[-1] == "Exported 1 record: case 1"
    assert cli("export", "case", "--dataset", "other", "-q").err == ""
    assert cli("export", "site").out == "[]\n"
    assert "may not read" in cli("export", "site").err
    for choice in ("--where=submitter_id=a", "--since=2020-01-01", "--limit=0", "--offset=1", "--dataset=e"):
        run = cli("export", "site", choice)
        assert (run.code, run.out, "may not read" in run.err) == (0, "[]\n", False)


@pytest.mark.parametrize("form", ["json", "jsonl", "tsv", "csv", "xlsx"])
def test_the_form_goes_by_the_name_of_the_file(cli: Cli, here: FullCommons, form: str) -> None:
    file = Path(f"cases.{form}")
    assert cli("export", "case", "--where", "sex=Male", "--limit", "3", "-o", file).code == 0
    content = file.read_bytes()
    count = {
        "json": lambda: len(json.loads(content)),
        "jsonl": lambda: len(content.splitlines()),
        "tsv": lambda: len(content.splitlines()) - 1,
        "csv": lambda: len(list(csv.DictReader(io.StringIO(content.decode())))),
        "xlsx": lambda: openpyxl.load_workbook(file).active.max_row - 1,  # type: ignore[union-attr]
    }[form]()
    assert count == 3
    assert cli("export", "case", "--where", "sex=Male", "--limit", "3", "-o", file).code == 0
    assert file.read_bytes() == content
    assert list(Path().iterdir()) == [file]


def test_several_nodes_are_a_folder_that_can_be_replaced(cli: Cli, here: FullCommons) -> None:
    for form in ("csv", "tsv"):
        run = cli("export", "--all", "--as", form, "-o", "all")
        assert (run.code, run.out) == (0, "")
        assert "case 2,551" in run.err
        names = sorted(path.relative_to("all").as_posix() for path in Path("all").rglob("*.*"))
        assert names == [
            f"nodes/01_experiment.{form}",
            f"nodes/02_case.{form}",
            f"nodes/03_sample.{form}",
            "report.json",
        ]
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine")
    assert "C930" in cli("export", "--all", "-o", "mine").err
    assert [path.name for path in Path("mine").iterdir()] == ["notes.txt"]


def test_ids_come_from_a_file_or_stdin(cli: Cli, here: FullCommons, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("ids.txt").write_text("s-01\n\no-1\r\ns-02\n")
    assert cli("export", "--ids", "ids.txt", "-o", "some").code == 0
    told = json.loads(Path("some/report.json").read_bytes())["nodes"]
    assert {node: entry["records"] for node, entry in told.items()} == {"case": 1, "sample": 2}
    monkeypatch.setattr("sys.stdin", io.StringIO("s-01\nno-such-id\n"))
    run = cli("export", "sample", "--ids", "-", "-o", "one.json")
    assert (run.code, Path("one.json").exists()) == (1, False)
    assert "U674" in run.err
    assert "'no-such-id'" in run.err
    Path("none.txt").write_text("\n")
    assert "U671" in cli("export", "sample", "--ids", "none.txt").err
    assert "U671" in cli("export", "sample", "--ids", "nowhere.txt").err


def test_ids_of_one_node_are_one_file(cli: Cli, here: FullCommons) -> None:
    Path("ids.txt").write_text("s-01\ns-02\n")
    assert cli("export", "--ids", "ids.txt", "-o", "one.json").code == 0
    assert [one["submitter_id"] for one in json.loads(Path("one.json").read_bytes())] == ["s-01", "s-02"]
    assert len(json.loads(cli("export", "--ids", "ids.txt").out)) == 2
    run = cli("export", "--ids", "ids.txt", "--where", "sample_type=none")
    assert (run.code, run.out) == (0, "[]\n")
    assert run.err.splitlines()[-1] == "Exported 0 records."
    Path("both.txt").write_text("s-01\no-1\n")
    before = Path("one.json").read_bytes()
    for more in ((), ("-o", "one.json")):
        run = cli("export", "--ids", "both.txt", *more)
        assert (run.code, run.out) == (2, "")
        assert "everal nodes" in run.err
    assert Path("one.json").read_bytes() == before


def test_a_condition_that_may_be_meant_otherwise_is_told(cli: Cli, here: FullCommons) -> None:
    for command in (("export", "case", "-q"), ("browse", "p", "case")):
        run = cli(*command, "--where", "age>3")
        assert run.code == 0
        assert "Note: 'age' is text" in run.err
        assert "U673" in cli(*command, "--where", "metadata_only=maybe").err


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("case", "--all", "-o", "x"),
        ("case", "sample"),
        ("case", "sample", "-o", "x.json"),
        ("case", "--as", "xlsx"),
        ("--all",),
    ],
)
def test_what_cannot_be_exported_is_told_before_anything_is_read(
    cli: Cli, here: FullCommons, wrong: tuple[str, ...]
) -> None:
    run = cli("export", *wrong)
    assert (run.code, run.out) == (2, "")
    assert "U671" in run.err
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (("export", "kase"), 2, "U672"),
        (("export", "case", "--project", "q"), 2, "U621"),
        (("export", "case", "--dataset", "nowhere"), 1, "U677"),
        (("export", "case", "--since", "soon"), 2, "U673"),
        (("query", "{ casee { id } }"), 2, "U681"),
        (("query", "{ case { id }"), 2, "U680"),
        (("query", "no-such-file.graphql"), 2, "U680"),
        (("query", ""), 2, "U671"),
        (("query", "{ case { id } }", "--var", "x=1"), 2, "U682"),
        (("query",), 2, "U671"),
        (("query", "{ case { id } }", "--limit", "3"), 2, "U671"),
        (("query", "--node", "kase"), 2, "U672"),
        (("browse", "q"), 2, "U621"),
        (("browse", "p", "kase"), 2, "U672"),
        (("browse", "p", "case", "nobody"), 1, "U674"),
        (("browse", "p", "--limit", "3"), 2, "U671"),
    ],
)
def test_what_is_not_there_is_told_by_its_code(
    cli: Cli, here: FullCommons, arguments: tuple[str, ...], exit_code: int, code: str
) -> None:
    run = cli(*arguments)
    assert (run.code, run.out) == (exit_code, "")
    assert run.err.startswith(f"error {code}")


def test_a_query_comes_from_a_file_an_argument_or_stdin(
    cli: Cli, here: FullCommons, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "query ($id: [String]) { case(submitter_id: $id) { submitter_id sex } }"
    Path("q.graphql").write_text(text)
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    wanted = {"case": [{"submitter_id": "o-1", "sex": "Male"}]}
    for source in ("q.graphql", text, "-"):
        assert json.loads(cli("query", source, "--var", 'id=["o-1"]').out) == wanted
    quoted = 'o-1") { id } x: case(submitter_id: "o-1'
    assert json.loads(cli("query", text, "--var", f"id={json.dumps([quoted])}").out) == {"case": []}


def test_an_answer_is_shown_as_a_table(cli: Cli, here: FullCommons) -> None:
    run = cli("query", '{ sample(submitter_id: "s-07") { submitter_id cases { submitter_id sex } } }', "--as", "table")
    assert run.out.splitlines() == [
        "sample: 1 record",
        "  submitter_id  cases.submitter_id  cases.sex",
        "  s-07          c-00000             Female",
    ]


def test_a_query_is_made_and_shown(cli: Cli, here: FullCommons) -> None:
    run = cli(
        *("query", "--node", "case", "--fields", "submitter_id,experiments", "--where", 'submitter_id=a"b', "--show"),
        *("--project", "p"),
    )
    assert " ".join(run.out.split()) == (
        '{ case(project_id: ["prog-p"], submitter_id: "a\\"b") { submitter_id experiments { submitter_id } } }'
    )
    assert cli("query", run.out).code == 0


def test_browse_leads_from_projects_to_one_record(cli: Cli, here: FullCommons) -> None:
    assert "prog     p" in cli("browse").out
    assert json.loads(cli("browse", "--json").out)["projects"] == [{"program": "prog", "project": "p"}]
    nodes = cli("browse", "prog/p").out
    assert "case        2,551" in nodes
    assert "18 more nodes without records" in nodes
    records = cli("browse", "p", "case", "--where", "sex=Male", "--fields", "submitter_id,sex", "--offset", "1").out
    assert "case: 1,276 records" in records
    assert "c-00003" in records
    assert "c-00001" not in records
    assert "Records 2 to 26 of 1,276; --limit 0 shows all." in records
    record = cli("browse", "p", "sample", "s-07").out
    assert "Links to" in record
    assert "cases        case        c-00000" in record
    told = json.loads(cli("browse", "p", "sample", "s-07", "--json").out)
    assert told["properties"]["sample_id"] == "s-07"
    assert [one["node"] for one in told["above"]] == ["case", "experiment"]


def test_records_that_convert_wrote_as_tsv_are_submitted(cli: Cli, here: FullCommons) -> None:
    sample_dataset = Path(__file__).parents[2] / "sample_datasets" / "vagus-stimulation-2.0.0" / "dataset"
    cli("convert", sample_dataset, "-o", "as_json")
    run = cli("convert", sample_dataset, "-o", "as_tsv", "--as", "tsv", "--keep-going")
    assert Path("as_tsv").is_dir(), run.out
    plans = []
    for folder in ("as_json", "as_tsv"):
        run = cli("submit", folder, "--dry-run", "-f", "json")
        assert run.code == 0, run.out + run.err
        requests = sorted(Path(folder, "requests").iterdir())
        plans.append([json.loads(path.read_bytes()) for path in requests])
    assert plans[0] == plans[1]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of the dictionary that may be changed."""
    folder = tmp_path / "changed"
    shutil.copytree(OWN, folder)
    return folder


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_a_changed_dictionary_is_told_with_what_it_breaks(cli: Cli, here: FullCommons, own: Path) -> None:
    words = '    description: The sex, or unknown. SDS subjects "sex", all versions.\n'
    edit(own / "case.yaml", f"{words}    type: string\n", f"{words}    enum: [Female, Man]\n")
    run = cli("dictionary", "diff", "sds", own, "--commons", "--project", "p")
    assert run.code == 1
    assert "'sex' of 'case' takes one of 'Female', 'Man', no longer string." in run.out
    assert "Of 2,583 records, 1,276 would break." in run.out
    assert "such as 'c-00001', 'c-00003', 'c-00005'" in " ".join(run.out.split())
    cli("export", "--all", "-o", "out")
    told = json.loads(cli("dictionary", "diff", "commons", own, "--records", "out", "-f", "json").out)
    assert told["impact"]["broken"] == {"experiment": 0, "case": 1_276, "sample": 0}
    assert [(one["node"], one["property"], one["records"]) for one in told["impact"]["causes"]] == [
        ("case", "sex", 1_276)
    ]


def test_a_property_that_is_gone_breaks_every_record_that_has_it(cli: Cli, here: FullCommons, own: Path) -> None:
    text = (own / "case.yaml").read_text(encoding="utf-8")
    (own / "case.yaml").write_text(text.replace("\n  sex:\n", "\n  gender:\n", 1), encoding="utf-8")
    cli("export", "--all", "-o", "out")
    told = json.loads(cli("dictionary", "diff", "sds", own, "--records", "out", "-f", "json").out)
    records = json.loads(next(Path("out").rglob("*case.json")).read_text(encoding="utf-8"))
    having = sum("sex" in one for one in records)
    assert having > 1_000
    assert told["impact"]["broken"]["case"] == having
    assert [(one["code"], one["property"], one["records"]) for one in told["impact"]["causes"]] == [
        ("D448", "sex", having)
    ]


def test_each_word_that_is_agreed_no_more_is_told_with_its_own_records(cli: Cli, here: FullCommons, own: Path) -> None:
    words = '    description: The sex, or unknown. SDS subjects "sex", all versions.\n'
    edit(own / "case.yaml", f"{words}    type: string\n", f"{words}    enum: [Other]\n")
    cli("export", "--all", "-o", "out")
    told = json.loads(cli("dictionary", "diff", "sds", own, "--records", "out", "-f", "json").out)
    records = json.loads(next(Path("out").rglob("*case.json")).read_text(encoding="utf-8"))
    counts = Counter(one["sex"] for one in records if one.get("sex") not in (None, "Other"))
    assert len(counts) > 1
    assert Counter(one["records"] for one in told["impact"]["causes"]) == Counter(counts.values())


def test_a_node_that_is_gone_breaks_all_its_records(cli: Cli, here: FullCommons, own: Path) -> None:
    (own / "sample.yaml").unlink()
    for name in ("manifest", "performance", "site"):
        file = own / f"{name}.yaml"
        if file.exists():
            file.unlink()
    cli("export", "--dataset", "e", "-o", "out")
    run = cli("dictionary", "diff", "sds", own, "--records", "out", "-f", "json")
    told = json.loads(run.out)
    assert run.code == 1
    assert told["impact"]["broken"]["sample"] == 30
    assert {"node": "sample", "what": "node"}.items() <= next(
        one for one in told["changes"] if one["node"] == "sample"
    ).items()


def test_two_equal_dictionaries_have_no_differences(cli: Cli) -> None:
    run = cli("dictionary", "diff", "sds", "sds")
    assert run.code == 0
    assert run.out.startswith("From 'sds' to 'sds': no differences.")
    assert changes(SDS, SDS) == []
    assert "U671" in cli("dictionary", "diff", "sds", "sds", "--commons", "--records", ".").err


def test_every_kind_of_change_is_one_sentence(tmp_path: Path) -> None:
    old, new = document(), document()
    case_ = new["case"]
    case_["properties"]["age"] = {"type": "integer"}
    case_["properties"]["new"] = {"type": "string"}
    del case_["properties"]["gone"]
    case_["properties"]["short"]["maxLength"] = 3
    case_["properties"]["sex"]["description"] = "only words"
    case_["properties"]["kind"]["enum"] = ["a", "c"]
    case_["required"] = ["submitter_id", "type", "sex"]
    case_["links"][0] |= {"multiplicity": "many_to_many", "required": False}
    case_["additionalProperties"] = True
    new["extra"] = {**document()["case"], "id": "extra"}
    loaded = [load(_saved(tmp_path / f"{name}.json", one)) for name, one in (("old", old), ("new", new))]
    assert [one.sentence for one in changes(*loaded)] == [
        "The link 'projects' of 'case' is 'many_to_many', no longer 'many_to_one'.",
        "The link 'projects' of 'case' is no longer required.",
        "'sex' of 'case' is now required.",
        "'age' of 'case' takes integer, no longer string.",
        "'gone' of 'case' is gone.",
        "'kind' of 'case' takes also 'c' and takes no longer 'b'.",
        "'new' of 'case' is new (string).",
        "'short' of 'case' has other rules: maxLength.",
        "'case' takes properties that the dictionary does not know.",
        "The node 'extra' is new.",
    ]
    back = changes(*reversed(loaded))
    assert len(back) == 10
    assert all(json.dumps(one.as_dict()) for one in back)


def _saved(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content))
    return path


def document() -> dict[str, Any]:
    """A small dictionary as a commons serves it."""
    text = {"type": "string"}
    link = {
        "name": "projects",
        "backref": "cases",
        "label": "member_of",
        "target_type": "project",
        "multiplicity": "many_to_one",
        "required": True,
    }
    own = {
        "submitter_id": text,
        "type": text,
        "age": text,
        "gone": text,
        "short": dict(text),
        "sex": {"enum": ["a", "b"]},
        "kind": {"enum": ["a", "b"]},
    }
    entry = {
        "id": "case",
        "category": "administrative",
        "links": [link],
        "required": ["submitter_id", "type"],
        "uniqueKeys": [["id"], ["project_id", "submitter_id"]],
        "properties": {**own, "projects": {}},
        "additionalProperties": False,
    }
    project = {"id": "project", "category": "administrative", "links": [], "properties": {"code": text}, "required": []}
    return json.loads(json.dumps({"case": entry, "project": project}))  # type: ignore[no-any-return]


def test_an_experiment_that_was_exported_can_be_sent_to_an_empty_project(cli: Cli, here: FullCommons) -> None:
    cli("export", "--dataset", "other", "--as", "tsv", "-o", "other")
    run = cli("submit", "other", "--sandbox")
    assert run.code == 0
    assert "created 2" in run.out
    assert experiment("other")["type"] in run.out
