"""Gen3Submitter: the records of a file into a commons."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from sds2gen3.catalogue import Severity
from sds2gen3.commons import Choices, Project, Tally, connect, find_credentials, served_dictionary, submit
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.dtp.gen3.records import graph_of, read_records
from sds2gen3.errors import DataError
from sds2gen3.model import Receipt
from sds2gen3.validate import validate


class Gen3Submitter:
    """Sends records to the commons `endpoint` with the key in the file `credentials`. Nothing is sent before it is asked to.

    Raises UsageError U600-U602 for a key that is not there, or not of that commons.
    """

    def __init__(self, endpoint: str, credentials: str | os.PathLike[str]) -> None:
        self._client = connect(find_credentials(os.fspath(credentials)), endpoint)

    def submit_record(self, program: str, project: str, file: str | os.PathLike[str]) -> list[Receipt]:
        """Make the commons have the records of a file (JSON, JSON Lines or TSV), and read back that it has.

        Only what is new or changed is sent; what they link to may be in the file or in the commons. Returns what became of
        each record. Raises DataError for records with errors, before anything is sent, and for those that the commons
        refused; UsageError U621, U622, C936; UnreachableError where it could not go on: the same call goes on.
        """
        path = Path(file)
        there = Project(self._client, program, project)
        there.check()
        dictionary = served_dictionary(self._client)
        records = read_records(path, dictionary)
        graph = graph_of(records, path, there, dictionary)
        _refuse(validate(graph, dictionary))
        ours = {(record["type"], record["submitter_id"]) for record in records}
        choices = Choices(among_others=True)
        receipts = [
            one for one in submit(graph, self._client, dictionary, choices) if (one.type, one.submitter_id) in ours
        ]
        _refuse(Tally.of(receipts).findings)
        return receipts


def _refuse(found: Iterable[Diagnostic]) -> None:
    errors = [one for one in found if one.severity == Severity.ERROR]
    if errors:
        raise DataError(*errors)
