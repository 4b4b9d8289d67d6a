"""What README.md shows is what happens. `pytest tests/acceptance/test_readme.py --update` rewrites the outputs shown."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from command_line import Cli

from sds2gen3 import Dictionary, config, load_dictionary, load_mapping
from sds2gen3.cli.main import command_line
from sds2gen3.report import FORMATS
from sds2gen3.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(language: str) -> list[str]:
    text = README.read_text(encoding="utf-8")
    return [found[2] for found in BLOCK.finditer(text) if found[1] == language]


@pytest.fixture(autouse=True)
def as_a_newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder in which the sample datasets lie, as in a checkout."""
    (tmp_path / "sample_datasets").symlink_to(ROOT / "sample_datasets", target_is_directory=True)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block.partition("\n")[0])
def test_a_command_says_what_the_readme_shows(block: str, cli: Cli, update: bool) -> None:
    first, _, shown = block.partition("\n")
    run = cli(*shlex.split(first)[2:])
    said = "".join(line.rstrip() + "\n" for line in (run.out + run.err).splitlines())
    if update:
        text = README.read_text(encoding="utf-8")
        README.write_text(text.replace(f"```console\n{block}```", f"```console\n{first}\n{said}```"), encoding="utf-8")
        return
    assert said == shown


def test_the_python_examples_run(capsys: pytest.CaptureFixture[str]) -> None:
    converting, submitting = blocks("python")
    names: dict[str, Any] = {}
    exec(compile(converting, "README.md", "exec"), names)
    version, counts = capsys.readouterr().out.splitlines()
    assert version.startswith("2.0.0 ")
    assert counts.startswith("0 errors; {'experiment': 1, 'case': 6,")
    assert Path("out/nodes/01_experiment.json").is_file()
    with commons(names["dictionary"]) as sandbox:
        sandbox.ensure("sds", "vagus")
        Path("credentials.json").write_text(json.dumps(sandbox.credentials()), encoding="utf-8")
        exec(compile(submitting, "README.md", "exec"), names)
        assert sandbox.counts()["case"] == 6


def test_the_walk_from_login_to_withdrawal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.search(r"<!-- walk: commons -->\n```bash\n(.*?)\n```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    with commons("sds") as sandbox:
        Path("key.json").write_text(json.dumps(sandbox.credentials()), encoding="utf-8")
        monkeypatch.setenv("GEN3_API_KEY", "key.json")
        for line in found[1].splitlines():
            run = cli(*shlex.split(line)[1:])
            assert run.code == 0, (line, run.out, run.err)
        assert sandbox.counts()["case"] == 6


def test_the_walk_of_a_curator(cli: Cli) -> None:
    found = re.search(r"<!-- walk: curation -->\n```bash\n(.*?)\n```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    runs = [cli(*shlex.split(line)[1:]) for line in found[1].splitlines()]
    assert [run.code for run in runs] == [1, 0, 0, 1], [run.err for run in runs]
    assert "nothing stops this dataset" in runs[2].out
    assert {path.name for path in Path("report").iterdir()} >= {
        "report.html",
        "findings.jsonl",
        "graph.svg",
        "workbooks",
    }
    assert Path("out/nodes/01_experiment.json").is_file()


@contextmanager
def commons(dictionary: str | Dictionary) -> Iterator[Sandbox]:
    """An embedded commons that is served while the context lasts."""
    sandbox = Sandbox(load_dictionary(dictionary) if isinstance(dictionary, str) else dictionary)
    with sandbox.serve():
        yield sandbox


def test_the_settings_examples_are_understood(tmp_path: Path) -> None:
    general, severities, storage = blocks("toml")
    (tmp_path / config.FILE).write_text(general + severities + storage, encoding="utf-8")
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / config.FILE).write_text(severities, encoding="utf-8")
    settings = config.load({"profile": str(tmp_path / "profile")}, tmp_path, environ={})
    assert {name: need.value for name, need in settings.needs.items()} == tomllib.loads(general)["needs"]
    assert settings.strict.value
    assert [one.code for one in settings.severity.value] == ["S236", "S236"]
    assert settings.storage_from.value == tomllib.loads(storage)["storage"]["from"]


@pytest.mark.parametrize("name", ["try", "test"])
def test_the_two_first_commands_are_one_line_each(name: str) -> None:
    found = re.search(rf"<!-- command: {name} -->\n```bash\n(.*?)\n```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert found[1].startswith("python3 -m venv .venv && ")
    assert "\n" not in found[1]


def test_every_command_and_format_is_in_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    app = command_line()
    names = [command.name for command in app.registered_commands] + [
        group.typer_instance.info.name for group in app.registered_groups
    ]  # type: ignore[union-attr]
    assert [name for name in names if f"{name}" not in text] == []
    assert [
        name for name in FORMATS if f".{name}" not in text and f"--format {name}" not in text and name != "text"
    ] == []


@pytest.mark.parametrize("block", blocks("yaml"))
def test_the_mapping_example_is_a_mapping(block: str, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(block, encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text("title: from the README\nneeds: {dataset: {hint: name}}\n", encoding="utf-8")
    (rule,) = load_mapping(tmp_path).rules
    assert (rule.node, rule.source, [prop.name for prop in rule.properties]) == (
        "case",
        "subjects",
        ["subject_id", "sex"],
    )
