"""What the fuzzing has found (tests/fuzz), each as the smallest input that showed it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from raw_xlsx import raw_xls

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fuzz"))

from fuzz_targets import TARGETS, try_one

from sds2gen3.errors import UsageError
from sds2gen3.resources import Declarations
from sds2gen3.sheets.formats.workbook import read_xls
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.yaml_document import read_yaml

FOUND = {
    "a reply without status and body": ("reply", b"", []),
    "a date beyond the calendar in Retry-After": ("reply", b"\x01\xad\nWed, 21 Oct 2045 07:284294927296", []),
    "a key in YAML that is a mapping": ("dictionary-yaml", b"? {}", ["C960"]),
    "a key in YAML that is a list": ("mapping", b"? []\n: 1\n? [a]\n: 2", ["C960"]),
    "a declared sheet that is one word": ("head", b"e8", []),
    "a declared sheet that is a list": ("head", b"- a", []),
}


@pytest.mark.parametrize(("target", "data", "codes"), FOUND.values(), ids=FOUND)
def test_found_and_mended(target: str, data: bytes, codes: list[str]) -> None:
    """Each is passed over or told by a code; any other exception would come out of here."""
    assert try_one(TARGETS[target], data) == codes


def test_a_key_that_is_no_text_is_an_error_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("b: 1\n? {}\n: 2\n", encoding="utf-8")
    with pytest.raises(UsageError):
        read_yaml(tmp_path / "a.yaml")


def test_a_declared_sheet_that_is_one_word_is_told(tmp_path: Path) -> None:
    (tmp_path / "sds/sheets").mkdir(parents=True)
    (tmp_path / "sds/sheets/subjects.yaml").write_text("e8", encoding="utf-8")
    with pytest.raises(UsageError) as error:
        Layouts(Declarations.standard([tmp_path])).sheet("subjects")
    assert error.value.diagnostics[0].code == "C970"


def test_an_xls_that_asks_its_reader_for_330_gb_is_one_finding() -> None:
    """The reader ends its process over this one: a sector's number too large, and a size where none was."""
    data = bytearray(raw_xls([(1, 1, "subject id"), (1, 2, "age"), (2, 1, "sub-1"), (2, 2, 7.5), (3, 2, ValueError())]))
    data[780], data[1638], data[5279], data[5280] = 0xDF, 0x00, 0x2A, 0x61
    grids, (problem,) = read_xls(bytes(data), "subjects.xls")
    assert (grids, problem.code) == ([], "R129")
