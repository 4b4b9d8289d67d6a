"""What a workbook consists of beside its values, in a form in which two workbooks can be compared."""

from __future__ import annotations

import io
import posixpath
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
from pipeline import SHARED
from real_datasets import SAMPLES

from sds2gen3.sheets.formats.package import Package

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Anatomy = dict[str, dict[str, list[str]]]


def workbooks() -> list[Path]:
    """Every .xlsx of the templates, the real datasets and the samples that is one; of equal files (manifests) the first."""
    found = [path for folder in (SHARED / "sds", SAMPLES) for path in sorted(folder.rglob("*.xlsx"))]
    return list({path.read_bytes(): path for path in reversed(found) if zipfile.is_zipfile(path)}.values())[::-1]


def members(data: bytes) -> dict[str, bytes]:
    """The parts of a zip by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def anatomy(data: bytes) -> Anatomy:
    """By sheet and element: widths, merged cells, validations, conditional formats, extensions ... all but cells and comments.

    In canonical XML, so that only what another program would see counts.
    """
    parts = members(data)
    found: Anatomy = {}
    for sheet in Package(data).sheets():
        root = ElementTree.fromstring(parts[sheet.path])
        found[sheet.name] = {}
        for child in root:
            local = child.tag.rpartition("}")[2]
            if local in ("sheetData", "legacyDrawing"):
                continue
            for view in child if local == "sheetViews" else ():
                view.attrib.pop("tabSelected", None)
            found[sheet.name].setdefault(local, []).append(ElementTree.canonicalize(ElementTree.tostring(child)))
    return found


def opened(data: bytes) -> Any:
    """The workbook as openpyxl sees it; what it misses in the raw ones (a default style) is no matter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data))


def comments(data: bytes) -> dict[tuple[str, str], str]:
    """The text of each comment by sheet and cell."""
    parts, found = members(data), {}
    for sheet in Package(data).sheets():
        folder, name = sheet.path.rsplit("/", 1)
        relations = ElementTree.fromstring(parts.get(f"{folder}/_rels/{name}.rels", b"<none/>"))
        for relation in relations:
            if relation.get("Type", "").endswith("/comments"):
                target = posixpath.normpath(posixpath.join("/" + folder, relation.get("Target", ""))).lstrip("/")
                for comment in ElementTree.fromstring(parts[target]).iter(f"{MAIN}comment"):
                    texts = [text.text or "" for text in comment.iter(f"{MAIN}t")]
                    found[sheet.name, comment.get("ref", "")] = "".join(texts)
    return found


def well_formed(data: bytes) -> Iterator[str]:
    """The names of the parts that are XML; raises where one is not well-formed."""
    for name, content in members(data).items():
        if name.endswith((".xml", ".rels", ".vml")):
            ElementTree.fromstring(content)
            yield name
