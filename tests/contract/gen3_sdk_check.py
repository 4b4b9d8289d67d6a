"""Run by a Python that has the Gen3 SDK (`gen3`): uses it against a commons, as its users do, and tells what it got.

    python gen3_sdk_check.py sdk|ours CREDENTIALS_JSON FOLDER

Prints one line of JSON. `sdk` makes a program and a project, and submits, exports, queries and deletes; `ours` gives a
login of the SDK to the client of sds2gen3. The folder is for files.
"""

import json
import sys
from pathlib import Path

import requests
from gen3.auth import Gen3Auth, decode_token
from gen3.submission import Gen3Submission, Gen3SubmissionQueryError

PROGRAM, PROJECT = "sdk", "study"
WHERE = (PROGRAM, PROJECT)
EXPERIMENT = {"type": "experiment", "submitter_id": "e", "title": "a study", "projects": {"code": PROJECT}}
MANY = 150


def cases(first, last):
    linked = {"experiments": {"submitter_id": "e"}}
    return [{"type": "case", "submitter_id": f"s{n:03}", "age": f"{n} d", **linked} for n in range(first, last)]


def administer(commons):
    """Programs, projects and the dictionary."""
    made = commons.create_program({"type": "program", "name": PROGRAM, "dbgap_accession_number": PROGRAM})
    project = {"type": "project", "code": PROJECT, "name": PROJECT, "dbgap_accession_number": PROJECT}
    return {
        "create_program": made["name"],
        "create_project": commons.create_project(PROGRAM, project)["entities"][0]["valid"],
        "get_programs": commons.get_programs()["links"],
        "get_projects": commons.get_projects(PROGRAM)["links"],
        "get_dictionary_all": sorted(commons.get_dictionary_all()),
        "get_dictionary_node": commons.get_dictionary_node("case")["id"],
        "get_project_dictionary": commons.get_project_dictionary(*WHERE)["links"],
        "get_graphql_schema": "__schema" in commons.get_graphql_schema()["data"],
        "open_project": commons.open_project("prog", "reviewed")["code"],
    }


def submit(commons, folder):
    """Records one by one, many at once, refused, and from a file with one bad row."""
    one = commons.submit_record(*WHERE, EXPERIMENT)
    many = commons.submit_record(*WHERE, cases(0, MANY))
    return {
        "one": (one["success"], one["created_entity_count"]),
        "many": (many["success"], many["created_entity_count"], len(many["entities"])),
        "again": commons.submit_record(*WHERE, cases(0, 2))["updated_entity_count"],
        "refused": refused(commons),
        "file": from_file(commons, folder / "cases.tsv"),
    }


def refused(commons):
    bad = {**cases(900, 901)[0], "age": 3}
    try:
        commons.submit_record(*WHERE, bad)
    except requests.HTTPError as error:
        entity = error.response.json()["entities"][0]
        return error.response.status_code, entity["errors"][0]["keys"]
    return None


def from_file(commons, path):
    rows = [["type", "submitter_id", "experiments.submitter_id", "age", "sex"]]
    rows += [["case", f"f{n:02}", "e", f"{n} d", "unknown" if n == 33 else "M"] for n in range(40)]
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    told = commons.submit_file(f"{PROGRAM}-{PROJECT}", str(path))
    return len(told["succeeded"]), sorted(told["invalid"]), told["other"]


def read(commons, folder):
    """Exports and queries."""
    exported = commons.export_node(*WHERE, "case", "json")["data"]
    id = next(one["id"] for one in exported if one["submitter_id"] == "s007")
    table = commons.export_node(*WHERE, "case", "tsv").splitlines()
    commons.export_node(*WHERE, "experiment", "tsv", str(folder / "experiment.tsv"))
    counted = "query ($id: [String]) { _case_count(project_id: $id) }"
    return {
        "exported": {one["submitter_id"]: [one["age"], one["experiments"][0]["submitter_id"]] for one in exported},
        "table": (table[0].split("\t"), len(table) - 1),
        "file": len((folder / "experiment.tsv").read_text(encoding="utf-8").splitlines()),
        "record": commons.export_record(*WHERE, id, "json")[0]["age"],
        "row": commons.export_record(*WHERE, id, "tsv").splitlines()[0].split("\t")[:2],
        "query": commons.query('{ case(first: 0, submitter_id: "s007") { age experiments { title } } }')["data"],
        "variables": commons.query(counted, {"id": f"{PROGRAM}-{PROJECT}"})["data"],
        "bad query": bad_query(commons),
    }


def bad_query(commons):
    try:
        commons.query("{ nothing { id } }")
    except Gen3SubmissionQueryError as error:
        return str(error)
    return None


def remove(commons):
    """One record, more than a hundred, a whole node, the project and its program."""
    ids = [one["id"] for one in commons.export_node(*WHERE, "case", "json")["data"]]
    told = {
        "delete_record": commons.delete_record(*WHERE, ids[0]).json()["success"],
        "delete_records": commons.delete_records(*WHERE, ids[1:121]).json()["success"],
    }
    told["left"] = len(commons.export_node(*WHERE, "case", "json")["data"])
    commons.delete_nodes(*WHERE, ["case", "experiment"], verbose=False)
    told["after delete_nodes"] = len(commons.export_node(*WHERE, "experiment", "json")["data"])
    told["delete_project"] = commons.delete_project(*WHERE).status_code
    told["delete_program"] = commons.delete_program(PROGRAM).status_code
    return told


def use_sdk(auth, folder):
    commons = Gen3Submission(auth)
    return {
        "endpoint": auth.endpoint,
        "user": decode_token(auth.get_access_token())["context"]["user"]["name"],
        "administer": administer(commons),
        "submit": submit(commons, folder),
        "read": read(commons, folder),
        "remove": remove(commons),
    }


def use_ours(auth, folder):
    from commons_graphs import study

    from sds2gen3.commons import Choices, Patience, Tally, connect, submit

    tokens = []
    ask = auth.refresh_access_token
    auth.refresh_access_token = lambda *where: tokens.append(ask(*where)) or tokens[-1]
    client = connect(credentials=auth, patience=Patience(first=0.01))
    choices = Choices(chunk_size=2, ledger=folder / "submission.jsonl")
    counts = [Tally.of(submit(study(), client, None, choices)).counts for _ in range(2)]
    user = client.auth.identity().user
    return {"endpoint": client.endpoint, "user": user, "tokens": len(set(tokens)), "counts": counts}


if __name__ == "__main__":
    way, credentials, place = sys.argv[1:]
    use = {"sdk": use_sdk, "ours": use_ours}[way]
    print(json.dumps(use(Gen3Auth(refresh_file=credentials), Path(place))))
