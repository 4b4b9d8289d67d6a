"""What is kept of the package's own declarations is what their files hold, as long as those are the same."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

import sds2gen3.parsed as parsed
from sds2gen3.yaml_document import read_yaml

OLD = 1_600_000_000 * 10**9  # a day in 2020


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that takes the place of the bundled one, with a cache of its own."""
    kept = parsed.Kept(tmp_path / "cache" / "declarations")
    monkeypatch.setattr(parsed, "_bundled", lambda: f"{tmp_path}{os.sep}")
    monkeypatch.setattr(parsed, "_kept", lambda: kept)
    return tmp_path


def write(path: Path, text: str, when: int = OLD) -> Path:
    path.write_text(text)
    os.utime(path, ns=(when, when))
    return path


def refuse(path: Path) -> Any:
    raise AssertionError(f"{path} was parsed again")


def reopened() -> parsed.Kept:
    parsed._kept().save()
    return parsed.Kept(parsed._kept().place)


def test_a_file_is_parsed_once_for_many_runs(bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(bundled / "a.yaml", "a: 1\nb: [x, 2.5, true, null]\n")
    first = read_yaml(path)
    again = reopened()
    monkeypatch.setattr(parsed, "_kept", lambda: again)
    monkeypatch.setattr("sds2gen3.yaml_document._parse", refuse)
    second = read_yaml(path)
    assert second == first
    assert str(second.place("b", 1)) == "a.yaml:2"
    second.data["a"] = 2
    assert read_yaml(path).data["a"] == 1


@pytest.mark.parametrize(("text", "when"), [("a: 22\n", OLD), ("a: 2\n", OLD + 1)])
def test_a_file_of_another_size_or_time_is_parsed_anew(bundled: Path, text: str, when: int) -> None:
    path = write(bundled / "a.yaml", "a: 1\n")
    read_yaml(path)
    write(path, text, when)
    assert read_yaml(path).data == {"a": int(text[3:])}


@pytest.mark.parametrize("text", ["a: 2020-01-02\n", "1: a\n", "a: .nan\n", "a: 99999999999999999999\n"])
def test_what_json_would_change_is_not_kept(bundled: Path, text: str) -> None:
    read_yaml(write(bundled / "a.yaml", text))
    assert reopened().entries == {}


def test_what_was_changed_just_now_is_not_kept(bundled: Path) -> None:
    read_yaml(write(bundled / "a.yaml", "a: 1\n", time.time_ns()))
    assert reopened().entries == {}


def test_declarations_of_the_user_are_not_kept(bundled: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    read_yaml(write(tmp_path_factory.mktemp("own") / "a.yaml", "a: 1\n"))
    assert reopened().entries == {}


@pytest.mark.parametrize("cut", [b"", b"\0\xff", b"no tabs\n", b"a\tb\n", b"\t", b"{", b"]"])
def test_a_cache_that_is_damaged_is_as_none(bundled: Path, cut: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(bundled / "a.yaml", "a: {b: 1}\n")
    place = reopened().place
    read_yaml(path)
    parsed._kept().save()
    whole = place.read_bytes()
    place.write_bytes(whole[: whole.index(cut)] if cut in whole else cut)
    damaged = parsed.Kept(place)
    monkeypatch.setattr(parsed, "_kept", lambda: damaged)
    assert read_yaml(path).data == {"a": {"b": 1}}


def test_where_nothing_can_be_written_nothing_is_kept(bundled: Path) -> None:
    (bundled / "cache").write_text("a file where the folder would be")
    assert read_yaml(write(bundled / "a.yaml", "a: 1\n")).data == {"a": 1}
    parsed._kept().save()
    assert (bundled / "cache").is_file()
