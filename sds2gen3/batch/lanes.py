"""Lanes: which task may start next, so that those of one lane never run at the same time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from threading import Condition

from sds2gen3.batch.task import Task


class Lanes:
    """Tasks in their order, for any number of takers in threads of their own."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._waiting = deque(tasks)
        self._taken: set[str] = set()
        self._changed = Condition()

    def take(self) -> Task | None:
        """The next task whose lane is free, waiting for one if need be; None where there are no more."""
        with self._changed:
            while self._waiting:
                task = self._free()
                if task is not None:
                    return task
                self._changed.wait()
            return None

    def offer(self) -> Task | None:
        """As `take`, without waiting: None also where every lane is taken."""
        with self._changed:
            return self._free()

    def free(self, task: Task) -> None:
        """The task has ended: its lane is free again."""
        with self._changed:
            self._taken.discard(task.lane)
            self._changed.notify_all()

    def stop(self) -> None:
        """Nothing more is to be taken."""
        with self._changed:
            self._waiting.clear()
            self._changed.notify_all()

    def _free(self) -> Task | None:
        for task in self._waiting:
            if task.lane not in self._taken:
                self._waiting.remove(task)
                if task.lane:
                    self._taken.add(task.lane)
                self._changed.notify_all()
                return task
        return None
