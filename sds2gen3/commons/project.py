"""Project: one project of a commons, as records are written to it and read from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from sds2gen3.commons import streams
from sds2gen3.commons.client import Client
from sds2gen3.commons.replies import Reply, pieces_of
from sds2gen3.errors import UnreachableError, UsageError

MOST_IDS = 100
"""Ids in one DELETE: the request line of gunicorn ends at 4,094 bytes [7234]."""

_LOGS = 50  # transactions in one query
_COUNTS = 25  # counts in one query: each takes the server some 0.1 s


class Project:
    """The project `code` of `program`; `project_id` is how the server calls it."""

    def __init__(self, client: Client, program: str, code: str) -> None:
        self.client = client
        self.program = program
        self.code = code
        self.project_id = f"{program}-{code}"

    def __repr__(self) -> str:
        return f"Project({self.client.endpoint!r}, {self.project_id!r})"

    def put(
        self, records: Iterable[Mapping[str, Any]] | bytes, dry_run: bool = False, name: str | None = None
    ) -> Reply:
        """Create or update records (or their JSON as it is), all or none. `name` is kept in the server's log [247, 248]."""
        body = records if isinstance(records, bytes) else orjson.dumps(list(records))
        address = self.client.address(self.program, self.code, *(["_dry_run"] if dry_run else []))
        return self.client.write("PUT", address, body, {"X-Document-Name": name} if name else None)

    def delete(self, ids: Sequence[str], dry_run: bool = False) -> Reply:
        """Delete records by the server's ids, all or none; at most 100."""
        if not 0 < len(ids) <= MOST_IDS:
            raise ValueError(f"between 1 and {MOST_IDS} ids can be deleted at once")
        steps = [self.program, self.code, "entities", *(["_dry_run"] if dry_run else []), ",".join(ids)]
        return self.client.write("DELETE", self.client.address(*steps))

    def export(self, node: str) -> Iterator[dict[str, Any]]:
        """Every record of a node as the server has it, while it arrives: nulls left out, links as lists.

        A record may come more than once (see `held`). Raises UnreachableError U610 when the stream breaks off, U620 without
        the right to read. The server does not tell an unknown project from an empty one [820].
        """
        address = self.client.address(self.program, self.code, "export", node_label=node, format="json")
        with self.client.read("GET", address) as response:
            try:
                yield from streams.records(pieces_of(response))
            except streams.BrokenStream as error:
                message = f"{self.client.endpoint} broke off the export of '{node}': {error}."
                raise UnreachableError.of("U610", message) from error

    def counts(self, nodes: Sequence[str]) -> dict[str, int]:
        """How many records the project has of each node, as GraphQL counts them: 0 where you may not read them [A35].

        Raises UsageError U672 for what cannot be the name of a node.
        """
        found: dict[str, int] = {}
        for name in nodes:
            if not (name.isidentifier() and name.isascii()):
                raise UsageError.of("U672", f"No node can be called '{name}'.", value=name)
        for start in range(0, len(nodes), _COUNTS):
            asked = nodes[start : start + _COUNTS]
            fields = " ".join(f"n{at}: _{name}_count(project_id: $project)" for at, name in enumerate(asked))
            query = f"query ($project: [String]) {{ {fields} }}"
            data = self.client.graphql(query, {"project": [self.project_id]})
            found |= {name: int(data.get(f"n{at}") or 0) for at, name in enumerate(asked)}
        return found

    def state(self) -> str | None:
        """`open`, `review`, `closed` ...; None where the commons does not show the project."""
        name = orjson.dumps(self.project_id).decode()  # a GraphQL string is written as a JSON one
        found = self.client.graphql(f"{{ project(project_id: {name}, first: 0) {{ state }} }}").get("project")
        return str(found[0].get("state")) if isinstance(found, list) and found else None

    def transaction_states(self, numbers: Iterable[int]) -> dict[int, str]:
        """The state of each transaction in the log: SUCCEEDED, FAILED, ERRORED, or PENDING (never written [A23])."""
        states: dict[int, str] = {}
        wanted = sorted(set(numbers))
        for start in range(0, len(wanted), _LOGS):
            asked = wanted[start : start + _LOGS]
            fields = " ".join(f"t{number}: transaction_log(id: {number}) {{ state }}" for number in asked)
            data = self.client.graphql(f"{{ {fields} }}")
            for number in asked:
                found = data.get(f"t{number}")
                if isinstance(found, list) and found:
                    states[number] = str(found[0].get("state"))
        return states

    def check(self, writing: bool = True) -> None:
        """Raises UsageError: U621 where program or project do not exist, U622 where the project is not open.

        Any project can be read [890-896], so that with `writing=False` it need not be open.
        """
        _known("program", self.program, self.client.programs())
        _known("project", self.code, self.client.projects(self.program))
        state = self.state() if writing else None
        if state not in (None, "open"):
            raise UsageError.of("U622", f"The project '{self.code}' is not open: its state is '{state}'.", value=state)


def _known(kind: str, name: str, names: Sequence[str]) -> None:
    if name not in names:
        listed = ", ".join(f"'{one}'" for one in sorted(names)[:20]) or "none"
        message = f"The commons has no {kind} '{name}'."
        raise UsageError.of("U621", message, hint=f"Those that it shows you: {listed}.", value=name)
