"""`sds2gen3 doctor`: what holds, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Cli

from sds2gen3 import __version__, load_dictionary
from sds2gen3.sandbox import Sandbox


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GEN3_API_KEY", "GEN3_CLIENT_ID", "GEN3_CLIENT_SECRET", "GEN3_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)


def test_each_setting_is_told_with_its_source(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("sds2gen3.toml").write_text(
        'strict = true\n[[severity]]\ncode = "S236"\nis = "error"\n[needs]\nprogram = "p"\n'
    )
    monkeypatch.setenv("SDS2GEN3_COLOR", "never")
    run = cli("doctor", "--offline", "-f", "json", "--project", "q")
    told = json.loads(run.out)
    assert run.code == 0
    assert told["versions"]["sds2gen3"] == __version__
    settings = {row["name"]: (row["value"], row["source"]) for row in told["settings"]}
    assert settings["strict"] == (True, "sds2gen3.toml:1")
    assert settings["color"] == ("never", "environment SDS2GEN3_COLOR")
    assert settings["needs.project"] == ("q", "option")
    assert settings["severity"][0] == ["S236 is error in *"]
    assert settings["max-per-group"] == (10, "default")
    assert ("mapping", "sds") in {(row["kind"], row["name"]) for row in told["declared"]}


def test_a_setting_that_cannot_be_used_is_told_and_is_the_exit_code(cli: Cli) -> None:
    run = cli("doctor", "--offline", "--dictionary", "nowhere")
    assert run.code == 2
    assert "nowhere" in run.out


def test_without_credentials_that_is_all_it_says_of_a_commons(cli: Cli) -> None:
    run = cli("doctor")
    assert run.code == 0
    assert "There are no credentials" in " ".join(run.out.split())


def test_the_commons_is_looked_at_step_by_step(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = Sandbox(load_dictionary("sds"))
    with sandbox.serve():
        sandbox.ensure("sds", "heart")
        Path("key.json").write_text(json.dumps(sandbox.credentials()))
        monkeypatch.setenv("GEN3_API_KEY", "key.json")
        told = json.loads(cli("doctor", "--program", "sds", "--project", "heart", "-f", "json").out)["commons"]
        assert (told["user"], told["project"], told["dictionary"]) == ("admin", "sds-heart is open", "the same as ours")
        other = cli("doctor", "--program", "sds", "--project", "lung")
        assert other.code == 2
        assert "no project 'lung'" in other.out
