"""Files of a web server: http and https, continued with ranges where the server has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath
from urllib.parse import quote, urlsplit, urlunsplit

import requests
from requests import Response

from sds2gen3.download.stores.login import login
from sds2gen3.download.stores.protocol import Found, Pulse, StoreError, Stream
from sds2gen3.storage import reason_of, shown

TIMEOUT = (15.0, 45.0)
"""Seconds to connect, and for each answer: a server that trickles is noticed by the watch of the downloads."""

_CHUNK = 1 << 16
_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "sds2gen3"}
_NO_HEAD = (400, 403, 405, 501)  # servers of signed addresses answer so to all but GET
_PASSING = (408, 425, 429, 500, 502, 503, 504)
_PAGES = (".html", ".htm", ".xhtml")


class WebStore:
    """A folder of a web server; a query in its address, as signed addresses have, goes with every request."""

    dicom = False

    def __init__(self, address: str, with_login: bool = True) -> None:
        self.shown = shown(address)
        self._base = urlsplit(address)
        self._session = requests.Session()
        self._session.headers.update(_HEADERS)
        self._session.auth = login(address) if with_login else None

    def look(self, key: str, pulse: Pulse) -> Found | None:
        with _told():
            answer = self._ask("HEAD", key)
            if answer.status_code in _NO_HEAD:
                answer = self._ask("GET", key)
            with answer:
                return None if answer.status_code in (404, 410) else self._found(answer, key)

    def read(self, key: str, found: Found, start: int, pulse: Pulse) -> Stream:
        headers = {"Range": f"bytes={start}-", "If-Range": found.version} if start else {}
        with _told():
            answer = self._ask("GET", key, headers)
            if answer.status_code == 416:  # the file has become shorter
                answer.close()
                answer = self._ask("GET", key)
            _check(answer)
        begins = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
        return Stream(int(begins[1]) if answer.status_code == 206 and begins else 0, _chunks(answer))

    def below(self, key: str, pulse: Pulse) -> Mapping[str, str] | None:
        return None

    def close(self) -> None:
        self._session.close()

    def _ask(self, method: str, key: str, headers: Mapping[str, str] | None = None) -> Response:
        base = self._base
        path = f"{base.path.rstrip('/')}/{quote(key)}" if key else base.path
        address = urlunsplit((base.scheme, base.netloc, path, base.query, ""))
        return self._session.request(
            method, address, headers=dict(headers or {}), stream=True, timeout=TIMEOUT, allow_redirects=True
        )

    def _found(self, answer: Response, key: str) -> Found:
        _check(answer)
        name = PurePosixPath(key or self._base.path).suffix.lower()
        if answer.history and answer.headers.get("Content-Type", "").startswith("text/html") and name not in _PAGES:
            raise StoreError("refused", "the server sends to a web page, as servers do that want a login")
        length = answer.headers.get("Content-Length", "")
        plain = "Content-Encoding" not in answer.headers and answer.status_code == 200
        version = answer.headers.get("ETag", "")
        if not version or version.startswith("W/"):  # only strong ones are good for ranges (RFC 9110 section 13.1.5)
            version = answer.headers.get("Last-Modified", "")
        ranges = plain and answer.headers.get("Accept-Ranges", "") == "bytes" and bool(version)
        return Found(int(length) if plain and length.isdigit() else None, version, ranges)


def _check(answer: Response) -> None:
    status = answer.status_code
    if status in (200, 206):
        return
    answer.close()
    reason = f"the server answers {status} {answer.reason}".rstrip()
    if status in (404, 410):
        raise StoreError("absent", reason)
    if status in (401, 403, 407):
        raise StoreError("refused", reason)
    raise StoreError("broken" if status in _PASSING else "wrong", reason)


def _chunks(answer: Response) -> Iterator[bytes]:
    with _told(), answer:
        yield from answer.iter_content(_CHUNK)


@contextmanager
def _told() -> Iterator[None]:
    """What `requests` raises, as a StoreError."""
    try:
        yield
    except requests.Timeout as error:
        raise StoreError("broken", "the server does not answer in time") from error
    except (requests.exceptions.InvalidURL, requests.exceptions.TooManyRedirects) as error:
        raise StoreError("wrong", reason_of(error)) from error
    except requests.RequestException as error:
        raise StoreError("broken", _cause(error)) from error


def _cause(error: requests.RequestException) -> str:
    """A short reason: `requests` wraps its own, with addresses, around that of the system."""
    said = str(error)
    for words in ("Name or service not known", "Connection refused", "certificate verify failed", "Connection reset"):
        if words.lower() in said.lower():
            return words[0].lower() + words[1:]
    return "the connection broke off" if "incomplete" in said.lower() or "ended" in said.lower() else reason_of(error)
