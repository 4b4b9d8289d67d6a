"""Same input, same bytes: whatever the hash seed, the time zone, the language and the working folder of the machine."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from pipeline import run
from real_datasets import SAMPLES

from sds2gen3 import write

SAMPLE = SAMPLES / "bladder-imaging-3.0.2/dataset"
MACHINES = {
    "one": {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    "other": {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"},
    "third": {"PYTHONHASHSEED": "4242", "TZ": "America/St_Johns", "LC_ALL": "de_DE.ISO-8859-1", "COLUMNS": "40"},
}


def converted(out: Path, cwd: Path, machine: dict[str, str], form: str) -> dict[str, bytes]:
    """What `convert` writes on such a machine, by path."""
    arguments = ["convert", str(SAMPLE), "--output", str(out), "--as", form, "--quiet"]
    environ = {**os.environ, "PYTHONPATH": str(SAMPLES.parent), **machine}
    run = subprocess.run(
        [sys.executable, "-m", "sds2gen3", *arguments], capture_output=True, env=environ, cwd=cwd, check=False
    )
    assert run.returncode == 0, run.stderr.decode()
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def test_every_machine_writes_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for name, machine in MACHINES.items():
        (tmp_path / name).mkdir()
        written.append(converted(tmp_path / name / "out", tmp_path / name, machine, "json"))
    assert len(written[0]) > 10
    assert all(files == written[0] for files in written)


def test_writing_over_an_earlier_run_gives_the_same_bytes(tmp_path: Path) -> None:
    first = converted(tmp_path / "out", tmp_path, MACHINES["one"], "tsv")
    assert converted(tmp_path / "out", tmp_path, MACHINES["other"], "tsv") == first


def test_two_runs_at_once_and_a_strict_umask_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other", "strict"):
        (tmp_path / name).mkdir()
    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(converted, tmp_path / name / "out", tmp_path / name, MACHINES[name], "jsonl")
            for name in ("one", "other")
        ]
        first, second = (run.result() for run in both)
    before = os.umask(0o077)
    try:
        third = converted(tmp_path / "strict/out", tmp_path / "strict", MACHINES["third"], "jsonl")
    finally:
        os.umask(before)
    assert first == second == third


def test_the_order_in_which_a_disk_lists_its_files_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, written = os.scandir, []
    for number in range(3):
        random_ = random.Random(number)

        @contextmanager
        def shuffled(path: str | Path, random_: random.Random = random_) -> Iterator[Iterator[os.DirEntry[str]]]:
            with real(path) as found:
                yield iter(random_.sample(entries := list(found), len(entries)))

        monkeypatch.setattr("sds2gen3.sheets.files.folder.os.scandir", shuffled)
        ended = run(SAMPLE, dataset="d", program="p", project="p")
        monkeypatch.undo()
        write(ended.graph, tmp_path / str(number), report=ended.report)
        files = sorted(path for path in (tmp_path / str(number)).rglob("*") if path.is_file())
        written.append([path.read_bytes() for path in files])
    assert written[0] == written[1] == written[2]
