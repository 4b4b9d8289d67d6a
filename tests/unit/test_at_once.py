"""What is judged or made of many values in one go is what each of them would give."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sds2gen3.distinct import distinct
from sds2gen3.mapping.transforms import applied_at_once, apply
from sds2gen3.sheets.rules.values.dates import usual_day, usual_days
from sds2gen3.sheets.rules.values.paths import are_plain, is_plain

PATHS = st.lists(st.text("a./\\:\n ", max_size=5), max_size=4)
PLAIN = st.lists(st.sampled_from(["a", "a/b.csv", "b c/d"]), max_size=4)
DAYS = st.sampled_from(["2021-02-28", "2021-02-29", "0000-01-01", "2999-12-31"])
TIMES = st.sampled_from(["T10:00:00Z", "T10:00:00,5+02:00", "T25:00:00Z", "", "T10:00"])


@given(PATHS | PLAIN)
def test_paths_that_are_plain_together_are_plain_one_by_one(paths: list[str]) -> None:
    if are_plain(paths):
        assert all(map(is_plain, paths))
        assert not any(path.endswith("/") for path in paths)


@given(PLAIN)
def test_the_usual_paths_are_seen_to_be_plain(paths: list[str]) -> None:
    assert are_plain(paths)


@given(PATHS | PLAIN, st.sampled_from(["", "primary"]))
def test_paths_are_put_in_their_folder_together_as_one_by_one(paths: list[str], folder: str) -> None:
    made = applied_at_once(paths, "in_folder", folder)
    if made is not None:
        assert list(made) == [apply(path, "in_folder", folder) for path in paths]


@given(PLAIN.filter(bool), st.sampled_from(["", "primary"]))
def test_the_usual_paths_are_put_in_their_folder_together(paths: list[str], folder: str) -> None:
    assert applied_at_once(paths, "in_folder", folder) is not None


@given(st.lists(st.tuples(DAYS, TIMES).map("".join), max_size=4))
def test_days_are_usual_together_where_each_is(texts: list[str]) -> None:
    one_by_one = list(map(usual_day, texts))
    assert usual_days(texts) == (None if None in one_by_one else set(one_by_one))


@given(st.integers(1, 900), st.sampled_from(["runs", "turns", "at random", "all different"]))
def test_values_that_repeat_are_made_distinct_however_they_are_spread(number: int, how: str) -> None:
    size = 6000
    spread = {
        "runs": lambda i: i * number // size,
        "turns": lambda i: i % number,
        "at random": lambda i: (i * 7919 + i * i) % number,
        "all different": lambda i: i,
    }[how]
    column = [f"value {spread(i)}" for i in range(size)]
    assert set(distinct(column)) == set(column)
    assert len(distinct(column)) <= 2 * len(set(column))
