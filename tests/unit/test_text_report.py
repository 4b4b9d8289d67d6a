"""The report that a person reads."""

from __future__ import annotations

import pytest

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.place import Place
from sds2gen3.report import Detail, Look
from sds2gen3.report.names import short_names
from sds2gen3.report.text import one_line, render

E, W, NOTE = Severity.ERROR, Severity.WARNING, Severity.INFO
ID_HINT = "Use sub- followed by letters, digits or dashes."


def at(row: int, column: int = 1, file: str = "subjects.xlsx", sheet: str = "Sheet1") -> Place:
    return Place(file, sheet, row, column)


def bad_id(row: int, value: str = "sub_3") -> Diagnostic:
    return Diagnostic("S202", E, f"'{value}' is not a valid subject id.", ID_HINT, at(row))


def shown(*diagnostics: Diagnostic, look: Look | None = None, **summary: object) -> str:
    return render([Report(list(diagnostics), dict(summary))], look or Look(detail=Detail.QUIET))


def test_a_finding_says_severity_code_cell_message_and_hint() -> None:
    assert shown(bad_id(4)) == (
        "subjects.xlsx\n"
        "  error   S202  A4         'sub_3' is not a valid subject id.\n"
        "                           hint: Use sub- followed by letters, digits or dashes.\n"
        "\n"
        "1 problem stops this dataset from being submitted.\n"
    )


def test_equal_findings_are_one_with_their_cells_listed() -> None:
    text = shown(*(bad_id(row) for row in (3, 7, 8, 9, 12)))
    assert text.count("is not a valid subject id") == 1
    assert "S202  5 cells    'sub_3'" in text
    assert "                           in: A3, A7-A9, A12\n" in text


def test_the_cells_listed_are_limited() -> None:
    findings = [bad_id(row) for row in range(1, 40, 2)]
    assert "in: A1, A3, A5 and 17 more" in shown(*findings, look=Look(max_per_group=3))
    assert "A39\n" in shown(*findings, look=Look(max_per_group=0))


def test_findings_of_one_code_in_one_file_are_limited() -> None:
    text = shown(*(bad_id(row, f"id {row}") for row in range(3, 103)), look=Look(max_per_group=5))
    assert text.count("is not a valid subject id") == 5
    assert "95 more like this: A8-A102" in text


def test_a_hint_that_neighbours_share_stands_once_below_the_last() -> None:
    lines = shown(bad_id(4, "a b"), bad_id(5, "c d")).splitlines()
    assert [line for line in lines if "hint" in line] == [lines[3]]


def test_worst_first_then_in_reading_order() -> None:
    warning = Diagnostic("S210", W, "The species is missing.", "", at(3, 6))
    text = shown(warning, bad_id(9))
    assert text.index("S202") < text.index("S210")


def test_a_sheet_is_named_only_where_a_file_has_findings_in_several() -> None:
    other = Diagnostic("S210", W, "The species is missing.", "", at(3, 6, sheet="Old"))
    assert "subjects.xlsx\n" in shown(bad_id(4))
    assert "subjects.xlsx, sheet 'Old'" in shown(bad_id(4), other)


def test_equal_findings_in_two_sheets_keep_their_cells_apart() -> None:
    twin = Diagnostic("S202", E, bad_id(4).message, ID_HINT, at(9, sheet="Old"))
    headings = [line for line in shown(bad_id(4), twin).splitlines() if line.startswith("subjects")]
    assert headings == ["subjects.xlsx, sheet 'Sheet1'", "subjects.xlsx, sheet 'Old'"]


def test_places_in_other_files_are_pointed_to() -> None:
    double = Diagnostic("L522", E, "Twice.", "", at(4), related=(at(9), at(2, file="samples.xlsx")))
    text = shown(double)
    assert "A4, A9     Twice." in text
    assert "see: samples.xlsx!A2" in text


def test_a_finding_without_place_concerns_the_dataset() -> None:
    assert shown(Diagnostic("R100", E, "There is no dataset_description.")).startswith("The dataset as a whole\n")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_long_text_is_wrapped_under_itself(width: int) -> None:
    long = Diagnostic("S202", E, "word " * 60, "hint " * 60, at(4))
    lines = shown(long, look=Look(width=width)).splitlines()
    assert all(len(line) <= width for line in lines)
    assert lines[4].startswith(" " * 27 + "word")


@pytest.mark.parametrize(
    ("errors", "warnings", "verdict"),
    [
        (0, 0, "Nothing stops this dataset from being submitted."),
        (0, 1, "Nothing stops this dataset from being submitted, 1 warning."),
        (1, 0, "1 problem stops this dataset from being submitted."),
        (2, 3, "2 problems stop this dataset from being submitted, 3 warnings."),
    ],
)
def test_the_verdict_is_a_sentence(errors: int, warnings: int, verdict: str) -> None:
    warning = Diagnostic("S210", W, "The species is missing.", "", at(3, 6))
    assert shown(*[bad_id(4)] * errors, *[warning] * warnings).rstrip().endswith(verdict)


def test_the_verdict_does_not_speak_for_what_is_hidden() -> None:
    text = shown(Diagnostic("S210", W, "The species is missing."), hidden=3)
    assert text.endswith("Of what is shown, nothing stops this dataset from being submitted, 1 warning.\n")


def test_notes_are_shown_when_asked_for() -> None:
    note = Diagnostic("M303", NOTE, "The number was written as text.", "", at(3, 5))
    assert "written as text" not in shown(note, look=Look())
    assert "1 note not shown: add -v." in shown(note, look=Look())
    assert "written as text" in shown(note, look=Look(detail=Detail.VERBOSE))


def test_what_was_read_made_and_left_out_is_told() -> None:
    text = shown(
        look=Look(),
        dataset="my_dataset",
        sds_version="2.0.0",
        read=[{"file": "subjects.xlsx", "records": 2}, {"file": "samples.xlsx", "records": 1200}],
        nodes={"case": 2, "sample": 1200},
        unmapped=[{"file": "subjects.xlsx", "field": "colour", "cells": 2}],
        hidden=1,
    )
    assert text.startswith("my_dataset (SDS 2.0.0)\n")
    assert "Read: 1,202 records in 2 files.\n" in text
    assert "Made: 1,202 Gen3 records (2 case, 1,200 sample).\n" in text
    assert "Not mapped: 2 cells (subjects.xlsx: colour); 'sds2gen3 convert' lists" in text
    assert "Hidden by --select or --ignore: 1 finding.\n" in text


def test_quiet_leaves_findings_and_verdict() -> None:
    text = shown(bad_id(4), dataset="my_dataset", nodes={"case": 2})
    assert "my_dataset" not in text
    assert "Made" not in text


def test_several_datasets_are_told_apart_and_summed_up() -> None:
    reports = [Report([bad_id(4)], {"dataset": "bad"}), Report([], {"dataset": "good"})]
    text = render(reports, Look())
    assert text.index("bad\n") < text.index("good\n")
    assert text.endswith("1 of 2 datasets cannot be submitted: bad.\n")


def test_control_characters_and_direction_marks_are_escaped() -> None:
    text = shown(bad_id(4, "\x1b[31mred\u202e\r\nx\u200b\ud800"))
    assert r"'\x1b[31mred\u202e\r\nx\u200b\ud800'" in text


def test_colour_only_where_asked_for() -> None:
    assert "\x1b" not in shown(bad_id(4), look=Look(color=False))
    assert "\x1b[1;31merror  \x1b[0m S202" in shown(bad_id(4), look=Look(color=True))


def test_what_we_write_is_ascii() -> None:
    assert shown(bad_id(4), look=Look(color=True), dataset="d", nodes={"case": 1}).isascii()


def test_one_line_is_for_stderr() -> None:
    place = Place("sds2gen3.toml", line=3)
    assert one_line(Diagnostic("C901", E, "Unknown setting 'x'.", "", place)) == (
        "error C901 sds2gen3.toml:3 Unknown setting 'x'."
    )


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["/data/pig", "/data/rat"], ["pig", "rat"]),
        (["/a/x/pig", "/a/y/pig", "/a/rat"], ["x/pig", "y/pig", "rat"]),
        (["/one/dataset", "/two/files"], ["one/dataset", "two/files"]),
        (["/a/x/dataset", "/b/x/dataset"], ["a/x/dataset", "b/x/dataset"]),
        (["same", "same"], ["same", "same"]),
        (["C:\\data\\pig", "rat/"], ["pig", "rat"]),
    ],
)
def test_several_datasets_have_names_that_are_short_and_tell_them_apart(paths: list[str], names: list[str]) -> None:
    assert short_names([Report([], {"path": path}) for path in paths]) == names
