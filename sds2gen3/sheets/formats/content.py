"""Content: one metadata file, read. The way in for everyone who has a Source; what the file is, its bytes decide."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.place import Place
from sds2gen3.sheets.files.locate import Source
from sds2gen3.sheets.files.names import shown, split
from sds2gen3.sheets.formats.json_text import read_json
from sds2gen3.sheets.formats.package import Refused
from sds2gen3.sheets.formats.sniff import Form, sniff
from sds2gen3.sheets.formats.text import read_text
from sds2gen3.sheets.formats.workbook import read_xls, read_xlsx
from sds2gen3.sheets.grid import Grid

MAX_SIZE = 512 << 20  # of a metadata file; the largest manifest known has 20 MB
MAX_TEXT = 128 << 20  # of one that is text: 500,000 rows of 12 columns take 100 MB

_EXPECTED = {
    ".xlsx": (Form.XLSX,),
    ".xlsm": (Form.XLSX,),
    ".xls": (Form.XLS,),
    ".csv": (Form.TEXT,),
    ".tsv": (Form.TEXT,),
    ".json": (Form.JSON,),
}
_UNREADABLE = (Form.XLSB, Form.ODS, Form.ZIP, Form.OLE, Form.HTML, Form.BINARY)


@dataclass(frozen=True)
class Content:
    """What a file holds: `document` for JSON, `grids` (hidden sheets too) otherwise; both empty where it cannot be read."""

    grids: list[Grid] = field(default_factory=list)
    document: Any | None = None
    findings: list[Diagnostic] = field(default_factory=list)


def read_content(source: Source, known_keys: Set[str] = frozenset(), *, line_ends: bool = False) -> Content:
    """The content of a metadata file. Never raises about the file: a finding says why it cannot be read.

    `known_keys` are header names (lower case, letters and digits only), which tell a text file's delimiter. `line_ends`
    keeps those in the cells of an .xlsx as they are.
    """
    place = Place(source.path)
    if source.size > MAX_SIZE:
        return _nothing(finding("R123", f"This file has {source.size >> 20:,} MB, so it is not read.", place))
    try:
        data = source.read()
    except Exception as error:  # an OSError from a folder; zipfile and zlib raise others for a broken zip
        reason = shown(str(getattr(error, "strerror", None) or error or type(error).__name__))
        return _nothing(finding("R122", f"This file cannot be opened: {reason}.", place))
    if len(data) > MAX_SIZE:
        return _nothing(finding("R123", "This file has grown while it was read, so it is not read.", place))
    form = sniff(data)
    if form is Form.TEXT and split(source.path)[1] == ".json":
        form = Form.JSON
    if form is Form.JSON and split(source.path)[1] in (".csv", ".tsv") and not _is_json(data, source.path):
        form = Form.TEXT
    if form in (Form.TEXT, Form.JSON) and len(data) > MAX_TEXT:
        return _nothing(finding("R123", f"This text has {len(data) >> 20:,} MB, so it is not read.", place))
    return _read(data, form, source.path, known_keys, line_ends)


def _read(data: bytes, form: Form, file: str, known_keys: Set[str], line_ends: bool) -> Content:
    problem = _problem(form, data, file)
    if problem:
        return _nothing(problem)
    notes = _notes(form, file)
    if form is Form.JSON:
        document, findings = read_json(data, file)
        return Content(document=document, findings=notes + findings)
    if form is Form.TEXT:
        try:
            grid, findings = read_text(data, file, known_keys)
        except Refused as reason:
            return _nothing(finding("R129", f"This file is not read, because {reason}.", Place(file)))
        return Content([grid], findings=notes + findings)
    if form is Form.XLS:
        grids, findings = read_xls(data, file)
    else:
        grids, findings = read_xlsx(data, file, line_ends=line_ends)
    return Content(grids, findings=notes + findings)


def _nothing(problem: Diagnostic) -> Content:
    return Content(findings=[problem])


def _is_json(data: bytes, file: str) -> bool:
    return read_json(data, file)[0] is not None


def _problem(form: Form, data: bytes, file: str) -> Diagnostic | None:
    """Why content of this form is not read, None for one that is."""
    place = Place(file)
    if form is Form.EMPTY:
        message = "This file is empty (0 bytes)." if not data else "This file holds nothing but blanks."
        return finding("R120", message, place)
    if form is Form.LFS:
        return finding("R121", "This is only a git-lfs pointer; the file itself was not downloaded.", place)
    if form is Form.ENCRYPTED:
        return finding("R125", "This workbook is protected with a password, so it cannot be read.", place)
    if form is Form.BROKEN_ZIP:
        return finding("R128", f"This workbook cannot be read, because it is {form.value}.", place)
    if form in _UNREADABLE:
        return finding("R127", f"This file is not a table that can be read: it is {form.value}.", place)
    return None


def _notes(form: Form, file: str) -> list[Diagnostic]:
    place, suffix = Place(file), split(file)[1] or ""
    notes = []
    if form not in _EXPECTED.get(suffix, (form,)):
        message = f"The name of this file ends in {suffix}, but it holds {form.value}; it is read as what it holds."
        notes.append(finding("R124", message, place))
    elif form is Form.XLS:
        message = "This is a workbook in the old .xls format; it is read, but its links and colours are not."
        notes.append(finding("R126", message, place))
    return notes
