"""Submission order: parents first, the same every time; circles are found."""

from __future__ import annotations

from pathlib import Path

from dictionary_maker import SERVED, link, loaded, node, sound

from sds2gen3.dictionary import Dictionary, load
from sds2gen3.dictionary.order import cycles, distances


def _with(folder: Path, **nodes: list[tuple[str, str]]) -> Dictionary:
    """The sound dictionary plus nodes with links (name, target)."""
    more = {name: node(name, *(link(n, t, f"{name}s") for n, t in links)) for name, links in nodes.items()}
    return loaded(folder, {**sound(), **more})


def test_parents_come_before_their_children_in_a_real_dictionary() -> None:
    dictionary = load(SERVED)
    before = {name: number for number, name in enumerate(dictionary.order)}
    for name in dictionary.order:
        for one in dictionary.nodes[name].links.values():
            assert before.get(one.target, -1) < before[name]


def test_the_nearest_to_project_comes_first_then_the_alphabet(tmp_path: Path) -> None:
    dictionary = _with(
        tmp_path,
        zebra=[("experiments", "experiment")],
        aardvark=[("cases", "case")],
        bee=[("experiments", "experiment")],
    )
    assert dictionary.order == ("experiment", "bee", "case", "zebra", "aardvark")


def test_a_long_way_and_a_short_way_count_as_the_short_one(tmp_path: Path) -> None:
    dictionary = _with(tmp_path, sample=[("cases", "case"), ("experiments", "experiment")])
    assert distances(dictionary.nodes)["sample"] == 2
    assert dictionary.order.index("case") < dictionary.order.index("sample")


def test_a_link_of_a_node_to_itself_is_no_circle(tmp_path: Path) -> None:
    dictionary = _with(tmp_path, sample=[("cases", "case"), ("samples", "sample")])
    assert cycles(dictionary.nodes) == []
    assert dictionary.order == ("experiment", "case", "sample")


def test_a_circle_is_found_and_what_hangs_below_it_is_not_part_of_it(tmp_path: Path) -> None:
    dictionary = _with(
        tmp_path,
        a=[("cases", "case"), ("bs", "b")],
        b=[("cs", "c")],
        c=[("as", "a")],
        below=[("as", "a")],
    )
    assert cycles(dictionary.nodes) == [("a", "b", "c")]
    assert set(dictionary.order) == {"experiment", "case", "a", "b", "c", "below"}
    assert dictionary.order.index("below") > dictionary.order.index("a")


def test_two_circles_are_two(tmp_path: Path) -> None:
    dictionary = _with(tmp_path, a=[("bs", "b")], b=[("as", "a")], c=[("ds", "d"), ("as", "a")], d=[("cs", "c")])
    assert cycles(dictionary.nodes) == [("a", "b"), ("c", "d")]


def test_a_link_to_nowhere_holds_nothing_up(tmp_path: Path) -> None:
    assert "lost" in _with(tmp_path, lost=[("nothings", "nothing")]).order
