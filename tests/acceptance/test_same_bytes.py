"""Same input, same bytes: whatever the hash seed, the time zone, the language and the working folder of the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from real_datasets import SAMPLES

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
