"""Fuzz one target for some time: `python tests/fuzz/run.py text --seconds 600`. See README.md beside this file.

The inputs are run in a child process with limits of memory and time, so that a crash or an endless run is a find and not the end.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent)]

MEMORY = 3 << 30  # bytes of addresses; a find above it is a MemoryError or an abort
SLOW = 10  # seconds for one input


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--engine", choices=("own", "atheris"), default="own")
    parser.add_argument("--finds", type=Path, default=Path("fuzz-finds"))
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.finds.mkdir(parents=True, exist_ok=True)
    if given.child:
        (atheris if given.engine == "atheris" else own)(given)
        return
    end, runs, seed = time.monotonic() + given.seconds, 0, given.seed
    tally = given.finds / f".{given.target}.{given.engine}.count"
    while (left := end - time.monotonic()) > 1:
        tally.write_text("0", encoding="ascii")
        options = ["--seconds", str(left), "--seed", str(seed), "--engine", given.engine, "--finds", str(given.finds)]
        ended = subprocess.run([sys.executable, __file__, given.target, "--child", *options], check=False)
        runs, seed = runs + int(tally.read_text(encoding="ascii")), seed + 1
        if ended.returncode:
            last = given.finds / f".{given.target}.{given.engine}.now"
            what = f"ended with {ended.returncode}"
            print(given.target, what, flush=True)
            if last.is_file():
                keep(given, last.read_bytes(), what, "crash")
    print(f"{given.target}: {runs:,} inputs in {given.seconds / 60:.1f} minutes by {given.engine}", flush=True)


def keep(given: argparse.Namespace, data: bytes, what: str, key: str) -> None:
    """Keep the smallest input of each kind of find, and what it leads to."""
    path = given.finds / f"{given.target}-{hashlib.sha256(key.encode()).hexdigest()[:10]}"
    if key == "crash":
        path = given.finds / f"{given.target}-crash-{hashlib.sha256(data).hexdigest()[:10]}"
    if not path.exists() or path.stat().st_size > len(data):
        if not path.exists():
            print(f"FOUND {path.name}: {key}", flush=True)
        path.write_bytes(data)
        path.with_suffix(".txt").write_text(f"{key}\n\n{what}", encoding="utf-8")


def attempt(given: argparse.Namespace, data: bytes) -> None:
    """One input; what it raises is kept, by the kind of exception and the lines of ours that it went through last."""
    from fuzz_targets import TARGETS, try_one

    started = time.process_time()
    try:
        try_one(TARGETS[given.target], data)
    except Exception as error:
        ours = [f"{f.filename.rpartition('/')[2]}:{f.name}" for f in traceback.extract_tb(error.__traceback__)
                if "sds2gen3/" in f.filename]  # fmt: skip
        keep(given, data, traceback.format_exc(), f"{type(error).__name__} in {' > '.join(ours[-2:])}")
    if (took := time.process_time() - started) > SLOW / 2:
        keep(given, data, f"{took:.1f} s", "slow")


def own(given: argparse.Namespace) -> None:
    """Seeds, changed at random; no measure of what they reach."""
    from fuzz_targets import TARGETS
    from mutations import mutated

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seeds, random_ = TARGETS[given.target].seeds() or [b""], random.Random(given.seed)
    attempt(given, seeds[0])  # imports what is imported late
    end, runs = time.monotonic() + given.seconds, 0
    now, tally = given.finds / f".{given.target}.own.now", given.finds / f".{given.target}.own.count"
    while time.monotonic() < end:
        data = mutated(seeds, random_)
        now.write_bytes(data)
        signal.alarm(3 * SLOW)  # its default is to end the process, also within a library
        attempt(given, data)
        signal.alarm(0)
        runs += 1
        if runs % 50 == 0:
            tally.write_text(str(runs), encoding="ascii")
    tally.write_text(str(runs), encoding="ascii")


def atheris(given: argparse.Namespace) -> None:
    """libFuzzer, which keeps what reaches new code of ours."""
    import atheris as engine  # type: ignore[import-not-found, unused-ignore]

    with engine.instrument_imports(include=["sds2gen3"]):
        from fuzz_targets import TARGETS
    corpus = given.finds / f"corpus-{given.target}"
    corpus.mkdir(exist_ok=True)
    for data in TARGETS[given.target].seeds():
        (corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    now, tally = given.finds / f".{given.target}.atheris.now", given.finds / f".{given.target}.atheris.count"
    runs = 0

    def one(data: bytes) -> None:
        nonlocal runs
        now.write_bytes(data)
        attempt(given, data)
        runs += 1
        if runs % 50 == 0:
            tally.write_text(str(runs), encoding="ascii")

    limits = [f"-max_total_time={int(given.seconds)}", f"-timeout={3 * SLOW}", "-rss_limit_mb=2000", "-max_len=60000",
              f"-artifact_prefix={given.finds}/{given.target}-", "-verbosity=0", f"-seed={given.seed}"]  # fmt: skip
    engine.Setup([sys.argv[0], *limits, str(corpus)], one)
    engine.Fuzz()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
