"""A pool of worker processes with one task each: whatever kills a worker is about its own task only.

The pools of the standard library give up as a whole when one process dies.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread

from sds2gen3.batch.child import GRACE, Child, packed
from sds2gen3.batch.lanes import Lanes
from sds2gen3.batch.task import Answer, Death, Task, Why
from sds2gen3.batch.worker import Work

_TICK = 0.2  # seconds: where waiting cannot be interrupted, Ctrl-C is noticed after this

Ended = tuple[Task, Answer | Death]


@dataclass(frozen=True, slots=True)
class Terms:
    """How workers are treated: seconds that a task may take, and that it has to end when asked; what they say is shown."""

    limit: float | None = None
    grace: float = GRACE
    loud: bool = False


def run(tasks: Sequence[Task], work: Work, jobs: int, terms: Terms) -> Generator[Ended, None, None]:
    """Each task with its answer, as they end. Closing the iterator, or an exception at it, ends the processes first.

    A task whose process was killed from outside is tried again when the others are through, alone: where two large
    datasets did not fit into the memory, one may.
    """
    content = packed(work)
    again: list[Task] = []
    for task, answer in _run(tasks, content, jobs, terms):
        if isinstance(answer, Death) and answer.killed and jobs > 1:
            again.append(task)
        else:
            yield task, answer
    if again:
        yield from _run(sorted(again, key=lambda task: task.name), content, 1, terms)


def _run(tasks: Sequence[Task], work: bytes, jobs: int, terms: Terms) -> Generator[Ended, None, None]:
    lanes = Lanes(tasks)
    ended: SimpleQueue[Ended] = SimpleQueue()
    children = [Child(work, loud=terms.loud, grace=terms.grace) for _ in range(min(jobs, len(tasks)))]
    threads = [Thread(target=_serve, args=(child, lanes, ended, terms.limit), daemon=True) for child in children]
    for thread in threads:
        thread.start()
    try:
        for _ in tasks:
            yield _next(ended)
    finally:
        lanes.stop()
        _end(children, threads)


def _serve(child: Child, lanes: Lanes, ended: SimpleQueue[Ended], limit: float | None) -> None:
    while (task := lanes.take()) is not None:
        ended.put((task, _run_one(child, task, limit)))
        lanes.free(task)
    child.close()


def _run_one(child: Child, task: Task, limit: float | None) -> Answer | Death:
    """Also where no process can be started: a thread that ends here would be waited for without end."""
    try:
        return child.run(task, limit)
    except (OSError, ValueError, MemoryError):
        return Death(Why.CRASHED)


def _next(ended: SimpleQueue[Ended]) -> Ended:
    while True:
        try:
            return ended.get(timeout=_TICK)
        except Empty:
            continue


def _end(children: Sequence[Child], threads: Sequence[Thread]) -> None:
    """All processes ended, in order; a further Ctrl-C ends them at once."""
    for child in children:
        child.stop()
    try:
        for thread in threads:
            while thread.is_alive():
                thread.join(_TICK)
    except KeyboardInterrupt:
        for child in children:
            child.kill()
        for thread in threads:
            thread.join()
        raise
