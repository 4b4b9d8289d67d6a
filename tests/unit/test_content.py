"""One way in to any metadata file: it is read by what it is, and every reason not to is a finding."""

from __future__ import annotations

import zipfile

import pytest
from raw_xlsx import container, raw_xls, raw_xlsx, source, zipped

from sds2gen3.catalogue import Severity
from sds2gen3.sheets.files.locate import Source
from sds2gen3.sheets.formats import content
from sds2gen3.sheets.formats.content import read_content

CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>subject id</t></is></c></row>'


@pytest.mark.parametrize(
    ("data", "path", "codes", "rows"),
    [
        (raw_xlsx(CELL), "subjects.xlsx", [], [["subject id"]]),
        (raw_xlsx(CELL), "subjects.xls", ["R124"], [["subject id"]]),
        (raw_xlsx(CELL), "subjects.csv", ["R124"], [["subject id"]]),
        (raw_xls([(1, 1, "subject id")]), "subjects.xls", ["R126"], [["subject id"]]),
        (raw_xls([(1, 1, "subject id")]), "subjects.xlsx", ["R124"], [["subject id"]]),
        (b"subject id,age\nsub-1,3\n", "subjects.xlsx", ["R124"], [["subject id", "age"], ["sub-1", "3"]]),
        (b"{sub},1}", "subjects.csv", [], [["{sub}", "1}"]]),
    ],
)
def test_files_are_read_by_content_and_a_wrong_suffix_is_told(
    data: bytes, path: str, codes: list[str], rows: list[list[str]]
) -> None:
    read = read_content(source(data, path))
    assert [f.code for f in read.findings] == codes
    assert [grid.rows for grid in read.grids] == [rows]
    assert read.document is None


def test_json_becomes_a_document_whatever_it_is_called() -> None:
    read = read_content(source(b'{"subjects": [{"subject_id": "sub-1"}]}', "subjects.csv"))
    assert read.document == {"subjects": [{"subject_id": "sub-1"}]}
    assert [f.code for f in read.findings] == ["R124"]
    assert read.grids == []


@pytest.mark.parametrize(
    ("data", "path", "code", "word"),
    [
        (b"", "manifest.xlsx", "R120", "0 bytes"),
        (b"\n\n", "manifest.csv", "R120", "blanks"),
        (b"version https://git-lfs.github.com/spec/v1\n", "manifest.xlsx", "R121", "pointer"),
        (container("EncryptedPackage", b""), "subjects.xlsx", "R125", "password"),
        (b"<html><table></table></html>", "subjects.xls", "R127", "web page"),
        (zipped({"content.xml": ""}), "subjects.xlsx", "R127", "OpenDocument"),
        (container("WordDocument", b""), "subjects.xls", "R127", "Office"),
        (raw_xlsx(CELL)[:300], "subjects.xlsx", "R128", "half copied"),
    ],
)
def test_what_cannot_be_read_is_one_error_with_a_way_out(data: bytes, path: str, code: str, word: str) -> None:
    read = read_content(source(data, path))
    (problem,) = read.findings
    assert (problem.code, problem.severity, str(problem.place)) == (code, Severity.ERROR, path)
    assert word in problem.message
    assert problem.hint
    assert (read.grids, read.document) == ([], None)


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), zipfile.BadZipFile("Bad CRC-32")])
def test_a_file_that_cannot_be_opened_is_an_error(error: Exception) -> None:
    def fail() -> bytes:
        raise error

    (problem,) = read_content(Source("subjects", "subjects.xlsx", 1, fail)).findings
    assert problem.code == "R122"
    assert str(error.args[-1]) in problem.message


def test_a_file_that_is_too_large_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MAX_SIZE", 3)
    assert [f.code for f in read_content(source(b"a,b,c\n", "manifest.csv")).findings] == ["R123"]


def test_messages_are_ascii() -> None:
    from sds2gen3.catalogue.reading import READING

    for code in READING:
        assert "".join((code.title, code.why, code.example, code.fix)).isascii(), code.id
