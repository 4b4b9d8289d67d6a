"""Addresses of storages: which text is one, what of it may be shown, and how fsspec opens it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from urllib.request import url2pathname

from sds2gen3.errors import SdsError, UnreachableError, UsageError

HIDDEN = "<hidden>"
_SECRETS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "SDS2GEN3_STORAGE_TOKEN", "SDS2GEN3_STORAGE_PASSWORD")
"""Environment variables that hold what no message may repeat."""

_USER = re.compile(r"(?<=://)[^/\s@]*@")
_QUERY = re.compile(r"(?<=[^\s?])\?[^\s'\"<>]*[=][^\s'\"<>]*")


def is_remote(text: str) -> bool:
    """Whether a text is an address; `file://` is a path of this machine."""
    return "://" in text and not text.startswith("file://")


def local_path(text: str) -> str:
    """The path that is meant: that of a `file://` address, else the text itself."""
    return url2pathname(urlsplit(text).path) if text.startswith("file://") else text


def shown(address: str) -> str:
    """The address without user, password and query: signed addresses carry their secret in the query."""
    if "://" not in address:
        return address
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that are no IPv6 address
        return _USER.sub("", address.partition("?")[0])
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def without_secrets(text: str) -> str:
    """The text with the secrets of this process taken out, and the users and queries of addresses: libraries repeat them."""
    for name in _SECRETS:
        if len(secret := os.environ.get(name, "")) > 2:
            text = text.replace(secret, HIDDEN)
    return _QUERY.sub("?" + HIDDEN, _USER.sub("", text))


def opened(address: str, extra: str = "s3") -> tuple[Any, str]:
    """The fsspec file system of the address, and the path in it. Raises UsageError C980 where a package is missing."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise missing(address, error, extra) from error
    try:
        system, path = url_to_fs(address, use_listings_cache=False)
    except ImportError as error:  # fsspec is there, the client of this kind of storage is not
        raise missing(address, error, extra) from error
    return system, str(path)


def missing(address: str, error: ImportError, extra: str) -> SdsError:
    """C980: the client library of this kind of storage is not installed."""
    message = f"'{shown(address)}' needs a package that is not installed: {error.name or error}."
    return UsageError.of("C980", message, hint=f"Type: pip install 'sds2gen3[{extra}]'", value=shown(address))


def reason_of(error: BaseException) -> str:
    """What a library said, in one line without secrets and final stop; the kind of error where it said nothing."""
    said = str(error).strip().split("\n")[0].rstrip(".")
    return without_secrets(said) or type(error).__name__


@contextmanager
def told(address: str) -> Iterator[None]:
    """What goes wrong with a storage, said in one sentence. Its clients raise what they like, so all is caught."""
    try:
        yield
    except SdsError:
        raise
    except Exception as error:
        message = f"'{shown(address)}' cannot be used: {reason_of(error)}."
        raise UnreachableError.of("C918", message, value=shown(address)) from error
