"""Every rule of the SDS: a dataset that breaks it is told so at its cell and with advice, a near miss is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pipeline import declared
from rule_cases import ALL, Case, Content, all_cases
from rule_cases.ordinary import LAYOUTS, cell, write

from sds2gen3 import convert, read_dataset, validate
from sds2gen3.catalogue import CATALOGUE
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.sheets import reader

CASES = [(case, version) for case in all_cases() for version in case.versions]
IDS = [f"{case.rule}-{case.code}-{version}" for case, version in CASES]
NO_VERSION = {"1.0": {"R170"}}  # its template has no cell for the version
NO_DATA = {"R190"}  # that the data files are elsewhere


@pytest.fixture(autouse=True)
def declarations_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The declared versions are the same for all the small datasets here, and take longer to read than any of them."""
    monkeypatch.setattr(reader, "Layouts", lambda declarations: LAYOUTS)


def told(folder: Path, version: str, changes: Content, whole_way: bool = False, **options: Any) -> list[Diagnostic]:
    """What is said of the dataset with these changes, when it is read or on the whole way."""
    dataset = read_dataset(write(folder, version, changes), **options)
    findings = list(dataset.findings)
    if whole_way:
        rules, nodes = declared("sds", "sds")
        graph = convert(dataset, rules, nodes)
        findings += [*graph.findings, *validate(graph, nodes)]
    return findings


@pytest.mark.parametrize("version", ALL)
def test_there_is_nothing_to_say_of_the_ordinary_dataset(tmp_path: Path, version: str) -> None:
    codes = {d.code for d in told(tmp_path, version, {})}
    assert codes - NO_DATA == NO_VERSION.get(version, set())


@pytest.mark.parametrize(("case", "version"), CASES, ids=IDS)
def test_what_breaks_the_rule_is_told_with_advice(tmp_path: Path, case: Case, version: str) -> None:
    findings = told(tmp_path, version, case.raises, case.whole_way, **case.options)
    found = [d for d in findings if d.code == case.code]
    place = cell(version, case.raises, case.at)
    there = [d for d in found if not place or place in map(str, filter(None, (d.place, *d.related)))]
    assert there, [(d.code, str(d.place), d.message) for d in findings]
    told_here = there[0]
    assert told_here.hint
    assert case.hint in told_here.hint
    assert case.value is None or case.value == told_here.value
    assert case.severity in ("", told_here.severity.label)


@pytest.mark.parametrize(("case", "version"), CASES, ids=IDS)
def test_a_near_miss_is_not_told(tmp_path: Path, case: Case, version: str) -> None:
    findings = told(tmp_path, version, case.near_miss, case.whole_way, **case.options)
    assert [(str(d.place), d.message) for d in findings if d.code == case.code] == []


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: f"{case.rule}-{case.code}")
def test_a_case_is_of_a_code_that_names_the_rule(case: Case) -> None:
    assert case.rule in rules_of(case.code)


def rules_of(code: str) -> Sequence[str]:
    """The rules that the code stands for."""
    return CATALOGUE[code].rule.split(", ")


def test_every_rule_has_a_case(shared: Path) -> None:
    text = (shared / "sds/RULES.md").read_text(encoding="utf-8")
    rules = re.findall(r"^\| (SDS-[A-Z]\d\d) \|", text, re.MULTILINE)
    assert len(rules) == len(set(rules)) == 87
    assert sorted(set(rules) - {case.rule for case in all_cases()}) == []


def test_every_rule_that_the_catalogue_names_has_a_case() -> None:
    named = {rule for code in CATALOGUE for rule in rules_of(code) if rule}
    assert sorted(named - {case.rule for case in all_cases()}) == []
