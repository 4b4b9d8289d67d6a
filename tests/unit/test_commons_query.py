"""GraphQL queries: checked beforehand, asked in pages, whole at every level; values never become part of the query."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

pytest.importorskip("werkzeug")

from full_commons import SDS, FullCommons, case, experiment, sample
from graphql import parse

from sds2gen3.commons import Client, connect
from sds2gen3.commons.credentials import parse as parse_key
from sds2gen3.commons.query import arguments_of, ask, built, tables, variable
from sds2gen3.commons.query.check import check_query
from sds2gen3.commons.query.document import read_query
from sds2gen3.commons.query.names import Names
from sds2gen3.commons.query.whole import OURS
from sds2gen3.commons.reading import one_record
from sds2gen3.dictionary import from_json
from sds2gen3.dictionary.columns import Column, columns
from sds2gen3.errors import DataError, SdsError, UnreachableError, UsageError

MANY = 2_550


@pytest.fixture(scope="module")
def full() -> FullCommons:
    """2,550 cases below `e`, 30 samples of the first of them, which no test changes."""
    commons = FullCommons()
    commons.fill(MANY)
    commons.put(sample(f"s-{number:02}", "e", cases={"submitter_id": "c-00000"}) for number in range(30))
    return commons


class Slow(BaseAdapter):
    """A commons behind a front that gives up on more than `most` records; `asked` are the queries that arrived."""

    def __init__(self, inner: BaseAdapter, most: int) -> None:
        super().__init__()
        self.inner, self.most = inner, most
        self.asked: list[str] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **details: Any) -> requests.Response:
        query = str(json.loads(request.body or b"{}").get("query", "")) if request.path_url.endswith("graphql") else ""
        self.asked += [query] if query else []
        sizes = [int(found) for found in re.findall(r"order_by_asc: \"\w+\", first: (\d+)", query)]
        response = self.inner.send(request, *args, **details)
        if any(size > self.most for size in sizes):
            response.status_code = 504
        return response

    def close(self) -> None: ...


def slow(commons: FullCommons, most: int) -> tuple[Client, Slow]:
    adapter = Slow(commons.sandbox.adapter(), most)
    key = parse_key(json.dumps(commons.sandbox.credentials()), "the sandbox")
    return connect(key, adapter=adapter, patience=commons.clock.patience(now=time.time)), adapter


def asked(commons: FullCommons, query: str, page: int = 1_000, **variables: Any) -> dict[str, Any]:
    return ask(commons.client, SDS, query, variables, page)


def code_of(error: pytest.ExceptionInfo[SdsError]) -> str:
    return error.value.diagnostics[0].code


def hint_of(error: pytest.ExceptionInfo[SdsError]) -> str:
    return error.value.diagnostics[0].hint


@pytest.mark.parametrize("page", [400, 1_000, 10_000])
def test_a_list_is_whole_whatever_the_page_is(full: FullCommons, page: int) -> None:
    found = asked(full, "{ case { submitter_id } _case_count }", page)
    assert list(found) == ["case", "_case_count"]
    assert len({one["submitter_id"] for one in found["case"]}) == len(found["case"]) == found["_case_count"] == MANY + 1


def test_nested_lists_are_whole_too(full: FullCommons) -> None:
    (one,) = asked(full, '{ experiment(submitter_id: "e") { cases { submitter_id samples { submitter_id } } } }')[
        "experiment"
    ]
    assert len(one["cases"]) == MANY
    assert sorted(len(each["samples"]) for each in one["cases"])[-2:] == [0, 30]
    assert OURS not in json.dumps(one)


def test_what_the_query_says_about_its_size_holds(full: FullCommons) -> None:
    found = asked(
        full,
        "query ($n: Int, $m: Int = 4) { a: case(first: 3) { submitter_id } b: case(first: $n, offset: 2) { submitter_id } "
        "c: case(first: $m) { id } d: case(first: 0, offset: 2540) { id } experiment(first: 1) { cases(first: 7) { id } } }",
        n=2,
    )
    assert [one["submitter_id"] for one in found["a"]] == ["c-00000", "c-00001", "c-00002"]
    assert found["b"] == [{"submitter_id": "c-00002"}, {"submitter_id": "c-00003"}]
    assert [len(found[key]) for key in "cd"] == [4, MANY + 1 - 2_540]
    assert len(found["experiment"][0]["cases"]) == 7


def test_a_wish_that_is_larger_than_a_page_is_paged(full: FullCommons) -> None:
    assert len(asked(full, "{ case(first: 1500) { id } }", page=400)["case"]) == 1_500


def test_fragments_aliases_and_fields_that_are_named_twice_are_put_together(full: FullCommons) -> None:
    query = """
      query ($sex: [String]) { ...Males viewer { _case_count } experiment { id } experiment { cases { ...Own } } }
      fragment Males on Root { males: case(sex: $sex) { ...Own } }
      fragment Own on case { submitter_id }
    """
    found = asked(full, query, sex=["Male"])
    assert list(found) == ["males", "viewer", "experiment"]
    assert len(found["males"]) == MANY // 2 + 1
    assert found["viewer"] == {"_case_count": MANY + 1}
    assert set(found["experiment"][0]) == {"id", "cases"}
    assert sum(len(one["cases"]) for one in found["experiment"]) == MANY + 1


def test_lists_that_have_no_pages_are_whole_as_well(full: FullCommons) -> None:
    found = asked(
        full, '{ node(of_type: ["sample"]) { submitter_id } transaction_log { id } viewer { sample { id } } }'
    )
    assert [len(found["node"]), len(found["viewer"]["sample"])] == [30, 30]
    assert len(found["transaction_log"]) == len(full.sandbox.transactions())


def test_the_page_is_halved_until_the_commons_answers_in_time(full: FullCommons) -> None:
    client, adapter = slow(full, 300)
    assert len(ask(client, SDS, "{ case { submitter_id } }")["case"]) == MANY + 1
    sizes = [int(re.findall(r"first: (\d+)", query)[0]) for query in adapter.asked]
    assert sizes[:3] == [1_000, 500, 250]
    assert set(sizes[2:]) == {250}


def test_a_commons_that_is_too_slow_for_one_record_is_given_up(full: FullCommons) -> None:
    client, adapter = slow(full, 0)
    with pytest.raises(UnreachableError) as caught:
        ask(client, SDS, "{ case { submitter_id } }")
    assert code_of(caught) == "U683"
    assert len(adapter.asked) == 10


def test_a_list_that_is_shorter_than_it_is_counted_is_an_error(
    full: FullCommons, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Client.graphql

    def graphql(self: Client, *args: Any, **details: Any) -> dict[str, Any]:
        data = whole(self, *args, **details)
        for one in data.get("experiment", ()):
            del one["cases"][10:]
        del data.get("sample", [])[10:]
        return data

    monkeypatch.setattr(Client, "graphql", graphql)
    for query in (
        '{ experiment(submitter_id: "e") { cases { id } } }',
        "{ viewer { _sample_count } sample(first: 0) { id } }",
    ):
        if "experiment" in query:
            with pytest.raises(UnreachableError) as caught:
                asked(full, query)
            assert code_of(caught) == "U670"
            assert "2,550" in str(caught.value)
        else:
            assert len(asked(full, query)["sample"]) == 30, "a server that gives ten at a time is asked again"


def test_a_server_that_never_gives_more_is_told(full: FullCommons, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Client.graphql

    def graphql(self: Client, *args: Any, **details: Any) -> dict[str, Any]:
        data = whole(self, *args, **details)
        if "sample" in data:
            data["sample"] = data["sample"][:10] if "offset: 0" in args[0] else []
        return data

    monkeypatch.setattr(Client, "graphql", graphql)
    with pytest.raises(UnreachableError) as caught:
        asked(full, "{ sample { id } }")
    assert code_of(caught) == "U670"


@pytest.mark.parametrize(
    ("query", "code", "hint"),
    [
        ("{ case { submitter_id }", "U680", ""),
        ("", "U680", ""),
        ("mutation { case { id } }", "U680", ""),
        ("{ case { id } } query B { case { id } }", "U680", ""),
        ("{ case { ...Fields } } fragment Feilds on case { id }", "U680", "Feilds"),
        ("{ case { ...A } } fragment A on case { ...A }", "U680", ""),
        ("{ cases { id } }", "U681", "case"),
        ("{ case { submiter_id } }", "U681", "submitter_id"),
        ("{ case { sample { id } } }", "U681", "samples"),
        ("{ case { _sample_count } }", "U681", "_samples_count"),
        ("{ case(sexx: 1) { id } }", "U681", "sex"),
        ("{ case }", "U681", "case { id }"),
        ("{ case { sex { id } } }", "U681", ""),
        ("{ node { sex } }", "U681", ""),
        ("{ case { samples { cases { agee } } } }", "U681", "age"),
        ("query ($a: String!) { case(submitter_id: $a) { id } }", "U682", ""),
    ],
)
def test_a_query_is_checked_before_it_is_sent(full: FullCommons, query: str, code: str, hint: str) -> None:
    client, adapter = slow(full, 10)
    with pytest.raises(UsageError) as caught:
        ask(client, SDS, query)
    assert code_of(caught) == code
    assert hint in hint_of(caught)
    assert adapter.asked == []


def test_all_names_that_are_wrong_are_told_at_once(full: FullCommons) -> None:
    with pytest.raises(UsageError) as caught:
        asked(full, "{ casee { id } case(agee: 1) { sexx samples { idd } } }")
    assert [one.value for one in caught.value.diagnostics] == ["casee", "agee", "sexx", "idd"]


def test_what_the_dictionary_does_not_tell_is_left_to_the_server(full: FullCommons) -> None:
    assert asked(full, "{ __typename }") == {"__typename": "Root"}
    with pytest.raises(UsageError) as caught:
        asked(full, '{ transaction_log(nope: "x") { id } }')
    assert code_of(caught) == "U615"


def test_variables_are_given_as_json_or_as_text() -> None:
    query = "query ($n: Int, $s: String, $l: [String], $t: String!) { case { id } }"
    given = ("n=5", "s=5", 'l=["a"]', "$t=plain text = more", 's="quoted"', "l=a", "n=null")
    assert [variable(text, query)[1] for text in given] == [5, "5", ["a"], "plain text = more", "quoted", "a", None]
    with pytest.raises(UsageError) as caught:
        variable("novalue", query)
    assert code_of(caught) == "U682"


def test_a_variable_that_the_query_does_not_have_is_told(full: FullCommons) -> None:
    with pytest.raises(UsageError) as caught:
        asked(full, "query ($sex: [String]) { case(sex: $sex) { id } }", sx="Male")
    assert code_of(caught) == "U682"
    assert "sex" in hint_of(caught)


NASTY = [
    'a"b',
    "a\\",
    'x") { id } experiment(first: 1, submitter_id: "e',
    "}{",
    "a\nb",
    '"""',
    "$x",
    "#",
    "é\u2028\u0001",
    "x" * 10_000,
]


def test_nothing_in_a_value_changes_a_query() -> None:
    for text in NASTY:
        query = built("case", [Column("submitter_id"), Column("samples", "id")], {"submitter_id": text, "sex": [text]})
        (operation,) = parse(query).definitions
        (top,) = operation.selection_set.selections  # type: ignore[attr-defined]
        assert [one.name.value for one in top.arguments] == ["submitter_id", "sex"]
        assert top.arguments[0].value.value == top.arguments[1].value.values[0].value == text


def test_records_with_nasty_names_are_found_and_no_others() -> None:
    commons = FullCommons()
    names = [name for name in NASTY if len(name) < 2_000]
    commons.put([experiment("e"), *(case(name, "e") for name in names), case("plain", "e")])
    for name in names:
        found = asked(commons, built("case", [Column("submitter_id")], {"submitter_id": name}))
        assert found == {"case": [{"submitter_id": name}]}
        assert one_record(commons.project, SDS, SDS.nodes["case"], name).submitter_id == name
        assert [one["submitter_id"] for one in commons.read("case", ids=(name,))["case"]] == [name] or "\n" in name
        assert [one["submitter_id"] for one in commons.read("case", where=(f"submitter_id={name}",))["case"]] == [name]
    for name in NASTY:
        with pytest.raises(DataError) as caught:
            one_record(commons.project, SDS, SDS.nodes["case"], f"{name}-not-there")
        assert code_of(caught) == "U674"


def test_a_query_is_made_from_a_node_and_its_fields(full: FullCommons) -> None:
    node = SDS.nodes["sample"]
    chosen = columns("submitter_id,cases,cases.id", [node], SDS)["sample"]
    query = built("sample", chosen, {**arguments_of(["submitter_id=s-01"], node), "first": 5})
    assert " ".join(query.split()) == (
        '{ sample(submitter_id: "s-01", first: 5) { submitter_id cases { submitter_id id } } }'
    )
    (one,) = asked(full, query)["sample"]
    assert one["cases"][0]["submitter_id"] == "c-00000"


def test_conditions_have_the_types_of_their_properties() -> None:
    node = SDS.nodes["case"]
    given = ["sex=Male", "metadata_only=TRUE", "number_of_directly_derived_samples=2", "age=a=b", "sex=Female"]
    assert arguments_of(given, node) == {
        "sex": ["Male", "Female"],
        "metadata_only": True,
        "number_of_directly_derived_samples": 2,
        "age": "a=b",
    }
    for text, code in (
        ("sex!=Male", "U673"),
        ("sex", "U673"),
        ("gender=x", "U672"),
        ("number_of_directly_derived_samples=two", "U673"),
        ("metadata_only=maybe", "U673"),
        ("state=validatd", "U673"),
    ):
        with pytest.raises(UsageError) as caught:
            arguments_of([text], node)
        assert code_of(caught) == code


@pytest.mark.parametrize("value", ["trail ", " lead", "\u2028ls", "cr\rlf\r\n"])
def test_the_value_of_a_condition_is_sent_as_it_is(value: str) -> None:
    commons, node = FullCommons(), SDS.nodes["case"]
    commons.put([experiment("e"), case("c", phenotype=value), case("d", phenotype=value.strip())])
    chosen = columns("submitter_id", [node], SDS)["case"]
    answer = asked(commons, built("case", chosen, arguments_of([f" phenotype={value}"], node)))
    assert answer == {"case": [{"submitter_id": "c"}]}


def test_an_answer_is_shown_as_tables() -> None:
    answer = {
        "case": [
            {
                "submitter_id": "a",
                "samples": [{"id": "1", "sites": []}, {"id": "2", "sites": [{"id": "x"}]}],
                "flag": True,
            },
            {"submitter_id": "b", "samples": [], "flag": None, "keywords": ["k", "l"]},
        ],
        "_case_count": 2,
        "empty": [],
    }
    assert tables(answer) == {
        "case": (
            ["submitter_id", "samples.id", "samples.sites.id", "flag", "keywords"],
            [["a", "1, 2", "x", "true", ""], ["b", "", "", "", "k, l"]],
        ),
        "empty": ([], []),
        "": (["", ""], [["_case_count", "2"]]),
    }


def test_a_record_is_shown_with_both_its_ends(full: FullCommons) -> None:
    whole = one_record(full.project, SDS, SDS.nodes["case"], "C-00000")
    assert (whole.submitter_id, whole.properties["sex"], whole.properties["state"]) == (
        "c-00000",
        "Female",
        "validated",
    )
    assert [(one.link, one.node, one.submitter_id) for one in whole.above] == [("experiments", "experiment", "e")]
    assert [one.submitter_id for one in whole.below] == [f"s-{number:02}" for number in range(30)]
    assert len(one_record(full.project, SDS, SDS.nodes["experiment"], "e").below) == MANY + 30
    by_id = one_record(full.project, SDS, SDS.nodes["sample"], whole.below[3].id)
    assert by_id.submitter_id == "s-03"


UNKNOWN = {"A26-error-unknown-field", "A27-error-unknown-root", "A29-error-arg"}
BROKEN = {"A28-error-syntax"}


def test_the_check_agrees_with_what_the_real_server_answered(shared: Path) -> None:
    exchanges = shared / "gen3_contract" / "exchanges"
    captured = json.loads((exchanges / "_dictionary_all.json").read_bytes())
    document = captured["response"]["body"] if "response" in captured else captured
    real = from_json(json.dumps(document).encode(), "captured")
    verdicts: dict[str, str] = {}
    for path in sorted(exchanges.glob("A[0-4]*.json")):
        body = json.loads(path.read_bytes())["request"].get("body")
        text = body.get("query") if isinstance(body, dict) else None
        if isinstance(text, str):
            try:
                check_query(read_query(text), Names(real))
            except UsageError as error:
                verdicts[path.stem] = error.diagnostics[0].code
            else:
                verdicts[path.stem] = "sent"
    assert len(verdicts) > 40
    refused = {name: verdict for name, verdict in verdicts.items() if verdict != "sent"}
    assert refused == {**dict.fromkeys(UNKNOWN, "U681"), **dict.fromkeys(BROKEN, "U680")}
