"""Client: one commons over HTTP. It reads patiently and writes once; what to do after a failed write is the sender's matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit

import orjson
import requests
from requests.adapters import BaseAdapter
from requests.auth import AuthBase

from sds2gen3.commons.auth import Auth, log_in
from sds2gen3.commons.credentials import Credentials, find
from sds2gen3.commons.fence import Fence
from sds2gen3.commons.limits import Allowance, allowance, pause_asked
from sds2gen3.commons.patience import Patience
from sds2gen3.commons.replies import Cause, Reply, content_of, lost, read_reply, sentence
from sds2gen3.commons.session import make_session
from sds2gen3.commons.tokens import origin
from sds2gen3.errors import UnreachableError, UsageError

_TIMEOUT = (10.0, 330.0)  # a front gives up after 300 s; its own word is better than our guess
_REDIRECTS = 3
_SLOW = (408, 504)


class TooSlowError(UnreachableError):
    """The commons did not answer in time: it may if less is asked for."""


def connect(
    credentials: Credentials | AuthBase | None = None,
    endpoint: str | None = None,
    *,
    ca_bundle: Path | None = None,
    adapter: BaseAdapter | None = None,
    patience: Patience | None = None,
) -> Client:
    """A Client for the commons of the credentials (searched for where none are given); nothing is sent yet.

    Raises UsageError U600-U602, U605, U613.
    """
    patience = patience or Patience()
    session = make_session(ca_bundle, adapter)
    auth = log_in(credentials or find(), endpoint, Fence(session, patience))
    return Client(auth, endpoint, session=session, patience=patience)


class Client:
    """A commons. `auth` is any `requests` auth; its `endpoint`, if it has one, is the commons.

    `api` is the path of the services, '/api' behind the front that every commons has, '' before a bare sheepdog.
    Reading methods raise UnreachableError U604, U610-U612, U620 and UsageError U611, U614, U621.
    """

    def __init__(
        self,
        auth: AuthBase,
        endpoint: str | None = None,
        *,
        session: requests.Session | None = None,
        patience: Patience | None = None,
        timeout: tuple[float, float] = _TIMEOUT,
        api: str = "/api",
    ) -> None:
        own = getattr(auth, "endpoint", None)
        known = origin(str(own or endpoint or ""))
        if known is None:
            raise UsageError.of("U602", "It is not said which commons to talk to.")
        self.endpoint = known
        self.auth = auth
        self.patience = patience or Patience()
        self._session = session or make_session()
        self._timeout = timeout
        self._root = f"{known}{api}/v0/submission"
        self._asked_pause = 0.0
        self._allowance: Allowance | None = None
        self._told_allowance = False

    def __repr__(self) -> str:
        return f"Client({self.endpoint!r})"

    @property
    def in_process(self) -> bool:
        """Whether the commons lives in this process, so that nobody else can write to it; its adapter says so."""
        return getattr(self._session.get_adapter(self.endpoint), "in_process", False) is True

    @property
    def allowance(self) -> Allowance | None:
        """How many requests the commons allows, as its last answer said; None where it did not."""
        return self._allowance

    def address(self, *steps: str, slash: bool = False, **query: str) -> str:
        """The address below the submission service; each step is percent-encoded, so that any name fits."""
        path = "".join("/" + quote(step, safe=",") for step in steps) + ("/" if slash else "")
        return self._root + path + (f"?{urlencode(query)}" if query else "")

    def programs(self) -> list[str]:
        """The names of all programs."""
        return self._names(self.address(slash=True))

    def projects(self, program: str) -> list[str]:
        """The codes of a program's projects. Raises UsageError U621 for an unknown program."""
        return self._names(self.address(program))

    def dictionary(self) -> bytes:
        """The data dictionary as the commons serves it, in JSON (`sds2gen3.dictionary.from_json` reads it)."""
        with self.read("GET", self.address("_dictionary", "_all")) as response:
            content = content_of(response)
        if not content.lstrip().startswith(b"{"):
            raise self._strange("no dictionary")
        return content

    def graphql(self, query: str, variables: Mapping[str, Any] | None = None, patient: bool = True) -> dict[str, Any]:
        """The `data` of a GraphQL answer. Raises UsageError U615 for a query that the commons refuses.

        A list is cut at 10 unless the query says `first: 0`, and what may not be read is just not there [A02, A35].
        Where not `patient`, an answer that takes too long raises TooSlowError at once, so that less can be asked for.
        """
        body = orjson.dumps({"query": query, "variables": dict(variables or {})})
        with self.read("POST", self.address("graphql"), body, expect=(200, 400), patient=patient) as response:
            document = _json(response)
        if not isinstance(document, dict):
            raise self._strange("no answer to a query")
        errors = document.get("errors")
        if response.status_code != 200 or errors:
            words = errors if isinstance(errors, list) else [document.get("message")]
            raise UsageError.of("U615", f"The commons refused a query: {'; '.join(map(str, words))}.")
        data = document.get("data")
        return data if isinstance(data, dict) else {}

    def write(
        self, method: str, address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request that changes something, once; only a request that was turned away unread is sent again.

        Raises UnreachableError U612, U616 and UsageError U614; everything else is in the Reply.
        """
        for pause in (*self.patience.pauses(), None):
            try:
                response = self._send(method, address, body, headers, stream=True)
            except requests.exceptions.SSLError:
                raise self._untrusted() from None
            except requests.RequestException as error:
                return lost("no answer in time" if isinstance(error, requests.Timeout) else "the connection broke")
            reply = read_reply(response)
            if reply.cause is not Cause.BUSY or pause is None:
                return reply
            if not self._asked_pause:
                self.patience.wait(pause, f"{self.endpoint} has too many requests")
        raise AssertionError("the last attempt returns")

    @contextmanager
    def read(
        self,
        method: str,
        address: str,
        body: bytes | None = None,
        expect: tuple[int, ...] = (200,),
        patient: bool = True,
    ) -> Iterator[requests.Response]:
        """The answer to a request that changes nothing, asked for again while the commons is away; closed at the end.

        Where not `patient`, TooSlowError is raised at the first answer that does not come in time.
        """
        response = self._patiently(method, address, body, patient)
        try:
            if response.status_code not in expect:
                raise self._refused(response)
            yield response
        except requests.RequestException as error:
            raise UnreachableError.of("U610", f"{self.endpoint} broke off its answer.") from error
        finally:
            response.close()

    def _patiently(self, method: str, address: str, body: bytes | None, patient: bool) -> requests.Response:
        reason = ""
        for pause in (*self.patience.pauses(), None):
            try:
                response = self._send(method, address, body, None, stream=True)
            except requests.exceptions.SSLError:
                raise self._untrusted() from None
            except requests.RequestException as error:
                slow = isinstance(error, requests.ReadTimeout)
                reason = "no answer in time" if isinstance(error, requests.Timeout) else "no connection"
            else:
                if response.status_code < 500 and response.status_code not in (408, 429):
                    return response
                slow = response.status_code in _SLOW
                reason = f"it answered {response.status_code}"
                response.close()
            if slow and not patient:
                raise TooSlowError.of("U610", f"{self.endpoint} takes too long: {reason}.")
            if pause is not None and not self._asked_pause:
                self.patience.wait(pause, f"{self.endpoint} cannot be reached: {reason}")
        raise UnreachableError.of("U610", f"{self.endpoint} cannot be reached: {reason}.")

    def _send(
        self, method: str, address: str, body: bytes | None, headers: Mapping[str, str] | None, stream: bool = False
    ) -> requests.Response:
        """One request with its login, after the pause that the last answer asked for; redirected within the commons only."""
        if self._asked_pause:
            allowed = self._allowance
            why = f"{self._host} {allowed}" if allowed and not allowed.left else f"{self.endpoint} asks to wait"
            self.patience.wait(self._asked_pause, why)
            self._asked_pause = 0.0
        sent = {**({"Content-Type": "application/json"} if body is not None else {}), **(headers or {})}
        for _ in range(_REDIRECTS + 1):
            response = self._session.request(
                method,
                address,
                data=body,
                headers=sent,
                auth=self.auth,
                timeout=self._timeout,
                allow_redirects=False,
                stream=stream,
            )
            self._note_limits(response)
            if not response.is_redirect:
                return response
            response.close()
            address = self._redirected(method, address, response.headers["location"])
        raise UsageError.of("U614", f"{self.endpoint} redirects in circles.")

    def _redirected(self, method: str, address: str, location: str) -> str:
        try:
            target = urljoin(address, location)
        except ValueError:
            raise UsageError.of("U614", f"{self.endpoint} redirects to what is no address.", value=location) from None
        if origin(target) != self.endpoint or method != "GET":
            parts = urlsplit(target)
            shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
            raise UsageError.of("U614", f"{self.endpoint} redirects to {shown}.")
        return target

    def _note_limits(self, response: requests.Response) -> None:
        asked = pause_asked(response.status_code, response.headers, self.patience.now())
        if asked > self.patience.most:
            message = f"{self.endpoint} asks to wait {asked / 60:.0f} minutes."
            raise UnreachableError.of("U616", message)
        self._asked_pause = asked
        self._allowance = allowed = allowance(response.headers, self.patience.now())
        if allowed is not None and allowed.left and allowed.is_low and not self._told_allowance:
            self._told_allowance = True
            self.patience.tell(f"{self._host} {allowed}.")

    @property
    def _host(self) -> str:
        return urlsplit(self.endpoint).hostname or self.endpoint

    def _names(self, address: str) -> list[str]:
        with self.read("GET", address) as response:
            document = _json(response)
        links = document.get("links") if isinstance(document, dict) else None
        if not isinstance(links, list):
            raise self._strange("no list of programs or projects")
        return [unquote(str(link).rstrip("/").rpartition("/")[2]) for link in links]

    def _refused(self, response: requests.Response) -> Exception:
        """Why a reading request was not answered, as an exception."""
        reply = read_reply(response)
        if reply.cause in _STOPS:
            return stopped(self, reply)
        return self._strange(f"{response.status_code} {reply.message}".rstrip())

    def _strange(self, what: str) -> UsageError:
        message = sentence(f"{self.endpoint} does not answer as a Gen3 commons: {what}")
        error = UsageError.of("U611", message)
        assert isinstance(error, UsageError)
        return error

    def _untrusted(self) -> Exception:
        return UnreachableError.of("U612", f"The certificate of {self.endpoint} is not trusted.")


_WHOSE = "'sds2gen3 auth check' tells whose key it is, and how long it is good for."
_STOPS = (Cause.LOGIN, Cause.FORBIDDEN, Cause.MISSING, Cause.CLOSED)


def stopped(client: Client, reply: Reply) -> Exception:
    """The exception for an answer after which nothing more can be done: U604, U620 (exit 3), U621, U622 (exit 2)."""
    words = sentence(reply.words)
    if reply.cause is Cause.LOGIN and isinstance(client.auth, Auth) and client.auth.expired:
        return UnreachableError.of("U603", f"The token for {client.endpoint} has expired.")
    if reply.cause is Cause.LOGIN:
        hint = f"Make a new key on the profile page of {client.endpoint}; {_WHOSE}"
        return UnreachableError.of("U604", f"{client.endpoint} refused the login: {words}", hint=hint)
    if reply.cause is Cause.FORBIDDEN:
        hint = f"Ask the administrators of the commons for the right to do it; {_WHOSE}"
        return UnreachableError.of("U620", f"You may not do this at {client.endpoint}: {words}", hint=hint)
    if reply.cause is Cause.CLOSED:
        return UsageError.of("U622", words)
    return UsageError.of("U621", f"{client.endpoint} has no such program or project: {words}")


def _json(response: requests.Response) -> Any:
    try:
        return orjson.loads(content_of(response))
    except orjson.JSONDecodeError:
        return None
