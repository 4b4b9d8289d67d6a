"""The public package `dictionaryutils`, which Gen3 servers load their dictionary with, against our loader.

It pins old versions of what we use, so it lives in an environment of its own: the Python named by
SDS2GEN3_DICTIONARYUTILS_PYTHON, else one that is made once and kept in the user's cache.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest
from platformdirs import user_cache_path

from sds2gen3.dictionary import load
from sds2gen3.resources import Declarations

PACKAGE = "dictionaryutils==3.5.1"
HERE = Path(__file__).parent
SERVED = HERE.parents[2] / "shared" / "gen3_contract" / "exchanges" / "_dictionary_all_extended.json"
BUNDLED = Declarations.standard().names("dictionaries")


def _run(python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(python), *arguments], capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def python() -> Path:
    """A Python that can import dictionaryutils."""
    named = os.environ.get("SDS2GEN3_DICTIONARYUTILS_PYTHON")
    if named:
        return Path(named)
    folder = user_cache_path("sds2gen3", appauthor=False) / f"{PACKAGE}-py{sys.version_info[0]}.{sys.version_info[1]}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (python.exists() and _run(python, "-c", "import dictionaryutils").returncode == 0):
        venv.create(folder, clear=True, with_pip=True)
        pip = _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE)
        if pip.returncode != 0:
            reason = (pip.stderr.strip().splitlines() or ["no reason given"])[-1]
            pytest.skip(f"{PACKAGE} cannot be installed (no package index within reach?): {reason}")
    return python


def _schemas(python: Path, source: Path) -> dict[str, Any]:
    done = _run(python, str(HERE / "dictionaryutils_check.py"), str(source))
    assert done.returncode == 0, done.stderr
    schemas: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return schemas


def _differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Where two schemas differ, property by property; the servers' own nodes come with the package."""
    assert ours.keys() - {"root", "data_release"} == theirs.keys() - {"root", "data_release"}
    return [
        f"{name}.{key}"
        for name in ours.keys() & theirs.keys()
        for key in ours[name].keys() | theirs[name].keys()
        if ours[name].get(key) != theirs[name].get(key)
    ]


@pytest.mark.parametrize("name", BUNDLED)
def test_a_bundled_dictionary_passes_and_reads_the_same(python: Path, name: str) -> None:
    ours = {node.name: dict(node.schema) for node in load(name).nodes.values()}
    assert _differences(ours, _schemas(python, BUNDLED[name])) == []


def test_the_dictionary_of_a_commons_reads_the_same(python: Path, tmp_path: Path) -> None:
    served = json.loads(SERVED.read_text(encoding="utf-8"))
    dump = tmp_path / "dump.json"
    dump.write_text(json.dumps({f"{name}.yaml": schema for name, schema in served.items()}), encoding="utf-8")
    ours = {node.name: dict(node.schema) for node in load(SERVED).nodes.values()}
    assert _differences(ours, _schemas(python, dump)) == []


def test_what_it_refuses_we_find_fault_with(python: Path, tmp_path: Path) -> None:
    """A check that cannot fail proves nothing: the script does stop at a link without property."""
    folder = tmp_path / "broken"
    folder.mkdir()
    for path in BUNDLED["sds"].glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        changed = text.replace("- name: projects", "- name: projekts") if path.stem == "experiment" else text
        (folder / path.name).write_text(changed, encoding="utf-8")
    done = _run(python, str(HERE / "dictionaryutils_check.py"), str(folder))
    assert done.returncode != 0
    assert "'projekts' as a link but not property" in done.stderr
