"""A web server on loopback with files, ranges and faults: what breaks off, hangs, trickles or asks for a login."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit


@dataclass
class Files:
    """The files by path, and how the server behaves. `asked` are the requests it got: method, path with query, Range."""

    content: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    etag: bool = True
    breaks: list[int] = field(default_factory=list)  # for each GET in turn: break off after so many bytes
    status: dict[str, int] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    hang: set[str] = field(default_factory=set)
    trickle: set[str] = field(default_factory=set)
    no_head: bool = False
    endless: set[str] = field(default_factory=set)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    url: str = ""
    ended: threading.Event = field(default_factory=threading.Event)

    def gets(self) -> list[tuple[str, str]]:
        """(path, Range) of each file that was asked for."""
        return [(path, ranged) for method, path, ranged in self.asked if method == "GET"]


@contextmanager
def served(**behaviour: object) -> Iterator[Files]:
    """A running server."""
    files = Files(**behaviour)  # type: ignore[arg-type]

    class Handler(_Handler):
        told = files

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    files.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield files
    finally:
        files.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    told: Files
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        told, path = self.told, unquote(urlsplit(self.path).path).lstrip("/")
        told.asked.append((self.command, self.path, self.headers.get("Range", "")))
        told.logins.append(self.headers.get("Authorization", ""))
        if path in told.hang:
            told.ended.wait(30)
        if path in told.moved:
            return self._bare(302, Location=told.moved[path])
        status = told.status.get(path, 200 if path in told.content else 404)
        if self.command == "HEAD" and told.no_head:
            status = 405
        if status != 200:
            return self._bare(status)
        return self._send(path, body)

    def _bare(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, path: str, body: bool) -> None:
        told, content = self.told, self.told.content[path]
        tag, start = f'"{hash(content)}"', 0
        begins = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")) if told.ranges else None
        if begins and self.headers.get("If-Range", tag) == tag:
            start = int(begins[1])
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if told.ranges:
            self.send_header("Accept-Ranges", "bytes")
        if told.etag:
            self.send_header("ETag", tag)
        self.send_header("Content-Type", "text/html" if path.endswith("login") else "application/octet-stream")
        if path in told.endless:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        if body:
            self._body(path, content[start:])

    def _body(self, path: str, content: bytes) -> None:
        told = self.told
        if path in told.endless:
            while not told.ended.is_set():
                self.wfile.write(b"x" * 65_536)
        if path in told.trickle:
            for position in range(len(content)):
                self.wfile.write(content[position : position + 1])
                time.sleep(0.05)
                if told.ended.is_set():
                    return
        if told.breaks and (count := told.breaks.pop(0)) < len(content):
            self.wfile.write(content[:count])
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
            return
        self.wfile.write(content)
