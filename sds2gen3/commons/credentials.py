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
_VARIABLE = "environment GEN3_API_KEY"
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


Credentials = ApiKey | AccessToken | ClientSecret


def find(
    given: str | None = None,
    environ: Mapping[str, str] = os.environ,
    home: Path | None = None,
    read_stdin: Callable[[], str] | None = None,
) -> Credentials:
    """The credentials to log in with.

    `given` is a path, a name (`~/.gen3/NAME` or `~/.gen3/NAME.json`) or '-' for stdin. Without it: GEN3_API_KEY (path, name, or
    accesstoken:///TOKEN), then GEN3_CLIENT_ID with GEN3_CLIENT_SECRET, then the name `credentials`.
    Raises UsageError: U600 where there are none, U601 for a file without them, U605 for a token given as an option.
    """
    if given == "-":
        return parse(read_stdin() if read_stdin else "", "stdin")
    if given:
        if looks_secret(given):
            raise UsageError.of("U605", "A secret was given as an option, where others can see it.")
        return _from_file(given, home, "option")
    variable = environ.get("GEN3_API_KEY", "").strip()
    if variable.startswith(TOKEN_PREFIX):
        return parse(variable, _VARIABLE)
    if looks_secret(variable):
        hint = f"Write it as {TOKEN_PREFIX}TOKEN, if it is a token, or put the key into a file and name that."
        raise UsageError.of("U601", "GEN3_API_KEY names a file, but holds a secret.", Place(_VARIABLE), hint=hint)
    if variable:
        return _from_file(variable, home, _VARIABLE)
    if environ.get("GEN3_CLIENT_ID") and environ.get("GEN3_CLIENT_SECRET"):
        secret = Secret(environ["GEN3_CLIENT_SECRET"])
        return ClientSecret(environ["GEN3_CLIENT_ID"], secret, "environment GEN3_CLIENT_ID")
    return _from_file("credentials", home, "default")


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


def _from_file(name: str, home: Path | None, source: str) -> Credentials:
    if name.startswith(_WORKSPACE_PREFIX):
        message = f"'{name}' asks the token service of a Gen3 workspace, which sds2gen3 does not use."
        raise UsageError.of("U601", message, hint="Give the file of a key instead.")
    path = _path(name, home or Path.home())
    if path is None:
        searched = f"'{name}'" if source != "default" else "~/.gen3/credentials.json"
        raise UsageError.of("U600", f"There are no credentials: {searched} does not exist.", value=name)
    try:
        return parse(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or "unreadable") if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError.of("U601", f"The credentials cannot be read: {reason}.", Place(str(path))) from None


def _path(name: str, home: Path) -> Path | None:
    """A path if there is such a file; a name without slashes also below ~/.gen3, with or without .json."""
    tries = [Path(os.path.expanduser(name))]
    if "/" not in name and "\\" not in name:
        below = home / ".gen3"
        tries += [below / name, *([below / f"{name}.json"] if not name.endswith(".json") else [])]
    return next((path for path in tries if _is_file(path)), None)


def _is_file(path: Path) -> bool:
    """False for what no system would take as a path, too."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _expiry(secret: Secret) -> float | None:
    value = claims(secret.reveal()).get("exp")
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
