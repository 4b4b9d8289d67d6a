"""The ledger survives crashes, lets in one writer at a time, and holds no secrets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sds2gen3.commons.ledger import Ledger, read_ledger
from sds2gen3.errors import UsageError
from sds2gen3.model import Receipt

ONE = Receipt("case", "S1", "created", "h1", "uuid", 7, carries=("age", "experiments"))


def ledger(path: Path, project: str = "prog-proj") -> Ledger:
    return Ledger(path / "submission.jsonl", "https://commons.example.org", project)


def test_a_receipt_is_a_line_on_the_disk_at_once(tmp_path: Path) -> None:
    with ledger(tmp_path / "out") as book:
        book.add([ONE])
        (line,) = (tmp_path / "out/submission.jsonl").read_text(encoding="utf-8").splitlines()
    said = json.loads(line)
    assert said.pop("time").endswith("+00:00")
    assert said == {
        "v": 2,
        "commons": "https://commons.example.org",
        "project": "prog-proj",
        "type": "case",
        "submitter_id": "S1",
        "action": "created",
        "id": "uuid",
        "hash": "h1",
        "transaction": 7,
        "of": ["age", "experiments"],
    }


def test_it_remembers_the_last_word_on_each_record_of_its_project(tmp_path: Path) -> None:
    with ledger(tmp_path, "prog-other") as book:
        book.add([Receipt("case", "s9", "created", "h9")])
    with ledger(tmp_path) as book:
        book.add([ONE, Receipt("case", "s2", "created", "h2")])
        book.add([Receipt("case", "s1", "updated", "h3"), Receipt("case", "s2", "failed", "h4")])
        assert book.known() == {("case", "s1"): "h3", ("case", "s2"): "h2"}
        book.add([Receipt("case", "s1", "deleted")])
        assert book.known() == {("case", "s2"): "h2"}


@pytest.mark.parametrize("torn", [b'{"v":1,"type":"ca', b"\xff\xfe", b'{"v":1}', b"[1]"])
def test_a_torn_last_line_spoils_nothing(tmp_path: Path, torn: bytes) -> None:
    with ledger(tmp_path) as book:
        book.add([ONE])
    with (tmp_path / "submission.jsonl").open("ab") as file:
        file.write(torn)
    with ledger(tmp_path) as book:
        book.add([Receipt("case", "s2", "created", "h2")])
        assert book.known() == {("case", "s1"): "h1", ("case", "s2"): "h2"}


def test_only_one_writer_at_a_time(tmp_path: Path) -> None:
    with ledger(tmp_path), pytest.raises(UsageError) as caught, ledger(tmp_path):
        pass
    assert caught.value.diagnostics[0].code == "U661"
    with ledger(tmp_path):
        pass


def test_a_killed_writer_leaves_the_ledger_free_and_whole(tmp_path: Path) -> None:
    program = (
        "import os, sys, pathlib; from sds2gen3.commons.ledger import Ledger; from sds2gen3.model import Receipt\n"
        f"book = Ledger(pathlib.Path({str(tmp_path / 'submission.jsonl')!r}), 'https://commons.example.org', 'prog-proj')\n"
        "book.__enter__(); book.add([Receipt('case', 's1', 'created', 'h1')]); os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=False)
    with ledger(tmp_path) as book:
        assert book.known() == {("case", "s1"): "h1"}


def test_no_ledger_is_an_empty_one(tmp_path: Path) -> None:
    assert list(read_ledger(tmp_path / "submission.jsonl")) == []


def test_a_ledger_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError) as caught, ledger(tmp_path / "file"):
        pass
    assert caught.value.diagnostics[0].code == "U660"
    os.mkdir(tmp_path / "submission.jsonl")
    with pytest.raises(UsageError):
        list(read_ledger(tmp_path / "submission.jsonl"))
