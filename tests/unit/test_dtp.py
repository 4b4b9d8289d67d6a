"""The examples of the `dtp` reference, with the import changed, against the embedded commons; and where it was wrong."""

from __future__ import annotations

import inspect
import json
import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("werkzeug")
pytest.importorskip("graphql")

from full_commons import SDS, FullCommons, case

from sds2gen3 import DataError, UsageError
from sds2gen3.dtp import Auth, Exporter, Gen3Convertor, Gen3Submitter, Querier
from sds2gen3.dtp.utils.config_loader import ConfigLoader
from sds2gen3.errors import UnreachableError

SAMPLES = Path(__file__).parents[2] / "sample_datasets"
VAGUS = SAMPLES / "vagus-stimulation-2.0.0" / "dataset"
BROKEN = SAMPLES / "broken-2.1.0" / "dataset"


@pytest.fixture(scope="module")
def commons() -> Iterator[FullCommons]:
    """A served sandbox with 25 cases of the experiment `e` in the project `p`."""
    made = FullCommons()
    made.fill(25)
    with made.sandbox.serve():
        yield made


@pytest.fixture
def empty() -> Iterator[FullCommons]:
    """A served sandbox with the project `p` and nothing in it."""
    made = FullCommons()
    with made.sandbox.serve():
        yield made


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No credentials of the machine, and an empty folder to work in."""
    for name in ("GEN3_API_KEY", "GEN3_CLIENT_ID", "GEN3_CLIENT_SECRET", "GEN3_ENDPOINT", "NAMESPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)


def gen3_config(commons: FullCommons) -> str:
    """configs/templates/gen3.json of the reference, filled in."""
    Path("credentials.json").write_text(json.dumps(commons.sandbox.credentials()))
    settings = {"gen3_endpoint": commons.sandbox.url, "gen3_cred_file": "./credentials.json"}
    Path("gen3.json").write_text(json.dumps(settings))
    return "gen3.json"


def logged_in(commons: FullCommons) -> Auth:
    configs = ConfigLoader().load_from_json(gen3_config(commons))
    return Auth(configs.get("gen3_endpoint"), configs.get("gen3_cred_file"))


@pytest.mark.parametrize(
    ("called", "arguments"),
    [
        (Gen3Convertor, ["project", "experiment", "version"]),
        (Gen3Convertor.set_schema_dir, ["self", "path"]),
        (Gen3Convertor.execute, ["self", "source_dir", "dest_dir"]),
        (Gen3Convertor.read_excel, ["path", "sheet_name"]),
        (Auth, ["endpoint", "refresh_file", "refresh_token", "idp", "client_credentials", "client_scopes"]),
        (Auth.curl, ["self", "path", "request", "data"]),
        (Auth.get_access_token, ["self", "endpoint"]),
        (Auth.refresh_access_token, ["self", "endpoint"]),
        (Auth.get_access_token_from_wts, ["self", "endpoint"]),
        (Exporter, ["auth"]),
        (Exporter.export_node, ["self", "program", "project", "node_type", "fileformat", "filename"]),
        (Exporter.export_record, ["self", "program", "project", "uuid", "fileformat", "filename"]),
        (Exporter.save, ["self", "data", "fileformat", "path"]),
        (Querier, ["auth"]),
        (Querier.graphql_query, ["self", "query_string", "variables"]),
        (Querier.get_programs, ["self"]),
        (Querier.get_projects, ["self", "program"]),
        (Querier.get_node_records, ["self", "node", "program", "project"]),
        (Gen3Submitter, ["endpoint", "credentials"]),
        (Gen3Submitter.submit_record, ["self", "program", "project", "file"]),
    ],
    ids=lambda one: getattr(one, "__qualname__", ""),
)
def test_arguments_are_those_of_the_reference_in_their_order(called: Any, arguments: list[str]) -> None:
    assert list(inspect.signature(called).parameters)[: len(arguments)] == arguments


def test_the_example_that_converts(tmp_path: Path) -> None:
    dest_dir = tmp_path / "gen3"
    convertor = Gen3Convertor(project="p", experiment="vagus", version="2.0.0")
    convertor.set_schema_dir(Path(SDS.source))
    convertor.execute(source_dir=VAGUS, dest_dir=dest_dir)
    written = {path.stem: json.loads(path.read_bytes()) for path in dest_dir.glob("*.json")}
    assert {"experiment", "dataset_description", "subjects", "samples", "manifest"} <= written.keys()
    assert (written["experiment"]["type"], written["experiment"]["submitter_id"]) == ("experiment", "vagus")
    assert written["experiment"]["projects"] == [{"code": "p"}]
    assert written["dataset_description"]["experiments"] == [{"submitter_id": "vagus"}]
    assert [one["type"] for one in written["subjects"]] == ["case"] * 6
    assert len(written["samples"]) == 8, "the reference leaves samples out"
    assert len({one["submitter_id"] for one in written["manifest"]}) == 25
    assert "NA" not in json.dumps(written["subjects"]), "the reference invents them"


def test_the_examples_that_convert_and_submit_file_by_file_and_query(empty: FullCommons, tmp_path: Path) -> None:
    Gen3Convertor("p", "vagus").execute(str(VAGUS), str(tmp_path / "gen3"))
    gen3_config(empty)
    submitter = Gen3Submitter(empty.sandbox.url, "./credentials.json")
    for name in ("experiment", "dataset_description", "manifest", "subjects", "samples"):
        receipts = submitter.submit_record("prog", "p", str(tmp_path / "gen3" / f"{name}.json"))
        assert {one.action for one in receipts} == {"created"}
        assert all(one.verified for one in receipts)
    again = submitter.submit_record("prog", "p", tmp_path / "gen3" / "subjects.json")
    assert [one.action for one in again] == ["same"] * 6
    querier = Querier(logged_in(empty))
    counts = {node: len(querier.get_node_records(node, "prog", "p")) for node in ("experiment", "case", "sample")}
    assert counts == {"experiment": 1, "case": 6, "sample": 8}


def test_the_example_that_queries(commons: FullCommons) -> None:
    auth = logged_in(commons)
    queryer = Querier(auth)
    assert queryer.get_programs() == ["prog"]
    assert queryer.get_projects("prog") == ["p"]
    experiments = queryer.get_node_records("experiment", "prog", "p")
    assert [one["submitter_id"] for one in experiments] == ["e", "other"]
    assert len(queryer.get_node_records("case", "prog", "p")) == 26
    assert queryer.graphql_query("{ project(first:0) { code } }") == {"project": [{"code": "p"}]}
    assert queryer.graphql_query("{ project{ name } }") == {"project": [{"name": "p"}]}
    dataset_id = "e"
    results = queryer.graphql_query('{ experiment (submitter_id: "' + dataset_id + '") { submitter_id } }')
    assert results == {"experiment": [{"submitter_id": "e"}]}
    Exporter(auth).save(results, "json", path="./metadata.json")
    assert json.loads(Path("metadata.json").read_bytes()) == results


def test_the_example_that_exports(commons: FullCommons) -> None:
    exporter = Exporter(logged_in(commons))
    experiments = exporter.export_node(
        program="prog", project="p", node_type="experiment", fileformat="json", filename="metadata_node.json"
    )
    assert json.loads(Path("metadata_node.json").read_bytes()) == {"data": experiments}
    uuid = experiments[0]["id"]
    output = exporter.export_record(
        program="prog", project="p", uuid=uuid, fileformat="json", filename="metadata_uuid.json"
    )
    assert (output["id"], output["submitter_id"]) == (uuid, "e")
    assert json.loads(Path("metadata_uuid.json").read_bytes()) == [output]


def test_no_file_has_to_be_named_to_export(commons: FullCommons) -> None:
    exporter = Exporter(logged_in(commons))
    cases = exporter.export_node("prog", "p", "case", "json")
    assert len(cases) == 26
    record = exporter.export_record("prog", "p", cases[3]["id"], "json")
    assert {name: value for name, value in record.items() if value is not None} == cases[3]


def test_graphql_answers_are_whole_although_the_server_stops_at_ten(commons: FullCommons) -> None:
    querier = Querier(logged_in(commons))
    found = querier.graphql_query("{ case { submitter_id } experiment { cases { submitter_id } } }")
    assert len(found["case"]) == 26
    assert sorted(len(one["cases"]) for one in found["experiment"]) == [1, 25]
    few = querier.graphql_query("query ($most: Int) { case(first: $most) { submitter_id } }", {"most": 3})
    assert len(few["case"]) == 3


@pytest.mark.parametrize("form", ["tsv", "csv", "jsonl", "xlsx"])
def test_the_other_formats_are_written_too(commons: FullCommons, form: str) -> None:
    exporter = Exporter(logged_in(commons))
    cases = exporter.export_node("prog", "p", "case", form, f"cases.{form}")
    exporter.save(cases, form, f"saved.{form}")
    assert len(cases) == 26
    if form in ("tsv", "csv"):
        lines = Path(f"cases.{form}").read_text().splitlines()
        assert len(lines) == 27
        assert {"type", "submitter_id", "experiments.submitter_id"} <= set(
            lines[0].split("\t" if form == "tsv" else ",")
        )
    elif form == "jsonl":
        assert [json.loads(line) for line in Path("saved.jsonl").read_text().splitlines()] == cases
    else:
        frame = Gen3Convertor.read_excel("saved.xlsx")
        assert list(frame["submitter_id"]) == [one["submitter_id"] for one in cases]


def test_an_exported_tsv_can_be_submitted(commons: FullCommons, empty: FullCommons) -> None:
    exporter = Exporter(logged_in(commons))
    for node in ("experiment", "case"):
        exporter.export_node("prog", "p", node, "tsv", f"{node}.tsv")
    gen3_config(empty)
    submitter = Gen3Submitter(empty.sandbox.url, "credentials.json")
    sent = [submitter.submit_record("prog", "p", f"{node}.tsv") for node in ("experiment", "case")]
    assert [len(each) for each in sent] == [2, 26]
    assert {one.action for each in sent for one in each} == {"created"}


def test_what_is_not_there_is_said_with_the_near_name(commons: FullCommons) -> None:
    auth = logged_in(commons)
    with pytest.raises(UsageError, match="no node 'cases'") as caught:
        Querier(auth).get_node_records("cases", "prog", "p")
    assert "'case'" in caught.value.diagnostics[0].hint
    with pytest.raises(UsageError, match="no project 'q'"):
        Exporter(auth).export_node("prog", "q", "case", "json")
    with pytest.raises(DataError, match="no record with the id"):
        Exporter(auth).export_record("prog", "p", "00000000-0000-4000-8000-000000000000", "json")
    with pytest.raises(UsageError, match="not written as 'parquet'"):
        Exporter(auth).save([], "parquet", "x")
    with pytest.raises(UsageError, match="one node"):
        Exporter(auth).save([{"a": 1}, {"type": "case"}], "tsv", "x.tsv")


def test_a_record_with_an_error_is_refused_before_anything_is_sent(empty: FullCommons) -> None:
    gen3_config(empty)
    submitter = Gen3Submitter(empty.sandbox.url, "credentials.json")
    before = len(empty.sandbox.transactions())
    Path("cases.json").write_text(json.dumps([case("c-1", "nowhere")]))
    with pytest.raises(DataError, match="nowhere") as caught:
        submitter.submit_record("prog", "p", "cases.json")
    place = caught.value.diagnostics[0].place
    assert place is not None
    assert place.file == "cases.json"
    for text in ("{", "[]", '"text"', '[{"type": "case"}]'):
        Path("odd.json").write_text(text)
        with pytest.raises(UsageError, match=r"odd\.json"):
            submitter.submit_record("prog", "p", "odd.json")
    assert len(empty.sandbox.transactions()) == before


def test_the_key_that_is_named_is_the_one_that_is_used(empty: FullCommons) -> None:
    """The reference always reads credentials.json of the folder that it runs in."""
    Path("credentials.json").write_text("{}")
    Path("mine.json").write_text(json.dumps(empty.sandbox.credentials()))
    Path("one.json").write_text(json.dumps({"type": "experiment", "submitter_id": "x", "projects": [{"code": "p"}]}))
    Gen3Submitter(f"{empty.sandbox.url}/", "mine.json").submit_record("prog", "p", "one.json")
    assert [one["submitter_id"] for one in empty.read("experiment")["experiment"]] == ["x"]


def test_a_dataset_with_errors_is_not_written_and_every_error_has_its_cell(tmp_path: Path) -> None:
    convertor = Gen3Convertor("p", "broken", "2.1.0")
    with pytest.raises(DataError) as caught:
        convertor.execute(BROKEN, tmp_path / "gen3")
    assert not (tmp_path / "gen3").exists()
    assert any(one.place and one.place.cell for one in caught.value.diagnostics)
    report = convertor.execute(BROKEN, tmp_path / "gen3", keep_going=True)
    assert report.errors
    assert (tmp_path / "gen3" / "subjects.json").is_file()


def test_a_dataset_of_another_version_is_read_as_what_it_is_and_said_so(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match=r"SDS 2\.0\.0, not 1\.2\.3"):
        Gen3Convertor("p", "vagus", "1.2.3").execute(VAGUS, tmp_path)
    with pytest.raises(UsageError, match=r"no SDS version '2\.0'"):
        Gen3Convertor("p", "vagus", "2.0")


def test_a_dictionary_that_no_mapping_fits_is_refused(tmp_path: Path) -> None:
    nodes = tmp_path / "nodes"
    nodes.mkdir()
    for name in ("project.yaml", "program.yaml", "_settings.yaml", "_terms.yaml", "_definitions.yaml", "device.yaml"):
        (nodes / name).write_bytes((Path(SDS.source) / name).read_bytes())
    convertor = Gen3Convertor("p", "vagus")
    convertor.set_schema_dir(nodes)
    with pytest.raises(UsageError):
        convertor.execute(VAGUS, tmp_path / "gen3")


def test_read_excel_keeps_what_was_typed(tmp_path: Path) -> None:
    Path("a.csv").write_text("id,value,id\n007,NA,1E5\n,,\n008,,x\n")
    frame = Gen3Convertor.read_excel("a.csv")
    assert list(frame.columns) == ["id", "value", "id.1"]
    assert frame.iloc[0].tolist() == ["007", "NA", "1E5"]
    subjects = Gen3Convertor.read_excel(VAGUS / "subjects.xlsx")
    assert subjects.columns[0] == "subject id"
    assert Gen3Convertor.read_excel(VAGUS / "subjects.xlsx", 0).equals(subjects)
    with pytest.raises(UsageError, match="no sheet 'Sheet9'"):
        Gen3Convertor.read_excel(VAGUS / "subjects.xlsx", "Sheet9")
    with pytest.raises(DataError, match="cannot be read"):
        Gen3Convertor.read_excel("nothing.xlsx")


def test_settings_files_that_cannot_be_read_are_told() -> None:
    """The reference reads none at all: it gives the open file to a function that wants its text."""
    Path("odd.json").write_text("[1]")
    Path("torn.json").write_text("{")
    for name in ("odd.json", "torn.json", "nothing.json"):
        with pytest.raises(UsageError, match=name):
            ConfigLoader.load_from_json(name)
    Path("good.json").write_text('{"a": 1}')
    assert ConfigLoader("good.json").configs == {"a": 1}


class TestAuth:
    """The login and its ways to be told which."""

    def test_a_token_is_kept_and_renewed_when_asked(self, commons: FullCommons) -> None:
        auth = logged_in(commons)
        first = auth.get_access_token()
        assert auth.get_access_token(commons.sandbox.url) == first
        assert auth.refresh_access_token() != first
        assert auth.endpoint == commons.sandbox.url
        assert first not in repr(auth)

    def test_curl_answers_below_the_commons(self, commons: FullCommons) -> None:
        auth = logged_in(commons)
        for path in ("api/v0/submission/", "/api/v0/submission/"):
            assert auth.curl(path).json() == {"links": ["/v0/submission/prog"]}
        query = json.dumps({"query": "{ _case_count }"})
        Path("query.json").write_text(query)
        for data in (query, "@query.json"):
            answer = auth.curl("/api/v0/submission/graphql", data=data)
            assert answer.json() == {"data": {"_case_count": 26}}, "the reference sends the JSON as a JSON text"
        assert auth.curl("/api/v0/submission/prog/p/entities/x", "DELETE").status_code in (400, 404)
        with pytest.raises(UsageError, match="PATCH"):
            auth.curl("/user/user", "PATCH")
        with pytest.raises(UsageError, match="cannot be read"):
            auth.curl("/user/user", data="@nothing.json")

    def test_the_key_itself_may_be_given(self, commons: FullCommons) -> None:
        key = commons.sandbox.credentials()
        assert Querier(Auth(refresh_token=key)).get_programs() == ["prog"]
        assert Querier(Auth(refresh_token=json.dumps(key))).get_programs() == ["prog"]

    def test_a_name_is_looked_for_below_gen3(self, commons: FullCommons, tmp_path: Path) -> None:
        (tmp_path / ".gen3").mkdir()
        (tmp_path / ".gen3" / "mine.json").write_text(json.dumps(commons.sandbox.credentials()))
        assert Auth(refresh_file="mine").endpoint == commons.sandbox.url
        (tmp_path / ".gen3" / "mine.json").rename(tmp_path / ".gen3" / "credentials.json")
        assert Auth().endpoint == commons.sandbox.url

    def test_a_token_alone_cannot_be_renewed(self, commons: FullCommons) -> None:
        auth = Auth(refresh_file=f"accesstoken:///{commons.sandbox.token()}")
        assert Querier(auth).get_programs() == ["prog"]
        with pytest.raises(UnreachableError, match="cannot be renewed"):
            auth.refresh_access_token()

    def test_a_key_of_another_commons_is_not_sent_there(self, commons: FullCommons) -> None:
        with pytest.raises(UsageError, match=r"b\.example\.org"):
            Auth("https://b.example.org", refresh_token=commons.sandbox.credentials())
        with pytest.raises(UsageError, match=r"b\.example\.org"):
            logged_in(commons).get_access_token("https://b.example.org")

    @pytest.mark.parametrize(
        "arguments",
        [
            {"refresh_file": "a", "refresh_token": {"api_key": "b"}},
            {"endpoint": "https://a.org", "idp": "b"},
            {"client_credentials": ("a", "b"), "refresh_file": "c"},
            {"client_credentials": ("a", "b"), "idp": "c"},
        ],
    )
    def test_arguments_that_exclude_each_other_are_refused(self, arguments: dict[str, Any]) -> None:
        with pytest.raises(UsageError, match="Only one of"):
            Auth(**arguments)

    def test_without_any_key_the_workspace_is_asked_and_that_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NAMESPACE", "jupyter")
        with (
            pytest.warns(UserWarning, match="workspace"),
            pytest.raises(UnreachableError, match=r"service\.jupyter\.svc"),
        ):
            Auth()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("core.downloader", "Downloader"),
        ("gen3.auth", "Auth"),
        ("gen3.convertor", "Gen3Convertor"),
        ("gen3.exporter", "Exporter"),
        ("gen3.querier", "Querier"),
        ("gen3.submitter", "Gen3Submitter"),
        ("utils.config_loader", "ConfigLoader"),
    ],
)
def test_modules_are_called_as_in_the_reference(module: str, name: str) -> None:
    assert hasattr(import_module(f"sds2gen3.dtp.{module}"), name)


def test_records_of_the_platform_are_made_for_its_own_dictionary(shared: Path, tmp_path: Path) -> None:
    convertor = Gen3Convertor("sds", "vagus")
    convertor.set_schema_dir(shared / "gen3_contract" / "exchanges" / "_dictionary_all.json")
    report = convertor.execute(VAGUS, tmp_path / "out")
    assert not report.errors
    assert sorted(path.stem for path in (tmp_path / "out").iterdir()) == [
        "dataset_description",
        "experiment",
        "manifest",
        "samples",
        "subjects",
        "unmapped",
    ]
    described = json.loads((tmp_path / "out" / "dataset_description.json").read_bytes())
    assert len(described["contributor_name"]) == len(described["contributor_orcid"]), "they must not be shifted"


def test_what_is_no_json_is_not_saved(commons: FullCommons) -> None:
    exporter = Exporter(logged_in(commons))
    exporter.save({"large": 10**30}, "json", "large.json")
    assert json.loads(Path("large.json").read_bytes()) == {"large": 10**30}
    with pytest.raises(UsageError, match="as JSON"):
        exporter.save({"odd": object()}, "json", "odd.json")
    assert not Path("odd.json").exists()


def test_one_import_gives_all_six_names() -> None:
    import sds2gen3.dtp as dtp

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [getattr(dtp, name).__name__ for name in dtp.__all__] == dtp.__all__
    assert dir(dtp) == sorted(dtp.__all__)
    with pytest.raises(AttributeError):
        dtp.Nothing  # noqa: B018
