"""Measures submitting to a slow commons, and submitting the same again: python tests/bench/submit.py --records 10000

The commons is the sandbox in a process of its own, behind a real socket, made to take 7 ms for each record. A round is a
fresh commons, a first submission, and a re-run of the unchanged dataset with the same ledger; figures are medians.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # measures this checkout, also where another is installed

from generate import Size, generate

import sds2gen3
from sds2gen3.commons.client import connect
from sds2gen3.commons.credentials import parse
from sds2gen3.commons.submission import Choices, submit
from sds2gen3.sandbox import Sandbox

SUBJECTS = 10
PROGRAM, PROJECT = "bench", "speed"
MOST, LEAST = 1.1, 50.0
"""What the first run may take of the server's time, and how many times faster the re-run must be."""


def main() -> None:
    options = _options()
    if options.serve:
        _serve(options.latency)
        return
    with tempfile.TemporaryDirectory(prefix="sds2gen3-bench-") as scratch:
        graph = _graph(Path(scratch) / "dataset", options.records)
        records = sum(map(len, graph.nodes.values()))
        print(f"{records:,} records: {', '.join(f'{len(table):,} {name}' for name, table in graph.nodes.items())}")
        rounds = [_round(graph, records, options.latency, Path(scratch) / f"{n}.jsonl") for n in range(options.repeat)]
    _print(rounds, records * options.latency)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=10_000, help="how many records (default: 10,000)")
    parser.add_argument("--latency", type=float, default=0.007, help="seconds that the server takes for each record")
    parser.add_argument("--repeat", type=int, default=3, help="rounds (default: 3)")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _graph(dataset: Path, records: int) -> sds2gen3.Graph:
    """So many records of the bundled dictionary: samples below a few subjects, one file for each hundred of them."""
    files = records // 100
    samples = records - files - SUBJECTS - 6  # the other records are of the dataset itself
    generate(dataset, Size(SUBJECTS, samples, files), with_files=False)
    rules, dictionary = sds2gen3.load_mapping("sds"), sds2gen3.load_dictionary("sds")
    return sds2gen3.convert(sds2gen3.read_dataset(dataset), rules, dictionary, program=PROGRAM, project=PROJECT)


def _round(graph: sds2gen3.Graph, records: int, latency: float, ledger: Path) -> dict[str, float]:
    with _commons(latency) as (credentials, asked):
        first = _submitted(graph, credentials, ledger, Counter(created=records))
        spent = asked()
        again = _submitted(graph, credentials, ledger, Counter(same=records))
        figures = {"first run": first, "in writes": spent["writes"], "in reads": spent["reads"], "re-run": again}
        return {**figures, "in reads again": asked()["reads"]}


def _submitted(graph: sds2gen3.Graph, credentials: str, ledger: Path, expected: Counter[str]) -> float:
    begin = time.perf_counter()
    dictionary = sds2gen3.load_dictionary("sds")
    client = connect(parse(credentials, "the sandbox"))
    receipts = list(submit(graph, client, dictionary, Choices(ledger=ledger)))
    seconds = time.perf_counter() - begin
    if Counter(one.action for one in receipts) != expected or not all(one.verified for one in receipts):
        raise SystemExit(f"not what was to be measured: {Counter(one.action for one in receipts)}")
    return seconds


def _print(rounds: list[dict[str, float]], floor: float) -> None:
    middle = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    ratio = statistics.median(one["first run"] / floor for one in rounds)
    times = statistics.median(one["first run"] / one["re-run"] for one in rounds)
    print(f"{'server, records x latency':<28}{floor:>9.2f} s")
    for name, seconds in middle.items():
        print(f"{name:<28}{seconds:>9.2f} s     of {', '.join(f'{one[name]:.2f}' for one in rounds)}")
    print(f"{'first run : server':<28}{ratio:>9.3f}       at most {MOST}")
    print(f"{'first run : re-run':<28}{times:>9.1f}       at least {LEAST:.0f}")


@contextmanager
def _commons(latency: float) -> Iterator[tuple[str, Callable[[], dict[str, float]]]]:
    """A commons in its own process: its key, and a function that gives the seconds it spent since the last call."""
    command = [sys.executable, __file__, "--serve", "--latency", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        asking, answering = child.stdin, child.stdout

        def asked() -> dict[str, float]:
            print(file=asking, flush=True)
            spent: dict[str, float] = json.loads(answering.readline())
            return spent

        yield answering.readline(), asked
        asking.close()


class _Clocked:
    """The commons with a clock: how long its requests took, those that write and those that read."""

    def __init__(self, commons: Sandbox) -> None:
        self._answer = commons.wsgi
        self.lock = commons.wsgi.lock
        self.spent = dict.fromkeys(("writes", "reads"), 0.0)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        begin = time.perf_counter()
        try:
            return self._answer(environ, start)
        finally:
            kind = "writes" if environ["REQUEST_METHOD"] == "PUT" else "reads"
            self.spent[kind] += time.perf_counter() - begin


def _serve(latency: float) -> None:
    """Serve until stdin ends: the key on the first line, then the seconds spent for each line that is read."""
    commons = Sandbox(sds2gen3.load_dictionary("sds"))
    commons.ensure(PROGRAM, PROJECT)
    commons.faults.add(f"latency={latency}")
    clocked = _Clocked(commons)
    commons.wsgi = clocked  # type: ignore[assignment]
    with commons.serve():
        print(json.dumps(commons.credentials()), flush=True)
        for _ in sys.stdin:
            print(json.dumps(clocked.spent), flush=True)
            clocked.spent = dict.fromkeys(clocked.spent, 0.0)


if __name__ == "__main__":
    main()
