"""Promise 1 for the whole way: every filled cell is in a record or in the list of what was not mapped, and nothing else is.

Counted twice: in the Graph, and in the files that `convert --keep-going` writes. A cell counts as being in a record only
where the record really carries a value made from it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cell_accounts import filled_cells, grids_of
from command_line import Cli
from pipeline import SERVED, SHARED, run
from real_datasets import LOOSE, SAMPLES, folders, human, loose, samples
from sheet_makers import DESCRIPTION
from sheet_makers import dataset as written_dataset

from sds2gen3 import Graph, Place, write
from sds2gen3.model import OMIT

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared material is not beside the project (../shared)")

MAPPINGS = {"sds": "sds", "12labours": str(SERVED)}
DATASETS = {
    f"{path.parent.name}/{path.name}": path
    for parent in ("sds/templates", "sds/real", "acceptance/seed_cases")
    for path in folders(parent)
}
NAMES = [
    *DATASETS,
    *(f"samples/{path.name}" for path in samples()),
    *(f"loose/{name}" for name in LOOSE),
    "loose/human",
]
NO_DATASET = {"real/dbgap-prep", "real/sparcur-csv"}  # as they stand; as part of `loose` they are


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of each dataset; the loose sheets are put together."""
    made = tmp_path_factory.mktemp("loose")
    found = {**DATASETS, **{f"samples/{path.name}": path / "dataset" for path in samples()}}
    found |= {f"loose/{name}": loose(name, made / name) for name in LOOSE}
    return {**found, "loose/human": human(made / "human")}


def in_records(graph: Graph) -> set[str]:
    """The cells of which some record carries a value, ids and links included."""
    return {
        place.full
        for table in graph.nodes.values()
        for part in table.parts
        for name, column in part.columns.items()
        for number, value in enumerate(column)
        if value is not OMIT and value is not None
        for place in part.places(number, name)
    }


def in_files(folder: Path) -> Iterator[set[str]]:
    """The cells that provenance.jsonl names, and those that unmapped.jsonl names."""
    of_records = (cells for line in json_lines(folder / "provenance.jsonl") for cells in line["cells"].values())
    yield {cell for cells in of_records for cell in (cells if isinstance(cells, list) else [cells])}
    yield {line["cell"] for line in json_lines(folder / "unmapped.jsonl")}


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


@cache
def filled(folder: Path) -> frozenset[str]:
    """The filled cells of a dataset's metadata files, as they are before anything interprets them."""
    return frozenset(Place(*cell).full for cell in filled_cells(grids_of(folder)))


@pytest.mark.parametrize("mapping", MAPPINGS)
@pytest.mark.parametrize("name", NAMES)
def test_every_filled_cell_is_in_a_record_or_told_as_left_out(
    datasets: dict[str, Path], tmp_path: Path, name: str, mapping: str
) -> None:
    graph = run(datasets[name], mapping, MAPPINGS[mapping]).graph
    carried, left = in_records(graph), {cell.place.full for cell in graph.left_out()}
    cells = filled(datasets[name])
    assert cells - carried - left == set(), "lost"
    assert (carried | left) - cells == set(), "invented"
    assert carried & left == set(), "counted twice"
    assert (len(left) > 10) is (name not in NO_DATASET)
    assert len(carried) > 5 or name in NO_DATASET or name.startswith("templates/")
    write(graph, tmp_path / "out")
    assert list(in_files(tmp_path / "out")) == [carried, left]
    for line in json_lines(tmp_path / "out/unmapped.jsonl"):
        assert line["reason"]
        assert line["value"] not in (None, "", [])


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_the_files_of_convert_name_exactly_the_filled_cells(cli: Cli, tmp_path: Path, mapping: str) -> None:
    shutil.copytree(SAMPLES / "broken-2.1.0/dataset", tmp_path / "broken")
    paths = [tmp_path / "broken", *(path for path in folders("sds/real") if f"real/{path.name}" not in NO_DATASET)]
    out = tmp_path / "out"
    options = ["--mapping", mapping, "--dictionary", MAPPINGS[mapping], "--output", out]
    assert cli("convert", *paths, *options, "--keep-going").code == 1
    for path in paths:
        carried, left = in_files(out / path.name)
        assert carried | left == filled(path)


def test_every_value_of_a_json_sheet_is_accounted_for_too(tmp_path: Path) -> None:
    rows = [
        {"subject_id": "sub-1", "species": "rat", "sex": "F", "age": "P1D", "weight": 3, "also in dataset": ["a", "b"]},
        {"subject_id": None, "species": "mouse", "strain": "", "own": {"deep": [1, {"er": "x"}]}, "flag": False},
        {"subject_id": "sub-2", "species": "rat", "sex": "M", "age": "P2D"},
    ]
    graph = run(Path(written_dataset(tmp_path / "ds", DESCRIPTION, subjects=rows, without=()).root)).graph
    named = in_records(graph) | {cell.place.full for cell in graph.left_out()}
    pointers = sorted(cell.partition("#")[2] for cell in named if cell.startswith("subjects.json#"))
    lost = [leaf for leaf in leaves(rows) if not any(leaf == p or leaf.startswith(f"{p}/") for p in pointers)]
    assert lost == []


def leaves(value: object, pointer: str = "") -> Iterator[str]:
    """The JSON pointers of everything that says something."""
    if isinstance(value, list | dict):
        for key, inner in enumerate(value) if isinstance(value, list) else value.items():
            yield from leaves(inner, f"{pointer}/{key}")
    elif value is not None and value != "":
        yield pointer
