"""What runs in the workers of a Dask cluster. Imported only where Dask is."""

from __future__ import annotations

import secrets
from queue import Empty, SimpleQueue
from typing import Any

from distributed import WorkerPlugin, get_worker

from sds2gen3.batch.child import Child
from sds2gen3.batch.pool import Terms
from sds2gen3.batch.task import Answer, Death, Task


class Children(WorkerPlugin):
    """A plugin of Dask's workers: the processes in which a worker lets the datasets run, one for each of its threads."""

    def __init__(self, work: bytes, terms: Terms) -> None:
        self.name = f"sds2gen3-{secrets.token_hex(8)}"
        self._work = work
        self._terms = terms

    def setup(self, worker: Any) -> None:
        """Called by Dask when the worker gets the plugin."""
        self._idle: SimpleQueue[Child] = SimpleQueue()
        self._all: list[Child] = []

    def teardown(self, worker: Any) -> None:
        """Called by Dask when the plugin is taken away, or the worker ends in order."""
        for child in self._all:
            child.stop()

    def run(self, task: Task) -> Answer | Death:
        """The answer of a process of this worker's machine."""
        try:
            child = self._idle.get_nowait()
        except Empty:
            child = Child(self._work, loud=self._terms.loud, grace=self._terms.grace)
            self._all.append(child)
        try:
            return child.run(task, self._terms.limit)
        finally:
            self._idle.put(child)


def ask(plugin: str, task: Task) -> Answer | Death:
    """In a worker of the cluster: hand the task to a process of its machine."""
    children: Children = get_worker().plugins[plugin]
    return children.run(task)
