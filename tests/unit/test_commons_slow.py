"""A commons that sends a byte now and then, without end or too much: every answer is bounded, a long export is not cut off."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from stub_commons import token

from sds2gen3.commons import pace, replies
from sds2gen3.commons.client import Client, connect
from sds2gen3.commons.credentials import ApiKey, parse
from sds2gen3.commons.fence import Fence
from sds2gen3.commons.patience import Patience
from sds2gen3.commons.project import Project
from sds2gen3.commons.replies import Cause
from sds2gen3.commons.session import make_session
from sds2gen3.commons.tokens import Secret
from sds2gen3.errors import UnreachableError, UsageError

Send = Callable[[Callable[[bytes], None], Event], None]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
RECORD = b'{"id": "1", "submitter_id": "a", "type": "case"}'


@pytest.fixture(autouse=True)
def bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third of a second without anything in return."""
    monkeypatch.setattr(pace, "GRACE", 0.3)


@pytest.fixture
def serve() -> Iterator[Callable[[Send], str]]:
    """Starts a server on loopback that answers every request with what `send` writes, until the test ends."""
    servers: list[ThreadingHTTPServer] = []
    over = Event()

    def start(send: Send) -> str:
        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.close_connection = True
                self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with suppress(OSError):  # the client left
                    send(lambda data: self.connection.sendall(data), over)

            do_GET = do_PUT = do_POST = do_DELETE = _answer

            def log_message(self, format: str, *args: Any) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        servers.append(server)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    over.set()
    for server in servers:
        server.shutdown()
        server.server_close()


def _commons(address: str, tries: int = 1) -> Client:
    credentials = parse(token(iss=f"{address}/user"), "stdin")
    return connect(credentials, address, patience=Patience(tries=tries, first=0.01))


def trickle(before: bytes, byte: bytes = b" ", every: float = 0.02) -> Send:
    """The beginning of an answer, then the same byte again and again."""

    def send(write: Callable[[bytes], None], over: Event) -> None:
        write(before)
        while not over.wait(every):
            write(byte)

    return send


IN_THE_BODY = trickle(HEAD + b'Content-Length: 100000000\r\n\r\n{"data": [')
IN_CHUNKS = trickle(HEAD + b'Transfer-Encoding: chunked\r\n\r\na\r\n{"data": [\r\n', b"1\r\n \r\n")
IN_THE_HEADING = trickle(HEAD + b"X-Long: ", b"x")
TRICKLES = pytest.mark.parametrize(
    "trickles", [IN_THE_BODY, IN_CHUNKS, IN_THE_HEADING], ids=["body", "chunks", "heading"]
)


def _ends_soon(call: Callable[[], Any]) -> Any:
    started = time.monotonic()
    try:
        return call()
    finally:
        assert time.monotonic() - started < 5


@TRICKLES
@pytest.mark.parametrize(
    "asks",
    [
        lambda commons: commons.programs(),
        lambda commons: commons.dictionary(),
        lambda commons: commons.graphql("{ case { id } }"),
        lambda commons: list(Project(commons, "p", "q").export("case")),
    ],
    ids=["programs", "dictionary", "graphql", "export"],
)
def test_reading_from_a_commons_that_trickles_ends(
    serve: Callable[[Send], str], trickles: Send, asks: Callable[[Client], Any]
) -> None:
    commons = _commons(serve(trickles))
    with pytest.raises(UnreachableError) as told:
        _ends_soon(lambda: asks(commons))
    assert (told.value.diagnostics[0].code, told.value.exit_code) == ("U610", 3)


@TRICKLES
def test_a_write_whose_answer_trickles_is_lost(serve: Callable[[Send], str], trickles: Send) -> None:
    project = Project(_commons(serve(trickles)), "p", "q")
    assert _ends_soon(lambda: project.put([{"type": "case"}])).cause is Cause.LOST


@TRICKLES
def test_a_login_that_trickles_ends(serve: Callable[[Send], str], trickles: Send) -> None:
    fence = Fence(make_session(), Patience(tries=1))
    key = ApiKey(Secret(token()), "id", "the test")
    address = serve(trickles)
    with pytest.raises(UnreachableError, match="cannot be reached"):
        _ends_soon(lambda: fence.with_key(key, address))


def test_an_export_may_take_long_while_it_goes_on(serve: Callable[[Send], str]) -> None:
    """Four times as long as anything may stand still, at ten times the speed that is asked for."""

    def send(write: Callable[[bytes], None], over: Event) -> None:
        write(HEAD + b'Connection: close\r\n\r\n{"data": [')
        for number in range(25):
            write((b", " if number else b"") + b", ".join([RECORD] * 10))
            over.wait(0.05)
        write(b"]}")

    started = time.monotonic()
    assert len(list(Project(_commons(serve(send)), "p", "q").export("case"))) == 250
    assert time.monotonic() - started > 4 * pace.GRACE


def test_time_in_which_nobody_reads_does_not_count(serve: Callable[[Send], str]) -> None:
    def send(write: Callable[[bytes], None], over: Event) -> None:
        write(HEAD + b'Connection: close\r\n\r\n{"data": [' + b", ".join([RECORD] * 20_000) + b"]}")

    records = Project(_commons(serve(send)), "p", "q").export("case")
    next(records)
    time.sleep(2 * pace.GRACE)
    assert len(list(records)) == 19_999


def test_an_answer_that_is_read_as_a_whole_has_a_bound_in_time(
    serve: Callable[[Send], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "MOST_SECONDS", 0.3)
    flows = trickle(HEAD + b'Connection: close\r\n\r\n{"data": "', b"x" * 10_000, 0.01)
    with pytest.raises(UnreachableError, match="broke off its answer"):
        _ends_soon(_commons(serve(flows)).programs)


@pytest.mark.parametrize("packed", ["", "gzip", "gzip, gzip"])
def test_an_answer_without_end_is_not_read_whole(
    serve: Callable[[Send], str], monkeypatch: pytest.MonkeyPatch, packed: str
) -> None:
    monkeypatch.setattr(replies, "MOST_BYTES", 1_000_000)
    sent = 0
    piece = b" " * 1_000_000
    for _ in packed.split(", ") if packed else ():
        piece = gzip.compress(piece)

    def send(write: Callable[[bytes], None], over: Event) -> None:
        nonlocal sent
        write(HEAD + (f"Content-Encoding: {packed}\r\n".encode() if packed else b"") + b"Connection: close\r\n\r\n")
        while sent < 1_000_000_000 and not over.is_set():
            write(piece)
            sent += len(piece)

    with pytest.raises(UnreachableError, match="broke off its answer"):
        _ends_soon(_commons(serve(send)).programs)
    assert sent < 50_000_000  # and what the buffers of the system hold


@pytest.mark.parametrize("location", ["http://[", "file:///etc/hostname", "https://example.org/"])
def test_a_redirect_to_elsewhere_is_not_followed_and_its_page_not_read(
    serve: Callable[[Send], str], location: str
) -> None:
    sent = 0

    def send(write: Callable[[bytes], None], over: Event) -> None:
        nonlocal sent
        write(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n".encode())
        for _ in range(1_000):
            write(b" " * 1_000_000)
            sent += 1_000_000

    with pytest.raises(UsageError) as told:
        _ends_soon(_commons(serve(send)).programs)
    assert told.value.diagnostics[0].code == "U614"
    assert sent < 30_000_000
