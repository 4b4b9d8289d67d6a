"""Dependencies with known vulnerabilities, by `pip-audit`. Run by name: `pytest -m audit`; it asks PyPI or OSV.

What an installation from the wheel would bring is looked up, each package by its name and version. Where no service answers,
the test is skipped and says so: that is no verdict.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import venv
from importlib import metadata
from pathlib import Path

import pytest

pytestmark = pytest.mark.audit

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SERVICES = ("pypi", "osv")
EXTRAS = ("sandbox", "cluster", "s3", "dicomweb", "irods")


@pytest.fixture(scope="module")
def auditor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pip-audit in an environment of its own."""
    folder = tmp_path_factory.mktemp("auditor")
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run = _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip-audit"])
    if run.returncode != 0:
        pytest.skip(f"pip-audit cannot be installed (no package index within reach?): {_last(run)}")
    return python


def installed(extras: tuple[str, ...]) -> list[str]:
    """`name==version` of everything that the package needs with these extras, as installed here."""
    wanted = [*PROJECT["dependencies"], *(one for extra in extras for one in PROJECT["optional-dependencies"][extra])]
    found: dict[str, str] = {}
    waiting = [_name(one) for one in wanted]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # for another system, or an extra that is not installed here
        found[name] = distribution.version
        waiting += [_name(one) for one in distribution.requires or () if "extra ==" not in one]
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def _name(requirement: str) -> str:
    letters = "".join(letter if letter.isalnum() or letter in "._-" else " " for letter in requirement)
    return letters.split()[0].lower().replace("_", "-").replace(".", "-")


def test_the_packages_looked_up_are_those_that_are_needed() -> None:
    names = {one.partition("==")[0] for one in installed(EXTRAS)}
    assert {"pandas", "numpy", "requests", "urllib3", "orjson", "pyyaml", "jinja2"} <= names
    assert "pytest" not in names


@pytest.mark.parametrize("extras", [(), EXTRAS], ids=["core", "with every extra"])
def test_no_dependency_has_a_known_vulnerability(auditor: Path, extras: tuple[str, ...], tmp_path: Path) -> None:
    listed = tmp_path / "requirements.txt"
    listed.write_text("\n".join(installed(extras)) + "\n", encoding="utf-8")
    reasons = []
    for service in SERVICES:
        run = _run(
            [
                *(str(auditor), "-m", "pip_audit", "--requirement", str(listed), "--no-deps", "--disable-pip"),
                *("--vulnerability-service", service, "--format", "json", "--progress-spinner", "off"),
                *("--timeout", "20"),
            ]
        )
        try:
            packages = json.loads(run.stdout)["dependencies"]
        except (ValueError, KeyError):
            reasons.append(f"{service}: {_last(run)}")
            continue
        assert len(packages) > 10
        unknown = [one["name"] for one in packages if "skip_reason" in one]
        if len(unknown) == len(packages):  # an index without advisories says of every package that it does not know it
            reasons.append(f"{service}: {packages[0]['skip_reason']}")
            continue
        known = [f"{one['name']} {one['version']}: {each['id']}" for one in packages for each in one.get("vulns", ())]
        assert (known, unknown) == ([], [])
        return
    pytest.skip(f"no service of vulnerabilities could be asked, so there is no verdict: {'; '.join(reasons)}")


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


def _last(run: subprocess.CompletedProcess[str]) -> str:
    return (run.stderr.strip().splitlines() or ["no reason given"])[-1][:200]


if __name__ == "__main__":
    sys.stdout.write("\n".join(installed(EXTRAS)) + "\n")
