"""Severities as settings change them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import Cli, Run

from sds2gen3.catalogue import CATALOGUE, Severity
from sds2gen3.diagnostics import finding
from sds2gen3.place import Place
from sds2gen3.severities import Change, changed, of_the_commons

BROKEN = Path(__file__).parents[2] / "sample_datasets" / "broken-2.1.0" / "dataset"
HERE = finding("S236", "words", Place("subjects.xlsx", row=2, column=1))
THERE = finding("S236", "words", Place("primary/manifest.xlsx", row=2, column=1))
NOWHERE = finding("S236", "words")


def test_the_last_change_that_concerns_a_finding_counts() -> None:
    changes = [Change("S2", Severity.ERROR), Change("S236", Severity.INFO, "primary/*")]
    assert [one.severity for one in changed([HERE, THERE, NOWHERE], changes)] == [
        Severity.ERROR,
        Severity.INFO,
        Severity.ERROR,
    ]


def test_what_is_off_is_not_shown() -> None:
    assert changed([HERE, THERE, NOWHERE], [Change("S236", None, "sub*")]) == [THERE, NOWHERE]


@pytest.mark.parametrize(
    ("pattern", "file", "meant"),
    [
        ("manifest.xlsx", "primary/manifest.xlsx", True),
        ("manifest.*", "manifest.csv", True),
        ("primary/*", "primary/sub-1/manifest.xlsx", True),
        ("primary/*", "docs/primary/manifest.xlsx", False),
        ("primary", "primary/manifest.xlsx", False),
        ("sub/manifest.xlsx", "primary/sub/manifest.xlsx", False),
        ("*", "primary/manifest.xlsx", True),
    ],
)
def test_a_pattern_without_a_slash_is_held_against_the_name_at_any_depth(pattern: str, file: str, meant: bool) -> None:
    found = finding("S236", "words", Place(file))
    assert Change("S236", None, pattern).concerns(found) is meant


def test_nothing_changes_without_changes() -> None:
    assert changed([HERE, THERE], []) == [HERE, THERE]


@pytest.mark.parametrize("code", sorted({name for name in CATALOGUE if name[0] == "D"}))
def test_a_refusal_of_the_commons_cannot_be_softened(code: str) -> None:
    hidden = of_the_commons(Change(code, Severity.WARNING))
    assert bool(hidden) == (CATALOGUE[code].severity is Severity.ERROR)
    assert of_the_commons(Change(code, Severity.ERROR)) == []


def test_the_settings_file_changes_the_verdict(cli: Cli, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[severity]]\ncode = "S202"\nis = "warning"\nfiles = "subjects.*"\n')
    before = cli("validate", BROKEN, "--select", "S202")
    after = cli("validate", BROKEN, "--select", "S202", "--config", own)
    assert (before.code, after.code) == (1, 0)
    assert "warning S202" in after.out


def test_softening_the_commons_is_refused(cli: Cli, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[severity]]\ncode = "D"\nis = "off"\n')
    run = cli("validate", BROKEN, "--config", own)
    assert run.code == 2
    assert "C915" in run.err


def test_a_profile_is_a_folder_with_settings(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "sds2gen3.toml").write_text('[[severity]]\ncode = "S202"\nis = "info"\n')
    run = cli("validate", BROKEN, "--select", "S202", "--profile", tmp_path)
    assert run.code == 0
    assert "C914" in cli("validate", BROKEN, "--profile", tmp_path / "no").err


def test_what_the_commons_refuses_is_told_where_the_sds_finding_is_softened(cli: Cli, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[severity]]\ncode = "S2"\nis = "off"\n')
    before = {one["place"] for one in _errors(cli("validate", BROKEN, "-f", "json"))}
    after = _errors(cli("validate", BROKEN, "-f", "json", "--config", own))
    assert {one["code"][0] for one in after} >= {"D"}
    assert {one["place"] for one in after} <= before
    role = [one for one in after if one["place"] == "dataset_description.xlsx!D22"]
    assert [one["code"] for one in role] == ["D442"]


def _errors(run: Run) -> list[dict[str, Any]]:
    return [one for one in json.loads(run.out)["findings"] if one["severity"] == "error"]


def test_codes_may_stand_with_commas_or_the_option_be_repeated(cli: Cli) -> None:
    together = cli("validate", BROKEN, "--select", "S202,R1", "-f", "json")
    assert together.out == cli("validate", BROKEN, "--select", "S202", "--select", "R1", "-f", "json").out
    codes = {one["code"] for one in json.loads(together.out)["findings"]}
    assert "S202" in codes
    assert {code[:2] for code in codes} == {"S2", "R1"}
    assert "C905" in cli("validate", BROKEN, "--ignore", "S202,Q").err
