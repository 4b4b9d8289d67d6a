"""The commons that a login is for, with its dictionary, which is read once."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from requests.auth import AuthBase

from sds2gen3.commons import Client, Project, connect, served_dictionary
from sds2gen3.commons.reading.spool import spooled
from sds2gen3.commons.replies import content_of
from sds2gen3.dictionary.types import Dictionary, NodeType
from sds2gen3.errors import DataError, UsageError
from sds2gen3.nearest import did_you_mean


class Commons:
    """A commons as the classes of `dtp` look at it; `auth` is an Auth or a `gen3.auth.Gen3Auth`."""

    def __init__(self, auth: AuthBase) -> None:
        self.client: Client = connect(auth)

    @cached_property
    def dictionary(self) -> Dictionary:
        return served_dictionary(self.client)

    def project(self, program: str, project: str) -> Project:
        """The project, which is there. Raises UsageError U621 for one that is not."""
        found = Project(self.client, program, project)
        found.check(writing=False)
        return found

    def node(self, name: str) -> NodeType:
        """Raises UsageError U672 for a node that the commons does not have."""
        if name not in self.dictionary.order:
            hint = did_you_mean(name, self.dictionary.order) or f"It has: {', '.join(self.dictionary.order)}."
            raise UsageError.of("U672", f"The commons has no node '{name}' with records.", hint=hint, value=name)
        return self.dictionary.nodes[name]

    def records(self, program: str, project: str, node: str) -> list[dict[str, Any]]:
        """Every record of a node as the commons exports it, by submitter_id. Raises UnreachableError U610, U670."""
        with spooled(self.project(program, project), self.node(node)) as spool:
            return list(spool.records())

    def record(self, program: str, project: str, uuid: str) -> dict[str, Any]:
        """One record by the server's id. Raises DataError U674 where the project has none such."""
        there = self.project(program, project)
        address = self.client.address(program, project, "export", ids=uuid, format="json")
        with self.client.read("GET", address, expect=(200, 400, 404)) as response:
            try:
                found = json.loads(content_of(response)) if response.status_code == 200 else []
            except ValueError:
                found = []
        of_project = [one for one in found if isinstance(one, dict) and one.get("project_id") == there.project_id]
        if len(of_project) != 1:
            message = f"The project '{project}' has no record with the id '{uuid}'."
            raise DataError.of("U674", message, value=uuid)
        record: dict[str, Any] = of_project[0]
        return record
