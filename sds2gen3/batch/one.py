"""One dataset of a batch, in a worker: fetched, worked on unless nothing has changed, and told as a record with findings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from sds2gen3.batch.fetch import fetched
from sds2gen3.batch.fingerprint import fingerprint
from sds2gen3.batch.stores import Store, store_of
from sds2gen3.batch.task import Answer, Death, Task, Why, spelt
from sds2gen3.catalogue import Severity
from sds2gen3.config import PREFIX
from sds2gen3.diagnostics import Diagnostic, Report, finding
from sds2gen3.errors import SdsError
from sds2gen3.place import Place
from sds2gen3.report import jsonl


@dataclass(frozen=True)
class Done:
    """What a command made of a dataset. `final`: the same again would give the same, so that it need not be done again."""

    report: Report
    exit: int
    final: bool = True


class Command(Protocol):
    """What is done with each dataset. It goes to the workers, and may keep there what serves the next dataset too."""

    def basis(self, path: Path) -> str:
        """All that its result depends on but the dataset itself."""

    def __call__(self, path: Path, folder: Path) -> Done:
        """The dataset at `path`, with what it writes in `folder`. Raises SdsError where nothing can be done."""


@dataclass(frozen=True)
class One:
    """The work of a batch: answers a Task. `environ` are the settings of the asker's environment."""

    command: Command
    out: str
    scratch: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, task: Task) -> Answer:
        _settle(self.environ)
        try:
            return self._answered(task)
        except (KeyboardInterrupt, BrokenPipeError):
            raise
        except SdsError as error:
            return answer(task, Done(Report(list(error.diagnostics)), error.exit_code, final=False))
        except BaseException as error:  # a panic of a compiled library is no Exception
            return answer(task, Done(Report([_failed(task, error)]), 1, final=False))

    def _answered(self, task: Task) -> Answer:
        store = store_of(self.out)
        with fetched(task.where, self.scratch) as (path, unread):
            print_ = fingerprint(path, self.command.basis(path))
            if _is_done(task.done, print_, store):
                return Answer({**task.done, "path": task.shown}, None)
            with store.folder(task.name) as folder:
                done = self.command(path, folder)
            done.report.extend(unread)
        return answer(task, done, print_, store)


def _settle(environ: Mapping[str, str]) -> None:
    """The settings of the environment become those of the asker, whatever this machine has."""
    for name in [name for name in os.environ if name.startswith(PREFIX) and name not in environ]:
        del os.environ[name]
    os.environ.update(environ)


def _is_done(record: Mapping[str, Any], print_: str, store: Store) -> bool:
    """Whether an earlier run did just this, and what it wrote is still there."""
    if not record.get("final") or record.get("fingerprint") != print_:
        return False
    written = record.get("output")
    return written is None or store.digest(str(record["name"])) == written


def answer(task: Task, done: Done, print_: str | None = None, store: Store | None = None) -> Answer:
    """The record and the findings of a dataset, with the names that the user knows."""
    report = done.report
    written = report.summary.get("written") is not None
    report.summary = {"dataset": _name(task), **report.summary, "path": task.shown}
    if written:
        report.summary["written"] = task.name  # in OUT, wherever that is for this worker
    record = {
        "v": 1,
        "name": task.name,
        "path": task.shown,
        "fingerprint": print_,
        "final": done.final,
        "exit": done.exit,
        **{f"{severity.label}s": report.count(severity) for severity in sorted(Severity, reverse=True)},
        "records": sum(report.summary.get("nodes", {}).values()),
        "written": written,
        "output": store.digest(task.name) if written and store is not None else None,
    }
    return Answer(record, jsonl.render([report]))


def dead(task: Task, death: Death, limit: float | None) -> Answer:
    """The answer in the place of a worker that gives none: its end is the dataset's finding."""
    if death.why is Why.LATE:
        message = f"The dataset took longer than {limit:g} seconds, so it was given up."
        found = finding("R139", message, Place(_name(task)))
    elif death.why is Why.LOST:
        found = finding(
            "R138", "The machines of the cluster that worked on this dataset went away.", Place(_name(task))
        )
    else:
        memory = ", as a system does that is out of memory" if death.killed else ""
        found = finding("R138", f"The process that worked on this dataset {death}{memory}.", Place(_name(task)))
    return answer(task, Done(Report([found]), 1, final=False))


def _failed(task: Task, error: BaseException) -> Diagnostic:
    """What it says may name folders of the machine, so only its first line is kept."""
    text = str(error).strip().split("\n")[0]
    told = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return finding("R138", f"sds2gen3 itself failed on this dataset: {told}", Place(_name(task)), value=told)


def _name(task: Task) -> str:
    return spelt(task.where).rstrip("/\\").replace("\\", "/").rpartition("/")[2] or task.name
