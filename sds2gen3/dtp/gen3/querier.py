"""Querier: what a commons has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from requests.auth import AuthBase

from sds2gen3.commons.query import ask
from sds2gen3.dtp.gen3.held import Commons


class Querier:
    """Reads programs, projects and records of the commons that `auth` is a login of."""

    def __init__(self, auth: AuthBase) -> None:
        self._commons = Commons(auth)

    def graphql_query(self, query_string: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The `data` of the answer. Every list is whole, unless the query itself says how many it wants.

        Put values into `variables`, not into the text: a quote in one changes the query. Raises UsageError U680-U682 for
        a query that does not fit the dictionary, U615 for one that the commons refuses; UnreachableError U610, U670, U683.
        """
        return ask(self._commons.client, self._commons.dictionary, query_string, variables)

    def get_programs(self) -> list[str]:
        """The names of the programs."""
        return self._commons.client.programs()

    def get_projects(self, program: str) -> list[str]:
        """The codes of the program's projects. Raises UsageError U621 for an unknown program."""
        return self._commons.client.projects(program)

    def get_node_records(self, node: str, program: str, project: str) -> list[dict[str, Any]]:
        """All records of a node as the commons exports them, by submitter_id; none where there are none.

        Raises UsageError U621, U672 for names that the commons does not have.
        """
        return self._commons.records(program, project, node)
