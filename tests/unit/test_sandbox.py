"""The embedded commons apart from what the golden replay shows: where it keeps things, how it is reached, what it stores."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jwt
import pytest
import replay_story
import requests
from sandbox_records import case, experiment, sample

from sds2gen3 import dictionary
from sds2gen3.dictionary.nulls import allow_nulls
from sds2gen3.errors import UsageError
from sds2gen3.resources import Declarations
from sds2gen3.sandbox import Sandbox, served
from sds2gen3.sandbox.logs import Logs

DICTIONARY = dictionary.load("sds")
PROJECT = "/v0/submission/sds/p"


@pytest.fixture
def sandbox() -> Sandbox:
    """A commons with a project `p` that holds one experiment."""
    return _filled(Sandbox(DICTIONARY))


def _filled(sandbox: Sandbox) -> Sandbox:
    sandbox.ensure("sds", "p")
    assert _put(sandbox, experiment("e"))["success"]
    return sandbox


def _put(sandbox: Sandbox, body: Any) -> dict[str, Any]:
    answer: dict[str, Any] = sandbox.session("admin").put(sandbox.url + PROJECT, json=body).json()
    return answer


def _exported(sandbox: Sandbox, node: str) -> list[dict[str, Any]]:
    query = {"node_label": node, "format": "json"}
    answer = sandbox.session("admin").get(f"{sandbox.url}{PROJECT}/export", params=query)
    records: list[dict[str, Any]] = answer.json()["data"]
    return records


def test_records_logs_and_keys_are_still_there_when_a_file_is_opened_again(tmp_path: Path) -> None:
    first = _filled(Sandbox(DICTIONARY, tmp_path / "commons.db"))
    token, counts = first.token("admin"), first.counts()
    first.close()
    second = Sandbox(DICTIONARY, tmp_path / "commons.db")
    headers = {"Authorization": f"bearer {token}"}
    links = second.session().get(f"{second.url}/v0/submission/", headers=headers).json()
    assert links == {"links": ["/v0/submission/sds"]}
    assert second.counts() == counts == {"experiment": 1, "program": 1, "project": 1}
    assert [log.state for log in second.transactions()] == ["PENDING", "SUCCEEDED"]


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "subjects.txt"
    path.write_text("subject_id\nsub-1\n" * 100, encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        Sandbox(DICTIONARY, path)
    assert raised.value.diagnostics[0].code == "C982"


@pytest.fixture
def served_at(sandbox: Sandbox) -> Iterator[str]:
    with sandbox.serve() as address:
        yield address


def test_it_serves_on_loopback_with_keys_that_name_its_address(sandbox: Sandbox, served_at: str) -> None:
    login = requests.post(f"{served_at}/user/credentials/cdis/access_token", json=sandbox.credentials(), timeout=10)
    claims = jwt.decode(login.json()["access_token"], options={"verify_signature": False})
    assert served_at.startswith("http://127.0.0.1:")
    assert claims["iss"] == f"{served_at}/user"
    headers = {"Authorization": f"bearer {login.json()['access_token']}"}
    address = f"{served_at}/api{PROJECT}"
    sent = requests.put(address, json=[case("sub-1"), case("sub-2")], headers=headers, timeout=10)
    query = {"node_label": "case", "format": "json"}
    read = requests.get(f"{address}/export", params=query, headers=headers, timeout=10)
    assert sent.json()["created_entity_count"] == 2
    assert {record["submitter_id"] for record in read.json()["data"]} == {"sub-1", "sub-2"}


def test_a_port_in_use_is_told(sandbox: Sandbox, served_at: str) -> None:
    with pytest.raises(UsageError) as raised, sandbox.serve(int(served_at.rpartition(":")[2])):
        pass
    assert raised.value.diagnostics[0].code == "C983"


def test_a_key_gives_tokens_that_expire(sandbox: Sandbox) -> None:
    session, address = sandbox.session(), f"{sandbox.url}/user/credentials/cdis/access_token"
    token = session.post(address, params={"expires_in": 60}, json=sandbox.credentials("reader")).json()["access_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 60
    assert claims["context"]["user"]["name"] == "reader"
    assert session.post(address, json=sandbox.credentials(lifetime=-1)).status_code == 401


@pytest.mark.parametrize("name", Declarations.standard().names("dictionaries"))
def test_a_dictionary_is_served_so_that_it_judges_as_it_does_here(name: str) -> None:
    loaded = dictionary.load(name)
    for node, schema in served(loaded).items():
        assert _without_order(allow_nulls(schema)) == _without_order(loaded.nodes[node].schema)


def _without_order(schema: Any) -> Any:
    """The types of a property are a set; everything else has its order."""
    if isinstance(schema, dict):
        return {key: _types(value) if key == "type" else _without_order(value) for key, value in schema.items()}
    return [_without_order(item) for item in schema] if isinstance(schema, list) else schema


def _types(value: Any) -> Any:
    if isinstance(value, dict):
        return _without_order(value)
    return sorted(value if isinstance(value, list) else [value])


def test_a_null_is_as_good_or_bad_as_on_a_server_that_serves_the_document(shared: Path) -> None:
    document = json.loads((shared / "gen3_contract/exchanges/_dictionary_all.json").read_text("utf-8"))
    sandbox = _filled(Sandbox(document))
    assert _put(sandbox, replay_story.case("sub-1", "e", genotype=None))["success"]
    refused = _put(sandbox, replay_story.case("sub-2", "e", age=None))["entities"][0]["errors"]
    assert refused == [{"message": "None is not of type 'string'", "keys": ["age"], "type": "INVALID_VALUE"}]


def test_a_request_is_written_as_a_whole_or_not_at_all(sandbox: Sandbox) -> None:
    answer = _put(sandbox, [case("sub-1"), sample("sam-1", "nobody")])
    assert [entity["valid"] for entity in answer["entities"]] == [True, False]
    assert sandbox.counts() == {"experiment": 1, "program": 1, "project": 1}


def test_records_of_two_nodes_with_one_name_are_refused_together_and_taken_apart(sandbox: Sandbox) -> None:
    twins = [case("one"), sample("one")]
    together = _put(sandbox, twins)
    assert together["transactional_errors"] == [
        {"message": "Entity is not unique, (('sds-p', 'one'),)", "type": "NOT_UNIQUE"}
    ]
    assert [_put(sandbox, record)["success"] for record in twins] == [True, True]


def test_what_is_sent_comes_back_by_export_and_may_be_sent_again(sandbox: Sandbox) -> None:
    _put(sandbox, [case("sub-1", age="P3W"), case("sub-ü, 2")])
    exported = _exported(sandbox, "case")
    again = _put(sandbox, exported)
    assert (again["created_entity_count"], again["updated_entity_count"]) == (0, 2)
    assert _exported(sandbox, "case") == exported
    assert {record["submitter_id"]: record.get("age") for record in exported} == {"sub-1": "P3W", "sub-ü, 2": None}


def test_who_may_not_read_is_refused_and_sees_nothing(sandbox: Sandbox) -> None:
    session, query = sandbox.session("nobody"), {"query": "{ experiment { id } _experiment_count }"}
    refused = session.get(f"{sandbox.url}{PROJECT}/export", params={"node_label": "case"})
    seen = session.post(f"{sandbox.url}/v0/submission/graphql", json=query)
    assert refused.status_code == 403
    assert seen.json() == {"data": {"experiment": [], "_experiment_count": 0}}


def test_a_log_that_is_asked_for_by_its_id_is_the_only_one_that_is_read(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [_put(sandbox, case(f"sub-{one}"))["transaction_id"] for one in range(3)]
    monkeypatch.setattr(Logs, "all", None)
    asked = {number: f't{number}: transaction_log(id: "{number}") {{ id state }}' for number in (*numbers, "x", 10**30)}
    query = {"query": f"{{ {' '.join(asked.values())} }}"}
    data = sandbox.session("admin").post(f"{sandbox.url}/v0/submission/graphql", json=query).json()["data"]
    seen = {number: data[f"t{number}"] for number in asked}
    assert seen == {**{one: [{"id": str(one), "state": "SUCCEEDED"}] for one in numbers}, "x": [], 10**30: []}


@pytest.mark.parametrize("path", ["/api/v0/submission/", "/v0/submission", "/submission/", "/api/submission/graphql/"])
def test_paths_are_known_with_and_without_api_and_a_last_slash(sandbox: Sandbox, path: str) -> None:
    session = sandbox.session("admin")
    if "graphql" in path:
        answer = session.post(sandbox.url + path, json={"query": "{ _experiment_count }"})
    else:
        answer = session.get(sandbox.url + path)
    assert answer.status_code == 200


def test_many_at_once_are_served_one_after_the_other(sandbox: Sandbox, served_at: str) -> None:
    headers = {"Authorization": f"bearer {sandbox.token()}"}

    def send(number: int) -> bool:
        body = [case(f"sub-{number}-{one}") for one in range(20)]
        return bool(requests.put(served_at + PROJECT, json=body, headers=headers, timeout=30).json()["success"])

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(send, range(16)))
    assert sandbox.counts()["case"] == 320
