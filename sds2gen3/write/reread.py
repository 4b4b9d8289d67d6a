"""The output folder read back into a Graph: what `convert` wrote today can be submitted tomorrow, and findings still name cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from sds2gen3.errors import UsageError
from sds2gen3.model import OMIT, Dataset, Graph, NodeTable, Part
from sds2gen3.place import Place
from sds2gen3.write.summary import MARKER, NAME


def is_output(folder: Path) -> bool:
    """Whether the folder was written by `write`."""
    try:
        return bool(_document(folder / NAME).get("made_by") == MARKER)
    except UsageError:
        return False


def reread(folder: Path) -> tuple[Graph, str | None]:
    """The Graph that was written into the folder, and the name of the dictionary that it was made for.

    It has no Dataset behind it but the name; places come from provenance.jsonl. Raises UsageError C936 for a folder that
    is no output, was written as TSV, or was spoilt since.
    """
    told = _document(folder / NAME)
    if told.get("made_by") != MARKER or not isinstance(told.get("nodes"), dict):
        raise _spoilt(folder / NAME, "it is not a report of sds2gen3")
    cells = _provenance(folder / "provenance.jsonl")
    nodes = {node: _table(node, folder, entry, cells) for node, entry in told["nodes"].items()}
    dataset = told.get("dataset") or {}
    graph = Graph(
        Dataset(str(folder), str(dataset.get("name")), str(dataset.get("sds_version")), {}),
        nodes,
        roots=told.get("roots") or {},
        needs=told.get("needs") or {},
    )
    return graph, (told.get("dictionary") or {}).get("name")


def _table(node: str, folder: Path, entry: Mapping[str, Any], cells: Mapping[tuple[str, str], Any]) -> NodeTable:
    records = _records(folder, str(entry.get("file")))
    parts = entry.get("parts") or [{"records": len(records), "links": []}]
    if sum(part["records"] for part in parts) != len(
        records
    ):  # somebody has edited the file: all that is sure is what it says
        parts = [{"records": len(records), "links": sorted({link for part in parts for link in part["links"]})}]
    todo = iter(records)
    return NodeTable(node, tuple(_part(list(islice(todo, part["records"])), part["links"], cells) for part in parts))


def _records(folder: Path, name: str) -> list[dict[str, Any]]:
    path = folder / name
    if not re.fullmatch(r"nodes/\w+\.jsonl?", name):
        raise _spoilt(path, "records are read from JSON only; convert with --as json")
    try:
        content = path.read_bytes()
        records = (
            [orjson.loads(line) for line in content.splitlines() if line.strip()]
            if path.suffix == ".jsonl"
            else orjson.loads(content)
        )
    except OSError as error:
        raise _spoilt(path, error.strerror or "it cannot be read") from error
    except ValueError as error:
        raise _spoilt(path, "it is not valid JSON") from error
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise _spoilt(path, "it is not a list of records")
    return records


def _part(records: Sequence[dict[str, Any]], links: Sequence[str], cells: Mapping[tuple[str, str], Any]) -> Part:
    """The records in columns. A link that the sheets speak of has a column, also where no record has it."""
    names = dict.fromkeys([*(name for record in records for name in record), *links])
    columns = {name: [record.get(name, OMIT) for record in records] for name in names}
    known = [cells.get((str(record.get("type")), str(record.get("submitter_id"))), {}) for record in records]
    ragged = any(OMIT in column for column in columns.values())
    return Part(columns, ragged=ragged, known=known)


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
