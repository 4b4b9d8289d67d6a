"""Golden replay: what the real server answered, the sandbox answers too (contract sections 1 to 13)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from replay import Exchange, Replay, load
from replay_story import AUTHORIZATION, BEFORE, BODIES, OF_ITS_OWN, UNSUPPORTED

from sds2gen3.sandbox import Sandbox

COUNT = 476
LEAST = 0.95


@pytest.fixture(scope="module")
def outcomes(shared: Path) -> dict[str, list[str]]:
    """Every exchange that was replayed -> how the sandbox's answer differs from the real one."""
    folder = shared / "gen3_contract" / "exchanges"
    exchanges = load(folder)
    assert len(exchanges) == COUNT
    return dict(_play(exchanges, folder))


def _play(exchanges: list[Exchange], folder: Path) -> Iterator[tuple[str, list[str]]]:
    """One sandbox for each of the two servers that were captured; what is 950 or more had the extended dictionary."""
    by_number = {exchange.number: exchange for exchange in exchanges}
    main, extended = (
        Replay(Sandbox(json.loads((folder / name).read_text("utf-8"))), by_number, AUTHORIZATION, OF_ITS_OWN)
        for name in ("_dictionary_all.json", "_dictionary_all_extended.json")
    )
    for exchange in exchanges:
        if exchange.number in UNSUPPORTED:
            continue
        replay = extended if "950" <= exchange.number < "A" else main
        if exchange.number in BEFORE:
            BEFORE[exchange.number](replay)
        body = BODIES[exchange.number](replay) if exchange.number in BODIES else None
        yield exchange.name, replay.compare(exchange, replay.send(exchange, body))


def test_the_sandbox_answers_as_the_real_server_did(outcomes: dict[str, list[str]]) -> None:
    differing = {name: found for name, found in outcomes.items() if found}
    told = "\n".join(f"{name}: {'; '.join(found)[:600]}" for name, found in differing.items())
    same = len(outcomes) - len(differing)
    print(f"\n{COUNT} exchanges: {same} agree, {len(differing)} differ, {COUNT - len(outcomes)} not supported")
    assert not differing, told
    assert same >= LEAST * COUNT


def test_every_exchange_that_is_not_supported_has_its_reason(outcomes: dict[str, list[str]]) -> None:
    assert COUNT - len(outcomes) == len(UNSUPPORTED)
    assert all(UNSUPPORTED.values())
