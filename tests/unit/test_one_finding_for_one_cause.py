"""One finding for one cause: no cell is told twice for the same thing, whichever stages look at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from pipeline import SERVED, SHARED, declared
from real_datasets import samples
from rule_cases import Case, all_cases
from rule_cases.ordinary import LAYOUTS, write

from sds2gen3 import Report, convert, read_dataset, validate
from sds2gen3.catalogue import CATALOGUE, Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.place import Place
from sds2gen3.sheets import reader

TWO_CAUSES = {  # what may stand at one cell: the codes, and why mending one does not mend the other
    ("L540", "M303"): "a wrong count, and a note on how it is written",
    ("L542", "S267"): "roles in one cell, and who has them",
    ("L545", "M303"): "a wrong count, and a note on how it is written",
    ("M303", "S230"): "a wrong word, and a note on how it is written",
    ("M303", "S274"): "a wrong count, and a note on how it is written",
    ("M303", "S275"): "a leftover, and a note on how it is written",
    ("M305", "S201"): "what is missing, and what the mapping writes for it",
    ("M305", "M305"): "several properties that are left blank, at a row that has no cell for them",
    ("D440", "M305"): "several properties that are left blank, at a record that has no cell for them",
    ("D440", "D440"): "several properties that are missing, at a record that has no cell for them",
    ("M307", "S213"): "what the sheet is not to have, and what the mapping does with it",
    ("S202", "S202"): "two values in one cell",
    ("S202", "S269"): "how an id is written, and another id like it",
    ("S230", "S267"): "a wrong word, and several words in one cell",
}
SDS = ("sds", "sds")
DECLARATIONS = [pytest.param(SDS, id="sds")]
if SHARED.is_dir():  # its dictionary is one that a server has served
    DECLARATIONS.append(pytest.param(("12labours", str(SERVED)), id="12labours"))
CASES = all_cases()


@pytest.fixture(autouse=True)
def declarations_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "Layouts", lambda declarations: LAYOUTS)


@pytest.mark.parametrize("declarations", DECLARATIONS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.code}")
def test_no_cell_of_a_case_is_told_twice(tmp_path: Path, case: Case, declarations: tuple[str, str]) -> None:
    folder = write(tmp_path, case.versions[-1], case.raises)
    assert list(told_twice(folder, declarations, **case.options)) == []


@pytest.mark.parametrize("declarations", DECLARATIONS)
@pytest.mark.parametrize("sample", samples(), ids=lambda folder: folder.name)
def test_no_cell_of_a_sample_is_told_twice(sample: Path, declarations: tuple[str, str]) -> None:
    assert list(told_twice(sample / "dataset", declarations)) == []


def told_twice(folder: Path, declarations: tuple[str, str], **options: bool) -> Iterator[tuple[str, str, str]]:
    """The cells with two findings that are not known to have two causes."""
    rules, nodes = declared(*declarations)
    dataset = read_dataset(folder, **options)
    graph = convert(dataset, rules, nodes)
    report = Report([*dataset.findings, *graph.findings, *validate(graph, nodes)]).first_causes()
    at: dict[Place, list[Diagnostic]] = defaultdict(list)
    for one in report:
        if one.place is not None and (one.place.row or one.place.column):
            at[one.place].append(one)
    for place, found in at.items():
        for first, second in combinations(found, 2):
            codes = sorted((first.code, second.code))
            if (codes[0], codes[1]) not in TWO_CAUSES:
                yield str(place), f"{first.code} {first.message}", f"{second.code} {second.message}"


class TestWhatACodeIncludes:
    CELL, OTHER = Place("subjects.xlsx", row=2, column=3), Place("subjects.xlsx", row=3, column=3)

    def kept(self, *found: Diagnostic) -> list[tuple[str, Severity]]:
        return [(one.code, one.severity) for one in Report(list(found)).first_causes()]

    def test_it_takes_the_place_and_the_weight_of_what_says_the_same(self) -> None:
        warning = finding("S230", "'x' is not on the list.", self.CELL, severity=Severity.WARNING)
        refused = finding("D442", "'x' is not among the agreed words.", self.CELL)
        assert self.kept(warning, refused) == [("S230", Severity.ERROR)]

    def test_it_says_nothing_of_other_cells(self) -> None:
        warning = finding("S230", "'x' is not on the list.", self.CELL, severity=Severity.WARNING)
        elsewhere = finding("D442", "'y' is not among the agreed words.", self.OTHER)
        assert self.kept(warning, elsewhere) == [("S230", Severity.WARNING), ("D442", Severity.ERROR)]

    def test_what_has_further_cells_is_kept(self) -> None:
        invalid = finding("S202", "'7' is not a valid id.", self.CELL)
        numbers = finding("S203", "The ids '7' and '8' are numbers.", self.CELL, related=[self.OTHER])
        assert [code for code, _ in self.kept(invalid, numbers)] == ["S202", "S203"]

    def test_what_is_said_of_no_place_is_kept(self) -> None:
        found = [finding("S250", "Not a number."), finding("D441", "Of another kind.")]
        assert [code for code, _ in self.kept(*found)] == ["S250", "D441"]

    def test_once_is_enough(self) -> None:
        found = [finding("S225", "Two values.", self.CELL), finding("M306", "Room for one.", self.CELL)]
        report = Report(found).first_causes()
        assert report.first_causes().diagnostics == report.diagnostics

    def test_what_an_included_code_includes_is_included_too(self) -> None:
        """Else it would go with it, and its weight be lost."""
        for code in CATALOGUE.values():
            for other in code.includes:
                assert set(CATALOGUE[other].includes) <= set(code.includes), f"{code.id} includes {other}"

    def test_an_id_that_excel_made_a_date_is_told_as_that(self) -> None:
        found = [finding("S202", "'2022-05-07' is no id.", self.CELL), finding("S204", "It is a date.", self.CELL)]
        assert self.kept(*found) == [("S204", Severity.ERROR)]

    def test_no_pair_of_two_causes_is_included(self) -> None:
        pairs: Iterable[tuple[str, str]] = ((code.id, other) for code in CATALOGUE.values() for other in code.includes)
        assert [pair for pair in pairs if tuple(sorted(pair)) in TWO_CAUSES] == []
