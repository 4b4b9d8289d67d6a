"""capabilities.yaml held against the code: each promise of the reference systems once, with a test that is there, or a reason."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from sds2gen3.cli.main import command_line

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TABLE: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "capabilities.yaml").read_text(encoding="utf-8"))
ANSWERS = ("proved_by", "not_here")
KEYS = {"what", *ANSWERS, "command", "left_out"}
EMPTY_WORDS = re.compile(r"\b(todo|tbd|later|soon|not yet|future)\b", re.IGNORECASE)
BY_NAME = re.compile(r"^pytestmark = pytest\.mark\.(bench|matrix|audit)$", re.MULTILINE)
PROVED = [(name, test) for name, entry in TABLE.items() for test in entry.get("proved_by", ())]
CALLED = [(name, call) for name, entry in TABLE.items() for call in entry.get("command", ())]
SENTENCES = [(name, entry[key]) for name, entry in TABLE.items() for key in ("not_here", "left_out") if key in entry]


def test_every_capability_is_there_once_and_in_order(shared: Path) -> None:
    text = (shared / "CAPABILITIES.md").read_text(encoding="utf-8")
    first_part = text[text.index("\n## 1.") : text.index("\n## 2.")]
    listed = re.findall(r"^\| (S\d+) \|", first_part, re.MULTILINE)
    assert len(listed) == 90
    written = re.findall(r"^(\S+):", (HERE / "capabilities.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    assert written == list(TABLE) == listed


@pytest.mark.parametrize("name", TABLE)
def test_an_entry_has_either_tests_or_a_reason(name: str) -> None:
    entry = TABLE[name]
    assert set(entry) <= KEYS
    assert len(set(ANSWERS) & set(entry)) == 1
    assert 10 <= len(entry["what"]) <= 110
    tests = entry.get("proved_by", ["-"])
    assert isinstance(tests, list)
    assert tests
    assert len(tests) == len(set(tests))
    assert not ("left_out" in entry and "not_here" in entry), "the reason says it all"


@pytest.mark.parametrize(("name", "test"), PROVED)
def test_a_test_that_is_named_is_there_and_runs(name: str, test: str) -> None:
    file, _, within = test.partition("::")
    assert file.startswith("tests/"), name
    assert re.fullmatch(r"tests/[\w/]+/test_\w+\.py", file), name
    found = _tests(file).get(within)
    assert found is not None, f"{name} names '{within}', which is not in {file}"
    assert "mark.skip(" not in found, f"{name} names '{within}', which never runs"


def test_nothing_is_proved_only_by_tests_that_run_by_name() -> None:
    files = {name: {test.partition("::")[0] for test in entry.get("proved_by", "-")} for name, entry in TABLE.items()}
    by_name = {
        file for file in set().union(*files.values()) - {"-"} if BY_NAME.search((ROOT / file).read_text("utf-8"))
    }
    assert by_name == {"tests/contract/test_matrix.py"}
    assert [name for name, each in files.items() if each <= by_name] == []


@pytest.mark.parametrize(("name", "call"), CALLED)
def test_a_command_that_is_named_is_there_with_its_options(name: str, call: str) -> None:
    words = call.split()
    options = [word for word in words if word.startswith("-")]
    path = words[: len(words) - len(options)]
    assert words == path + options
    command: Any = get_command(command_line())
    for word in path:
        command = getattr(command, "commands", {}).get(word)
        assert command is not None, f"{name}: there is no command '{word}' in '{call}'"
    known = {one for parameter in command.params for one in (*parameter.opts, *parameter.secondary_opts)}
    assert set(options) <= known, name


@pytest.mark.parametrize(("name", "sentence"), SENTENCES)
def test_a_reason_is_a_whole_sentence(name: str, sentence: str) -> None:
    assert re.match(r"[A-Z]", sentence), name
    assert sentence.endswith("."), name
    assert ". " not in sentence, f"{name}: one sentence"
    assert len(sentence.split()) >= 6, name
    assert sentence.isascii(), name
    assert not EMPTY_WORDS.search(sentence), f"{name}: a reason is no promise"


def test_what_is_promised_is_said_in_words_of_our_own(shared: Path) -> None:
    text = (shared / "CAPABILITIES.md").read_text(encoding="utf-8")
    assert [entry["what"] for entry in TABLE.values() if entry["what"] in text] == []
    assert len({entry["what"] for entry in TABLE.values()}) == len(TABLE)


@cache
def _tests(file: str) -> dict[str, str]:
    """The decorators of each test in the file, by its name: those of functions, and as Class::name those of methods."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    found = {}
    for node in tree.body:
        owner = f"{node.name}::" if isinstance(node, ast.ClassDef) and node.name.startswith("Test") else ""
        for one in node.body if owner else [node]:  # type: ignore[attr-defined]
            if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
                found[owner + one.name] = " ".join(ast.unparse(each) + "(" for each in one.decorator_list)
    return found
