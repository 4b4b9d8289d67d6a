"""Run as a script: writes one generation after the other to a folder, for ever, to be killed. Each has its number everywhere."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

import orjson
from builders import dataset

from sds2gen3.model import Graph, NodeTable, Part
from sds2gen3.write import write


def generation(number: int) -> Graph:
    """A Graph whose records all say which generation they are of."""
    ids = [f"{number}-{i}" for i in range(200)]
    nodes = {name: NodeTable(name, (Part({"type": [name] * 200, "submitter_id": ids}),)) for name in ("a", "b", "c")}
    return Graph(dataset(), nodes, needs={"generation": str(number)})


def read_generation(folder: Path) -> int:
    """The number of the only generation that is in the folder; raises AssertionError for a mixture."""
    number = orjson.loads((folder / "report.json").read_bytes())["needs"]["generation"]
    files = sorted((folder / "nodes").iterdir())
    assert [path.name for path in files] == ["01_a.json", "02_b.json", "03_c.json"]
    for path in files:
        assert {record["submitter_id"].partition("-")[0] for record in orjson.loads(path.read_bytes())} == {number}
    return int(number)


if __name__ == "__main__":
    for number_ in count(int(sys.argv[2])):
        write(generation(number_), sys.argv[1])
        print(number_, flush=True)
