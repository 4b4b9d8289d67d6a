"""Addresses of storages: what is shown of them, and what is taken out of the words of libraries."""

from __future__ import annotations

import pytest

from sds2gen3.storage import is_remote, local_path, shown, without_secrets


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://lab:pass@example.org:8443/a/b?sig=1#x", "https://example.org:8443/a/b"),
        ("s3://bucket/a b", "s3://bucket/a b"),
        ("irods://lab@h/zone", "irods://h/zone"),
        ("http://u:p@[::1/x?sig=1", "http://[::1/x"),
        ("a folder", "a folder"),
    ],
)
def test_an_address_is_shown_without_what_could_be_secret(address: str, told: str) -> None:
    assert shown(address) == told


def test_words_of_libraries_lose_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDS2GEN3_STORAGE_TOKEN", "t0ken")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "k3y")
    said = "Max retries with url: /a.bin?X-Amz-Signature=abc (https://u:p@h/x) t0ken k3y. Is it there? Yes = no"
    told = "Max retries with url: /a.bin?<hidden> (https://h/x) <hidden> <hidden>. Is it there? Yes = no"
    assert without_secrets(said) == told


def test_a_file_address_is_a_path() -> None:
    assert (is_remote("file:///a%20b"), local_path("file:///a%20b")) == (False, "/a b")
    assert (is_remote("s3://b"), is_remote("C:/data"), local_path("C:/data")) == (True, False, "C:/data")
