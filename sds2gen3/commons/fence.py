"""Fence, the login service of a commons: tokens for a key or an OIDC client (contract section 13)."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

import orjson
import requests

from sds2gen3.commons.credentials import ApiKey, ClientSecret
from sds2gen3.commons.patience import Patience
from sds2gen3.commons.replies import content_of, sentence
from sds2gen3.commons.tokens import without_tokens
from sds2gen3.errors import UnreachableError, UsageError

_KEY_PATH = "/user/credentials/cdis/access_token"
_CLIENT_PATH = "/user/oauth2/token"
_TIMEOUT = (10.0, 60.0)
_HOUR = 3600.0
_REFUSED = (400, 401, 403)  # 400 for a key that fence cannot use [B00b-B00e]
_TURNED_AWAY = (408, 413, 429)  # by the front, before fence saw it
_SKEW = 300.0  # seconds by which our clock and the server's may differ


@dataclass(frozen=True)
class Fence:
    """Asks for tokens. The secrets travel in the body or as basic auth, never in an address."""

    session: requests.Session = field(default_factory=requests.Session, repr=False)
    patience: Patience = field(default_factory=Patience)

    def with_key(self, key: ApiKey, endpoint: str) -> str:
        """A new access token. A key in its last hour is asked for less than an hour, else fence refuses [B00e].

        Raises UnreachableError: U603 for an expired key, U604 for a refusal, U610 for no answer, and UsageError U611 where
        no login service answers.
        """
        left = None if key.expires is None else key.expires - self.patience.now()
        if left is not None and left <= 0:
            message = f"The key from {key.source} has expired."
            raise UnreachableError.of("U603", message, hint=f"Make a new one on the profile page of {endpoint}.")
        query = {}
        if left is not None and left < _HOUR + _SKEW:
            query = {"expires_in": str(max(1, int(left - min(_SKEW, left / 2))))}
        body = {"api_key": key.key.reveal(), "key_id": key.key_id}
        return self._ask(endpoint, _KEY_PATH, key.source, params=query, json=body, auth=_no_auth)

    def with_client(self, client: ClientSecret, endpoint: str) -> str:
        """A new access token of an OIDC client. Raises UnreachableError U604, U610."""
        basic = (client.client_id, client.secret.reveal())
        form = {"grant_type": "client_credentials", "scope": client.scopes}
        return self._ask(endpoint, _CLIENT_PATH, client.source, data=form, auth=basic)

    def _ask(self, endpoint: str, path: str, source: str, **request: Any) -> str:
        answer, content = self._patiently(endpoint, path, request)
        if answer.is_redirect:
            raise UsageError.of("U614", f"{endpoint} sends the login to another address, which is not followed.")
        token = _token(answer, content)
        if token is not None:
            return token
        said = sentence(_said(answer, content))
        if answer.status_code in _REFUSED:
            raise UnreachableError.of("U604", f"{endpoint} refused the login from {source}: {said}")
        if answer.status_code in _TURNED_AWAY:
            message = f"The login service of {endpoint} did not take the request: {said}"
            hint = "Ask the administrators of the commons." if answer.status_code == 413 else ""
            raise UnreachableError.of("U610", message, hint=hint)
        raise UsageError.of("U611", f"{endpoint} has no login service as a Gen3 commons has: {said}")

    def _patiently(self, endpoint: str, path: str, request: dict[str, Any]) -> tuple[requests.Response, bytes]:
        """The answer and its body, asked for again where there was none or a gateway's."""
        reason = ""
        for pause in (*self.patience.pauses(), None):
            try:
                answer = self.session.post(
                    endpoint + path, timeout=_TIMEOUT, allow_redirects=False, stream=True, **request
                )
                content = content_of(answer)
            except requests.exceptions.SSLError:
                raise UnreachableError.of("U612", f"The certificate of {endpoint} is not trusted.") from None
            except requests.RequestException as error:
                reason = "no answer in time" if isinstance(error, requests.Timeout) else "no connection"
            else:
                if answer.status_code < 500 and answer.status_code not in (408, 429):
                    return answer, content
                reason = f"it answered {answer.status_code}"
            if pause is not None:
                self.patience.wait(pause, f"The login service gave no token: {reason}")
        raise UnreachableError.of("U610", f"{endpoint} cannot be reached: {reason}.")


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from adding a login of ~/.netrc."""
    return request


def _token(answer: requests.Response, content: bytes) -> str | None:
    try:
        token = orjson.loads(content).get("access_token") if answer.status_code == 200 else None
    except (ValueError, AttributeError):
        return None
    return token if isinstance(token, str) and token else None


def _said(answer: requests.Response, content: bytes) -> str:
    """The words of an error page of fence, which is HTML [B00b-B00e], in one line and without any token."""
    text = re.sub(r"(?is)<(script|style|head)\b.*?</\1>", " ", content[:20_000].decode("utf-8", "replace"))
    words = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())
    words = words.removeprefix(str(answer.status_code)).strip(" .:")
    shown = without_tokens(words)[:200]
    return f"{answer.status_code} {shown}".strip() if shown else str(answer.status_code)
