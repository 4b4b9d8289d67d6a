"""Laws of the submission order, for any graph of nodes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sds2gen3.dictionary.order import cycles, submission_order
from sds2gen3.dictionary.types import Link, NodeType

NAMES = [f"n{number}" for number in range(7)]
GRAPHS = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from([*NAMES, "project"]), max_size=4, unique=True)
)


def _nodes(graph: dict[str, list[str]]) -> dict[str, NodeType]:
    return {name: _node(name, targets) for name, targets in graph.items()}


def _node(name: str, targets: list[str]) -> NodeType:
    links = {f"to_{target}": Link(f"to_{target}", target, name, "", "many_to_one", True) for target in targets}
    return NodeType(name, name, "", "", {}, links, (), frozenset(), (), frozenset(), {})


@given(GRAPHS)
def test_every_node_comes_once(graph: dict[str, list[str]]) -> None:
    assert sorted(submission_order(_nodes(graph))) == sorted(graph)


@given(GRAPHS)
def test_without_circles_every_parent_comes_before_its_children(graph: dict[str, list[str]]) -> None:
    nodes = _nodes(graph)
    order = submission_order(nodes)
    late = [
        (name, target)
        for name, targets in graph.items()
        for target in targets
        if target in graph and target != name and order.index(target) > order.index(name)
    ]
    assert bool(late) <= bool(cycles(nodes))


@given(GRAPHS, st.randoms(use_true_random=False))
def test_the_order_of_declaration_changes_nothing(graph: dict[str, list[str]], random: st.DataObject) -> None:
    names = list(graph)
    random.shuffle(names)  # type: ignore[attr-defined]
    shuffled = {name: graph[name] for name in names}
    assert submission_order(_nodes(shuffled)) == submission_order(_nodes(graph))
    assert cycles(_nodes(shuffled)) == cycles(_nodes(graph))


@given(GRAPHS)
def test_a_circle_holds_exactly_the_nodes_that_reach_each_other(graph: dict[str, list[str]]) -> None:
    reach: dict[str, set[str]] = {}
    for name in graph:
        seen: set[str] = set()
        todo = [t for t in graph[name] if t in graph and t != name]
        while todo:
            one = todo.pop()
            if one not in seen:
                seen.add(one)
                todo += [t for t in graph[one] if t in graph and t != one]
        reach[name] = seen
    in_circles = {name for circle in cycles(_nodes(graph)) for name in circle}
    assert in_circles == {name for name in graph if name in reach[name]}
