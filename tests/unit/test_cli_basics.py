"""The command line without any data: help, exit codes, explain, and what it costs to start."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from command_line import Cli
from typer.main import get_command

from sds2gen3 import __version__
from sds2gen3.catalogue import CATALOGUE
from sds2gen3.cli import explain as explain_command
from sds2gen3.cli import main as main_module
from sds2gen3.cli.output import use_color
from sds2gen3.errors import DataError, UnreachableError, UsageError
from sds2gen3.report import FORMATS

ROOT = Path(main_module.__file__).parents[2]
HEAVY = {
    "pandas",
    "openpyxl",
    "numpy",
    "jsonschema",
    "jsonschema_rs",
    "yaml",
    "requests",
    "python_calamine",
    "rapidfuzz",
    "jinja2",
}


def commands() -> dict[str, object]:
    """Every command by its full name."""

    def below(command: object, name: str) -> dict[str, object]:
        inner = getattr(command, "commands", None)
        if inner is None:
            return {name: command}
        return {n: c for key, child in inner.items() for n, c in below(child, f"{name} {key}".strip()).items()}

    return below(get_command(main_module.command_line()), "")


@pytest.mark.parametrize("name", commands())
def test_every_command_has_help_that_ends_with_two_examples(cli: Cli, name: str) -> None:
    run = cli(*name.split(), "--help")
    assert run.code == 0
    examples = run.out[run.out.index("Examples:") :]
    assert examples.count(f"sds2gen3 {name}") == 2


@pytest.mark.parametrize("name", commands())
def test_every_option_stands_in_a_named_panel_and_has_help(name: str) -> None:
    options = [p for p in commands()[name].params if getattr(p, "opts", [""])[0].startswith("-")]  # type: ignore[attr-defined]
    for option in (option for option in options if "--help" not in option.opts):
        assert option.help, option.name
        assert option.rich_help_panel, option.name
        assert "_" not in "".join(option.opts), option.name


def test_version(cli: Cli) -> None:
    assert cli("--version").out == f"sds2gen3 {__version__}\n"
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["valdate", "x"], "Did you mean 'validate'?"),
        (["validate", "x", "--formt", "json"], "--format"),
        (["validate"], "Missing argument 'DATASET'"),
        (["validate", "x", "--max-per-group", "-1"], "Invalid value for '--max-per-group'"),
        (["validate", "x", "--config", "/nowhere.toml"], "/nowhere.toml"),
        (["convert", "x", "--output", "o", "--as", "xml"], "xml"),
        (["validate", "x", "--set", "project"], "error C903 --set project does not say NAME=VALUE."),
        (["explain", "X9"], "error C905 There is no finding code 'X9'."),
        (["validate", "x", "--format", "jso"], "error C906 There is no report format 'jso' (option)."),
        (["validate", "x", "--output", "r.docx"], "error C906 No report format goes with the file name 'r.docx'."),
        (["validate", "x", "--select", "X"], "error C905 No finding code begins with 'X'."),
        (["validate", "x", "--color", "pink"], "error C902 'pink' does not fit the setting 'color' (option)."),
        (["validate", "x", "--mapping", "nowhere"], "error C961 There is no mapping called 'nowhere'."),
    ],
)
def test_a_wrong_call_is_one_clear_line_and_exit_code_2(cli: Cli, arguments: list[str], said: str) -> None:
    run = cli(*arguments)
    assert (run.code, run.out) == (2, "")
    first, hint, *rest = run.err.splitlines()
    assert said in first
    assert hint.startswith("  hint: ")
    assert rest == []


def test_a_group_without_command_shows_its_help(cli: Cli) -> None:
    run = cli("mapping")
    assert run.code == 2
    assert "Usage: sds2gen3 mapping" in run.out + run.err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError.of("C907", "No such thing."), 2, "error C907 No such thing."),
        (DataError.of("C907", "Bad data."), 1, "error C907 Bad data."),
        (UnreachableError.of("C907", "No server."), 3, "error C907 No server."),
        (KeyboardInterrupt(), 130, "Interrupted."),
        (ZeroDivisionError("by zero"), 70, "error: sds2gen3 itself failed: ZeroDivisionError: by zero"),
        (typer.Exit(4), 4, ""),
    ],
)
def test_every_way_of_ending_has_its_exit_code(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    def fail(codes: object) -> None:
        raise error

    monkeypatch.setattr(explain_command, "_list", fail)
    run = cli("explain")
    assert (run.code, run.out) == (code, "")
    assert run.err.partition("\n")[0] == said
    assert "Traceback" not in run.err


def test_a_bug_tells_how_to_report_it_and_shows_its_trace_only_when_asked(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(codes: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(explain_command, "_list", fail)
    assert "Please report it" in cli("explain").err
    monkeypatch.setenv("SDS2GEN3_DEBUG", "1")
    assert "Traceback" in cli("explain").err


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_code_is_explained(cli: Cli, code: str) -> None:
    run = cli("explain", code.lower())
    assert run.code == 0
    assert run.out.startswith(f"{code} (")
    assert "\n  why      " in run.out
    assert "\n  fix      " in run.out
    assert run.out.isascii()


def test_explain_lists_all_codes_or_those_that_begin_so(cli: Cli) -> None:
    everything = cli("explain").out
    assert [code for code in CATALOGUE if f"  {code}  " not in everything] == []
    some = cli("explain", "C90").out.splitlines()
    assert some[0] == "Configuration"
    assert len(some) == 1 + len([code for code in CATALOGUE if code.startswith("C90")])


@pytest.mark.parametrize(
    ("choice", "environ", "terminal", "color"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour_option_then_environment_then_terminal(
    choice: str, environ: dict[str, str], terminal: bool, color: bool
) -> None:
    class Stream(io.StringIO):
        def isatty(self) -> bool:
            return terminal

    assert use_color(choice, Stream(), environ) is color


def process(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        encoding="cp1252",
        env={**os.environ, **environ},
        cwd=ROOT,
        check=False,
    )


@pytest.mark.parametrize("arguments", [["--help"], ["explain", "C901"], ["--version"]])
def test_help_and_explain_load_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys; from sds2gen3.cli.main import main; main(sys.argv[1:]);"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    run = process("-c", program, *arguments, PYTHONIOENCODING="cp1252")
    assert run.returncode == 0
    assert HEAVY & set(run.stderr.split()) == set()


def test_a_windows_console_does_not_bring_it_down(tmp_path: Path) -> None:
    folder = tmp_path / "données \u4e2d\u6587"
    run = process("-m", "sds2gen3", "mapping", "show", "--mapping", str(folder), PYTHONIOENCODING="cp1252")
    assert run.returncode == 2
    assert r"données \u4e2d\u6587" in run.stderr


def test_completion_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"COMP_WORDS": "sds2gen3 explain C90", "COMP_CWORD": "2", "_SDS2GEN3_COMPLETE": "complete_bash"}
    program = "from sds2gen3.cli.main import main; main()"
    run = process("-c", program, **words)
    assert "C901" in run.stdout.split()


def test_a_closed_pipe_is_quiet() -> None:
    command = f'"{sys.executable}" -m sds2gen3 explain | true; exit ${{PIPESTATUS[0]}}'
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_where_nobody_listens_the_exit_code_is_still_the_verdict(closed: str) -> None:
    command = f'"{sys.executable}" -m sds2gen3 validate sample_datasets/broken-2.1.0 {closed}'
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr


def test_the_formats_offered_are_those_that_there_are(cli: Cli) -> None:
    shown = cli("validate", "--help").out
    assert [name for name in FORMATS if name not in shown] == []
