"""Where the login comes from: searched for exactly as the Gen3 tools do, and never taken from an option's own text."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sds2gen3.commons.tokens import Secret, claims, issuer, looks_like_token
from sds2gen3.errors import UsageError
from sds2gen3.place import Place

TOKEN_PREFIX = "accesstoken:///"
_WORKSPACE_PREFIX = "idp://wts/"
_LONGEST_NAME = 255  # of a file, on all common systems
_SECRET = re.compile(r"""[{}"\n\r\0]|(?i:^accesstoken:)|(?i:api_key)|\beyJ|^[\w+=~-]{40,}$""")
"""JSON, a token or the beginning of one, or a random text: nothing that anybody calls a file."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key downloaded from the profile page of a commons (`credentials.json`). It is good for a month."""

    key: Secret
    key_id: str
    source: str

    @property
    def endpoint(self) -> str | None:
        return issuer(self.key.reveal())

    @property
    def expires(self) -> float | None:
        """When the key ends, in seconds since 1970."""
        return _expiry(self.key)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token that is good for an hour at most, and that cannot be renewed."""

    token: Secret
    source: str

    @property
    def endpoint(self) -> str | None:
        return issuer(self.token.reveal())

    @property
    def expires(self) -> float | None:
        return _expiry(self.token)


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """An OIDC client, as services use it: it asks for tokens in its own name."""

    client_id: str
    secret: Secret
    source: str
    endpoint: str | None = None
    scopes: str = "user data openid"
    expires: float | None = None


@dataclass(frozen=True, slots=True)
class Workspace:
    """The login of the Gen3 workspace in which this runs, for an identity provider that its token service knows."""

    idp: str
    source: str
    endpoint: str | None = None
    expires: float | None = None


Credentials = ApiKey | AccessToken | ClientSecret | Workspace


def find(
    given: str | None = None,
    environ: Mapping[str, str] = os.environ,
    home: Path | None = None,
    read_stdin: Callable[[], str] | None = None,
) -> Credentials:
    """The credentials to log in with.

    `given` is a path, a name (`~/.gen3/NAME` or `~/.gen3/NAME.json`), '-' for stdin, or idp://wts/IDP for the token service
    of a Gen3 workspace. Without it: GEN3_API_KEY (any of these but stdin, or accesstoken:///TOKEN), then GEN3_CLIENT_ID with
    GEN3_CLIENT_SECRET, then GEN3_CRED_FILE, then the name `credentials`.
    Raises UsageError: U600 where there are none, U601 for a file without them, U605 for a token given as an option.
    """
    if given == "-":
        return parse(read_stdin() if read_stdin else "", "stdin")
    if given:
        if looks_secret(given):
            raise UsageError.of("U605", "A secret was given as an option, where others can see it.")
        return _from_file(given, home)
    if variable := environ.get("GEN3_API_KEY", "").strip():
        return _from_variable("GEN3_API_KEY", variable, home)
    if environ.get("GEN3_CLIENT_ID") and environ.get("GEN3_CLIENT_SECRET"):
        secret = Secret(environ["GEN3_CLIENT_SECRET"])
        return ClientSecret(environ["GEN3_CLIENT_ID"], secret, "environment GEN3_CLIENT_ID")
    if variable := environ.get("GEN3_CRED_FILE", "").strip():
        return _from_variable("GEN3_CRED_FILE", variable, home)
    return _from_file("credentials", home)


def parse(text: str, source: str) -> Credentials:
    """Credentials from their text: the JSON of a key or of an OIDC client, accesstoken:///TOKEN, or a token alone.

    Raises UsageError U601; the message never repeats the text.
    """
    text = text.strip().removeprefix("\ufeff")
    if text.startswith(TOKEN_PREFIX) or looks_like_token(text):
        return AccessToken(Secret(text.removeprefix(TOKEN_PREFIX).strip()), source)
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise UsageError.of("U601", "The credentials are not in JSON.", Place(source))
    key, client, secret = data.get("api_key"), data.get("client_id"), data.get("client_secret")
    if isinstance(key, str) and claims(key):
        return ApiKey(Secret(key), str(data.get("key_id") or ""), source)
    if isinstance(client, str) and isinstance(secret, str) and client and secret:
        endpoint = data.get("endpoint")
        return ClientSecret(client, Secret(secret), source, endpoint if isinstance(endpoint, str) else None)
    raise UsageError.of("U601", "The credentials hold no usable 'api_key'.", Place(source))


def looks_secret(text: str) -> bool:
    """Whether the text is rather a secret, or a part of one, than the name of a file: it must not be repeated."""
    longest = max(map(len, re.split(r"[/\\]", text)))
    return looks_like_token(text) or longest > _LONGEST_NAME or _SECRET.search(text) is not None


def _from_variable(variable: str, value: str, home: Path | None) -> Credentials:
    """Raises UsageError U601 for a secret that does not say that it is one."""
    source = f"environment {variable}"
    if value.startswith(TOKEN_PREFIX):
        return parse(value, source)
    if looks_secret(value):
        hint = f"Write it as {TOKEN_PREFIX}TOKEN, if it is a token, or put the key into a file and name that."
        raise UsageError.of("U601", f"{variable} names a file, but holds a secret.", Place(source), hint=hint)
    return _from_file(value, home)


def _from_file(name: str, home: Path | None) -> Credentials:
    if name.startswith(_WORKSPACE_PREFIX):
        return Workspace(name.removeprefix(_WORKSPACE_PREFIX), name)
    tries = _tries(name, home or Path.home())
    path = next((path for path in tries.values() if _is_file(path)), None)
    if path is None:
        *others, last = tries
        searched = f"neither {', '.join(others)} nor {last} exists" if others else f"{last} does not exist"
        raise UsageError.of("U600", f"There are no credentials: {searched}.", value=name)
    try:
        return parse(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or "unreadable") if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError.of("U601", f"The credentials cannot be read: {reason}.", Place(str(path))) from None


def _tries(name: str, home: Path) -> dict[str, Path]:
    """The path, by its words in a message; of a name without slashes also those below ~/.gen3, with and without .json."""
    tries = {f"'{name}'": Path(os.path.expanduser(name))}
    if "/" not in name and "\\" not in name:
        for file in dict.fromkeys((name, f"{name.removesuffix('.json')}.json")):
            tries[f"~/.gen3/{file}"] = home / ".gen3" / file
    return tries


def _is_file(path: Path) -> bool:
    """False for what no system would take as a path, too."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _expiry(secret: Secret) -> float | None:
    value = claims(secret.reveal()).get("exp")
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
