"""The same work on a Dask cluster. Its workers only hand on: each dataset runs in a process of its own, as on one machine.

So a dataset that kills its process kills no worker of the cluster, and the results are the same. A worker of the cluster
that goes away is the scheduler's matter: another one gets the task.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from sds2gen3 import __version__
from sds2gen3.batch.child import packed
from sds2gen3.batch.lanes import Lanes
from sds2gen3.batch.pool import Ended, Terms
from sds2gen3.batch.task import Answer, Death, Task, Why
from sds2gen3.batch.worker import Work
from sds2gen3.errors import SdsError, UnreachableError, UsageError

if TYPE_CHECKING:
    from distributed import Client, Future

LOCAL = "local"
CONNECT = 10.0  # seconds to reach the scheduler
ALONE = 60.0  # seconds without any worker after which nobody is waited for any more
_TICK = 0.2


def run(tasks: Sequence[Task], work: Work, address: str, jobs: int, terms: Terms) -> Generator[Ended, None, None]:
    """Each task with its answer, as they end, as `pool.run`. `address` is a scheduler's, or 'local' for one of our own.

    Raises UnreachableError C917 where there is no scheduler or are no workers, UsageError C917 where they are of another
    version, and C980 without Dask.
    """
    with _connected(address, jobs, terms.loud) as client:
        from sds2gen3.batch.dask_worker import Children

        plugin = Children(packed(work), terms)
        _check(client, address)
        client.register_plugin(plugin)
        try:
            with closing(_run(client, tasks, plugin.name, address)) as ended:
                yield from ended
        finally:
            client.unregister_worker_plugin(plugin.name)


def _run(client: Client, tasks: Sequence[Task], plugin: str, address: str) -> Generator[Ended, None, None]:
    from sds2gen3.batch.dask_worker import ask

    lanes = Lanes(tasks)
    running: dict[Future, Task] = {}
    ended: SimpleQueue[Future] = SimpleQueue()
    try:
        for _ in tasks:
            while (task := lanes.offer()) is not None:
                future = client.submit(ask, plugin, task, key=f"{plugin}-{task.name}", pure=False)
                running[future] = task
                future.add_done_callback(ended.put)
            future = _next(ended, client, address)
            task = running.pop(future)
            lanes.free(task)
            yield task, _answer(future, address)
    finally:
        if running:
            client.cancel(list(running), force=True)


def _answer(future: Future, address: str) -> Answer | Death:
    error = future.exception() if future.status == "error" else None
    if isinstance(error, ImportError | AttributeError):
        raise _unfit(address, f"a worker cannot run it ({error})") from error
    if error is not None or future.status != "finished":  # its workers died over it, again and again
        return Death(Why.LOST)
    answer: Answer | Death = future.result()
    return answer


def _next(ended: SimpleQueue[Future], client: Client, address: str) -> Future:
    lonely: float | None = None
    while True:
        try:
            return ended.get(timeout=_TICK)
        except Empty:
            there = client.status == "running" and client.scheduler_info(n_workers=-1)["workers"]
            lonely = None if there else lonely or time.monotonic()
        if lonely is not None and time.monotonic() - lonely > ALONE:
            raise UnreachableError.of("C917", f"The cluster at {address} has no workers any more.", value=address)


@contextmanager
def _connected(address: str, jobs: int, loud: bool) -> Iterator[Client]:
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        message = f"--cluster needs a package that is not installed: {error.name}."
        raise UsageError.of("C980", message, hint="Type: pip install 'sds2gen3[cluster]'") from error
    if not loud:
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if address == LOCAL:
        # The work is in processes anyway, so that the worker need not be one.
        with (
            LocalCluster(
                n_workers=1, threads_per_worker=jobs, processes=False, dashboard_address="127.0.0.1:0"
            ) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            yield client
        return
    try:
        client = Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UnreachableError.of("C917", f"No scheduler of Dask answers at {address}.", value=address) from error
    with client:
        yield client


def _check(client: Client, address: str) -> None:
    """Refuse workers that would give other results."""
    try:
        client.wait_for_workers(1, timeout=CONNECT)
    except TimeoutError as error:
        raise UnreachableError.of("C917", f"The cluster at {address} has no workers.", value=address) from error
    try:
        versions = set(client.run(_version).values())
    except (ImportError, AttributeError) as error:
        raise _unfit(address, "sds2gen3 is not installed on its workers") from error
    if versions != {__version__}:
        raise _unfit(address, f"its workers have sds2gen3 {', '.join(sorted(versions))}, and this is {__version__}")


def _version() -> str:
    return __version__


def _unfit(address: str, why: str) -> SdsError:
    hint = "Install the same version of sds2gen3 on every machine of the cluster."
    return UsageError.of("C917", f"The cluster at {address} cannot be used: {why}.", hint=hint, value=address)
