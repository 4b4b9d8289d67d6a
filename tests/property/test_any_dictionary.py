"""Whatever stands in a dictionary: it loads and is checked, or is refused in plain words; never a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sds2gen3.dictionary import check, load
from sds2gen3.errors import UsageError

KEYS = st.sampled_from(
    [
        *("id", "type", "properties", "links", "required", "systemProperties", "uniqueKeys", "category", "enum"),
        *("anyOf", "oneOf", "items", "$ref", "$ref_2", "pattern", "format", "term", "description", "title"),
        *("name", "target_type", "backref", "label", "multiplicity", "subgroup", "exclusive", "submitter_id", "a/b~c"),
    ]
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["string", "null", "case", "[", "#", "#/case", "case.yaml#/properties", "_definitions.yaml#/a", ""]
    ),
    st.text(max_size=3),
)
JSON = st.recursive(
    VALUES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=25,
)
NODES = st.dictionaries(KEYS, JSON, max_size=8)


def _outcome(path: Path) -> Any:
    try:
        dictionary = load(path)
    except UsageError as refusal:
        return refusal.diagnostics
    found = check(dictionary)
    assert all(d.place is not None and d.message.endswith(".") for d in found)
    return dictionary.order, found


@settings(max_examples=300, deadline=None)
@given(
    document=st.dictionaries(
        st.sampled_from(["case", "sample.yaml", "project", "program", "_definitions", "_terms.yaml"]), NODES | JSON
    )
)
def test_any_json_gives_a_dictionary_or_a_refusal(tmp_path_factory: Any, document: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert _outcome(path) == _outcome(path)


@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet="ab:{}[]-#&*!|> \n\t\"'%@$", max_size=60) | st.binary(max_size=30))
def test_any_yaml_gives_a_dictionary_or_a_refusal(tmp_path_factory: Any, text: str | bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    (folder / "case.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
    assert _outcome(folder) == _outcome(folder)
