"""The datasets in sample_datasets/ are what tests/make_samples.py makes of the official blank workbooks."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from make_samples import SAMPLES
from sample_content.broken_mistakes import MISTAKES
from sample_content.build import DatasetFolder, Templates, orcid, ror
from xlsx_writer import Cell, Sheet, write_workbook

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT.parent / "shared" / "sds" / "templates"


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_sample_is_what_the_script_makes(name: str, tmp_path: Path) -> None:
    if not TEMPLATES.is_dir():
        pytest.skip("the official blank workbooks (../shared/sds/templates) are not here")
    version, write = SAMPLES[name]
    write(Templates(TEMPLATES / version), DatasetFolder(tmp_path / name))
    assert contents(tmp_path / name / "dataset") == contents(ROOT / "sample_datasets" / name / "dataset")


def test_every_told_mistake_is_in_the_readme_of_the_broken_sample() -> None:
    readme = (ROOT / "sample_datasets" / "broken-2.1.0" / "README.md").read_text(encoding="utf-8")
    told = [mistake for mistake in MISTAKES if mistake.story]
    assert len(told) >= 25
    assert [m for m in told if f"`{m.file}!{m.cell}` | {m.story}" not in readme] == []


def test_invented_ids_have_right_check_digits() -> None:
    assert orcid(5109370) == "https://orcid.org/0000-0001-5109-3700"  # ORCID's own example
    assert ror(40132732) == "https://ror.org/0168r3w48"  # the example of the official blank workbook


def test_workbooks_keep_texts_numbers_dates_links_and_formulas(tmp_path: Path) -> None:
    row = ["  a & <b>", 7, 1.5, True, None, Cell("x", link="https://example.org/?a=1&b=2"), Cell(formula="1+1")]
    write_workbook(tmp_path / "book.xlsx", [Sheet("one", [row, [], ["below"]]), Sheet("two", [["second"]])])
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert book.sheetnames == ["one", "two"]
    cells = next(book["one"].iter_rows(max_row=1))
    assert [cell.value for cell in cells] == ["  a & <b>", 7, 1.5, True, None, "x", "=1+1"]
    assert cells[5].hyperlink is not None
    assert cells[5].hyperlink.target == "https://example.org/?a=1&b=2"
    assert book["one"]["A3"].value == "below"


def contents(folder: Path) -> dict[str, object]:
    """Relative path -> bytes of each file; of a workbook those of its members, as compression may differ by platform."""
    return {
        path.relative_to(folder).as_posix(): members(path) if zipfile.is_zipfile(path) else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
