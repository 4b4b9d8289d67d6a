"""Where files are stored: a folder, a web server, an object storage, a PACS, iRODS; each behind the same small protocol."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from sds2gen3.download.stores.protocol import Found, Store, StoreError, Stream
from sds2gen3.errors import SdsError, UsageError
from sds2gen3.nearest import did_you_mean
from sds2gen3.storage import is_remote, local_path, shown

DICOMWEB = ("dicomweb+https", "dicomweb+http")
_WEB = ("http", "https", *DICOMWEB)
_KNOWN = ("file", "s3", *_WEB, "irods")


@contextmanager
def open_store(address: str) -> Iterator[Store]:
    """The storage of an address: a path or file://, http(s)://, dicomweb+http(s)://, irods://, else what fsspec knows.

    Raises UsageError: U690 for an address that none is behind, U605 for a login in it, C980 for a client that is not
    installed; UnreachableError C918.
    """
    store = store_of(address)
    try:
        yield store
    finally:
        store.close()


def store_of(address: str, with_login: bool = True) -> Store:
    """As `open_store`, to be closed by the caller. Without login for an address that others wrote."""
    if not is_remote(address):
        return _local(address)
    scheme = _scheme(address)
    if scheme in ("http", "https"):
        from sds2gen3.download.stores.web import WebStore

        return WebStore(address, with_login)
    if scheme in DICOMWEB:
        from sds2gen3.download.stores.dicomweb import DicomStore

        return DicomStore(address)
    if scheme == "irods":
        from sds2gen3.download.stores.irods import IrodsStore

        return IrodsStore(address)
    from sds2gen3.download.stores.cloud import CloudStore

    return CloudStore(address)


def _local(address: str) -> Store:
    from sds2gen3.download.stores.local import LocalStore

    folder = Path(local_path(address))
    try:
        there = folder.is_dir()
    except (OSError, ValueError):
        there = False
    if not there:
        raise UsageError.of("U690", f"There is no folder '{folder.as_posix()}'.", value=folder.as_posix())
    return LocalStore(folder)


def _scheme(address: str) -> str:
    """The kind of storage. Raises UsageError U605, U690."""
    try:
        parts = urlsplit(address)
        scheme, host = parts.scheme.lower(), parts.hostname
        secret = parts.password is not None or (parts.username is not None and scheme in _WEB)
        parts.port  # noqa: B018 - raises for a port that is no number
    except ValueError as error:
        raise _not_understood(address, "It is no address.") from error
    if secret:
        message = f"The address of '{shown(address)}' holds a login, which others can see."
        hint = "Leave user and password out of it, and set SDS2GEN3_STORAGE_USER and SDS2GEN3_STORAGE_PASSWORD."
        raise UsageError.of("U605", message, hint=hint)
    if scheme in _WEB and not host:
        raise _not_understood(address, "It names no host.")
    if scheme not in _KNOWN and not _fsspec_knows(scheme):
        near = did_you_mean(scheme, _KNOWN)
        raise _not_understood(address, near or f"Use a folder, or one of {', '.join(f'{one}://' for one in _KNOWN)}.")
    return scheme


def _not_understood(address: str, hint: str) -> SdsError:
    message = f"'{shown(address)}' is no address of a storage."
    return UsageError.of("U690", message, hint=hint, value=shown(address))


def _fsspec_knows(scheme: str) -> bool:
    try:
        from fsspec.registry import known_implementations
    except ImportError:
        return True  # to be told that fsspec is missing
    return scheme in known_implementations or scheme == "memory"


__all__ = ["Found", "Store", "StoreError", "Stream", "open_store", "store_of"]
