"""Exported records as a file, or as a folder that `submit` reads: complete or not there at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from sds2gen3 import __version__
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.errors import UsageError
from sds2gen3.write.exported.forms import FORMS, Sheet
from sds2gen3.write.folder import replacing
from sds2gen3.write.summary import MARKER, NAME
from sds2gen3.write.swap import swapped_file

_BUFFER = 1 << 20


@dataclass(frozen=True)
class Exported:
    """The records of one node, which are read as they are written."""

    sheet: Sheet
    count: int
    records: Callable[[], Iterable[Mapping[str, Any]]]

    def write(self, form: str, file: BinaryIO) -> None:
        FORMS[form](self.records(), self.sheet, file)


def write_file(nodes: Iterable[Exported], path: Path, form: str) -> dict[str, int]:
    """Write a single node to a file, and return its number of records by its name.

    An older file gives way when the new one is complete and nothing more comes. Raises UsageError C935.
    """
    with swapped_file(path) as file:
        return write_stream(nodes, file, form)


def write_stream(nodes: Iterable[Exported], file: BinaryIO, form: str) -> dict[str, int]:
    """As `write_file`, into an open file."""
    told: dict[str, int] = {}
    for exported in nodes:
        exported.write(form, file)
        told[exported.sheet.node] = exported.count
    return told


def write_folder(
    nodes: Iterable[Exported], folder: Path, form: str, dictionary: Dictionary, about: Mapping[str, str]
) -> dict[str, int]:
    """Write `nodes/NN_<node>.<form>` and report.json, and return the number of records by node.

    The folder can be submitted as one that `convert` wrote. `about` names the commons, the
    program, the project and, if it is one, the dataset. Raises UsageError C930, C932, C935 as `write` does.
    """
    with replacing(folder, "") as partial:
        (partial / "nodes").mkdir()
        told = dict(_written(nodes, partial, form))
        (partial / NAME).write_bytes(_summary(told, dictionary, about))
    return {node: entry["records"] for node, entry in told.items()}


def _written(nodes: Iterable[Exported], partial: Path, form: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, exported in enumerate(nodes, 1):
        node = exported.sheet.node
        if re.fullmatch(r"\w+", node, re.ASCII) is None:
            raise UsageError.of("C935", f"No file can be named after the node '{node}'.", value=node)
        name = f"nodes/{number:02}_{node}.{form}"
        with (partial / name).open("wb", buffering=_BUFFER) as file:
            exported.write(form, file)
        links = list(dict.fromkeys(column.name for column in exported.sheet.columns if column.key is not None))
        yield node, {"file": name, "records": exported.count, "parts": [{"records": exported.count, "links": links}]}


def _summary(nodes: Mapping[str, Any], dictionary: Dictionary, about: Mapping[str, str]) -> bytes:
    document = {
        "v": 1,
        "made_by": MARKER,
        "version": __version__,
        "exported": dict(about),
        "dataset": {"name": about.get("dataset") or about["project"], "sds_version": ""},
        "needs": {"program": about["program"], "project": about["project"]},
        "roots": {},
        "nodes": nodes,
        "dictionary": {"name": dictionary.name},
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
