"""The output folder read back into a Graph: what `convert` wrote today can be submitted tomorrow, and findings still name cells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from sds2gen3.dictionary.types import Dictionary, NodeType
from sds2gen3.errors import UsageError
from sds2gen3.model import OMIT, Dataset, Graph, NodeTable, Part
from sds2gen3.place import Place
from sds2gen3.validate.words import shown
from sds2gen3.write.exported.reading import read_csv, read_xlsx
from sds2gen3.write.summary import MARKER, NAME
from sds2gen3.write.tsv_read import read_tsv

_TABLES = {"tsv": read_tsv, "csv": read_csv, "xlsx": read_xlsx}


def is_output(folder: Path) -> bool:
    """Whether the folder was written by `write`."""
    try:
        return bool(_document(folder / NAME).get("made_by") == MARKER)
    except UsageError:
        return False


def made_for(folder: Path) -> str | None:
    """The name of the dictionary that the records in the folder were made for. Raises UsageError C936."""
    dictionary = _document(folder / NAME).get("dictionary")
    return dictionary.get("name") if isinstance(dictionary, dict) else None


def reread(folder: Path, dictionary: Dictionary | None = None, provenance: bool = True) -> tuple[Graph, str | None]:
    """The Graph that was written into the folder, and the name of the dictionary that it was made for.

    It has no Dataset behind it but the name; places come from provenance.jsonl, else (also without `provenance`) they are
    those of the records in the folder's own files. Tables (TSV, CSV, workbooks) need the dictionary, which tells the
    types. Raises UsageError C936 for a folder that is no output, or was spoilt since.
    """
    told = _document(folder / NAME)
    if told.get("made_by") != MARKER or not isinstance(told.get("nodes"), dict):
        raise _spoilt(folder / NAME, "it is not a report of sds2gen3")
    cells = _provenance(folder / "provenance.jsonl") if provenance else {}
    nodes = {node: _table(node, folder, entry, cells, dictionary) for node, entry in told["nodes"].items()}
    dataset = told.get("dataset") or {}
    graph = Graph(
        Dataset(str(folder), str(dataset.get("name")), str(dataset.get("sds_version")), {}),
        nodes,
        roots=told.get("roots") or {},
        needs=told.get("needs") or {},
    )
    return graph, (told.get("dictionary") or {}).get("name")


def _table(
    node: str,
    folder: Path,
    entry: Mapping[str, Any],
    cells: Mapping[tuple[str, str], Any],
    dictionary: Dictionary | None,
) -> NodeTable:
    known = dictionary.nodes.get(node) if dictionary is not None else None
    records = _records(folder, str(entry.get("file")), known)
    parts = entry.get("parts") or [{"records": len(records), "links": []}]
    if sum(part["records"] for part in parts) != len(
        records
    ):  # somebody has edited the file: all that is sure is what it says
        parts = [{"records": len(records), "links": sorted({link for part in parts for link in part["links"]})}]
    own = [_InFile(str(entry.get("file")), number, record) for number, record in enumerate(records)]
    todo = iter(own)
    return NodeTable(node, tuple(_part(list(islice(todo, part["records"])), part["links"], cells) for part in parts))


def _records(folder: Path, name: str, node: NodeType | None) -> list[dict[str, Any]]:
    path = folder / name
    if not re.fullmatch(r"nodes/\w+\.(jsonl?|tsv|csv|xlsx)", name):
        raise _spoilt(path, f"its files are json, jsonl, {', '.join(_TABLES)}")
    try:
        records = _parsed(path.read_bytes(), path.suffix, node)
    except OSError as error:
        raise _spoilt(path, error.strerror or "it cannot be read") from error
    except orjson.JSONDecodeError as error:
        raise _spoilt(path, _why_not(path.read_bytes(), path.suffix == ".jsonl")) from error
    except ValueError as error:
        raise _spoilt(path, str(error)) from error
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise _spoilt(path, "it is not a list of records")
    return records


def _why_not(content: bytes, lines: bool) -> str:
    """What is wrong with a file of records that is no JSON, and with which record, as far as that can be told."""
    pieces = content.splitlines() if lines else [content]
    for number, piece in enumerate(pieces, 1):
        try:
            found = json.loads(piece) if piece.strip() or not lines else None
        except ValueError as error:
            line = number if lines else getattr(error, "lineno", None)
            return f"it is not valid JSON (line {line})" if line else "it is not UTF-8 text"
        for at, record in enumerate(found if isinstance(found, list) else [found], number):
            if isinstance(record, dict) and (name := _broken(record)) is not None:
                who = shown(record.get("submitter_id") or f"number {at}")
                return f"the record {who} has half of a character (such as \\ud800) in '{name}'"
    return "it is not valid JSON"


def _broken(record: Mapping[str, Any]) -> str | None:
    """The first property whose value cannot be written."""
    for name, value in record.items():
        try:
            orjson.dumps({name: value})
        except TypeError:
            return str(name.encode("ascii", "backslashreplace"), "ascii")
    return None


def _parsed(content: bytes, suffix: str, node: NodeType | None) -> Any:
    if suffix[1:] in _TABLES:
        if node is None:
            raise ValueError("the dictionary, which tells the types in a table, has no such node")
        return _TABLES[suffix[1:]](content, node)
    if suffix == ".jsonl":
        return [orjson.loads(line) for line in content.splitlines() if line.strip()]
    return orjson.loads(content)


def _part(found: Sequence[_InFile], links: Sequence[str], cells: Mapping[tuple[str, str], Any]) -> Part:
    """The records in columns. A link that the sheets speak of has a column, also where no record has it."""
    records = [one.record for one in found]
    names = dict.fromkeys([*(name for record in records for name in record), *links])
    columns = {name: [record.get(name, OMIT) for record in records] for name in names}
    known = [cells.get((str(one.record.get("type")), str(one.record.get("submitter_id"))), one) for one in found]
    ragged = any(OMIT in column for column in columns.values())
    return Part(columns, ragged=ragged, known=known)


@dataclass(frozen=True, slots=True)
class _InFile(Mapping[str, str]):
    """Where a record's values stand in the folder's own file, in the spelling of `Place.full`."""

    file: str
    number: int
    record: Mapping[str, Any]

    def __getitem__(self, name: str) -> str:
        if name not in self.record:
            raise KeyError(name)
        return (
            f"{self.file}!A{self.number + 2}"
            if self.file.endswith(tuple(_TABLES))
            else f"{self.file}#/{self.number}/{name}"
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self.record)

    def __len__(self) -> int:
        return len(self.record)


def _provenance(path: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """The cells of each record; none where the file is gone, since they only make findings more exact."""

    def lines() -> Iterator[dict[str, Any]]:
        try:
            with path.open("rb") as file:
                yield from map(orjson.loads, file)
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            raise _spoilt(path, "it cannot be read") from error

    return {(str(line.get("type")), str(line.get("submitter_id"))): line.get("cells") or {} for line in lines()}


def _document(path: Path) -> dict[str, Any]:
    try:
        document = orjson.loads(path.read_bytes())
    except OSError as error:
        raise _spoilt(path, error.strerror or "it cannot be read") from error
    except ValueError as error:
        raise _spoilt(path, "it is not valid JSON") from error
    return document if isinstance(document, dict) else {}


def _spoilt(path: Path, why: str) -> UsageError:
    error = UsageError.of("C936", f"The records cannot be read back from '{path.as_posix()}': {why}.", Place(str(path)))
    assert isinstance(error, UsageError)
    return error
