"""What the captures do not hold: what was done on the real server between them, and which tokens and bodies were sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from replay import Replay

from sds2gen3.sandbox import Sandbox

UNSUPPORTED = {
    "B05": "a GET of a service that is down behind the same front: the sandbox is one service",
    "866": "asked of sheepdog itself, which has no getschema; a commons sends the path to peregrine, as in A50",
}
"""Exchanges that the sandbox does not play, and why."""

OF_ITS_OWN = {
    "A22": ("id",),  # documents have a counter of their own there
    "A25": ("id",),  # `first: 1` without an order gives any log
    "B04": ("id",),  # after the captures up to 197 the real server did much else
    "248": ("id",),
    "B08": ("_case_count",),  # 7,087 cases of measurements of speed
}
"""Numbers that an answer does not share with the real server's."""

GARBAGE = "abc.def.ghi"


def _forged(_: Sandbox) -> str:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    return "bearer " + jwt.encode({"pur": "access", "aud": ["gen3"], "exp": time.time() + 60}, key, "RS256")


def _expired(sandbox: Sandbox) -> str:
    return "bearer " + sandbox.token("admin", lifetime=-10)


AUTHORIZATION: Mapping[str, Callable[[Sandbox], str]] = {
    "630": lambda sandbox: sandbox.token("admin"),
    "631": lambda _: f"bearer {GARBAGE}",
    "632": _expired,
    "639": _expired,
    "640": lambda _: "bearer garbage",
    "641": _forged,
    "A34": _expired,
    "B08b": lambda sandbox: f"bearer {sandbox.token()}",
}
"""Headers that the captures only describe."""

_CASE = {
    "pool_id": "NA",
    "subject_experimental_group": "control",
    "age": "10 weeks",
    "sex": "Male",
    "species": "Rattus norvegicus",
    "strain": "Wistar",
    "rrid_for_strain": "RRID:RGD_13508588",
    "age_category": "adult stage",
    "also_in_dataset": "NA",
    "member_of": "NA",
}
_SAMPLE = {
    "wasDerivedFromSample": "NA",
    "pool_id": "NA",
    "sample_experimental_group": "control",
    "sample_type": "tissue",
    "sample_anatomical_location": "heart",
    "also_in_dataset": "NA",
    "member_of": "NA",
}
_LISTS = (
    *("metadata_version", "dataset_type", "title", "subtitle", "keywords", "study_purpose", "study_data_collection"),
    *("study_primary_conclusion", "study_organ_system", "study_approach", "study_technique", "contributor_name"),
    *("contributor_orcid", "contributor_affiliation", "contributor_role", "identifier_description", "relation_type"),
    *("identifier", "identifier_type"),
)


def experiment(name: str, project: str) -> dict[str, Any]:
    return {"type": "experiment", "submitter_id": name, "projects": {"code": project}}


def case(name: str, parent: str, **other: Any) -> dict[str, Any]:
    link = {"type": "case", "submitter_id": name, "subject_id": name, "experiments": {"submitter_id": parent}}
    return {**link, **_CASE, **other}


def sample(name: str, parent: str) -> dict[str, Any]:
    own = {"type": "sample", "submitter_id": name, "sample_id": name, "subject_id": parent}
    return {**own, "cases": {"submitter_id": parent}, **_SAMPLE}


def description(name: str, parent: str, **other: Any) -> dict[str, Any]:
    lists = {key: [f"{key} a", f"{key} b"] for key in _LISTS}
    own = {"type": "dataset_description", "submitter_id": name, "experiments": {"submitter_id": parent}}
    return {**own, **lists, "number_of_subjects": [2], "number_of_samples": [4], **other}


def _project(replay: Replay, code: str, name: str = "") -> None:
    replay.put("sds", {"type": "project", "code": code, "name": name or code, "dbgap_accession_number": code})


def _many_to_delete(replay: Replay) -> None:
    answer = replay.put("sds/del", [case(f"sub-m{number}", "e") for number in range(250)])
    real = replay.exchanges["7234"].request["path"].rpartition("/")[2].split(",")
    replay.ids |= dict(zip(real, [entity["id"] for entity in answer["entities"]], strict=True))


def _rest_to_delete(replay: Replay) -> None:
    ids = [replay.ids[one] for one in replay.exchanges["7234"].request["path"].rpartition("/")[2].split(",")]
    for part in (ids[100:200], ids[200:]):
        replay.ask("DELETE", "sds/del/entities/" + ",".join(part))


def _exports(replay: Replay) -> None:
    cases = [case("sub-1", "e", age="10\tweeks", genotype="wt"), case("sub-2", "e", genotype="line1\nline2")]
    names = description("dd-1", "e", contributor_name=["Doe, John", "Roe"])
    for _ in range(2):
        _project(replay, "exp", "Exp")
        replay.put("sds/exp", [experiment("e", "exp"), *cases, sample("sam-1", "sub-1"), names])


def _states(replay: Replay) -> None:
    _project(replay, "state", "S")
    replay.put("sds/state", [experiment("e", "state"), case("sub-1", "e"), sample("sam-1", "sub-1")])


def _queries(replay: Replay) -> None:
    _project(replay, "gql", "G")
    file = {"type": "manifest", "submitter_id": "man-g1", "experiments": {"submitter_id": "ge"}, "filename": "f"}
    file |= {"timestamp": "t", "description": "d", "file_type": "x"}
    parts = [experiment("ge", "gql"), experiment("ge2", "gql")]
    parts += [case(f"sub-{number:02}", "ge") for number in range(25)]
    parts += [
        sample("sam-a", "sub-00"),
        sample("sam-b", "sub-00"),
        sample("sam-c", "sub-01"),
        description("dd-g", "ge"),
    ]
    replay.put("sds/gql", [*parts, {**file, "is_described_by": ["x", "y"], "is_derived_from": "z"}])


def _links(replay: Replay) -> None:
    _project(replay, "links")
    samples = [sample(f"sam-{number}", "sub-1") for number in (1, 2, 3)]
    replay.put("sds/links", [experiment("e", "links"), experiment("e2", "links"), case("sub-1", "e"), *samples])


def _extended(replay: Replay) -> None:
    replay.put("", {"type": "program", "name": "sds", "dbgap_accession_number": "sds"})
    _project(replay, "p")


def _misc(replay: Replay) -> None:
    _project(replay, "misc")
    replay.put("sds/misc", [experiment("exp-1", "misc"), case("sub-1", "exp-1"), case("sub-2", "exp-1")])


def _killed(replay: Replay) -> None:
    _misc(replay)
    replay.sandbox.faults.add("worker-killed")


def _hundred() -> list[dict[str, Any]]:
    return [case(f"sub-o{number:03}", "exp-1") for number in range(100)]


def _ten_bad() -> list[dict[str, Any]]:
    return [
        record if n % 10 else {k: v for k, v in record.items() if k != "age"} for n, record in enumerate(_hundred())
    ]


def _raced(number: str, fault: str, exist: bool) -> Callable[[Replay], None]:
    """The race of C01-C03: its request is made of its answer, the other writers are a fault."""

    def prepare(replay: Replay) -> None:
        code = _code(replay, number)
        _project(replay, code)
        records = BODIES[number](replay)
        replay.put(f"sds/{code}", [experiment("e", code), *(records if exist else [])])
        replay.sandbox.faults.add(fault)

    return prepare


def _code(replay: Replay, number: str) -> str:
    entity = replay.exchanges[number].response["body"]["entities"][0]
    return str(entity["unique_keys"][0]["project_id"]).partition("-")[2]


def _from_answer(number: str) -> Callable[[Replay], Any]:
    def body(replay: Replay) -> list[dict[str, Any]]:
        entities = replay.exchanges[number].response["body"]["entities"]
        return [case(entity["unique_keys"][0]["submitter_id"], "e") for entity in entities]

    return body


RACES = {
    **{f"{race}-{project}": ("race", False) for race in ("C01", "C02") for project in ("ca", "cb")},
    "C03-ca": ("deadlock=7", True),
    "C03-cb": ("deadlock=15", True),
}

BEFORE: dict[str, Callable[[Replay], object]] = {
    "7201": lambda replay: _project(replay, "del"),
    "7234": _many_to_delete,
    "7239": _rest_to_delete,
    "810": _exports,
    "872": _states,
    "885": lambda replay: replay.ask("PUT", "sds/state/review"),
    "890": lambda replay: replay.sandbox.set_state("sds", "state", "closed"),
    "A00": _queries,
    "900": _links,
    "950": _extended,
    "955": lambda replay: replay.put("sds/p", sample("sam-x", "sub-w1")),
    "962": lambda replay: replay.put("sds/p", sample("sam-ok", "sub-w1")),
    "B02": lambda replay: replay.sandbox.faults.add("too-large"),
    "B03": lambda replay: replay.sandbox.faults.add("timeout-written"),
    "B08b": _killed,
    "240": _misc,
    "245": lambda replay: replay.put("sds/misc", _hundred()),
    **{number: _raced(number, *how) for number, how in RACES.items()},
}
"""What was done just before an exchange; faults stand for what cannot be had on demand."""

BODIES: dict[str, Callable[[Replay], Any]] = {
    "245": lambda _: _ten_bad(),
    "B00": lambda replay: replay.sandbox.credentials(),
    "B00c": lambda _: {"api_key": GARBAGE, "key_id": "x"},
    "B00d": lambda replay: {"api_key": replay.sandbox.token()},
    "B00e": lambda replay: replay.sandbox.credentials(lifetime=1_800),
    "B00f": lambda replay: replay.sandbox.credentials(lifetime=1_800),
    "B03": lambda _: [case(f"sub-slow{number}", "exp-1") for number in range(400)],
    "B08b": lambda _: [case(f"sub-k{number}", "exp-1") for number in range(15)],
    **{number: _from_answer(number) for number in RACES},
}
"""Bodies that the captures hold in part, or only describe."""
