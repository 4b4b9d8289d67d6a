"""The login of every request: a bearer token, made new before it ends and once when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import requests
from requests.auth import AuthBase

from sds2gen3.commons.credentials import AccessToken, ApiKey, ClientSecret, Credentials, Workspace
from sds2gen3.commons.fence import Fence
from sds2gen3.commons.replies import content_of
from sds2gen3.commons.tokens import Secret, claims, issuer, origin
from sds2gen3.commons.workspace import TokenService
from sds2gen3.errors import SdsError, UnreachableError, UsageError

_EARLY = 300.0  # seconds before its end at which a token is made new, as the Gen3 tools do


class Source(Protocol):
    """Where tokens come from. `new` gives None where no other token can be had."""

    def first(self) -> str: ...

    def new(self) -> str | None: ...


@dataclass(frozen=True)
class Identity:
    """Whose login it is, at which commons, and until when (seconds since 1970; None where the token does not say)."""

    user: str
    endpoint: str
    source: str
    key_expires: float | None
    token_expires: float | None
    now: float

    @property
    def days_left(self) -> float | None:
        """Days until the key ends (the token, where there is no key)."""
        end = self.key_expires if self.key_expires is not None else self.token_expires
        return None if end is None else (end - self.now) / 86400


class Auth(AuthBase):
    """A `requests` auth for one commons. The token goes to no other host, and into no repr.

    Raises UsageError U602 where the key is of another commons than `endpoint`, or none is known.
    """

    def __init__(self, source: Source, endpoint: str, described: str, key_expires: float | None, fence: Fence) -> None:
        self.endpoint = endpoint
        self._source = source
        self._described = described
        self._key_expires = key_expires
        self._now = fence.patience.now
        self._token: Secret | None = None
        self._renew_at = 0.0

    def __repr__(self) -> str:
        return f"Auth({self.endpoint!r}, from {self._described!r})"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if origin(request.url or "") != self.endpoint:
            raise UsageError.of("U614", f"The token of {self.endpoint} is not sent to {origin(request.url or '')}.")
        request.headers["Authorization"] = f"bearer {self.token()}"
        request.register_hook("response", self._once_more)  # type: ignore[no-untyped-call]
        return request

    def token(self) -> str:
        """A token that is good for some minutes still. Raises UnreachableError U603, U604, U610."""
        if self._token is None:
            self._keep(self._source.first())
        if self._now() >= self._renew_at and (new := self._source.new()) is not None:
            self._keep(new)
        assert self._token is not None
        return self._token.reveal()

    def renewed(self) -> str:
        """A really new token, which is used from now on. Raises UnreachableError U603 where there is no other, and as `token`."""
        new = self._source.new()
        if new is None:
            raise UnreachableError.of("U603", f"The token from {self._described} cannot be renewed: there is no key.")
        self._keep(new)
        return new

    @property
    def expired(self) -> bool:
        """Whether the token in use is past its end by our clock, which explains a refusal."""
        end = _number(claims(self._token.reveal()).get("exp")) if self._token is not None else None
        return end is not None and end <= self._now()

    def identity(self) -> Identity:
        """Who is logged in; asks for a token, so it also shows that the key is accepted."""
        said = claims(token := self.token())
        context = said.get("context")
        user = context.get("user") if isinstance(context, dict) else None
        name = user.get("name") if isinstance(user, dict) else None
        shown = next((str(one) for one in (name, said.get("azp"), said.get("sub")) if one), "unknown")
        end = _number(claims(token).get("exp"))
        return Identity(shown, self.endpoint, self._described, self._key_expires, end, self._now())

    def _keep(self, token: str) -> None:
        """Remember the token and when to make it new. Its life counts from now: the two clocks may differ."""
        said = claims(token)
        end, begin = _number(said.get("exp")), _number(said.get("iat"))
        self._token = Secret(token)
        if end is None:
            self._renew_at = float("inf")
            return
        life = end - begin if begin is not None and isinstance(self._source, _Fresh) else end - self._now()
        self._renew_at = self._now() + life - min(_EARLY, life / 2)

    def _once_more(self, response: requests.Response, **kwargs: Any) -> requests.Response:
        """On a 401 the same request again with a really new token; the answer to that is final."""
        connection = getattr(response, "connection", None)
        if response.status_code != 401 or connection is None or (new := self._source.new()) is None:
            return response
        self._keep(new)
        with suppress(requests.RequestException):
            content_of(response)  # read to its end, so that the connection can be used again
        response.close()
        again = response.request.copy()
        again.headers["Authorization"] = f"bearer {new}"
        answer: requests.Response = connection.send(again, **kwargs)
        answer.history.append(response)
        answer.request = again
        return answer


def log_in(credentials: Credentials | AuthBase, endpoint: str | None, fence: Fence) -> AuthBase:
    """The auth for a commons; a ready `gen3.auth.Gen3Auth` is used for its tokens, any other `requests` auth as it is.

    Raises UsageError U602 for credentials of another commons than `endpoint`, or where no commons is known.
    """
    if isinstance(credentials, AuthBase):
        if not (hasattr(credentials, "get_access_token") and hasattr(credentials, "refresh_access_token")):
            return credentials
        known = _agreed(endpoint, getattr(credentials, "endpoint", None), "the Gen3Auth object")
        return Auth(_OfSdk(credentials), known, "Gen3Auth", None, fence)
    if isinstance(credentials, Workspace):
        return of_workspace(TokenService.of_this_workspace(), credentials, endpoint, fence)
    known = _agreed(endpoint, credentials.endpoint, credentials.source)
    return Auth(_source(credentials, known, fence), known, credentials.source, credentials.expires, fence)


def of_workspace(service: TokenService, wanted: Workspace, endpoint: str | None, fence: Fence) -> Auth:
    """The auth with tokens of a token service, which is asked at once: its token says of which commons it is."""
    first = service.token(fence.session, wanted)
    known = _agreed(endpoint, issuer(first), wanted.source)
    source = _Fresh(lambda: service.token(fence.session, wanted))
    auth = Auth(source, known, wanted.source, None, fence)
    auth._keep(first)
    return auth


def _agreed(given: str | None, own: str | None, source: str) -> str:
    """The commons: that of the key. The one given must be the same."""
    known = origin(own) if own else None
    wanted = origin(given if "://" in given else f"https://{given}") if given else None
    if given and wanted is None:
        raise UsageError.of("U602", f"'{given}' is not the address of a commons.", value=given)
    if wanted and known and wanted != known:
        message = f"The endpoint is {wanted}, but the key from {source} is of {known}."
        raise UsageError.of("U602", message, value=wanted)
    if not wanted and not known:
        raise UsageError.of("U602", f"The credentials from {source} do not say of which commons they are.")
    return wanted or known or ""


def _source(credentials: AccessToken | ApiKey | ClientSecret, endpoint: str, fence: Fence) -> Source:
    if isinstance(credentials, AccessToken):
        return _Given(credentials, fence.patience.now)
    if isinstance(credentials, ApiKey):
        return _Fresh(lambda: fence.with_key(credentials, endpoint))
    return _Fresh(lambda: fence.with_client(credentials, endpoint))


class _Fresh:
    """A token from fence, a new one each time."""

    def __init__(self, ask: Callable[[], str]) -> None:
        self.first = ask
        self.new = ask


class _Given:
    """A token that somebody else got: there is no other."""

    def __init__(self, credentials: AccessToken, now: Callable[[], float]) -> None:
        self._credentials = credentials
        self._now = now

    def first(self) -> str:
        end = self._credentials.expires
        if end is not None and end <= self._now():
            raise UnreachableError.of("U603", f"The token from {self._credentials.source} has expired.")
        return self._credentials.token.reveal()

    def new(self) -> None:
        return None


class _OfSdk:
    """A `gen3.auth.Gen3Auth`. Its own answer to a 401 sends the same token again, so only its tokens are used."""

    def __init__(self, auth: Any) -> None:
        self._auth = auth

    def first(self) -> str:
        return self._ask(self._auth.get_access_token)

    def new(self) -> str:
        return self._ask(self._auth.refresh_access_token)

    def _ask(self, call: Callable[[], Any]) -> str:
        try:
            return str(call())
        except SdsError:
            raise
        except Exception as error:
            # Whatever the SDK raises may hold the key in its text, so only its kind is told.
            message = f"The Gen3Auth object gave no token ({type(error).__name__})."
            raise UnreachableError.of("U604", message) from None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
