"""Every folder in sample_datasets/ is a test: what the program says and makes of it is what `expected/` holds.

`pytest tests/golden --update` rewrites `expected/`; a person reads the difference before it is kept.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import sds2gen3
from sds2gen3.report import FORMATS, Detail, Look

SAMPLES = Path(__file__).parents[2] / "sample_datasets"
NEEDS = {"program": "sds", "project": "samples"}
LOOK = Look(max_per_group=0, detail=Detail.VERBOSE)
HINT = "run `pytest tests/golden --update` if the new result is right"


def samples() -> list[str]:
    return sorted(folder.name for folder in SAMPLES.iterdir() if (folder / "dataset").is_dir())


@pytest.mark.parametrize("name", samples())
def test_sample_gives_the_expected_findings_and_records(name: str, tmp_path: Path, update: bool) -> None:
    _produce(name, tmp_path / "made")
    if update:
        _replace(SAMPLES / name / "expected", tmp_path / "made")
    made, expected = _texts(tmp_path / "made"), _texts(SAMPLES / name / "expected")
    assert sorted(made) == sorted(expected), f"other files than expected; {HINT}"
    for path, text in expected.items():
        assert made[path].splitlines() == text.splitlines(), f"{name}: {path} differs; {HINT}"


@pytest.mark.parametrize("name", samples())
def test_sample_gives_the_same_bytes_twice(name: str, tmp_path: Path) -> None:
    _produce(name, tmp_path / "first")
    _produce(name, tmp_path / "second")
    assert _texts(tmp_path / "first") == _texts(tmp_path / "second")


@pytest.mark.parametrize("name", samples())
def test_sample_has_a_readme(name: str) -> None:
    assert (SAMPLES / name / "README.md").read_text(encoding="utf-8").startswith(f"# {name}\n")


def _produce(name: str, folder: Path) -> None:
    """Findings, records and what was not mapped, as files in `folder`."""
    mapping = sds2gen3.load_mapping("sds")
    dictionary = sds2gen3.load_dictionary(mapping.dictionary or "sds")
    dataset = sds2gen3.read_dataset(SAMPLES / name / "dataset")
    graph = sds2gen3.convert(dataset, mapping, dictionary, dataset=name, **NEEDS)
    findings = [*dataset.findings, *graph.findings, *sds2gen3.validate(graph, dictionary)]
    report = sds2gen3.Report(findings, {"dataset": name, "sds_version": dataset.version}).first_causes()
    sds2gen3.write(graph, folder / "written")
    shutil.move(folder / "written" / "nodes", folder / "nodes")
    shutil.move(folder / "written" / "unmapped.jsonl", folder / "unmapped.jsonl")
    shutil.rmtree(folder / "written")
    (folder / "findings.txt").write_text(FORMATS["text"]([report], LOOK), encoding="utf-8", newline="\n")


def _replace(expected: Path, made: Path) -> None:
    shutil.rmtree(expected, ignore_errors=True)
    shutil.copytree(made, expected)


def _texts(folder: Path) -> dict[str, str]:
    """Relative POSIX path -> content of every file below `folder`; nothing where it is not there."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
