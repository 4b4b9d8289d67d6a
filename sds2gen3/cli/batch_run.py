"""The run of a batch: find the datasets, let the workers do them, keep what they say, and tell it as one."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sds2gen3.cli.options import Given
from sds2gen3.errors import SdsError

if TYPE_CHECKING:
    from sds2gen3.batch.one import Command
    from sds2gen3.batch.pool import Ended
    from sds2gen3.batch.stores import Store
    from sds2gen3.batch.task import Task
    from sds2gen3.cli.batch_work import Desk
    from sds2gen3.cli.progress import Step
    from sds2gen3.config import Settings

INTERRUPTED = 130
SUBMIT_GRACE = 60.0  # seconds that a submission has to end after the chunk in flight


@dataclass(frozen=True)
class Batch:
    """What was asked for on the command line."""

    what: str
    roots: Sequence[str]
    out: str
    jobs: int | None = None
    timeout: float | None = None
    resume: bool = False
    cluster: str | None = None


@dataclass
class Kept:
    """The records of the datasets that are done, by name; `before` counts those that an earlier run had done."""

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    before: int = 0


def run(batch: Batch, command: Command, desk: Desk) -> int:
    """The exit code. Raises UsageError for what is wrong for all datasets, before any is worked on."""
    from sds2gen3.batch.claim import claimed
    from sds2gen3.batch.records import check_ours, summarise
    from sds2gen3.batch.stores import store_of
    from sds2gen3.cli import output as out

    settings = _checked(batch, desk)
    store = store_of(batch.out)
    kept = Kept()
    with claimed(batch.out):
        check_ours(store)
        store.sweep()
        tasks = _tasks(batch, desk, store)
        try:
            with out.working(settings, desk.given) as step:
                _work(batch, command, desk.given, store, tasks, kept, step)
        except KeyboardInterrupt:
            out.note(_stopped(batch, tasks, kept))
            return INTERRUPTED
        except SdsError:
            out.note(_stopped(batch, tasks, kept))
            raise
        finally:
            store.sweep()
            summarise(store, batch.what, tasks, kept.records)
        return _tell(batch, desk.given, settings, store, tasks, kept)


def _checked(batch: Batch, desk: Desk) -> Settings:
    """The settings of the batch as a whole, once those of every root are known to be usable. Raises UsageError."""
    from sds2gen3 import config
    from sds2gen3.cli import output as out
    from sds2gen3.storage import is_remote, local_path

    for root in batch.roots:
        desk.job(Path() if is_remote(root) else Path(local_path(root)))
    settings = config.load(desk.given.options(), config=desk.given.config)
    out.renderer(settings)
    return settings


def _tasks(batch: Batch, desk: Desk, store: Store) -> list[Task]:
    from sds2gen3.batch.find import find
    from sds2gen3.batch.names import names
    from sds2gen3.batch.records import earlier
    from sds2gen3.batch.task import Task

    found = find(batch.roots, without=batch.out)
    return [
        Task(
            name,
            one.shown,
            one.where,
            lane=_lane(desk, one.where) if batch.what == "submit" else "",
            done=earlier(store, name) if batch.resume else {},
        )
        for one, name in zip(found, names(found), strict=True)
    ]


def _lane(desk: Desk, where: str) -> str:
    """The project. The settings of what must be fetched first are not known, so all that is sent one after the other."""
    from sds2gen3.cli.batch_submit import project_of
    from sds2gen3.storage import is_remote

    try:
        return "fetched" if is_remote(where) else project_of(desk, Path(where))
    except SdsError:  # told by the worker, as the dataset's finding
        return ""


def _work(
    batch: Batch, command: Command, given: Given, store: Store, tasks: list[Task], kept: Kept, step: Step
) -> None:
    """Let every task be done, and keep what became of it at once. Every way out of here has ended all workers."""
    from sds2gen3.batch.one import dead
    from sds2gen3.batch.records import keep
    from sds2gen3.batch.task import Death

    began, failed = time.monotonic(), 0
    step(f"0 of {len(tasks):,} datasets", 0, len(tasks))
    with _ended(batch, command, given, tasks) as ended:
        for task, answer in ended:
            told = dead(task, answer, batch.timeout) if isinstance(answer, Death) else answer
            kept.records[task.name] = keep(store, told)
            kept.before += told.findings is None
            failed += told.record["exit"] != 0
            done = len(kept.records)
            step(_progress(done, len(tasks), failed, time.monotonic() - began), done, len(tasks))


@contextmanager
def _ended(batch: Batch, command: Command, given: Given, tasks: Sequence[Task]) -> Iterator[Iterable[Ended]]:
    """The tasks as they end, in the processes of this machine or on a cluster."""
    import tempfile

    from sds2gen3.batch import pool
    from sds2gen3.batch.one import One

    terms = pool.Terms(batch.timeout, loud=given.verbose)
    if batch.what == "submit":
        terms = replace(terms, grace=SUBMIT_GRACE)
    environ = {name: value for name, value in os.environ.items() if name.startswith("SDS2GEN3_")}
    if batch.cluster is not None:
        from sds2gen3.batch import cluster

        work = One(_movable(command), _absolute(batch.out), environ=environ)
        with closing(cluster.run(tasks, work, batch.cluster, _jobs(batch), terms)) as ended:
            yield ended
        return
    with tempfile.TemporaryDirectory(prefix="sds2gen3-batch-", ignore_cleanup_errors=True) as scratch:
        work = One(command, _absolute(batch.out), scratch, environ)
        with closing(pool.run(tasks, work, _jobs(batch), terms)) as ended:
            yield ended


def _jobs(batch: Batch) -> int:
    """--jobs, else the cores that this process may use."""
    if batch.jobs is not None:
        return batch.jobs
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _absolute(out: str) -> str:
    from sds2gen3.storage import is_remote, local_path

    return out if is_remote(out) else os.path.abspath(local_path(out))


def _movable(command: Any) -> Any:
    """The command with absolute paths in its options: the workers of a cluster run in other folders."""
    given: Given = command.desk.given
    moved: dict[str, Any] = {}
    for one in fields(given):
        value = getattr(given, one.name)
        if one.name == "schemas" and value:
            moved["schemas"] = [os.path.abspath(folder) for folder in value]
        elif one.name in ("config", "ca_bundle") and value is not None:
            moved[one.name] = value.absolute()
        elif one.name in ("mapping", "dictionary", "profile", "credentials") and value and Path(value).exists():
            moved[one.name] = os.path.abspath(value)
    return replace(command, desk=replace(command.desk, given=replace(given, **moved), loaded={}, hashes={}, served={}))


def _progress(done: int, total: int, failed: int, seconds: float) -> str:
    left = seconds / done * (total - done)
    told = f"{left / 60:.0f} min" if left >= 90 else f"{left:.0f} s"
    return f"{done:,} of {total:,} datasets, {failed:,} with errors, about {told} left"


def _stopped(batch: Batch, tasks: Sequence[Task], kept: Kept) -> str:
    done = f"{len(kept.records):,} of {len(tasks):,} datasets are done and kept in {batch.out}"
    return f"Stopped: {done}. To go on, run the same command with --resume."


def _tell(batch: Batch, given: Given, settings: Settings, store: Store, tasks: Sequence[Task], kept: Kept) -> int:
    """Publish the reports in the order of the datasets, and give the exit code."""
    from sds2gen3.batch.records import report_of
    from sds2gen3.cli import output as out

    ordered = [kept.records[task.name] for task in tasks]
    out.publish([report_of(store, record) for record in ordered], settings, given)
    if settings.format.value == "text" and not given.quiet:
        out.emit(f"\n{out.table(_overview(batch, ordered))}\n")
    if not given.quiet:
        again = f" {kept.before:,} of them were done before and are unchanged." if kept.before else ""
        out.note(f"{len(tasks):,} datasets, results in {store.shown}.{again}")
    return exit_code(batch.what, [record["exit"] for record in ordered])


def _overview(batch: Batch, records: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    rows = [["dataset", "errors", "warnings", "records", "result"]]
    for record in records:
        numbers = [f"{record[key]:,}" for key in ("errors", "warnings", "records")]
        rows.append([record["path"], *numbers, _result(batch.what, record)])
    return rows


def _result(what: str, record: Mapping[str, Any]) -> str:
    if what == "validate":
        return "failed" if record["exit"] else "passed"
    if what == "convert":
        return "written" if record["written"] else "not written"
    return {0: "all there", 4: "a part is there", INTERRUPTED: "stopped"}.get(record["exit"], "not sent")


def exit_code(what: str, codes: Sequence[int]) -> int:
    """One for all: 2 where something was called wrongly, 3 and 4 where running again may help, 1 where data have errors.

    A submission of which any dataset is there has sent a part: 4.
    """
    if 2 in codes:
        return 2
    if {3, 4, INTERRUPTED} & set(codes):
        return 4 if what == "submit" and {0, 4} & set(codes) else 3
    return max(codes, default=0)
