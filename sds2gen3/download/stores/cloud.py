"""Object storages by fsspec: s3:// with s3fs, and whatever else fsspec has a client for. Read in pieces, each its own request."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sds2gen3.download.stores.protocol import Failure, Found, Pulse, StoreError, Stream
from sds2gen3.storage import opened, reason_of, shown, told

_SMALLEST, _LARGEST = 1 << 16, 1 << 23  # bytes of a piece
_QUICK, _SLOW = 1.0, 5.0  # seconds for a piece, after which the next is larger or smaller
_NO_LOGIN = ("NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError", "SSOTokenLoadError")
_VERSION = ("ETag", "etag", "e_tag", "md5", "generation", "LastModified", "last_modified", "mtime", "created")


class CloudStore:
    """A folder behind an fsspec address. A bucket of S3 without a login in the environment is asked as anybody."""

    dicom = False

    def __init__(self, address: str, extra: str = "s3") -> None:
        self.shown = shown(address)
        self._address = address.rstrip("/")
        self._lock = threading.Lock()
        with told(address):
            self._system, self._path = opened(self._address, extra)

    def look(self, key: str, pulse: Pulse) -> Found | None:
        try:
            with _told():
                info = self._info(key)
        except StoreError as error:
            if error.kind == "absent":
                return None
            raise
        if info.get("type") == "directory":
            return Found(folder=True)
        size = info.get("size")
        version = next((f"{info[name]}-{size}" for name in _VERSION if info.get(name)), "")
        return Found(int(size) if size is not None else None, version, ranges=bool(version) and size is not None)

    def _info(self, key: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self._system.info(self._full(key))
        except Exception as error:
            if type(error).__name__ not in _NO_LOGIN or not self._as_anybody():
                raise
            found = self._system.info(self._full(key))
        return found

    def _as_anybody(self) -> bool:
        """Ask S3 without a login from now on. Whether that is possible."""
        with self._lock:
            if not self._address.startswith(("s3://", "s3a://")):
                return False
            if not getattr(self._system, "anon", False):
                self._system = type(self._system)(anon=True, use_listings_cache=False)
        return True

    def read(self, key: str, found: Found, start: int, pulse: Pulse) -> Stream:
        if found.size is None:
            return Stream(0, self._whole(key))
        return Stream(start, self._pieces(key, start, found.size))

    def _whole(self, key: str) -> Iterator[bytes]:
        with _told(), self._system.open(self._full(key), "rb") as file:
            while chunk := file.read(_SMALLEST):
                yield chunk

    def _pieces(self, key: str, start: int, size: int) -> Iterator[bytes]:
        path, length = self._full(key), _SMALLEST * 4
        while start < size:
            begun = time.monotonic()
            with _told():
                piece: bytes = self._system.cat_file(path, start=start, end=min(start + length, size))
            if not piece:
                raise StoreError("broken", "the storage gave fewer bytes than it has")
            took = time.monotonic() - begun
            length = min(length * 2, _LARGEST) if took < _QUICK else length
            length = max(length // 4, _SMALLEST) if took > _SLOW else length
            start += len(piece)
            yield piece

    def below(self, key: str, pulse: Pulse) -> Mapping[str, str] | None:
        top = self._full(key).strip("/") + "/"
        with _told():
            names = self._system.find(self._full(key))
        paths = [name.lstrip("/").removeprefix(top) for name in names if name.lstrip("/").startswith(top)]
        return {path: f"{key}/{path}" if key else path for path in sorted(paths)}

    def close(self) -> None:
        """Connections are kept by fsspec for the whole process."""

    def _full(self, key: str) -> str:
        return f"{self._path.rstrip('/')}/{key}" if key else self._path


@contextmanager
def _told() -> Iterator[None]:
    """What the clients of storages raise, which is anything, as a StoreError."""
    try:
        yield
    except StoreError:
        raise
    except FileNotFoundError as error:
        raise StoreError("absent", "there is no such file") from error
    except Exception as error:
        raise StoreError(_kind(error), reason_of(error)) from error


def _kind(error: Exception) -> Failure:
    if isinstance(error, PermissionError) or type(error).__name__ in _NO_LOGIN:
        return "refused"
    return "wrong" if isinstance(error, ValueError | NotImplementedError) else "broken"
