"""A short round of the fuzzing in tests/fuzz: the same inputs every time, of every target, without any limit of time needed."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fuzz"))

from fuzz_targets import SHARED, TARGETS, try_one
from mutations import mutated

INPUTS = {"dataset": 4, "head": 12, "old-workbook": 4, "workbook": 40, "sheet": 40, "mapping": 20}  # others 150


@pytest.mark.parametrize("name", TARGETS)
def test_nearly_sound_input_never_raises(name: str) -> None:
    seeds, random_ = TARGETS[name].seeds(), random.Random(name)
    assert seeds
    for _ in range(INPUTS.get(name, 150)):
        try_one(TARGETS[name], mutated(seeds, random_))


def test_the_same_seed_gives_the_same_inputs() -> None:
    seeds = TARGETS["text"].seeds()
    first, second = ([mutated(seeds, random_) for _ in range(20)] for random_ in (random.Random(7), random.Random(7)))
    assert first == second
    assert len(seeds) > (20 if SHARED.is_dir() else 3)
