"""A sandbox and a client of it, for the tests of whole submissions."""

from __future__ import annotations

import json
import time
from typing import Any

from stub_commons import Clock

from sds2gen3.commons import Choices, Tally, connect, submit
from sds2gen3.commons.credentials import parse
from sds2gen3.commons.diff import Diff, compare
from sds2gen3.commons.preflight import served_dictionary
from sds2gen3.commons.submission import project_of
from sds2gen3.dictionary import Dictionary
from sds2gen3.model import Graph
from sds2gen3.sandbox import Sandbox


class Rehearsal:
    """A sandbox with a client that logs in with its key, and whose waiting takes no time."""

    def __init__(self, dictionary: Dictionary | dict[str, Any], program: str, project: str) -> None:
        self.sandbox = Sandbox(dictionary)
        self.sandbox.ensure(program, project)
        self.clock = Clock()
        credentials = parse(json.dumps(self.sandbox.credentials()), "the sandbox")
        patience = self.clock.patience(now=time.time)
        self.client = connect(credentials, adapter=self.sandbox.adapter(), patience=patience)

    def submit(self, graph: Graph, dictionary: Dictionary | None = None, **choices: Any) -> Tally:
        return Tally.of(submit(graph, self.client, dictionary, Choices(**choices)))

    def diff(self, graph: Graph) -> Diff:
        """How the Graph compares with what the sandbox holds, found out by a fresh look."""
        return compare(graph, served_dictionary(self.client), project_of(graph, self.client))
