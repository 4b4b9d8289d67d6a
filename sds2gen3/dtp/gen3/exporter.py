"""Exporter: records of a commons as Python values and as files."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Any

from requests.auth import AuthBase

from sds2gen3.dictionary.columns import columns
from sds2gen3.dtp.gen3.held import Commons
from sds2gen3.errors import UsageError
from sds2gen3.write.exported import FORMS, Exported, Sheet, write_file
from sds2gen3.write.exported.json_text import json_of
from sds2gen3.write.swap import swapped_file

Name = str | os.PathLike[str]


class Exporter:
    """Reads records of the commons that `auth` is a login of, and writes them to files."""

    def __init__(self, auth: AuthBase) -> None:
        self._commons = Commons(auth)

    def export_node(
        self, program: str, project: str, node_type: str, fileformat: str, filename: Name | None = None
    ) -> list[dict[str, Any]]:
        """All records of a node, and, where a file is named, also in that file: as JSON below "data", as tsv, or as `save`.

        Raises UsageError C933 for another format, U621 and U672 for names that the commons does not have.
        """
        _check(fileformat)
        found = self._commons.records(program, project, node_type)
        if filename is not None:
            self._written({"data": found} if fileformat == "json" else found, fileformat, filename, node_type)
        return found

    def export_record(
        self, program: str, project: str, uuid: str, fileformat: str, filename: Name | None = None
    ) -> dict[str, Any]:
        """The record with this id of the server, and, where a file is named, also in that file, as the only one of a list.

        Raises DataError U674 where there is none, and as `export_node`.
        """
        _check(fileformat)
        found = self._commons.record(program, project, uuid)
        if filename is not None:
            self._written([found], fileformat, filename, str(found.get("type")))
        return found

    def save(self, data: Any, fileformat: str, path: Name) -> None:
        """Write anything as json; records as jsonl, and those of one node as tsv, csv or xlsx too.

        The tsv is what a commons reads; csv and xlsx are for people. Raises UsageError C933 for another format, or data
        that do not go into it, C935 for a file that cannot be written, DataError D460-D464, U675 for values that do not.
        """
        _check(fileformat)
        self._written(data, fileformat, path)

    def _written(self, data: Any, form: str, path: Name, node: str | None = None) -> None:
        if form == "json":
            with swapped_file(Path(path)) as file:
                file.write(_json(data, indent=True))
            return
        records = _records(data)
        if form == "jsonl":
            with swapped_file(Path(path)) as file:
                file.writelines(_json(one) for one in records)
            return
        sheet = self._sheet(records, {node} if node else {str(record.get("type")) for record in records})
        write_file([Exported(sheet, len(records), lambda: records)], Path(path), form)

    def _sheet(self, records: Sequence[Mapping[str, Any]], types: Set[str]) -> Sheet:
        """The columns that occur in the records, in the order of the dictionary."""
        if len(types) != 1:
            raise UsageError.of("C933", "A table holds the records of one node, each with its 'type'.")
        node = self._commons.node(next(iter(types)))
        there = {"type", node.key, *(name for record in records for name in record)}
        found = columns(None, [node], self._commons.dictionary)[node.name]
        return Sheet(node.name, [one for one in found if one.name in there], self._commons.dictionary)


def _check(form: str) -> None:
    if form not in FORMS:
        raise UsageError.of("C933", f"Records are not written as '{form}'.", value=form)


def _json(data: Any, indent: bool = False) -> bytes:
    try:
        return json_of(data, indent) + b"\n"
    except TypeError as error:
        raise UsageError.of("C933", f"The data cannot be written as JSON: {error}.") from error


def _records(data: Any) -> list[dict[str, Any]]:
    listed = data if isinstance(data, list) else [data]
    if not all(isinstance(one, dict) for one in listed):
        raise UsageError.of("C933", "Only records can be written as lines or as a table.")
    return listed
