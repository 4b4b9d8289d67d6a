"""Small files that ask for more than a machine has: each ends in one finding, in little time and memory."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from raw_xlsx import MAIN, RELATIONS, raw_xls, raw_xlsx, relations, source, zipped

from sds2gen3.place import column_letter
from sds2gen3.sheets import read_dataset
from sds2gen3.sheets.files.locate import locate
from sds2gen3.sheets.formats.content import read_content

SECONDS, MEGABYTES = 10, 500
ROOT = Path(__file__).resolve().parents[2]
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>subject id</t></is></c></row>'


def cell(reference: str, inside: str = "<v>1</v>", attributes: str = "") -> str:
    row = "".join(filter(str.isdigit, reference))
    return f'<row r="{row}"><c r="{reference}"{attributes}>{inside}</c></row>'


def sheets(number: int, rows: str, *, one_part: bool) -> bytes:
    """A workbook of so many sheets, all with these rows; or one part that is called a sheet as often."""
    numbers = range(1, number + 1)
    names = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{1 if one_part else n}"/>' for n in numbers)
    part = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    links = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    parts = {f"xl/worksheets/sheet{n}.xml": part for n in numbers}
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{names}</sheets></workbook>'
    parts["xl/workbook.xml"] = book
    parts["xl/_rels/workbook.xml.rels"] = relations(*links, ("rIdS", "styles", "styles.xml"))
    return raw_xlsx("", parts=parts)


def everywhere(tag: str) -> str:
    return "".join(f'<row r="{n}">{tag.format(n)}</row>' for n in range(2, 100_010))


@dataclass(frozen=True)
class Hostile:
    make: Callable[[], bytes]
    code: str
    said: str
    name: str = "subjects.xlsx"


LINKED = {"xl/worksheets/_rels/sheet1.xml.rels": relations(("rId1", "hyperlink", "https://a.b/"))}
TAGS = "<hyperlinks>" + '<hyperlink ref="A1:Z30" r:id="rId1"/>' * 2000 + "</hyperlinks>"
FAR = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 2000))

LONG = "a" * 40_000


def texts(*shared: str, cells: str = '<c r="A{0}" t="s"><v>0</v></c>', number: int = 10_000) -> bytes:
    """A workbook whose cells, one a row, show shared texts."""
    rows = "".join(f'<row r="{n}">{cells.format(n)}</row>' for n in range(2, number + 2))
    links = relations(
        ("rId1", "worksheet", "worksheets/sheet1.xml"),
        ("rId2", "styles", "styles.xml"),
        ("rId3", "sharedStrings", "sharedStrings.xml"),
    )
    part = f'<sst xmlns="{MAIN}" xmlns:x="{MAIN}">{"".join(shared)}</sst>'
    return raw_xlsx(HEAD + rows, parts={"xl/sharedStrings.xml": part, "xl/_rels/workbook.xml.rels": links})


def repack(data: bytes, name: str, change: Callable[[bytes], bytes], to: str = "") -> bytes:
    """The workbook with one part changed, and called otherwise."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    return zipped({(to or one if one == name else one): change(d) if one == name else d for one, d in members.items()})


def utf16(part: bytes) -> bytes:
    return part.decode().encode("utf-16")


def named_by_type(data: bytes) -> bytes:
    """The shared texts in a part that no relation names, only the list of types."""
    moved = repack(data, "xl/sharedStrings.xml", bytes, "xl/other.xml")
    unlinked = repack(moved, "xl/_rels/workbook.xml.rels", lambda part: part.replace(b"sharedStrings", b"nothing"))
    entry = b'<Override PartName="/xl/other.xml" ContentType="application/x.sharedStrings+xml"/></Types>'
    return repack(unlinked, "[Content_Types].xml", lambda part: part.replace(b"</Types>", entry))


REFUSED = {
    "one long text in every row": Hostile(lambda: texts(f"<si><t>{LONG}</t></si>"), "R129", "long texts"),
    "one text of 45 MB": Hostile(lambda: texts(f"<si><t>{'a' * (45 << 20)}</t></si>", number=9), "R129", "512 KB"),
    "a long text in cells of UTF-16": Hostile(
        lambda: repack(texts(f"<si><t>{LONG}</t></si>"), "xl/worksheets/sheet1.xml", lambda part: utf16(part)),
        "R129",
        "long texts",
    ),
    "a long text in a part that only its type names": Hostile(
        lambda: named_by_type(texts(f"<si><t>{LONG}</t></si>")), "R129", "long texts"
    ),
    "a long text behind a comment": Hostile(
        lambda: texts(f"<!--</si></si>--><si><t>{LONG}</t></si>"), "R129", "long texts"
    ),
    "a long text with a prefix": Hostile(
        lambda: texts(f"<x:si><x:t>{LONG}</x:t></x:si><si><t>a</t></si>"), "R129", "long texts"
    ),
    "a long text behind one without an end": Hostile(
        lambda: texts(f"<si/><si><t>{LONG}</t></si>"), "R129", "long texts"
    ),
    "a long text behind one with a space": Hostile(
        lambda: texts(f"<si></si ><si><t>{LONG}</t></si >"), "R129", "long texts"
    ),
    "a long text behind short ones": Hostile(
        lambda: texts("<si><t>a</t></si>" * 9, f"<si><t>{LONG}</t></si>", cells='<c t="s" r="A{0}"><v>9</v></c>'),
        "R129",
        "long texts",
    ),
    "a long text in cells with a formula": Hostile(
        lambda: texts(f"<si><t>{LONG}</t></si>", cells='<c r="A{0}" t="s"><f>A1</f><v>0</v></c>'), "R129", "long texts"
    ),
    "a long text in cells whose type is spelt": Hostile(
        lambda: texts(f"<si><t>{LONG}</t></si>", cells="<c r='A{0}' t='&#115;'><v>0</v></c>"), "R129", "long texts"
    ),
    "a value in the last column of every row": Hostile(lambda: raw_xlsx(HEAD + FAR), "R129", "too far apart"),
    "one part as a thousand sheets": Hostile(lambda: sheets(1000, HEAD, one_part=True), "R129", "the same part"),
    "sheets of nothing": Hostile(lambda: sheets(100, HEAD + cell("ZZ9999"), one_part=False), "R129", "together span"),
    "errors without end": Hostile(
        lambda: raw_xlsx(everywhere('<c r="A{0}" t="e"><v>#N/A</v></c>')), "R129", "show an error"
    ),
    "links without end": Hostile(lambda: raw_xlsx(HEAD, after=TAGS, parts=LINKED), "R129", "have a link"),
    "marks within marks": Hostile(lambda: raw_xlsx("<c><f>" * 500_000), "R129", "marks"),
    "a list within a list": Hostile(
        lambda: raw_xlsx(HEAD, parts={"xl/workbook.xml": "<a>" * 500_000}), "R129", "entries"
    ),
    "an old workbook of two cells": Hostile(
        lambda: raw_xls([(1, 1, "a"), (65_536, 256, 1.0)]), "R129", "too far apart", "subjects.xls"
    ),
    "a line without end": Hostile(lambda: b"subject id," + b"a," * 9_000_000, "R129", "lines", "subjects.csv"),
    "nothing but line ends": Hostile(lambda: b"a\n" + b"\n" * 4_100_000 + b"b", "R129", "cells", "subjects.csv"),
    "objects without end": Hostile(lambda: b"[" + b"{}," * 1_100_000 + b"{}]", "R135", "objects", "subjects.json"),
}


@pytest.mark.parametrize("hostile", REFUSED.values(), ids=REFUSED)
def test_what_would_fill_the_memory_is_one_finding(hostile: Hostile) -> None:
    content = read_content(source(hostile.make(), hostile.name))
    assert (content.grids, content.document) == ([], None)
    problem = content.findings[-1]
    assert (problem.code, hostile.said in problem.message) == (hostile.code, True), problem.message


ORDINARY = {
    "as Excel writes it": '<c r="A{0}" t="s"><v>1</v></c>',
    "with other marks and line breaks": "<c\n s='1' t='s' r='A{0}'>\n <v>1</v>\n</c>",
    "beside numbers and empty cells": '<c r="A{0}" t="s"><v>1</v></c><c r="B{0}" s="1"/><c r="C{0}"><v>2</v></c>',
    "beside texts of their own": '<c r="A{0}" t="s"><v>1</v></c><c r="B{0}" t="inlineStr"><is><t>a:c b</t></is></c>',
}


@pytest.mark.parametrize("cells", ORDINARY.values(), ids=ORDINARY)
@pytest.mark.parametrize("short", ["short", "data/dsi/file", "CHEBI:si <x", "psi / s"])
def test_long_texts_that_few_cells_show_are_read(cells: str, short: str) -> None:
    shared = escape(short)
    shown = texts(f"<si><t>{LONG}</t></si>", f"<si><r><t>{shared}</t></r></si>", cells=cells)
    (grid,) = read_content(source(shown)).grids
    assert (len(grid.rows), grid.rows[1][0]) == (10_001, short)


def test_texts_of_a_part_with_a_prefix_are_read() -> None:
    shown = texts(f"<si><t>{LONG}</t></si>", "<si><t>short</t></si>", cells='<c r="A{0}" t="s"><v>1</v></c>')
    shown = repack(shown, "xl/sharedStrings.xml", lambda part: re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", part))
    (grid,) = read_content(source(shown)).grids
    assert (len(grid.rows), grid.rows[1]) == (10_001, ["short"])


STRAY = {
    "the last cell of all": cell("XFD1048576"),
    "the last row": cell("A1048576"),
    "the last row and the last column": cell("XFD2") + cell("A1048576"),
    "far to the right and far below": cell("XFD2") + cell("B40000"),
}


@pytest.mark.parametrize("stray", STRAY.values(), ids=STRAY)
def test_a_stray_cell_is_read_with_the_rest(tmp_path: Path, stray: str) -> None:
    (tmp_path / "subjects.xlsx").write_bytes(raw_xlsx(HEAD + stray))
    (table,) = read_dataset(tmp_path).tables["subjects"]
    assert table.rows[-1] == int(stray.rpartition('<row r="')[2].partition('"')[0])


def test_wide_sheets_and_long_cells_are_read(tmp_path: Path) -> None:
    names = "".join(
        f'<c r="{column_letter(n)}1" t="inlineStr"><is><t>{"subject id" if n == 1 else f"h{n}"}</t></is></c>'
        for n in range(1, 16_385)
    )
    text = f"<is><t>{'x' * 32_767}</t></is>"
    long = cell("B2", text, ' t="inlineStr"').replace('<c r="B2"', '<c r="A2"><v>1</v></c><c r="B2"')
    (tmp_path / "subjects.xlsx").write_bytes(raw_xlsx(f'<row r="1">{names}</row>{long}'))
    (table,) = read_dataset(tmp_path).tables["subjects"]
    assert len(table.columns) == 16_384
    assert len(table.columns["h2"][0]) == 32_767


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_file_that_becomes_a_pipe_after_the_walk_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "subjects.csv").write_text("subject id\n", encoding="utf-8")
    (found,) = locate(tmp_path).sources
    (tmp_path / "subjects.csv").unlink()
    os.mkfifo(tmp_path / "subjects.csv")
    assert [f.code for f in read_content(found).findings] == ["R122"]


def test_a_file_that_vanishes_after_the_walk_is_told(tmp_path: Path) -> None:
    (tmp_path / "subjects.csv").write_text("subject id\n", encoding="utf-8")
    (found,) = locate(tmp_path).sources
    (tmp_path / "subjects.csv").unlink()
    assert [f.code for f in read_content(found).findings] == ["R122"]


MEASURED = """
import sys
from sds2gen3.sheets import read_dataset
read_dataset(sys.argv[1])
status = open("/proc/self/status").read()
print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""


@pytest.mark.bench
@pytest.mark.skipif(sys.platform != "linux", reason="measured as Linux tells it")
@pytest.mark.parametrize("case", [*REFUSED, *STRAY])
def test_time_and_memory_have_a_limit(tmp_path: Path, case: str) -> None:
    hostile = REFUSED.get(case) or Hostile(lambda: raw_xlsx(HEAD + STRAY[case]), "", "")
    (tmp_path / hostile.name).write_bytes(hostile.make())
    started = time.monotonic()
    command = [sys.executable, "-c", MEASURED, str(tmp_path)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, capture_output=True, text=True, env=environ, check=True)
    assert time.monotonic() - started < SECONDS
    assert int(ended.stdout) < MEGABYTES
