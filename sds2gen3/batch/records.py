"""What OUT keeps: for each dataset a record and its findings, written as soon as it is done, and at the end a summary."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from sds2gen3 import __version__
from sds2gen3.batch.stores import KEPT, SUMMARY, Store
from sds2gen3.batch.task import Answer, Task
from sds2gen3.diagnostics import Report
from sds2gen3.errors import UsageError
from sds2gen3.report.load import load

_PRETTY = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def check_ours(store: Store) -> None:
    """Raises UsageError C930 where OUT holds a batch.json that no batch wrote."""
    content = store.read(SUMMARY)
    try:
        document = {"made_by": "sds2gen3"} if content is None else orjson.loads(content)
    except ValueError:
        document = {}
    if not isinstance(document, dict) or document.get("made_by") != "sds2gen3":
        raise UsageError.of("C930", f"'{store.shown}/{SUMMARY}' was not written by sds2gen3.")


def earlier(store: Store, name: str) -> dict[str, Any]:
    """The record of an earlier run, with whose findings all is well; {} where there is none that can be trusted."""
    content = store.read(_record(name))
    try:
        record = orjson.loads(content or b"{}")
    except ValueError:
        return {}
    if not isinstance(record, dict) or record.get("v") != 1 or record.get("name") != name:
        return {}
    findings = store.read(_findings(name))
    return record if findings is not None and record.get("findings") == _hash(findings) else {}


def keep(store: Store, answer: Answer) -> dict[str, Any]:
    """Write what became of a dataset: first its findings, then the record that vouches for them, which is returned."""
    record = answer.record
    if answer.findings is not None:
        content = answer.findings.encode()
        store.write(_findings(record["name"]), content)
        record = {**record, "findings": _hash(content)}
    store.write(_record(record["name"]), orjson.dumps(record, option=_PRETTY))
    return record


def report_of(store: Store, record: Mapping[str, Any]) -> Report:
    """The report of a dataset as its findings tell it."""
    content = store.read(_findings(str(record["name"]))) or b""
    with tempfile.TemporaryDirectory(prefix="sds2gen3-") as folder:
        path = Path(folder) / os.path.basename(_findings("dataset"))
        path.write_bytes(content)
        report = load(path)[0]
    report.summary["path"] = record["path"]
    if record["written"]:
        report.summary["written"] = f"{store.shown}/{record['name']}"
    return report


def summarise(store: Store, command: str, tasks: Sequence[Task], records: Mapping[str, Mapping[str, Any]]) -> None:
    """Write batch.json: every dataset in order. It tells no times and nothing of workers, so equal work gives equal bytes."""
    told = ("name", "path", "exit", "errors", "warnings", "infos", "records", "written")
    document = {
        "v": 1,
        "made_by": "sds2gen3",
        "version": __version__,
        "command": command,
        "complete": len(records) == len(tasks),
        "datasets": [
            {key: records[task.name][key] for key in told}
            if task.name in records
            else {"name": task.name, "path": task.shown, "exit": None}
            for task in tasks
        ],
    }
    store.write(SUMMARY, orjson.dumps(document, option=_PRETTY))


def _record(name: str) -> str:
    return f"{KEPT}/{name}.json"


def _findings(name: str) -> str:
    return f"{KEPT}/{name}.findings.jsonl"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
