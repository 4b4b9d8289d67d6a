"""A dictionary from an address: the JSON document itself, or what a commons serves to everyone (contract section 9)."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

from sds2gen3.errors import UnreachableError, UsageError

if TYPE_CHECKING:
    import requests

MAX_BYTES = 64_000_000
MAX_SECONDS = 120.0
_MAX_REDIRECTS = 5
_TIMEOUT = (10, 30)
_SERVED = ("/api/v0/submission/_dictionary/_all", "/v0/submission/_dictionary/_all")


def fetch(url: str) -> tuple[str, bytes]:
    """The address that answered with JSON, without login and query, and its content; the root of a commons will do.

    Raises UnreachableError C924 when it cannot be reached; UsageError: C925 for another answer than JSON, C926 for a redirect to
    another host, C927 when it is too large or takes too long.
    """
    refused = None
    try:
        candidates = tuple(_candidates(url))
    except ValueError as error:
        raise UsageError.of("C924", f"'{url}' is not an address.", value=url) from error
    for candidate in candidates:
        try:
            return _shown(candidate), _get(candidate)
        except _OtherAnswer as answer:
            refused = refused or answer
    hint = "Give the address of the commons, of its .../_dictionary/_all, or of a dictionary in JSON."
    raise UsageError.of("C925", f"'{_shown(url)}' gave no dictionary: {refused}.", hint=hint, value=_shown(url))


class _OtherAnswer(Exception):
    """The address answered, but not with JSON; another one of the same commons may."""


def _candidates(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    if path.endswith("_dictionary"):
        yield urlunsplit(parts._replace(path=f"{path}/_all"))
    elif path.endswith(".json") or "_dictionary" in path:
        yield url
    else:
        for served in _SERVED:
            yield urlunsplit(parts._replace(path=path.removesuffix("/api") + served, query=""))
        yield url


def _shown(url: str) -> str:
    """The address as it may be shown: without login, query (a signature, say) and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _get(url: str) -> bytes:
    """The content, asked for by a thread that can be left behind: a server may send a byte every half minute, for ever."""
    outcome: queue.SimpleQueue[bytes | BaseException] = queue.SimpleQueue()

    def ask() -> None:
        try:
            outcome.put(_asked(url))
        except BaseException as error:
            outcome.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        got = outcome.get(timeout=max(0.0, MAX_SECONDS) + 1)
    except queue.Empty:
        raise UsageError.of("C927", f"'{_shown(url)}' takes too long to download.", value=_shown(url)) from None
    if isinstance(got, BaseException):
        raise got
    return got


def _asked(url: str) -> bytes:
    import requests

    deadline = time.monotonic() + MAX_SECONDS
    try:
        for _ in range(_MAX_REDIRECTS):
            with _session().get(url, timeout=_TIMEOUT, stream=True, allow_redirects=False) as response:
                if response.is_redirect:
                    url = _redirected(url, response.headers["location"])
                    continue
                return _json(response, url, deadline)
    except requests.RequestException as error:
        reason = "no answer in time" if isinstance(error, requests.Timeout) else "no connection"
        message = f"'{_shown(url)}' cannot be reached: {reason}."
        # What requests calls a ValueError is no address at all.
        kind = UsageError if isinstance(error, ValueError) else UnreachableError
        raise kind.of("C924", message, value=_shown(url)) from error
    raise _OtherAnswer("it redirects in circles")


def _session() -> requests.Session:
    """A session that never looks where a redirect leads: even when it shall not follow, it would read the page first, all of it."""
    import requests

    session = requests.Session()
    session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
    return session


def _redirected(url: str, location: str) -> str:
    """Where a redirect leads. Another host, or plain http after https, is not what was asked for."""
    try:
        target = urljoin(url, location)
        before, after = urlsplit(url), urlsplit(target)
    except ValueError as error:
        raise UsageError.of("C926", f"'{_shown(url)}' redirects to what is no address.", value=location) from error
    if after.netloc != before.netloc or (before.scheme, after.scheme) == ("https", "http"):
        message = f"'{_shown(url)}' redirects to '{_shown(target)}'."
        raise UsageError.of("C926", message, hint=f"If that is right, give '{_shown(target)}' yourself.")
    return target


def _json(response: requests.Response, url: str, deadline: float) -> bytes:
    if response.status_code != 200:
        raise _OtherAnswer(f"it answered {response.status_code} {response.reason}".rstrip())
    if "," in response.headers.get(
        "Content-Encoding", ""
    ):  # what is packed twice may be a thousand times a thousand as large
        raise _OtherAnswer("it answered with what is packed more than once")
    content = bytearray()
    for chunk in response.iter_content(65536):
        content += chunk
        if len(content) > MAX_BYTES or time.monotonic() > deadline:
            what = "is too large for a dictionary" if len(content) > MAX_BYTES else "takes too long to download"
            raise UsageError.of("C927", f"'{_shown(url)}' {what}.", value=_shown(url))
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        raise _OtherAnswer("it answered with something else than a JSON object")
    return bytes(content)
