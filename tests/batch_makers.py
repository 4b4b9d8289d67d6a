"""Many small datasets for the tests of batches, what their workers are made to do, and what is in a folder."""

from __future__ import annotations

import csv
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from sheet_makers import DESCRIPTION, SUBJECTS

from sds2gen3.batch.one import Done
from sds2gen3.diagnostics import Report

ROOT = Path(__file__).resolve().parents[1]

HOOK = """
import os, time
from importlib import import_module
sheets = import_module("sds2gen3.sheets")
output = import_module("sds2gen3.write.output")

marks = os.environ["BATCH_MARKS"]
open(os.path.join(marks, f"pid-{os.getpid()}"), "w").close()
read, summary = sheets.read_dataset, output.summary

def read_dataset(path, *others, **named):
    name = os.path.basename(path)
    if name.startswith("poison"):
        os.abort()
    if name.startswith("lazy"):
        time.sleep(0.5)
    return read(path, *others, **named)

def slow_summary(graph, *others, **named):
    if graph.dataset.name.startswith("slow"):
        open(os.path.join(marks, "writing"), "w").close()
        time.sleep(60)
    return summary(graph, *others, **named)

sheets.read_dataset, output.summary = read_dataset, slow_summary
"""


def small(folder: Path, subject: str = "sub-1") -> Path:
    """A dataset of one subject, without errors unless its id is one."""
    folder.mkdir(parents=True)
    about = [["Metadata element", "Value"], *([label, *values] for label, values in DESCRIPTION.items())]
    subjects = [SUBJECTS[0], [subject, "Rattus norvegicus", "F", "4 weeks"]]
    for name, rows in (("dataset_description", about), ("subjects", subjects)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    (folder / "primary" / "sub-1").mkdir(parents=True)
    (folder / "primary" / "sub-1" / "scan.dat").write_bytes(b"x")
    return folder


def hooked(folder: Path) -> dict[str, str]:
    """The environment in which workers stumble over datasets by name: poison, lazy, slow. `pid-...` files tell who ran."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
    path = os.pathsep.join((str(folder), str(ROOT)))
    return {**os.environ, "PYTHONPATH": path, "BATCH_MARKS": str(folder)}


def workers(folder: Path) -> set[int]:
    """The processes that left their mark and are still there."""
    pids = {int(path.name.removeprefix("pid-")) for path in folder.glob("pid-*")}
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


def until(seconds: float, true: object) -> None:
    """Wait until a function says so; fails after so many seconds."""
    assert callable(true)
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below the folder with its bytes, temporary ones included."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


class Panic(BaseException):
    """As the panic of a compiled library, which is no Exception."""


@dataclass(frozen=True)
class Obeying:
    """A command that does what the dataset's name begins with, and notes each that it was asked for in `notes`."""

    notes: Path

    def basis(self, path: Path) -> str:
        return "obeying"

    def __call__(self, path: Path, folder: Path) -> Done:
        with self.notes.open("a", encoding="utf-8") as file:
            file.write(f"{path.name}\n")
        order = path.name.rstrip("0123456789")
        if order == "exits":
            os._exit(7)
        if order in ("segv", "kill"):
            os.kill(os.getpid(), signal.SIGSEGV if order == "segv" else signal.SIGKILL)
        if order == "hangs":
            time.sleep(60)
        if order == "panics":
            raise Panic("out of bounds")
        if order == "fails":
            raise ValueError("no such thing")
        print("a library that prints", flush=True)
        return Done(Report(), 0)

    def asked(self) -> list[str]:
        return self.notes.read_text(encoding="utf-8").split()
