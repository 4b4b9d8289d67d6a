"""What a file is, by its bytes."""

from __future__ import annotations

import pytest
from raw_xlsx import container, raw_xls, raw_xlsx, zipped

from sds2gen3.sheets.formats.sniff import Form, sniff


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"", Form.EMPTY),
        (b" \r\n\0\0", Form.EMPTY),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", Form.LFS),
        (raw_xlsx(""), Form.XLSX),
        (raw_xlsx("")[:200], Form.BROKEN_ZIP),
        (raw_xls([]), Form.XLS),
        (container("EncryptedPackage", b""), Form.ENCRYPTED),
        (container("WordDocument", b""), Form.OLE),
        (zipped({"content.xml": ""}), Form.ODS),
        (zipped({"xl/workbook.bin": ""}), Form.XLSB),
        (zipped({"word/document.xml": "", "[Content_Types].xml": ""}), Form.ZIP),
        (b"\xef\xbb\xbf <!DOCTYPE html><html></html>", Form.HTML),
        (b"<table><tr></tr></table>", Form.HTML),
        (b'{"subjects": []}\n', Form.JSON),
        ("[1]".encode("utf-16"), Form.JSON),
        (b"[note], see below\n", Form.TEXT),
        (b"subject id,age\nsub-1,3\n", Form.TEXT),
        ("subject id".encode("utf-16"), Form.TEXT),
        ("Größe".encode("cp1252"), Form.TEXT),
        (b"%PDF-1.7", Form.BINARY),
        (b"\x89HDF\r\n\x1a\n\x01\x02", Form.BINARY),
    ],
)
def test_content_is_known_by_its_bytes(data: bytes, form: Form) -> None:
    assert sniff(data) is form
