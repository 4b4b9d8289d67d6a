"""An address of a dictionary that does not play fair: whatever it does, it is given up soon, and little of it is read."""

from __future__ import annotations

import gzip
import json
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event, Thread

import pytest
from dictionary_maker import sound

from sds2gen3.dictionary import fetch as fetching
from sds2gen3.dictionary import load
from sds2gen3.errors import SdsError, UnreachableError, UsageError

DICTIONARY = json.dumps(sound()).encode()
OK = b"HTTP/1.1 200 OK\r\n"
PATIENCE = 1.0


class Server:
    """A server on loopback that writes what it is told on every connection, and counts the bytes that it got rid of."""

    def __init__(self, writes: Callable[[Server], Iterator[bytes]]) -> None:
        self.sent = self.asked = 0
        self.over = Event()
        self._writes = writes
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.over.set()
        self._socket.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65_536)
            self.asked += 1
            for piece in self._writes(self):
                connection.sendall(piece)
                self.sent += len(piece)


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[Server], Iterator[bytes]]], Server]]:
    servers: list[Server] = []

    def start(writes: Callable[[Server], Iterator[bytes]]) -> Server:
        servers.append(Server(writes))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


Serve = Callable[[Callable[[Server], Iterator[bytes]]], Server]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_SECONDS", PATIENCE)


def given_up(address: str) -> tuple[str, str]:
    """Code and message of the refusal, which comes in time, costs little memory and has a hint."""
    started = time.monotonic()
    tracemalloc.start()
    try:
        with pytest.raises(SdsError) as told:
            load(address)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.monotonic() - started < PATIENCE + 8
    assert peak < 200_000_000
    (one,) = told.value.diagnostics
    assert one.hint
    assert isinstance(told.value, UnreachableError if one.code == "C924" else UsageError)
    return one.code, one.message


def hangs_before_the_heading(server: Server) -> Iterator[bytes]:
    server.over.wait(30)
    yield b""


def hangs_in_the_heading(server: Server) -> Iterator[bytes]:
    yield OK + b"Content-Type: app"
    server.over.wait(30)


def hangs_in_the_body(server: Server) -> Iterator[bytes]:
    yield OK + b'Content-Length: 1000\r\n\r\n{"case": '
    server.over.wait(30)


def trickles_in_the_heading(server: Server) -> Iterator[bytes]:
    yield OK + b"X-Long: "
    while not server.over.wait(0.05):
        yield b"x"


def trickles_in_the_body(server: Server) -> Iterator[bytes]:
    yield OK + b'Content-Length: 100000\r\n\r\n{"case": '
    while not server.over.wait(0.05):
        yield b" "


def trickles_in_chunks(server: Server) -> Iterator[bytes]:
    yield OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"
    while not server.over.wait(0.05):
        yield b"1\r\n \r\n"


def trickles_in_redirects(server: Server) -> Iterator[bytes]:
    yield b"HTTP/1.1 302 Found\r\nLocation: /again.json\r\nX-Long: "
    while not server.over.wait(0.05):
        yield b"x"


@pytest.mark.parametrize(
    "writes",
    [
        hangs_before_the_heading,
        hangs_in_the_heading,
        hangs_in_the_body,
        trickles_in_the_heading,
        trickles_in_the_body,
        trickles_in_chunks,
        trickles_in_redirects,
    ],
    ids=lambda writes: writes.__name__,
)
def test_a_server_that_hangs_or_trickles_is_not_waited_for(
    serve: Serve, writes: Callable[[Server], Iterator[bytes]]
) -> None:
    address = f"{serve(writes).address}/d.json"
    assert given_up(address) == ("C927", f"'{address}' takes too long to download.")


@pytest.mark.parametrize("length", [b"Content-Length: 1000000000\r\n", b""], ids=["announced", "without an end"])
def test_a_gigabyte_is_not_read_whole(serve: Serve, monkeypatch: pytest.MonkeyPatch, length: bytes) -> None:
    monkeypatch.setattr(fetching, "MAX_BYTES", 2_000_000)
    monkeypatch.setattr(fetching, "MAX_SECONDS", 30.0)

    def gigabyte(server: Server) -> Iterator[bytes]:
        yield OK + length + b"\r\n{"
        for _ in range(1_000):
            yield b" " * 1_000_000

    server = serve(gigabyte)
    address = f"{server.address}/d.json"
    assert given_up(address) == ("C927", f"'{address}' is too large for a dictionary.")
    assert 1_000_000 <= server.sent < 30_000_000  # what was read, and what the buffers of the system hold
    assert server.asked == 1


def test_the_page_of_a_redirect_is_not_read(serve: Serve) -> None:
    def gigabyte(server: Server) -> Iterator[bytes]:
        yield b"HTTP/1.1 302 Found\r\nLocation: http://example.org/d.json\r\n\r\n"
        for _ in range(1_000):
            yield b" " * 1_000_000

    server = serve(gigabyte)
    assert given_up(f"{server.address}/d.json")[0] == "C926"
    assert server.sent < 30_000_000


def test_the_bound_is_some_ten_times_the_largest_dictionary() -> None:
    assert fetching.MAX_BYTES <= 64_000_000
    assert sum(fetching._TIMEOUT) + PATIENCE < 120


def _packed(content: bytes, encoding: str) -> Callable[[Server], Iterator[bytes]]:
    heading = f"Content-Encoding: {encoding}\r\nContent-Length: {len(content)}\r\n\r\n".encode()
    return lambda _: iter([OK + heading + content])


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_packed_bomb_is_not_unpacked(serve: Serve, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    """80 MB in 80 kB."""
    monkeypatch.setattr(fetching, "MAX_SECONDS", 30.0)
    monkeypatch.setattr(fetching, "MAX_BYTES", 10_000_000)
    spaces = b"{" + b" " * 80_000_000
    bomb = gzip.compress(spaces) if encoding == "gzip" else zlib.compress(spaces)
    del spaces
    assert given_up(f"{serve(_packed(bomb, encoding)).address}/d.json")[1].endswith("is too large for a dictionary.")


def test_what_is_packed_more_than_once_is_not_unpacked(serve: Serve) -> None:
    """A gigabyte packed twice is 5 kB."""
    bomb = gzip.compress(gzip.compress(b"{" + b" " * 50_000_000))
    code, message = given_up(f"{serve(_packed(bomb, 'gzip, gzip')).address}/d.json")
    assert (code, message.endswith("it answered with what is packed more than once.")) == ("C925", True)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_dictionary_may_be_packed(serve: Serve, encoding: str) -> None:
    content = gzip.compress(DICTIONARY) if encoding == "gzip" else zlib.compress(DICTIONARY)
    assert load(f"{serve(_packed(content, encoding)).address}/d.json").order == ("experiment", "case")


def test_what_is_said_to_be_packed_and_is_not_is_no_answer(serve: Serve) -> None:
    assert given_up(f"{serve(_packed(b'{no gzip', 'gzip')).address}/d.json")[0] == "C924"


def _redirects(location: str) -> Callable[[Server], Iterator[bytes]]:
    return lambda _: iter([f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()])


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/hostname",
        "file:/etc/hostname",
        "ftp://127.0.0.1/d.json",
        "//example.org/d.json",
        "data:,{}",
        "http://[",
    ],
)
def test_a_redirect_to_elsewhere_is_not_followed(serve: Serve, location: str) -> None:
    assert given_up(f"{serve(_redirects(location)).address}/d.json")[0] == "C926"


@pytest.mark.parametrize("to_itself", [True, False], ids=["to itself", "to and fro"])
def test_redirects_without_end_are_followed_a_few_times(serve: Serve, to_itself: bool) -> None:
    def round_and_round(server: Server) -> Iterator[bytes]:
        location = "/d.json" if to_itself else f"/{server.asked}.json"
        yield f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()

    server = serve(round_and_round)
    assert given_up(f"{server.address}/d.json")[1].endswith("it redirects in circles.")
    assert server.asked <= 6


@pytest.mark.parametrize("kind", ["text/html", "image/png", "application/octet-stream", "nonsense", ""])
def test_the_content_counts_not_what_it_is_called(serve: Serve, kind: str) -> None:
    def answers(content: bytes) -> Callable[[Server], Iterator[bytes]]:
        heading = f"Content-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n".encode()
        return lambda _: iter([OK + heading + content])

    assert load(f"{serve(answers(DICTIONARY)).address}/d.json").order == ("experiment", "case")
    picture = given_up(f"{serve(answers(bytes(range(256)))).address}/d.json")
    assert picture[0] == "C925"


@pytest.mark.parametrize(
    "content",
    [b"SSH-2.0-OpenSSH_9.6\r\n", b"", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1_000],
    ids=repr,
)
def test_what_does_not_speak_http_is_told(serve: Serve, content: bytes) -> None:
    assert given_up(f"{serve(lambda _: iter([content])).address}/d.json")[0] == "C924"
