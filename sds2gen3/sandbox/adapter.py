"""A commons behind a requests.Session without a socket: requests go straight into the WSGI application."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPHeaderDict, HTTPResponse

from sds2gen3.sandbox.http import ConnectionCut

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class InProcess(BaseAdapter):
    """A transport adapter, to be mounted on the commons' address. A cut connection is what it would be on a wire:
    requests.ConnectionError, or ChunkedEncodingError in the middle of a body."""

    in_process = True

    def __init__(self, wsgi: Wsgi) -> None:
        super().__init__()
        self._wsgi = wsgi

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            started[:] = [status, headers]
            return lambda _: None

        try:
            parts = self._wsgi(_environ(request), start)
        except ConnectionCut as cut:
            raise requests.ConnectionError("Connection aborted.", request=request) from cut
        response = _response(request, started[0], started[1], parts)
        response.connection = self  # type: ignore[assignment]  # a login that is renewed sends again by it
        return response

    def close(self) -> None:
        """Nothing is kept open."""


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    address = urlsplit(request.url or "")
    body = request.body or b""
    if not isinstance(body, (str, bytes)):
        body = b"".join(part.encode() if isinstance(part, str) else part for part in body)
    content = body.encode() if isinstance(body, str) else body
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(address.path or "/").encode().decode("latin-1"),
        "QUERY_STRING": address.query,
        "REQUEST_URI": address.path + (f"?{address.query}" if address.query else ""),
        "SERVER_NAME": address.hostname or "localhost",
        "SERVER_PORT": str(address.port or (443 if address.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": address.scheme,
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = text
        elif key not in ("CONTENT_LENGTH", "TRANSFER_ENCODING"):
            environ[f"HTTP_{key}"] = text
    return environ


class _Body(io.RawIOBase):
    """The parts of an answer as a file; a cut in the middle is told as the network would."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = iter(parts)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            try:
                self._left = next(self._parts, b"")
            except ConnectionCut as cut:
                raise ConnectionResetError("Connection broken: IncompleteRead") from cut
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def _response(
    request: requests.PreparedRequest, status: str, headers: list[tuple[str, str]], parts: Iterable[bytes]
) -> requests.Response:
    code, _, reason = status.partition(" ")
    response = requests.Response()
    response.status_code, response.reason = int(code), reason
    response.headers = CaseInsensitiveDict(headers)
    response.url, response.request = request.url or "", request
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    body = io.BufferedReader(_Body(part for part in parts if part))
    response.raw = HTTPResponse(
        body, HTTPHeaderDict(headers), int(code), reason=reason, preload_content=False, decode_content=False
    )
    return response
