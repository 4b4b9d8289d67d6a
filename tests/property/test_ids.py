"""Law: two different things never get the same submitter_id."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sds2gen3.convert.ids import fill, parse
from sds2gen3.mapping.rules import Template

text = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=12)
tricky = st.text(alphabet="ab-:_%/ 2D3A5F", min_size=1, max_size=8)
field = st.one_of(text, tricky)
separators = st.sampled_from([":", "-", "_", "--", "-x-", "a-", "/", " | "])


def template(separator: str, count: int) -> Template:
    return Template(separator.join(f"{{f{n}}}" for n in range(count)))


@given(separators, st.lists(field, min_size=1, max_size=4))
def test_an_id_can_be_taken_apart_again(separator: str, values: list[str]) -> None:
    shape = template(separator, len(values))
    assert parse(shape, fill(shape, values)) == values


@given(separators, st.lists(field, min_size=3, max_size=3), st.lists(field, min_size=3, max_size=3))
def test_different_fields_give_different_ids(separator: str, one: list[str], other: list[str]) -> None:
    shape = template(separator, 3)
    assert (fill(shape, one) == fill(shape, other)) == (one == other)


def test_a_plain_field_reads_as_itself() -> None:
    assert fill(Template("{dataset}:{subject_id}"), ["pig-heart", "sub-1"]) == "pig-heart:sub-1"


@pytest.mark.parametrize("separator", ["-", ":", "_"])
def test_a_separator_inside_a_field_does_not_move_the_border(separator: str) -> None:
    shape = template(separator, 2)
    assert fill(shape, [f"a{separator}b", "c"]) != fill(shape, ["a", f"b{separator}c"])
