"""Measures `sds2gen3 batch convert` with one process, two, and on Dask: python tests/bench/batch.py --datasets 350 --repeat 3

A round runs them in turn, so that a busy machine disturbs all alike; figures are medians over rounds, and ratios medians of
the ratio within each round. The results of all runs must be the same, byte for byte, else nothing is printed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generate import SIZES, generate

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
RUNS = {
    "1 process": ["--jobs", "1"],
    "2 processes": ["--jobs", "2"],
    "dask, 2 processes": ["--jobs", "2", "--cluster", "local"],
    "nothing to do": ["--jobs", "2", "--resume"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--datasets", type=int, default=350)
    parser.add_argument("--size", choices=sorted(SIZES), default="typical")
    parser.add_argument("--repeat", type=int, default=3, help="rounds (default: 3)")
    parser.add_argument("--no-dask", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sds2gen3-bench-") as scratch:
        for number in range(options.datasets):
            generate(Path(scratch) / "root" / f"d{number:03}", SIZES[options.size], seed=number, with_files=False)
        runs = {name: more for name, more in RUNS.items() if not (options.no_dask and "dask" in name)}
        rounds = [_round(Path(scratch), runs) for _ in range(options.repeat)]
    _print(rounds, options)


def _round(home: Path, runs: dict[str, list[str]]) -> dict[str, float]:
    seconds: dict[str, float] = {}
    digests: set[str] = set()
    out = home / "out"
    for name, more in runs.items():
        if "--resume" not in more:
            shutil.rmtree(out, ignore_errors=True)
        command = [sys.executable, "-m", "sds2gen3", "batch", "convert", str(home / "root"), "-o", str(out), *more]
        begin = time.perf_counter()
        done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
        seconds[name] = time.perf_counter() - begin
        if done.returncode not in (0, 1):
            raise SystemExit(f"exit code {done.returncode}: {' '.join(command)}")
        digests.add(_digest(out))
    if len(digests) != 1:
        raise SystemExit("the runs gave different results")
    print("  ".join(f"{name}: {value:.1f} s" for name, value in seconds.items()), flush=True)
    return seconds


def _digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _print(rounds: list[dict[str, float]], options: argparse.Namespace) -> None:
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"\n{options.datasets} datasets of size {options.size}, {options.repeat} rounds, load at the end {loads}")
    for name in rounds[0]:
        seconds = statistics.median(one[name] for one in rounds)
        ratio = statistics.median(one["1 process"] / one[name] for one in rounds)
        print(f"  {name:<20}{seconds:>8.1f} s{options.datasets / seconds:>8.1f} datasets/s{ratio:>7.2f} x one process")


if __name__ == "__main__":
    main()
