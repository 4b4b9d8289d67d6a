"""An export read while it arrives is the same as one read as a whole, wherever it was cut into pieces."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sds2gen3.commons.streams import BrokenStream, records

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.lists(st.dictionaries(st.text(), VALUES, max_size=4), max_size=6)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    ends = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[start:end] for start, end in itertools.pairwise(ends)]


@given(RECORDS, st.lists(st.integers(0, 10_000), max_size=12), st.sampled_from([None, 1]), st.booleans())
def test_any_pieces_give_the_same_records(
    found: list[dict[str, Any]], cuts: list[int], indent: int | None, ascii_only: bool
) -> None:
    data = json.dumps({"data": found}, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    try:
        data.decode()
    except UnicodeDecodeError:
        return
    assert list(records(pieces(data, cuts))) == found


@given(RECORDS, st.integers(1, 10_000))
def test_a_stream_that_breaks_off_anywhere_is_never_taken_for_whole(found: list[dict[str, Any]], cut: int) -> None:
    data = json.dumps({"data": found}).encode()
    with pytest.raises(BrokenStream):
        list(records([data[: -(cut % len(data)) or -1]]))


@pytest.mark.parametrize(
    "text", ["", "[]", "<html>", '{"message": "no"}', '{"data": {}}', '{"data": [1]}', '{"data": []} x', "\xff"]
)
def test_other_answers_are_no_records(text: str) -> None:
    with pytest.raises(BrokenStream):
        list(records([text.encode("latin-1")]))
