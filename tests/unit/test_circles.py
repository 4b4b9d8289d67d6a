"""Circles of descent, in the order in which one would find them by hand, however many there are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sds2gen3.circles import circles

MANY = 30_000  # a quadratic search would take minutes

names = st.sampled_from("abcdefg")


def by_hand(parents: dict[str, list[str]]) -> list[list[str]]:
    """Take away what is in no circle and below none; walk up from the first name; take its circle away; again."""
    found = []
    while True:
        while free := [n for n, above in parents.items() if not any(p in parents for p in above)]:
            parents = {n: above for n, above in parents.items() if n not in free}
        if not parents:
            return found
        way: list[str] = []
        name = next(iter(parents))
        while name not in way:
            way.append(name)
            name = next(p for p in parents[name] if p in parents)
        found.append(way[way.index(name) :])
        parents = {n: above for n, above in parents.items() if n not in found[-1]}


@given(st.dictionaries(names, st.lists(names, max_size=3)))
def test_the_circles_are_those_found_by_hand(parents: dict[str, list[str]]) -> None:
    assert list(circles(parents)) == by_hand(parents)


def test_very_many_circles_are_found_one_by_one() -> None:
    assert sum(1 for _ in circles({str(n): [str(n ^ 1)] for n in range(MANY)})) == MANY // 2


def test_a_long_way_up_to_very_many_circles_is_walked_once() -> None:
    way = {f"w{n}": [f"w{n + 1}"] for n in range(MANY)}
    ends = {f"e{n}": [f"e{n}"] for n in range(MANY)}
    assert sum(1 for _ in circles({**way, f"w{MANY}": list(ends), **ends})) == MANY
