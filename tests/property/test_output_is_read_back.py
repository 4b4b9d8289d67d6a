"""What convert wrote, read back: the same records with the same cells, in the same parts."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipeline import run

from sds2gen3 import UsageError, load_dictionary, write
from sds2gen3.model import OMIT, Graph
from sds2gen3.place import Place
from sds2gen3.write import reread

SAMPLES = Path(__file__).parents[2] / "sample_datasets"
GOOD = sorted(path.name for path in SAMPLES.iterdir() if (path / "dataset").is_dir() and "broken" not in path.name)
NAMES = st.text(string.ascii_letters + string.digits + "_- !'#é", min_size=1, max_size=8)
PLACES = st.builds(
    Place,
    st.builds(lambda stem, folder: f"{folder}/{stem}.xlsx", NAMES.filter(lambda n: "!" not in n), st.just("primary")),
    NAMES.filter(lambda name: not name.isspace()),
    row=st.integers(1, 1_048_576),
    column=st.integers(1, 16_384),
)


@given(PLACES)
def test_a_cell_is_read_back_as_it_was_spelt(place: Place) -> None:
    assert Place.parse(place.full) == place


@given(st.text())
def test_any_text_gives_some_place(text: str) -> None:
    assert isinstance(Place.parse(text), Place)


@pytest.mark.parametrize("form", ["json", "jsonl"])
@pytest.mark.parametrize("name", GOOD)
def test_a_graph_is_read_back(name: str, form: str, tmp_path: Path) -> None:
    dictionary = load_dictionary("sds")
    graph = run(SAMPLES / name / "dataset", "sds", "sds").graph
    write(graph, tmp_path / "out", form, dictionary)
    again, named = reread(tmp_path / "out")
    assert named == "sds"
    assert (again.needs, again.roots) == (graph.needs, graph.roots)
    assert list(again.nodes) == list(graph.nodes)
    for node, table in graph.nodes.items():
        assert list(again.nodes[node].records()) == list(table.records())
        assert [len(part) for part in again.nodes[node].parts] == [len(part) for part in table.parts]
        for ours, theirs in zip(table.parts, again.nodes[node].parts, strict=True):
            for link in dictionary.nodes[node].links:
                assert ours.speaks_of(link) == theirs.speaks_of(link), (node, link)
    assert _cells(again) == _cells(graph)


def _cells(graph: Graph) -> list[tuple[str, int, str, list[str]]]:
    return [
        (node, number, property, [place.full for place in places])
        for node, table in graph.nodes.items()
        for part in table.parts
        for property in sorted(part.columns)
        for number in range(len(part))
        if part.columns[property][number] is not OMIT and (places := part.places(number, property))
    ]


def test_tables_are_not_read_back_without_the_dictionary(tmp_path: Path) -> None:
    graph = run(SAMPLES / GOOD[0] / "dataset", "sds", "sds").graph
    write(graph, tmp_path / "out", "tsv", load_dictionary("sds"))
    with pytest.raises(UsageError, match="the dictionary, which tells the types"):
        reread(tmp_path / "out")
