"""Measures sds2gen3 on synthetic datasets, beside the pipeline of naive.py: python tests/bench/bench.py --sizes 1k 10k

Every measurement is a process of its own. Rounds run sds2gen3 and the naive pipeline in turn; the figures are medians
over rounds, and x is the median of the ratio within each round. Needs a POSIX system (resource usage of children).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import naive
from generate import SIZES, generate

ROOT = Path(__file__).resolve().parents[2]
SERVED = ROOT.parent / "shared" / "gen3_contract" / "exchanges" / "_dictionary_all.json"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}  # measures this checkout, also where another one is installed
Figures = dict[str, dict[str, float]]


def main() -> None:
    options = _options()
    if options.child:
        print(json.dumps(_CHILDREN[options.child](options.dataset, options.bundled)))
        return
    with tempfile.TemporaryDirectory(prefix="sds2gen3-bench-") as scratch:
        home = options.data or Path(scratch)
        for size in options.sizes:
            dataset = home / size
            if not dataset.exists():
                generate(dataset, SIZES[size], with_files=not options.no_files)
            _table(size, dataset, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", nargs="+", choices=sorted(SIZES), default=["typical", "1k", "10k"])
    parser.add_argument("--repeat", type=int, default=3, help="rounds (default: 3)")
    parser.add_argument("--no-naive", action="store_true", help="measure sds2gen3 only")
    parser.add_argument("--no-files", action="store_true", help="generate the sheets only, not the files they list")
    parser.add_argument("--bundled", action="store_true", help="use the bundled dictionary also where a served one is")
    parser.add_argument("--data", type=Path, help="folder that keeps the generated datasets (default: a temporary one)")
    parser.add_argument("--child", choices=sorted(_CHILDREN), help=argparse.SUPPRESS)
    parser.add_argument("--dataset", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _table(size: str, dataset: Path, options: argparse.Namespace) -> None:
    """Runs the rounds for one size and prints one line for each thing measured."""
    rounds: list[tuple[Figures, Figures]] = []
    floors: list[dict[str, float]] = []
    for _ in range(options.repeat):
        floors.append(_floor(dataset))
        ours = _child("ours", dataset, options.bundled) | _commands(dataset, options.bundled)
        theirs = {} if options.no_naive else _child("naive", dataset, options.bundled)
        if theirs:
            theirs["command validate"] = theirs["command convert"] = _whole("naive", dataset, options.bundled)
        rounds.append((ours, theirs))
    rows = SIZES[size].subjects + SIZES[size].samples + SIZES[size].files
    print(
        f"\n{size}: {rows:,} rows in 3 tables, {options.repeat} rounds, dictionary {Path(_declared(options.bundled)[1]).stem}"
    )
    print(f"  {'':<18}{'s':>9}{'rows/s':>12}{'peak MB':>9}{'naive s':>10}{'naive MB':>10}{'x':>7}")
    for what in rounds[0][0]:
        print(_line(what, rows, rounds))
    seconds, memory = (statistics.median(floor[what] for floor in floors) for what in ("seconds", "mb"))
    of_it = [
        ours["command convert"]["seconds"] / floor["seconds"] for (ours, _), floor in zip(rounds, floors, strict=True)
    ]
    print(f"  {'floor':<18}{seconds:>9.3f}{rows / seconds:>12,.0f}{memory:>9.0f}   command convert takes")
    print(f"  {'':<18}{statistics.median(of_it):>9.2f} times as long ({', '.join(f'{one:.2f}' for one in of_it)})")


def _line(what: str, rows: int, rounds: list[tuple[Figures, Figures]]) -> str:
    seconds = statistics.median(ours[what]["seconds"] for ours, _ in rounds)
    memory = statistics.median(ours[what]["mb"] for ours, _ in rounds)
    line = f"  {what:<18}{seconds:>9.3f}{rows / seconds:>12,.0f}{memory:>9.0f}"
    if what not in rounds[0][1]:
        return line
    naive_seconds = statistics.median(theirs[what]["seconds"] for _, theirs in rounds)
    naive_memory = statistics.median(theirs[what]["mb"] for _, theirs in rounds)
    ratio = statistics.median(theirs[what]["seconds"] / ours[what]["seconds"] for ours, theirs in rounds)
    return f"{line}{naive_seconds:>10.3f}{naive_memory:>10.0f}{ratio:>7.1f}"


def _child(which: str, dataset: Path, bundled: bool) -> Figures:
    """The stages of one pipeline, measured inside a fresh process."""
    done = subprocess.run(
        _command(which, dataset, bundled), check=True, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    figures: Figures = json.loads(done.stdout)
    return figures


def _command(which: str, dataset: Path, bundled: bool) -> list[str]:
    command = [sys.executable, __file__, "--child", which, "--dataset", str(dataset)]
    return [*command, "--bundled"] if bundled else command


def _whole(which: str, dataset: Path, bundled: bool) -> dict[str, float]:
    return _process(_command(which, dataset, bundled))


def _floor(dataset: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as out:
        return _process([sys.executable, str(Path(__file__).with_name("floor.py")), str(dataset), out])


def _commands(dataset: Path, bundled: bool) -> Figures:
    """The commands as a user runs them: start-up, imports and declarations included."""
    mapping, dictionary = _declared(bundled)
    base = [sys.executable, "-m", "sds2gen3"]
    declared = ["--mapping", mapping, "--dictionary", dictionary, str(dataset)]
    with tempfile.TemporaryDirectory() as out:
        return {
            "command validate": _process([*base, "validate", *declared]),
            "command convert": _process([*base, "convert", *declared, "--keep-going", "--output", out]),
        }


def _process(command: list[str]) -> dict[str, float]:
    """Wall seconds and peak memory of a process of its own. Exit code 1 (the data has errors) is an answer, too."""
    begin = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        raise SystemExit(f"exit code {child.returncode}: {' '.join(command)}")
    return {"seconds": time.perf_counter() - begin, "mb": _megabytes(usage)}


def _megabytes(usage: Any) -> float:
    return float(usage.ru_maxrss) / (1e6 if sys.platform == "darwin" else 1e3)


def _declared(bundled: bool) -> tuple[str, str]:
    """Mapping and dictionary that both pipelines use: the served one of the 12 LABOURS platform, else the bundled one."""
    return ("sds", "sds") if bundled or not SERVED.exists() else ("12labours", str(SERVED))


def _measured(stages: Mapping[str, Callable[[], Any]]) -> Figures:
    """Runs the stages in order. `mb` is the peak of the process up to the end of the stage."""
    figures: Figures = {}
    for name, stage in stages.items():
        begin = time.perf_counter()
        stage()
        seconds = time.perf_counter() - begin
        figures[name] = {"seconds": seconds, "mb": _megabytes(resource.getrusage(resource.RUSAGE_SELF))}
    figures["all stages"] = {
        "seconds": sum(figure["seconds"] for figure in figures.values()),
        "mb": max(figure["mb"] for figure in figures.values()),
    }
    return figures


def _ours(dataset: Path, bundled: bool) -> Figures:
    import sds2gen3

    mapping_name, dictionary_name = _declared(bundled)
    mapping, dictionary = sds2gen3.load_mapping(mapping_name), sds2gen3.load_dictionary(dictionary_name)
    for name in ("read_dataset", "convert", "validate", "write"):
        getattr(sds2gen3, name)  # imports are no part of a stage
    held: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as out:
        return _measured(
            {
                "read": lambda: held.update(dataset=sds2gen3.read_dataset(dataset)),
                "convert": lambda: held.update(graph=sds2gen3.convert(held["dataset"], mapping, dictionary)),
                "validate": lambda: sds2gen3.validate(held["graph"], dictionary),
                "write": lambda: sds2gen3.write(held["graph"], Path(out)),
            }
        )


def _naive(dataset: Path, bundled: bool) -> Figures:
    import jsonschema  # noqa: F401  imports are no part of a stage
    import openpyxl  # noqa: F401
    import pandas  # noqa: F401

    import sds2gen3

    dictionary = sds2gen3.load_dictionary(_declared(bundled)[1])
    schemas = {node: dictionary.nodes[node].schema for node in naive.NODES.values()}
    held: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as out:
        return _measured(
            {
                "read": lambda: held.update(frames=naive.read(dataset)),
                "convert": lambda: held.update(records=naive.convert(held["frames"], schemas)),
                "validate": lambda: list(naive.faults(held["records"], schemas)),
                "write": lambda: naive.write(held["records"], Path(out)),
            }
        )


_CHILDREN: dict[str, Callable[[Path, bool], Figures]] = {"ours": _ours, "naive": _naive}

if __name__ == "__main__":
    main()
