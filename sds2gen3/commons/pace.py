"""Pace: an answer must arrive at some speed. A server that sends a byte a second would keep us waiting for ever, since the
timeout of `requests` is for each read; so what is read from the connection is timed, heading and body alike.
"""

from __future__ import annotations

import http.client
import io
import time
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

GRACE = 330.0
"""Seconds that we wait without anything in return: as long as for the first byte of an answer."""

SPEED = 1_000
"""Bytes that buy a second more, up to GRACE again. An export may take hours, but not stand still for longer."""


class PacedAdapter(HTTPAdapter):
    """Sends as `requests` does; raises a ReadTimeout (while the body arrives: a ConnectionError) for an answer that trickles."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        _pace(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        _pace(manager)
        return manager


def _pace(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _Paced(io.RawIOBase):
    """What a connection receives. Only the time that is waited counts, not that in which nobody reads."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._left = GRACE

    def readinto(self, buffer: Any) -> int | None:
        started = time.monotonic()
        count: int | None = self._raw.readinto(buffer)
        waited = time.monotonic() - started
        self._left = min(GRACE, self._left - waited + (count or 0) / SPEED)
        if self._left <= 0:
            raise TimeoutError("the answer trickles")
        return count

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        number: int = self._raw.fileno()
        return number

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fp: Any = io.BufferedReader(_Paced(self.fp.detach()))


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection
