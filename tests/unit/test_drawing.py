"""Pictures: no box on another, links that go down, and names that cannot break anything."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from dictionary_maker import EXTENDED, SERVED, loaded, sound
from hypothesis import given, settings
from hypothesis import strategies as st

from sds2gen3.dictionary import load
from sds2gen3.drawing import Edge, Node, Picture, from_dict, mermaid, page, pictured, svg
from sds2gen3.drawing.layout import Box, Layout, lay_out

NAMES = [f"node_{number}" for number in range(14)]
EDGES = st.lists(
    st.builds(
        Edge,
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.just("links"),
        st.sampled_from(["many_to_one", "many_to_many", "one_to_one", "", "odd"]),
        st.booleans(),
    ),
    max_size=40,
)
PICTURES = st.builds(
    lambda edges, count: Picture(
        "any",
        tuple(Node(name, "clinical", len(name) if count else None) for name in NAMES),
        tuple(edges),
    ),
    EDGES,
    st.booleans(),
)


def ahead(edges: list[Edge]) -> list[Edge]:
    """The edges whose child comes after its parent, so that they make no circle."""
    return [edge for edge in edges if NAMES.index(edge.child) > NAMES.index(edge.parent)]


def overlap(one: Box, other: Box) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def within(layout: Layout) -> bool:
    return all(
        box.x >= 0 and box.y >= 0 and box.x + box.width <= layout.width and box.y + box.height <= layout.height
        for box in layout.boxes
    )


@settings(max_examples=60, deadline=None)
@given(picture=PICTURES)
def test_no_box_is_on_another_and_all_are_within_the_picture(picture: Picture) -> None:
    layout = lay_out(picture)
    assert [box.node for box in sorted(layout.boxes, key=lambda box: NAMES.index(box.node.name))] == list(picture.nodes)
    assert not any(overlap(one, other) for one, other in combinations(layout.boxes, 2))
    assert within(layout)


@settings(max_examples=60, deadline=None)
@given(edges=EDGES.map(ahead))
def test_links_go_down_from_the_parent_to_the_child_and_through_no_box(edges: list[Edge]) -> None:
    picture = Picture("any", tuple(Node(name) for name in NAMES), tuple(edges))
    layout = lay_out(picture)
    boxes = {box.node.name: box for box in layout.boxes}
    assert len(layout.lines) == len(edges)
    for line in layout.lines:
        parent, child = boxes[line.edge.parent], boxes[line.edge.child]
        heights = [y for _, y in line.points]
        assert heights == sorted(heights)
        assert (heights[0], heights[-1]) == (parent.y + parent.height, child.y)
        assert child.x <= line.points[-1][0] <= child.x + child.width
        for (x, y), (_, below) in zip(line.points[1:], line.points[2:], strict=False):
            for box in layout.boxes:
                assert not (box.x < x < box.x + box.width and y <= box.y < below)


@settings(max_examples=30, deadline=None)
@given(picture=PICTURES)
def test_circles_and_links_to_itself_are_drawn_too(picture: Picture) -> None:
    root = ElementTree.fromstring(svg(picture))
    lines = [path for path in root.iter("{http://www.w3.org/2000/svg}path") if path.get("data-c")]
    assert len(lines) == sum(edge.child != edge.parent for edge in picture.edges)


@settings(max_examples=30, deadline=None)
@given(picture=PICTURES)
def test_the_same_picture_is_drawn_the_same_and_survives_json(picture: Picture) -> None:
    again = from_dict(picture.as_dict())
    assert again == picture
    assert svg(again) == svg(picture)


HOSTILE = "]]></style><script>alert(1)</script>\"'&\n\x00\ud800\u202e"


def test_hostile_names_stay_text() -> None:
    picture = Picture(
        HOSTILE, (Node(HOSTILE, HOSTILE, 3, 1), Node("b", "", 0)), (Edge("b", HOSTILE, HOSTILE, HOSTILE),)
    )
    assert ElementTree.fromstring(svg(picture)) is not None
    for text in (svg(picture), page(picture)):
        assert "<script>alert" not in text
        assert text.isascii()
    assert [line for line in mermaid(picture).splitlines() if "script>" in line] == []


def test_a_picture_without_nodes_is_a_picture() -> None:
    for draw in (svg, page, mermaid):
        assert draw(Picture("none", ()))


def test_nodes_built_into_every_commons_are_left_out(tmp_path: Path) -> None:
    documents = sound()
    documents["root"] = {**documents["program"], "id": "root", "category": "internal"}
    picture = pictured(loaded(tmp_path, documents), {"case": 3}, {"experiment": 2})
    assert [node.name for node in picture.nodes] == ["program", "project", "experiment", "case"]
    assert [node.name for node in picture.completed().nodes] == ["experiment", "case"]
    assert [(edge.child, edge.parent) for edge in picture.completed().edges] == [("case", "experiment")]


def test_counts_errors_and_multiplicity_are_written_in_words_and_numbers() -> None:
    nodes = (Node("case", "clinical", 1200), Node("sample", "biospecimen", 1, 2), Node("empty", "clinical", 0))
    text = svg(Picture("ds", nodes, (Edge("sample", "case", "cases", "many_to_one", True),)))
    for words in ("1,200 records", "1 record &#183; 2 errors", "no records", ">n:1<", "required link", "clinical"):
        assert words in text
    assert "sample to case as &#x27;cases&#x27;: many to one, required" in text


def test_mermaid_names_its_nodes_by_number() -> None:
    nodes = (Node("case", "clinical"), Node("sample", "biospecimen"))
    text = mermaid(Picture("ds", nodes, (Edge("sample", "case", "cases", "many_to_one", True),)))
    assert '  n0["case<br>clinical"]' in text
    assert "  n0 ---|n:1| n1" in text


@pytest.mark.parametrize("path", [SERVED, EXTENDED], ids=["served", "extended"])
def test_the_dictionary_of_a_commons_fits_on_a_page(path: Path, shared: Path) -> None:
    layout = lay_out(pictured(load(path)))
    assert not any(overlap(one, other) for one, other in combinations(layout.boxes, 2))
    assert layout.width < 2200
