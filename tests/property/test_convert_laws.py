"""Laws of the whole conversion: ids tell rows apart, the same input gives the same bytes, JSON brings the records back."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import orjson
import pytest
from builders import table
from hypothesis import given, settings
from hypothesis import strategies as st
from pipeline import declared

from sds2gen3 import Dataset, Graph, Report, convert, validate
from sds2gen3.model import OMIT, Table
from sds2gen3.place import Place
from sds2gen3.validate.unsendable import check as unsendable
from sds2gen3.write.json_records import as_json, as_jsonl
from sds2gen3.write.provenance import provenance
from sds2gen3.write.unmapped import unmapped

MAPPING, DICTIONARY = declared("sds", "sds")
NEEDS = {"dataset": "ds", "program": "p", "project": "q"}

ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
TRICKY = st.text(alphabet="ab-:_%/ |.2D3A5FKk\u212a\u0130\u00e9e\u0301", min_size=1, max_size=5)
IDS = st.one_of(st.sampled_from(["sub-1", "Sub-1", "sub-2", "sam-1", "1", "01"]), TRICKY, ANYTHING)
"""Ids as sheets may have them: any characters, the escape and the separators of ids among them, and near twins."""

SEVERAL = st.lists(IDS, min_size=2, max_size=5)


def dataset(*tables: Table) -> Dataset:
    about = table("dataset_description", {"title": ["t"], "metadata_version": ["2.0.0"]})
    by_name: dict[str, list[Table]] = {}
    for one in (about, *tables):
        by_name.setdefault(one.name, []).append(one)
    return Dataset("ds", "ds", "2.0.0", by_name)


def made_of(*tables: Table) -> Graph:
    return convert(dataset(*tables), MAPPING, DICTIONARY, **NEEDS)


def told(graph: Graph) -> list[set[Place | None]]:
    """The cells that each error names."""
    errors = [d for d in Report([*graph.findings, *validate(graph, DICTIONARY)]) if d.severity.label == "error"]
    return [{d.place, *d.related} for d in errors]


def assert_rows_are_told_apart(graph: Graph, node: str, key: str) -> None:
    """Any two rows have different ids, also to a server that ignores case; or one error names the id cells of both."""
    found = [
        (part.columns["submitter_id"][number], part.table.place(part.rows[number], key))
        for part in (graph.nodes[node].parts if node in graph.nodes else ())
        if part.table is not None
        for number in range(len(part))
    ]
    named = told(graph)
    for (one, here), (other, there) in combinations(found, 2):
        if one.lower() == other.lower():
            assert any({here, there} <= places for places in named), (one, other)


def same_rows(texts: Sequence[Sequence[str]]) -> int:
    return len({tuple(text.strip() for text in row) for row in texts})


@given(SEVERAL)
@settings(deadline=None)
def test_subjects(ids: list[str]) -> None:
    subjects = table("subjects", {"subject_id": ids, "species": ["rat"] * len(ids)})
    assert_rows_are_told_apart(made_of(subjects), "case", "subject_id")


@given(st.lists(st.tuples(IDS, IDS), min_size=2, max_size=5))
@settings(deadline=None)
def test_samples_are_named_after_their_subject_too(pairs: list[tuple[str, str]]) -> None:
    subjects = table("subjects", {"subject_id": list(dict.fromkeys(subject for subject, _ in pairs))})
    columns = {"subject_id": [subject for subject, _ in pairs], "sample_id": [sample for _, sample in pairs]}
    graph = made_of(subjects, table("samples", columns))
    assert_rows_are_told_apart(graph, "sample", "sample_id")
    ids = graph.nodes["sample"].parts[0].columns["submitter_id"] if "sample" in graph.nodes else []
    if all(text.strip() for pair in pairs for text in pair):
        assert len(set(ids)) == same_rows(pairs)


@given(st.lists(IDS, min_size=1, max_size=3), st.lists(IDS, min_size=1, max_size=3))
@settings(deadline=None)
def test_files_of_several_manifests(here: list[str], there: list[str]) -> None:
    """A manifest counts from its own folder, so that two of them may list the same file."""
    manifests = [
        table("manifest", {"filename": files}, file=f"{folder}manifest.xlsx")
        for folder, files in (("", [*here, "primary/x"]), ("primary/", [*there, "x", "../y"]), ("docs/", here))
    ]
    assert_rows_are_told_apart(made_of(*manifests), "manifest", "filename")


@pytest.mark.parametrize(
    ("name", "node", "key"), [("sites", "site", "site_id"), ("performances", "performance", "performance_id")]
)
@given(ids=SEVERAL)
@settings(deadline=None, max_examples=40)
def test_sites_and_performances(name: str, node: str, key: str, ids: list[str]) -> None:
    assert_rows_are_told_apart(made_of(table(name, {key: ids})), node, key)


VALUES = st.one_of(
    st.none(),
    ANYTHING,
    st.sampled_from(["Not Defined", "NA", "007", "1E5", "TRUE", "12345678901234567890", "2020-01-02"]),
    st.integers(-(2**63), 2**63),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)
FIELDS = ("age", "sex", "species", "strain", "pool_id", "body_mass", "date_of_birth", "my_own", "weather")


@st.composite
def subjects(draw: st.DrawFn) -> Table:
    count = draw(st.integers(1, 4))
    fields = draw(st.lists(st.sampled_from(FIELDS), unique=True))
    columns = {field: draw(st.lists(VALUES, min_size=count, max_size=count)) for field in fields}
    ids = [f"sub-{number}" for number in range(count)]
    own = tuple(field for field in fields if field in ("my_own", "weather"))
    return table("subjects", {"subject_id": ids, **columns}, user_columns=own)


@st.composite
def samples(draw: st.DrawFn) -> Table:
    count = draw(st.integers(0, 4))
    parents = st.lists(st.sampled_from(["sub-0", "sub-1", "sub-9", "sam-0", None]), min_size=count, max_size=count)
    columns = {"sample_id": [f"sam-{number}" for number in range(count)], "subject_id": draw(parents)}
    columns["was_derived_from"] = draw(parents)
    columns["sample_type"] = draw(st.lists(VALUES, min_size=count, max_size=count))
    return table("samples", columns)


def reordered(one: Table, order: Callable[[list[str]], list[str]]) -> Table:
    """The same Table, its dicts filled in another order."""
    columns = {name: one.columns[name] for name in order(list(one.columns))}
    headers = {name: one.headers[name] for name in order(list(one.headers))}
    labels = {name: one.labels[name] for name in order(list(one.labels))}
    return table(one.name, columns, headers=headers, labels=labels, user_columns=one.user_columns)


def lines(graph: Graph) -> list[bytes]:
    """Everything that is written of a Graph."""
    records = [b"".join(as_json(nodes)) for nodes in graph.nodes.values()]
    left = sorted(unmapped(graph))  # told field by field, in the order in which the sheet's fields were read
    return [*records, *b"".join(provenance(graph)).splitlines(), *left]


@given(subjects(), samples(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_same_tables_give_the_same_bytes_in_whatever_order_their_dicts_are(
    some: Table, others: Table, random: Any
) -> None:
    graph = made_of(some, others)
    if any(unsendable(nodes) for nodes in graph.nodes.values()):
        return  # write refuses it
    assert lines(graph) == lines(made_of(some, others))
    mixed = made_of(*(reordered(one, lambda names: random.sample(names, len(names))) for one in (some, others)))
    assert lines(mixed) == lines(graph)
    assert {str(d) for d in mixed.findings} == {str(d) for d in graph.findings}


@given(subjects(), samples())
@settings(deadline=None)
def test_what_is_written_reads_back_as_the_records(some: Table, others: Table) -> None:
    graph = made_of(some, others)
    for nodes in graph.nodes.values():
        if not unsendable(nodes):
            records = list(nodes.records())
            assert orjson.loads(b"".join(as_json(nodes))) == records
            assert [json.loads(line) for line in as_jsonl(nodes)] == records
            assert OMIT not in [value for record in records for value in record.values()]


NOTHING = st.sampled_from(["absent", "empty", "Not Defined", "N/A", "unknown"])
OPTIONAL = sorted(
    name
    for name in ("age_category", "genotype", "handedness", "laboratory_internal_id", "phenotype", "strain")
    if DICTIONARY.nodes["case"].properties[name].nullable
)


@given(st.fixed_dictionaries({name: st.lists(NOTHING, min_size=2, max_size=2) for name in OPTIONAL}))
@settings(deadline=None)
def test_absent_empty_and_not_defined_stay_three_things(said: dict[str, list[str]]) -> None:
    """No column: no property. An empty cell: null, which clears what the commons had. The curator's own words: as typed."""
    there = {name: kinds for name, kinds in said.items() if "absent" not in kinds}
    columns = {name: [None if kind == "empty" else kind for kind in kinds] for name, kinds in there.items()}
    graph = made_of(table("subjects", {"subject_id": ["sub-1", "sub-2"], **columns}))
    for number, record in enumerate(graph.nodes["case"].records()):
        for name in OPTIONAL:
            assert (name in record) is (name in there)
            if name in there:
                assert record[name] == columns[name][number]
