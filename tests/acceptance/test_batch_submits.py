"""`sds2gen3 batch submit` to an embedded commons behind a real socket."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from batch_makers import small
from command_line import Cli
from pipeline import declared

pytest.importorskip("werkzeug")
pytest.importorskip("graphql")

from sds2gen3.sandbox import Sandbox


def test_datasets_of_one_project_are_sent_one_after_the_other(cli: Cli, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        small(tmp_path / "root" / name)
    small(tmp_path / "root" / "wrong", subject="rat_1")
    (tmp_path / "root" / "c" / "sds2gen3.toml").write_text('[needs]\nproject = "other"\n', encoding="utf-8")
    sandbox = Sandbox(declared("sds", "sds")[1])
    for project in ("heart", "other"):
        sandbox.ensure("sds", project)
    (tmp_path / "root" / "sds2gen3.toml").write_text('[needs]\nproject = "heart"\n', encoding="utf-8")
    with sandbox.serve():
        (tmp_path / "key.json").write_text(json.dumps(sandbox.credentials()), encoding="utf-8")
        call = ("batch", "submit", tmp_path / "root", "-o", tmp_path / "out", "--jobs", 2, "--yes")
        login = ("--credentials", tmp_path / "key.json")
        told = cli(*call, *login)
        assert told.code == 1
        rows = [line.split() for line in told.out.splitlines() if line.endswith(("all there", "not sent"))]
        assert [row[-2:] for row in rows] == [["all", "there"]] * 3 + [["not", "sent"]]
        assert sandbox.counts()["case"] == 3
        assert (tmp_path / "out" / "a" / "submission.jsonl").is_file()
        transactions = len(sandbox.transactions())
        again = cli(*call, *login, "--resume")
        assert (again.code, len(sandbox.transactions())) == (1, transactions)
        assert "4 of them were done before" in again.err


def test_a_commons_that_is_not_there_is_told_for_each(cli: Cli, tmp_path: Path) -> None:
    small(tmp_path / "root" / "a")
    sandbox = Sandbox(declared("sds", "sds")[1])
    with sandbox.serve():
        (tmp_path / "key.json").write_text(json.dumps(sandbox.credentials()), encoding="utf-8")
    call = ("batch", "submit", tmp_path / "root", "-o", tmp_path / "out", "--credentials")
    assert cli(*call, tmp_path / "key.json", "--timeout", 1).code in (1, 3)
    assert cli(*call, "-").code == 2
