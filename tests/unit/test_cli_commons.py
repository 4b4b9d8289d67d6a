"""The commands of a commons: submit, diff, status, withdraw, auth and project, as a data manager types them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from command_line import Cli
from commons_graphs import document

from sds2gen3 import dictionary
from sds2gen3.cli import cargo
from sds2gen3.commons import Client, Patience, Project, connect
from sds2gen3.commons.credentials import parse
from sds2gen3.commons.limits import Allowance

pytest.importorskip("werkzeug")
pytest.importorskip("graphql")

from sds2gen3.sandbox import Sandbox

SAMPLES = Path(__file__).parents[2] / "sample_datasets"
VAGUS = SAMPLES / "vagus-stimulation-2.0.0" / "dataset"
BROKEN = SAMPLES / "broken-2.1.0" / "dataset"
ALL = 58


@dataclass
class Rehearsal:
    """A served sandbox with program and project 'sds', and the settings by which commands find it."""

    sandbox: Sandbox
    key: Path
    before: int

    @property
    def writes(self) -> int:
        """Transactions since program and project were made."""
        return len(self.sandbox.transactions()) - self.before


@pytest.fixture
def commons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rehearsal]:
    """Commands run in an empty folder, log in by GEN3_API_KEY, and do not wait for long."""
    sandbox = Sandbox(dictionary.load("sds"))
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.delenv("GEN3_ENDPOINT", raising=False)
    monkeypatch.setattr(cargo, "Patience", lambda **details: Patience(tries=2, first=0.01, **details))
    with sandbox.serve():
        sandbox.ensure("sds", "sds")
        key = tmp_path / "key.json"
        key.write_text(json.dumps(sandbox.credentials()))
        monkeypatch.setenv("GEN3_API_KEY", str(key))
        yield Rehearsal(sandbox, key, len(sandbox.transactions()))


@pytest.fixture
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials anywhere, and an empty folder to work in."""
    for name in ("GEN3_API_KEY", "GEN3_CLIENT_ID", "GEN3_CLIENT_SECRET", "GEN3_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "nobody")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def vagus(tmp_path: Path) -> Path:
    """A copy of the sample that may be changed."""
    copy = tmp_path / "vagus"
    shutil.copytree(VAGUS, copy)
    return copy


def put(file: Path, cell: str, value: Any) -> None:
    book = openpyxl.load_workbook(file)
    book.active[cell] = value  # type: ignore[index]
    book.save(file)


def test_a_dry_run_needs_neither_network_nor_credentials(cli: Cli, nobody: None) -> None:
    run = cli("submit", VAGUS, "--dry-run", "--chunk-size", "10", "-f", "json")
    assert run.code == 0
    plan = json.loads(run.out)["summary"]["datasets"][0]["plan"]
    assert list(plan["nodes"])[:2] == ["experiment", "case"]
    assert plan["nodes"]["manifest"]["chunks"] == 3
    assert sum(node["records"] for node in plan["nodes"].values()) == ALL
    requests = sorted(Path(plan["written"]).iterdir())
    assert len(requests) == sum(node["chunks"] for node in plan["nodes"].values())
    assert [record["type"] for record in json.loads(requests[0].read_bytes())] == ["experiment"]
    assert plan["first"]["case"] == json.loads(requests[1].read_bytes())[0]


def test_without_credentials_nothing_else_is_looked_at(cli: Cli, nobody: None) -> None:
    run = cli("submit", VAGUS)
    assert (run.code, run.out) == (2, "")
    assert "U600" in run.err


def test_the_sandbox_shows_what_would_arrive(cli: Cli, nobody: None) -> None:
    run = cli("submit", VAGUS, "--sandbox")
    assert run.code == 0
    assert "All 58 records are in the sandbox" in run.out
    assert "1 program, 1 project" in run.out
    assert run.out.rstrip().endswith("created 58, updated 0, same 0, failed 0, held back 0, verified 58")
    assert not list(Path().iterdir())


@pytest.mark.parametrize("other", [("--dry-run",), ("--endpoint", "https://a.org"), ("--credentials", "key.json")])
def test_the_sandbox_goes_with_no_other_commons(cli: Cli, nobody: None, other: tuple[str, ...]) -> None:
    run = cli("submit", VAGUS, "--sandbox", *other)
    assert run.code == 2
    assert "C912" in run.err


def test_data_with_errors_are_not_sent(cli: Cli, commons: Rehearsal) -> None:
    run = cli("submit", BROKEN)
    assert run.code == 1
    assert "S202" in run.out
    assert "Nothing was sent" in run.err
    assert commons.writes == 0


def test_a_second_submission_sends_nothing(cli: Cli, commons: Rehearsal) -> None:
    first = cli("submit", VAGUS)
    assert first.code == 0
    assert first.out.rstrip().endswith("created 58, updated 0, same 0, failed 0, held back 0, verified 58")
    writes = commons.writes
    second = cli("submit", VAGUS)
    assert second.code == 0
    assert second.out.rstrip().endswith("created 0, updated 0, same 58, failed 0, held back 0, verified 58")
    assert commons.writes == writes
    assert Path("dataset.submission/submission.jsonl").is_file()


def test_one_changed_cell_is_one_record(cli: Cli, commons: Rehearsal, vagus: Path) -> None:
    cli("submit", vagus)
    put(vagus / "subjects.xlsx", "D2", "13 weeks")
    told = cli("diff", vagus)
    assert told.code == 0
    assert 'age: "12 weeks" -> "13 weeks"  (subjects.xlsx!D2)' in told.out
    assert "would send 1 of 58 records" in told.out
    document = json.loads(cli("diff", vagus, "-f", "json").out)
    assert [(one["type"], one["standing"], one["place"]) for one in document["records"]] == [
        ("case", "changed", "subjects.xlsx!row 2")
    ]
    assert [change["place"] for change in document["records"][0]["changes"]] == ["subjects.xlsx!D2"]
    assert "updated 1, same 57" in cli("submit", vagus).out
    assert "Nothing to send" in cli("diff", vagus).out


def test_records_that_convert_wrote_are_submitted_as_the_dataset_is(cli: Cli, commons: Rehearsal, vagus: Path) -> None:
    assert cli("convert", vagus, "-o", "out").code == 0
    assert "created 58" in cli("submit", "out").out
    assert cli("status", "out").code == 0
    put(vagus / "subjects.xlsx", "E3", None)
    assert cli("convert", vagus, "-o", "out").code == 0
    assert Path("out/submission.jsonl").is_file(), "convert must keep the ledger"
    told = cli("diff", "out").out
    assert 'sex: "Female" -> (empty)  (subjects.xlsx!A3)' in told, "provenance.jsonl lists no empty cells: the record's"
    assert "updated 1, same 57" in cli("submit", "out").out
    assert "same 58" in cli("submit", vagus, "--yes").out


def test_records_are_not_sent_to_another_project_than_they_were_made_for(cli: Cli, commons: Rehearsal) -> None:
    cli("convert", VAGUS, "-o", "out")
    run = cli("submit", "out", "--project", "other")
    assert run.code == 2
    assert "U626" in run.err


@pytest.mark.parametrize("spoil", ["nodes/02_case.json", "report.json"])
def test_records_that_were_spoilt_are_told(cli: Cli, commons: Rehearsal, spoil: str) -> None:
    cli("convert", VAGUS, "-o", "out")
    (Path("out") / spoil).write_text("[{")
    run = cli("submit", "out")
    assert run.code in (1, 2)
    assert "C936" in run.err or "R101" in run.out + run.err
    assert commons.writes == 0


def test_a_record_edited_by_hand_is_validated_again(cli: Cli, commons: Rehearsal) -> None:
    cli("convert", VAGUS, "-o", "out")
    file = Path("out/nodes/02_case.json")
    records = json.loads(file.read_bytes())
    records[0]["shoe_size"] = 43
    file.write_text(json.dumps(records))
    run = cli("submit", "out")
    assert run.code == 1
    assert "shoe_size" in run.out
    assert commons.writes == 0


def test_what_the_server_refuses_is_told_at_its_cell_beforehand(cli: Cli, commons: Rehearsal) -> None:
    assert "would take all 58 records" in cli("submit", VAGUS, "--dry-run", "--ask-server").err
    assert commons.sandbox.counts() == {"program": 1, "project": 1}


def test_a_project_with_other_records_is_asked_about(cli: Cli, commons: Rehearsal, vagus: Path) -> None:
    cli("submit", VAGUS)
    run = cli("submit", vagus)
    assert run.code == 2
    assert "U624" in run.err
    assert "--yes" in run.err
    assert cli("submit", vagus, "--yes").code == 0
    assert cli("submit", vagus).code == 2, "the others are not of this ledger still"


def test_withdraw_asks_and_takes_only_its_own(cli: Cli, commons: Rehearsal, vagus: Path) -> None:
    cli("submit", VAGUS)
    cli("submit", vagus, "--yes")
    asked = cli("withdraw", vagus)
    assert asked.code == 2
    assert "C913" in asked.err
    plan = json.loads(cli("withdraw", vagus, "--dry-run", "-f", "json").out)
    assert len(plan["records"]) == ALL
    assert commons.sandbox.counts()["case"] == 12
    done = cli("withdraw", vagus, "--yes")
    assert done.code == 0
    assert "deleted 58, failed 0" in done.out
    assert commons.sandbox.counts()["case"] == 6
    assert "Nothing of this dataset" in cli("withdraw", vagus, "--yes").out
    assert "same 58" in cli("submit", VAGUS).out


def test_a_row_that_is_gone_from_the_sheets_can_be_withdrawn_alone(cli: Cli, commons: Rehearsal, vagus: Path) -> None:
    cli("submit", vagus)
    book = openpyxl.load_workbook(vagus / "performances.xlsx")
    book.active.delete_rows(2)  # type: ignore[union-attr]
    book.save(vagus / "performances.xlsx")
    told = cli("diff", vagus).out
    assert "performance: only in the commons: 'vagus:" in told
    assert "1 record is only in the commons" in " ".join(told.split())
    again = cli("submit", vagus, "--yes")
    assert "1 record is only in the commons: performance 'vagus:" in " ".join(again.out.split())
    assert "'sds2gen3 withdraw --only-there' deletes it." in " ".join(again.out.split())
    account = json.loads(cli("submit", vagus, "-f", "json").out)["summary"]["datasets"][0]["submission"]
    assert [one["type"] for one in account["only_there"]] == ["performance"]
    done = cli("withdraw", vagus, "--only-there", "--yes")
    assert "deleted 1, failed 0" in done.out
    assert "1 record that is not in your sheets:" in done.out
    assert "hang" not in done.out
    assert commons.sandbox.counts()["performance"] == 5
    assert "only in the commons" not in cli("diff", vagus).out


def test_withdraw_is_confirmed_by_the_typed_name(cli: Cli, commons: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("submit", VAGUS)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "datasett")
    assert cli("withdraw", VAGUS).code == 2
    assert commons.sandbox.counts()["case"] == 6
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "dataset")
    assert cli("withdraw", VAGUS).code == 0
    assert "case" not in commons.sandbox.counts()


def test_status_tells_the_ledger_and_what_the_commons_lost(cli: Cli, commons: Rehearsal) -> None:
    assert "U662" in cli("status").err
    cli("submit", VAGUS)
    told = cli("status")
    assert told.code == 0
    assert "58 records accepted" in told.out
    assert "The commons has 58 of them: all." in told.out
    other = json.loads(cli("status", "dataset.submission", "--offline", "-f", "json").out)["projects"][0]
    assert (other["accepted"], other["project"], len(other["transactions"])) == (ALL, "sds-sds", 10)
    Path("elsewhere").mkdir()
    cli("withdraw", VAGUS, "--yes")
    cli("submit", VAGUS)
    ledger = Path("dataset.submission/submission.jsonl")
    kept = ledger.read_text()
    cli("withdraw", VAGUS, "--yes")
    ledger.write_text(kept)
    lost = cli("status")
    assert lost.code == 4
    assert "The commons has 0 of them." in lost.out
    assert "missing: experiment 'dataset'" in lost.out


def test_auth_check_says_whose_key_it_is_and_never_the_key(cli: Cli, commons: Rehearsal) -> None:
    run = cli("auth", "check")
    assert run.code == 0
    assert "admin" in run.out
    assert "30 days" in run.out
    secret = json.loads(commons.key.read_text())["api_key"]
    assert secret not in run.out + run.err
    document = json.loads(cli("auth", "check", "-f", "json").out)
    assert (document["user"], document["programs"]) == ("admin", ["sds"])


def test_auth_check_warns_of_a_key_that_ends_soon_and_of_one_that_others_can_read(cli: Cli, commons: Rehearsal) -> None:
    commons.key.chmod(0o600)
    assert cli("auth", "check").err == ""
    commons.key.write_text(json.dumps(commons.sandbox.credentials(lifetime=3 * 86_400)))
    run = cli("auth", "check")
    assert (run.code, run.err.count("U606")) == (0, 1)
    assert "3 days" in run.err
    if os.name == "posix":
        commons.key.chmod(0o644)
        run = cli("auth", "check", "-f", "json")
        assert (run.code, run.err.count("U607")) == (0, 1)
        assert "chmod 600" in run.err
        assert json.loads(run.out)["user"] == "admin"


def test_auth_check_says_how_many_requests_the_commons_allows(
    cli: Cli, commons: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert json.loads(cli("auth", "check", "-f", "json").out)["rate_limit"] is None
    allowed = Allowance(100, 7, 1_800_000_000.0)
    monkeypatch.setattr(Client, "allowance", allowed)
    told = json.loads(cli("auth", "check", "-f", "json").out)
    assert told["rate_limit"] == {"limit": 100, "left": 7, "until": 1_800_000_000.0}
    assert "allows 100 requests; 7 left until" in cli("auth", "check").out


def test_a_key_of_another_commons_is_never_sent(cli: Cli, commons: Rehearsal) -> None:
    run = cli("auth", "check", "--endpoint", "https://commons.example.org")
    assert run.code == 2
    assert "commons.example.org" in run.err
    assert "127.0.0.1" in run.err


def test_an_expired_key_is_told_in_one_line(cli: Cli, commons: Rehearsal) -> None:
    commons.key.write_text(json.dumps(commons.sandbox.credentials(lifetime=-10)))
    run = cli("submit", VAGUS)
    assert (run.code, run.out) == (3, "")
    assert run.err.startswith("error U60")
    assert commons.writes == 0


def test_a_commons_that_is_away_is_told_in_one_line(cli: Cli, commons: Rehearsal) -> None:
    commons.key.write_text(json.dumps({**commons.sandbox.credentials(), "key_id": "k"}))
    commons.sandbox.faults.add("die@1")
    assert cli("submit", VAGUS).code in (3, 4)
    run = cli("auth", "check")
    assert (run.code, run.out) == (3, "")
    assert "U610" in run.err


@pytest.mark.parametrize(
    ("options", "code"),
    [(("--project", "nowhere"), "U621"), (("--program", "nowhere"), "U621"), (("--dictionary", "sds"), None)],
)
def test_what_is_called_wrongly_is_told_before_anything_is_sent(
    cli: Cli, commons: Rehearsal, options: tuple[str, ...], code: str | None
) -> None:
    run = cli("submit", VAGUS, *options)
    assert run.code == (2 if code else 0)
    assert code is None or code in run.err
    assert bool(commons.writes) == (code is None)


def test_a_refused_login_is_told_in_one_line(cli: Cli, commons: Rehearsal) -> None:
    held = commons.sandbox.credentials()
    head, _, signature = held["api_key"].rpartition(".")
    commons.key.write_text(json.dumps({**held, "api_key": f"{head}.{signature[::-1]}"}))
    run = cli("submit", VAGUS)
    assert (run.code, run.out) == (3, "")
    assert "U604" in run.err
    assert commons.writes == 0


def test_another_dictionary_is_told_with_the_difference(cli: Cli, commons: Rehearsal, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(Path(__file__).parents[2] / "schemas" / "dictionaries" / "sds", own)
    case = own / "case.yaml"
    case.write_text(case.read_text().replace("  handedness:", "  hand:"))
    run = cli("submit", VAGUS, "--dictionary", own)
    assert run.code in (1, 2)
    assert "handedness" in run.err + run.out
    assert commons.writes == 0


def test_a_closed_project_is_told(cli: Cli, commons: Rehearsal) -> None:
    commons.sandbox.set_state("sds", "sds", "closed")
    run = cli("submit", VAGUS)
    assert run.code == 2
    assert "U622" in run.err


def test_project_ensure_makes_what_is_missing(cli: Cli, commons: Rehearsal) -> None:
    before = commons.writes
    for options, missing in (
        (("--project", "new"), "would make the project."),
        (("--program", "newer", "--project", "new"), "would make the program and the project."),
    ):
        assert missing in " ".join(cli("project", "ensure", VAGUS, *options, "--dry-run").out.split())
    assert commons.writes == before
    assert commons.sandbox.counts() == {"program": 1, "project": 1}
    made = cli("project", "ensure", VAGUS, "--project", "new")
    assert made.code == 0
    assert "made the project" in made.out
    assert "both were there already" in cli("project", "ensure", VAGUS, "--project", "new").out
    assert cli("submit", VAGUS, "--project", "new").code == 0


def test_the_dictionary_may_be_taken_from_the_commons(cli: Cli, commons: Rehearsal) -> None:
    run = cli("submit", VAGUS, "--dictionary", "commons")
    assert run.code == 0
    assert f"dictionary {commons.sandbox.url}" in " ".join(run.out.split())


def test_the_servers_own_words_are_shown_when_asked_for(cli: Cli, commons: Rehearsal) -> None:
    commons.sandbox.faults.add("write-failed@1x9")
    run = cli("submit", VAGUS, "-v")
    assert run.code in (1, 4)
    assert "The commons on experiment 'dataset':" in " ".join(run.out.split())
    assert "held back 57" in run.out
    assert "created 0" in run.out


def test_a_second_dataset_of_the_same_name_overwrites_nothing_unasked(
    cli: Cli, commons: Rehearsal, vagus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("submit", vagus).code == 0
    put(vagus / "subjects.xlsx", "D2", "13 weeks")
    writes = commons.writes
    run = cli("submit", vagus, "-o", "elsewhere")
    assert run.code == 2
    assert "U628" in run.err
    assert "--set dataset=NAME" in run.err
    assert commons.writes == writes
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", lambda text, **_: asked.append(text) or False)
    assert cli("submit", vagus, "-o", "elsewhere").code == 2
    monkeypatch.setattr("typer.confirm", lambda text, **_: True)
    assert "updated 1, same 57" in cli("submit", vagus, "-o", "elsewhere").out
    assert len(asked) == 1
    assert "Is it this dataset" in asked[0]


def other_age(commons: Rehearsal, age: str | None, **values: Any) -> None:
    """Somebody else writes to the first case."""
    client = connect(parse(commons.key.read_text(), "the test"))
    project = Project(client, "sds", "sds")
    (case, *_) = project.export("case")
    kept = {name: value for name, value in case.items() if name not in ("id", "project_id", "state")}
    kept = {name: value for name, value in kept.items() if not name.endswith("_datetime")}
    assert project.put([{**kept, "age": age or kept["age"], **values}]).ok


def test_status_tells_what_was_changed_since(cli: Cli, commons: Rehearsal) -> None:
    cli("submit", VAGUS)
    assert cli("status").code == 0
    other_age(commons, None, software="Neuron")
    assert cli("status").code == 0, "the sheets say nothing of that property"
    other_age(commons, "99 weeks")
    run = cli("status")
    assert run.code == 4
    assert "Changed since: 1 record." in run.out
    assert "changed: case 'dataset:" in run.out
    told = json.loads(cli("status", "-f", "json").out)["projects"][0]["there"]
    assert (told["missing"], [one["type"] for one in told["changed"]]) == ([], ["case"])
    ledger = Path("dataset.submission/submission.jsonl")
    lines = [json.loads(line) for line in ledger.read_text().splitlines()]
    old = [{**{k: v for k, v in line.items() if k != "of"}, "v": 1, "hash": "0" * 32} for line in lines]
    ledger.write_text("".join(json.dumps(line) + "\n" for line in old))
    assert cli("status").code == 0, "a line of version 1 cannot say it"


def test_status_of_one_project(cli: Cli, commons: Rehearsal) -> None:
    cli("submit", VAGUS)
    commons.sandbox.ensure("sds", "two")
    cli("submit", VAGUS, "--project", "two")
    for options, projects in [
        ((), ["sds-sds", "sds-two"]),
        (("--project", "two"), ["sds-two"]),
        (("--program", "sds"), ["sds-sds", "sds-two"]),
        (("--program", "sds", "--project", "sds"), ["sds-sds"]),
    ]:
        document = json.loads(cli("status", *options, "-f", "json").out)
        assert [one["project"] for one in document["projects"]] == projects
    assert "U662" in cli("status", "--project", "three").err


def test_what_only_the_commons_has_values_of_is_told_and_stays(cli: Cli, commons: Rehearsal, vagus: Path) -> None:
    cli("submit", vagus)
    other_age(commons, None, software="Neuron")
    told = cli("diff", vagus).out
    assert "case: the commons alone has values, of which the sheets say nothing: software (1)" in told
    assert "as the sheets say" not in told
    assert "what the sheets say of 58 records is there" in told
    assert json.loads(cli("diff", vagus, "-f", "json").out)["unsaid"] == {"case": {"software": 1}}
    assert "the sheets say nothing: case software." in " ".join(cli("submit", vagus).out.split())


def test_the_sandbox_ignores_the_endpoint_of_the_environment(
    cli: Cli, nobody: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEN3_ENDPOINT", "https://commons.example.org")
    assert cli("submit", VAGUS, "--sandbox").code == 0


def test_the_sandbox_is_asked_first_when_that_is_wanted(cli: Cli, nobody: None) -> None:
    run = cli("submit", VAGUS, "--sandbox", "--ask-server")
    assert run.code == 0
    assert "The sandbox would take all 58 records." in run.err


def test_a_project_that_is_closed_can_be_compared(cli: Cli, commons: Rehearsal) -> None:
    cli("submit", VAGUS)
    commons.sandbox.set_state("sds", "sds", "closed")
    assert "Nothing to send" in cli("diff", VAGUS).out
    assert cli("withdraw", VAGUS, "--dry-run").code == 0
    assert "U622" in cli("withdraw", VAGUS, "--yes").err


def test_one_ctrl_c_ends_the_wait_for_a_commons_that_is_away(
    cli: Cli, commons: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cargo, "Patience", lambda **details: Patience(tries=5, first=30, **details))
    commons.sandbox.faults.add("die@3")
    timer = threading.Timer(4, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    started = time.monotonic()
    run = cli("submit", VAGUS)
    timer.cancel()
    assert time.monotonic() - started < 20
    assert run.code == 130
    assert "U617" in run.err
    assert "not sent" in run.out
    assert "Run the same command again" in run.err


def test_where_running_again_does_not_help_it_is_not_asked_for(cli: Cli, commons: Rehearsal) -> None:
    cli("convert", VAGUS, "-o", "out")
    assert cli("submit", "out").code == 0
    move("case")
    run = cli("submit", "out")
    assert "U640" in run.out
    assert run.code == 1
    assert "use --recreate" in run.err
    assert "Run the same command again" not in run.err
    again = cli("submit", "out", "--recreate")
    assert again.code == 0
    assert "Made again: " in again.out


def move(node: str) -> None:
    """Link the first record of the node to another experiment, a new one."""
    (first,) = Path("out/nodes").glob("*_experiment.json")
    (file,) = Path("out/nodes").glob(f"*_{node}.json")
    (experiment,) = json.loads(first.read_bytes())
    first.write_text(json.dumps([experiment, {**experiment, "submitter_id": "another"}]))
    records = json.loads(file.read_bytes())
    records[0]["experiments"] = {"submitter_id": "another"}
    file.write_text(json.dumps(records))


def test_a_mapping_for_another_dictionary_is_told_as_such(cli: Cli, tmp_path: Path, monkeypatch: Any) -> None:
    sandbox = Sandbox(document())
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GEN3_ENDPOINT", raising=False)
    with sandbox.serve():
        (tmp_path / "key.json").write_text(json.dumps(sandbox.credentials()))
        run = cli("submit", VAGUS, "--dictionary", "commons", "--credentials", "key.json")
    assert run.code == 2
    lines = [line for line in run.err.splitlines() if line.startswith("error")]
    assert lines[0].startswith("error M3")
    assert "U623" in lines[-1]
    assert "made for another dictionary" in lines[-1]


def test_half_a_character_in_records_is_told_with_its_record(cli: Cli, commons: Rehearsal) -> None:
    cli("convert", VAGUS, "-o", "out")
    file = Path("out/nodes/02_case.json")
    records = json.loads(file.read_bytes())
    records[1]["age"] = "\ud800"
    file.write_text(json.dumps(records))
    run = cli("submit", "out")
    assert run.code == 2
    assert "C936" in run.err
    assert "02_case.json" in run.err
    assert f"the record '{records[1]['submitter_id']}' has half of a character" in run.err
    assert "'age'" in run.err
    file.write_text("[\n{]")
    assert "not valid JSON (line 2)" in cli("submit", "out").err
