"""What all tests share: the option that rewrites expected results, where things are, and the command line."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from command_line import Cli, Run
from hypothesis import HealthCheck, settings

from sds2gen3.cli.main import main

ROOT = Path(__file__).parent.parent

# How long an example takes is no verdict: the machine may be busy.
settings.register_profile("sds2gen3", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sds2gen3")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update",
        action="store_true",
        help="write what the program says now into expected/ of the sample datasets; then read the difference",
    )


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected results are to be rewritten."""
    return bool(request.config.getoption("--update"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ../shared; a test that needs it is skipped where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared material is not beside the project (../shared)")
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With SDS2GEN3_REQUIRE_SHARED=1, a test that is skipped for want of ../shared fails, however it is skipped."""
    report = yield
    wanted = os.environ.get("SDS2GEN3_REQUIRE_SHARED") == "1"
    if wanted and report.skipped and not hasattr(report, "wasxfail") and "shared" in str(report.longrepr):
        report.outcome = "failed"
    return report


@pytest.fixture(autouse=True)
def no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No user's settings file, and no variable of the terminal, reaches a test."""
    for name in [name for name in os.environ if name.startswith("SDS2GEN3_") and name != "SDS2GEN3_REQUIRE_SHARED"]:
        monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR", "GEN3_PROGRAM", "GEN3_PROJECT", "GEN3_CRED_FILE", "GEN3_SSL_CERT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    home = str(tmp_path_factory.getbasetemp() / "no-settings")
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, home)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """`cli("validate", folder)` runs a command as the console script does, exit codes included."""

    def run(*arguments: str | Path) -> Run:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Run(code, out, err)

    return run
