"""A dictionary from an address: from the file itself, or from a commons that is asked for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from dictionary_maker import sound

from sds2gen3.dictionary import fetch as fetching
from sds2gen3.dictionary import load
from sds2gen3.errors import UnreachableError, UsageError

Answer = tuple[int, dict[str, str], bytes]
Serve = Callable[[dict[str, Answer]], str]
DICTIONARY = json.dumps(sound()).encode()
PAGE = b"<!doctype html><title>A portal that answers everything</title>"


def _ok(content: bytes) -> Answer:
    return 200, {}, content


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server on loopback that answers by path ('*' for any other), and gives its address."""
    servers: list[ThreadingHTTPServer] = []

    def start(answers: dict[str, Answer]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, headers, content = answers.get(self.path, answers.get("*", (404, {}, b"")))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("", "/api/v0/submission/_dictionary/_all"),
        ("/", "/api/v0/submission/_dictionary/_all"),
        ("/api", "/api/v0/submission/_dictionary/_all"),
        ("", "/v0/submission/_dictionary/_all"),
        ("/api/v0/submission/_dictionary", "/api/v0/submission/_dictionary/_all"),
        ("/api/v0/submission/_dictionary/_all", "/api/v0/submission/_dictionary/_all"),
        ("/dictionaries/1.2/schema.json", "/dictionaries/1.2/schema.json"),
        ("/latest", "/latest"),
    ],
)
@pytest.mark.parametrize("otherwise", [(404, {}, b""), (200, {}, PAGE)], ids=["not found", "page"])
def test_a_commons_or_a_file_gives_its_dictionary(serve: Serve, asked: str, answered: str, otherwise: Answer) -> None:
    root = serve({answered: _ok(DICTIONARY), "*": otherwise})
    dictionary = load(root + asked)
    assert dictionary.order == ("experiment", "case")
    assert (dictionary.name, dictionary.source) == ("127.0.0.1", root + answered)


def test_a_redirect_on_the_same_host_is_followed(serve: Serve) -> None:
    root = serve({"/d.json": (302, {"Location": "/e.json"}, b""), "/e.json": _ok(DICTIONARY)})
    assert load(f"{root}/d.json").order == ("experiment", "case")


def _refusal(address: str) -> tuple[str, str]:
    with pytest.raises(UsageError) as caught:
        load(address)
    (one,) = caught.value.diagnostics
    return one.code, one.message


def test_a_redirect_to_another_host_is_refused(serve: Serve) -> None:
    other = serve({"/e.json": _ok(DICTIONARY)})
    root = serve({"/d.json": (302, {"Location": f"{other}/e.json"}, b"")})
    assert _refusal(f"{root}/d.json") == ("C926", f"'{root}/d.json' redirects to '{other}/e.json'.")


def test_redirects_in_a_circle_end(serve: Serve) -> None:
    root = serve({"/d.json": (302, {"Location": "/d.json"}, b"")})
    assert _refusal(f"{root}/d.json")[0] == "C925"


def test_a_page_is_no_dictionary(serve: Serve) -> None:
    root = serve({"*": _ok(PAGE)})
    message = f"'{root}' gave no dictionary: it answered with something else than a JSON object."
    assert _refusal(root) == ("C925", message)


def test_an_error_of_the_server_is_told(serve: Serve) -> None:
    root = serve({"*": (503, {}, b"")})
    assert _refusal(f"{root}/d.json")[1].endswith("it answered 503 Service Unavailable.")


def test_other_json_is_no_dictionary(serve: Serve) -> None:
    assert _refusal(serve({"*": _ok(b'{"message": "hello"}')}))[0] == "C922"


def test_too_much_is_not_taken(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_BYTES", 100)
    assert _refusal(serve({"*": _ok(DICTIONARY)}) + "/d.json")[0] == "C927"


def test_too_slow_is_not_waited_for(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_SECONDS", -1.0)
    assert _refusal(serve({"*": _ok(DICTIONARY)}) + "/d.json")[1].endswith("takes too long to download.")


@pytest.mark.parametrize("address", ["http://[", "http:///d.json"])
def test_what_is_no_address_is_told(address: str) -> None:
    assert _refusal(address)[0] == "C924"


def test_an_address_that_cannot_be_reached_is_no_fault_of_the_caller() -> None:
    with pytest.raises(UnreachableError) as error:
        load("http://127.0.0.1:1/d.json")
    assert (error.value.diagnostics[0].code, error.value.exit_code) == ("C924", 3)


def test_login_and_signature_are_not_shown(serve: Serve) -> None:
    root = serve({"*": (404, {}, b"")}).replace("http://", "http://me:secret@")
    code, message = _refusal(f"{root}/d.json?signature=secret")
    assert code == "C925"
    assert "secret" not in message
