"""A sandbox with records to read back: one experiment `e`, its cases, and another dataset `other` beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rehearsal import Rehearsal
from sandbox_records import case, experiment, sample

from sds2gen3 import dictionary
from sds2gen3.commons import Project
from sds2gen3.commons.reading import Selected, Wanted, select

SDS = dictionary.load("sds")


class FullCommons(Rehearsal):
    """Program `prog`, project `p`; records are put straight into it, 500 in a request."""

    def __init__(self) -> None:
        super().__init__(SDS, "prog", "p")
        self.project = Project(self.client, "prog", "p")
        self._session = self.sandbox.session("admin")

    def put(self, records: Iterable[dict[str, Any]] | bytes, kind: str = "application/json") -> dict[str, Any]:
        """Store records, or a body of that content type, and return the last answer."""
        address = f"{self.sandbox.url}/v0/submission/prog/p"
        if isinstance(records, bytes):
            return self._answer(self._session.put(address, data=records, headers={"Content-Type": kind}))
        todo, answer = list(records), {}
        for start in range(0, len(todo), 500):
            answer = self._answer(self._session.put(address, json=todo[start : start + 500]))
        return answer

    def fill(self, cases: int) -> None:
        """The experiment `e` with so many cases `c-00000`, every other one male, and the dataset `other` with one."""
        self.put([experiment("e"), experiment("other"), case("o-1", "other", sex="Male")])
        self.put(case(f"c-{number:05}", "e", sex="Male" if number % 2 else "Female") for number in range(cases))

    def read(self, *nodes: str, **wanted: Any) -> dict[str, list[dict[str, Any]]]:
        """The records selected, by node."""
        return {one.node.name: list(one.records()) for one in self.select(*nodes, **wanted)}

    def select(self, *nodes: str, **wanted: Any) -> Iterable[Selected]:
        return select(self.project, SDS, Wanted(nodes, **wanted))

    @staticmethod
    def _answer(response: Any) -> dict[str, Any]:
        answer: dict[str, Any] = response.json()
        assert answer.get("success") is True, response.text[:2_000]
        return answer


__all__ = ["SDS", "FullCommons", "case", "experiment", "sample"]
