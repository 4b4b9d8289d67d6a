"""What is fuzzed: each way in for bytes that others wrote, and the law that holds there.

The law: whatever the bytes are, there is a result with findings or one SdsError; no other exception, no crash, no endless run.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson
import requests
from raw_xlsx import container, raw_xls, raw_xlsx, source, zipped

from sds2gen3.commons.limits import pause_asked
from sds2gen3.commons.replies import read_reply
from sds2gen3.config import load as load_settings
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.dictionary import check as check_dictionary
from sds2gen3.dictionary.load import from_json
from sds2gen3.dictionary.load import load as load_dictionary
from sds2gen3.errors import SdsError
from sds2gen3.mapping.load import load as load_mapping
from sds2gen3.resources import Declarations
from sds2gen3.sheets import read_dataset
from sds2gen3.sheets.files.locate import locate
from sds2gen3.sheets.formats.content import read_content
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.yaml_document import read_yaml

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
SCHEMAS = ROOT / "schemas"
SHEET = "xl/worksheets/sheet1.xml"
KEYS = frozenset({"subjectid", "sampleid", "filename", "timestamp", "age", "sex", "species"})

CELLS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>subject id</t></is></c><c r="B1" t="s"><v>0</v></c>'
    '<c r="C1" t="b"><v>1</v></c></row><row r="2"><c r="A2" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>'
    '<c r="B2" s="1"><v>44256</v></c><c r="C2" t="e"><v>#N/A</v></c><c r="D2"><f>HYPERLINK("https://a.b/","x")</f></c></row>'
)


@dataclass(frozen=True)
class Target:
    """A way in: `run` takes the bytes and raises where the law is broken; `seeds` are inputs to begin with."""

    name: str
    run: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]


def _told(findings: object) -> None:
    """Findings are Diagnostics whose text can be printed and written as JSON."""
    assert isinstance(findings, (list, tuple))
    for one in findings:
        assert isinstance(one, Diagnostic)
        orjson.dumps([one.message, one.hint, str(one.place or "")])


def _content(data: bytes, name: str) -> None:
    content = read_content(source(data, name), KEYS)
    _told(content.findings)
    for grid in content.grids:
        assert all(isinstance(row, list) for row in grid.rows)
    assert content.findings or content.grids or content.document is not None


def workbook(data: bytes) -> None:
    """Any bytes called .xlsx."""
    _content(data, "subjects.xlsx")


def sheet(data: bytes) -> None:
    """A sound .xlsx whose sheet is any XML."""
    strings = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>age</t></si></sst>'
    _content(raw_xlsx("", parts={SHEET: data, "xl/sharedStrings.xml": strings}), "subjects.xlsx")


def old_workbook(data: bytes) -> None:
    """Any bytes called .xls."""
    _content(data, "subjects.xls")


def text(data: bytes) -> None:
    """Any bytes called .csv, through decoding, the choice of the delimiter, and the rows."""
    _content(data, "manifest.csv")


def dataset(data: bytes) -> None:
    """The whole reader, with every sheet rule: subjects of any content in a zip with a description."""
    with tempfile.TemporaryDirectory(dir=_scratch()) as folder:
        path = Path(folder, "dataset.zip")
        path.write_bytes(
            zipped(
                {
                    "subjects.csv": data,
                    "samples.csv": data,
                    "primary/manifest.csv": data,
                    "dataset_description.csv": data,
                }
            )
        )
        _told(list(read_dataset(path).findings))


def archive(data: bytes) -> None:
    """Any bytes as a zipped dataset."""
    with tempfile.TemporaryDirectory(dir=_scratch()) as folder:
        path = Path(folder, "dataset.zip")
        path.write_bytes(data)
        located = locate(path)
        _told(list(located.findings))
        for one in located.sources:
            _told(read_content(one, KEYS).findings)


def mapping(data: bytes) -> None:
    """A rule of a mapping."""
    with tempfile.TemporaryDirectory(dir=_scratch()) as folder:
        Path(folder, "mapping.yaml").write_text("title: t\ndictionary: sds\nextends: sds\n", encoding="utf-8")
        Path(folder, "case.yaml").write_bytes(data)
        load_mapping(folder)


def head(data: bytes) -> None:
    """The head of a mapping, the settings, and a declared sheet: any YAML and TOML."""
    with tempfile.TemporaryDirectory(dir=_scratch()) as folder:
        for name in ("mapping.yaml", "sds2gen3.toml", "sds/sheets/subjects.yaml", "sds/3.0.2/subjects.yaml"):
            Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, name).write_bytes(data)
        layouts = Layouts(Declarations.standard([folder]))
        for step in (
            lambda: read_yaml(Path(folder, "mapping.yaml")),
            lambda: load_mapping(folder),
            lambda: load_settings({}, Path(folder), environ={}),
            lambda: layouts.sheet("subjects"),
            lambda: layouts.version_sheet("3.0.2", "subjects"),
        ):
            try:
                step()
            except SdsError as error:
                _told(error.diagnostics)


def dictionary(data: bytes) -> None:
    """A dictionary in JSON, as a commons serves it, and what checks it."""
    _told(check_dictionary(from_json(data, "https://example.org")))


def dictionary_yaml(data: bytes) -> None:
    """A node of a dictionary in YAML, and what checks it."""
    with tempfile.TemporaryDirectory(dir=_scratch()) as folder:
        Path(folder, "case.yaml").write_bytes(data)
        _told(check_dictionary(load_dictionary(folder)))


def reply(data: bytes) -> None:
    """What a commons answers: status, headers and body."""
    status, _, rest = data.partition(b"\n")
    line, _, body = rest.partition(b"\n")
    response = requests.Response()
    response.status_code = int.from_bytes(status[:2], "big") % 600
    response.raw = io.BytesIO(body)
    words = line.decode("latin-1")
    pause = pause_asked(
        response.status_code, {"Retry-After": words, "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": words}, 0.0
    )
    assert 0 <= pause < float("inf")
    read = read_reply(response)
    orjson.dumps([read.words, [[e.type, e.submitter_id, e.id, e.action, e.valid] for e in read.entities]])


def _scratch() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _files(pattern: str, most: int = 40, size: int = 60_000) -> list[bytes]:
    found = sorted(path for path in SHARED.glob(pattern) if path.is_file() and path.stat().st_size <= size)
    return [path.read_bytes() for path in found[:most]]


def _workbooks() -> list[bytes]:
    return [raw_xlsx(CELLS), *_files("sds/templates/*/*.xlsx"), *_files("sds/real/*/*.xlsx", 10)]


def _sheets() -> list[bytes]:
    found = []
    for data in _workbooks()[:12]:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            found.append(opened.read(SHEET)[:20_000])
    return found


def _tables() -> list[bytes]:
    plain = [b"subject id,sex\nsub-1,F\n", b"sep=;\na;b\n", b'"a\nb"\t"c', "é;ü\n".encode("utf-16")]
    return plain + _files("sds/real/sparcur-csv/*.csv") + _files("sds/real/*/*.csv", 10)


def _old_workbooks() -> list[bytes]:
    cells = [(1, 1, "subject id"), (1, 2, "age"), (2, 1, "sub-1"), (2, 2, 7.5), (3, 2, ValueError())]
    return [raw_xls(cells), container("EncryptedPackage", bytes(9000)), *_files("sds/**/*.xls")]


def _archives() -> list[bytes]:
    return [
        zipped({f"a/{name}": b"x,y\n1,2\n" for name in ("subjects.csv", "dataset_description.csv", "manifest.csv")})
    ]


def _yaml(*folders: str) -> list[bytes]:
    return [path.read_bytes() for folder in folders for path in sorted((SCHEMAS / folder).glob("*.yaml"))]


def _dictionaries() -> list[bytes]:
    node = {
        "id": "case",
        "title": "c",
        "category": "clinical",
        "properties": {"submitter_id": {"type": "string"}},
        "links": [{"name": "experiments", "target_type": "experiment", "multiplicity": "many_to_one"}],
        "required": ["submitter_id"],
        "uniqueKeys": [["id"]],
    }
    terms = {"id": "_definitions", "a": {"type": ["string", "null"], "pattern": "^a+$"}}
    refs = {
        **node,
        "properties": {"a": {"$ref": "_definitions.yaml#/a"}, "b": {"enum": ["x"], "oneOf": [{"type": "null"}]}},
    }
    return [orjson.dumps({"case": node, "experiment": refs, "_definitions": terms}), orjson.dumps({"case.yaml": refs})]


def _replies() -> list[bytes]:
    bodies = [
        {"success": True, "entities": [{"type": "case", "id": "u", "action": "create", "valid": True, "errors": [],
                                        "unique_keys": [{"submitter_id": "a", "project_id": "p"}]}]},
        {"success": False, "message": "no", "transactional_errors": ["a", {"message": "b"}], "transaction_id": 7,
         "entities": [{"errors": [{"type": "X", "keys": ["a.0"], "message": "m", "dependents": [{"id": 1}]}]}]},
    ]  # fmt: skip
    heads = [b"\x00\xc8\n\n", b"\x01\x90\n120\n", b"\x01\xad\nWed, 21 Oct 2065 07:28:00 GMT\n"]
    return [head + orjson.dumps(body) for head in heads for body in bodies] + [heads[2] + b"<html><b>no</b></html>"]


TARGETS = {
    target.name: target
    for target in (
        Target("workbook", workbook, _workbooks),
        Target("sheet", sheet, _sheets),
        Target("old-workbook", old_workbook, _old_workbooks),
        Target("text", text, _tables),
        Target("dataset", dataset, _tables),
        Target("archive", archive, _archives),
        Target("mapping", mapping, lambda: _yaml("mappings/sds", "mappings/12labours")),
        Target("head", head, lambda: _yaml("mappings/sds", "sds/sheets", "sds/3.0.2")),
        Target("dictionary", dictionary, _dictionaries),
        Target("dictionary-yaml", dictionary_yaml, lambda: _yaml("dictionaries/sds")),
        Target("reply", reply, _replies),
    )
}


def try_one(target: Target, data: bytes) -> list[str]:
    """Run the target; an SdsError is a fine answer, whose codes are given, anything else raises."""
    try:
        target.run(data)
    except SdsError as error:
        _told(error.diagnostics)
        return [one.code for one in error.diagnostics]
    return []
