"""Whatever is sent, the commons answers as a commons does, and a refusal leaves no trace."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_records import case, experiment, sample

from sds2gen3 import dictionary
from sds2gen3.sandbox import Sandbox

SANDBOX = Sandbox(dictionary.load("sds"))
SANDBOX.ensure("sds", "p")
SESSION = SANDBOX.session("admin")
PROJECT = f"{SANDBOX.url}/v0/submission/sds/p"

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
)
names = st.sampled_from(["a", "A", "b", "", "e"]) | scalars
keys = st.sampled_from(["submitter_id", "id", "code", "node_id"])
links = (
    st.dictionaries(keys, names, max_size=2) | st.lists(st.dictionaries(keys, names, max_size=2), max_size=2) | scalars
)
properties = st.sampled_from(
    ["type", "id", "submitter_id", "experiments", "projects", "state", "age", "project_id", "subject_id", "foo", "*sex"]
)
changes = st.dictionaries(properties, links | st.lists(scalars, max_size=2), max_size=3)
bases = st.sampled_from([experiment("e"), experiment("f"), case("a"), case("b"), sample("a"), sample("s", "a"), {}])


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """A record with some of it changed, or anything else."""
    if draw(st.integers(0, 9)) == 0:
        return draw(links)
    return {**draw(bases), **draw(changes)}


def _contents() -> list[Any]:
    texts = [SESSION.get(f"{PROJECT}/export", params={"node_label": n, "format": "json"}).text for n in NODES]
    return [json.loads(text)["data"] for text in texts]


NODES = ("experiment", "case", "sample")


@settings(max_examples=300, deadline=None)
@given(st.lists(documents(), max_size=4), st.sampled_from(["PUT", "POST"]), st.booleans())
def test_any_body_is_answered_and_a_refusal_or_dry_run_leaves_no_trace(body: list[Any], method: str, dry: bool) -> None:
    before = _contents()
    answer = SESSION.request(method, f"{PROJECT}/_dry_run" if dry else PROJECT, json=body)
    told = answer.json()
    assert told["code"] == answer.status_code
    assert answer.status_code in ((200,) if dry else (200, 201, 400))
    assert told["success"] is not bool(told["transactional_errors"] or told["entity_error_count"])
    assert told["entity_error_count"] == sum(not entity["valid"] for entity in told["entities"])
    if dry or not told["success"]:
        assert _contents() == before
    SESSION.post(f"{SANDBOX.url}/v0/submission/graphql", json={"query": "{ case(first:0) { id experiments { id } } }"})
