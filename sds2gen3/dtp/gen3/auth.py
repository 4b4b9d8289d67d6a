"""Auth: the login to a commons, with the arguments and methods of `gen3.auth.Gen3Auth`."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import requests
from requests.auth import AuthBase

from sds2gen3.commons import auth as logins
from sds2gen3.commons.credentials import TOKEN_PREFIX, ClientSecret, Credentials, Workspace, find, parse
from sds2gen3.commons.fence import Fence
from sds2gen3.commons.session import make_session
from sds2gen3.commons.tokens import Secret, origin
from sds2gen3.commons.workspace import TokenService
from sds2gen3.errors import SdsError, UsageError

_METHODS = ("GET", "POST", "PUT", "DELETE")
_TIMEOUT = (10.0, 330.0)
_SCOPES = "user data openid"


class Auth(AuthBase):
    """A login that goes with every request to its commons, and to no other; `endpoint` is the commons.

    `refresh_file`: the file of a key, its name below ~/.gen3, `accesstoken:///TOKEN` or `idp://wts/IDP`; without anything:
    GEN3_API_KEY, then ~/.gen3/credentials.json, then the token service of the workspace, with a warning. `refresh_token`:
    the key itself. `idp`: another commons that the workspace, or the commons of the key, is linked with.
    `client_credentials`: id and secret of an OIDC client, with `client_scopes`. Raises UsageError U600-U605 for
    credentials that are not there or not of `endpoint`, C912 for arguments that exclude each other.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        refresh_file: str | os.PathLike[str] | None = None,
        refresh_token: Mapping[str, str] | str | None = None,
        idp: str | None = None,
        client_credentials: Sequence[str] | None = None,
        client_scopes: str | None = None,
    ) -> None:
        _refuse_both(("refresh_file", refresh_file), ("refresh_token", refresh_token))
        _refuse_both(("endpoint", endpoint), ("idp", idp))
        for name, value in (("refresh_file", refresh_file), ("refresh_token", refresh_token), ("idp", idp)):
            _refuse_both(("client_credentials", client_credentials), (name, value))
        self._fence = Fence(make_session())
        self._idp = idp or "local"
        self._service: TokenService | None = None
        key = _key(refresh_file, refresh_token, client_credentials, client_scopes)
        self._login = self._logged_in(key, endpoint, idp)
        self.endpoint = self._login.endpoint

    def __repr__(self) -> str:
        return f"Auth({self.endpoint!r})"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return self._login(request)

    def get_access_token(self, endpoint: str | None = None) -> str:
        """A token that is good for some minutes still: a new one where the last one ends within five. Raises U603, U604, U610."""
        self._check(endpoint)
        return self._login.token()

    def refresh_access_token(self, endpoint: str | None = None) -> str:
        """A really new token. Raises UnreachableError U603 where only a token was given, which cannot be renewed."""
        self._check(endpoint)
        return self._login.renewed()

    def get_access_token_from_wts(self, endpoint: str | None = None) -> str:
        """A token of the workspace's token service, or of that of the key's commons where `idp` was given with a key."""
        self._check(endpoint)
        service = self._service or TokenService.of_this_workspace()
        return service.token(self._fence.session, Workspace(self._idp, "the workspace"))

    def curl(self, path: str, request: str | None = None, data: str | None = None) -> requests.Response:
        """The answer to a request below the commons, whatever its status.

        `request` is GET, POST, PUT or DELETE, by default GET, with `data` POST; `data` is JSON, or `@` and the name of a
        file with it, and is sent as it is. Raises UsageError C912 for another `request`, C900 for a file that cannot be read.
        """
        method = (request or ("POST" if data else "GET")).upper()
        if method not in _METHODS:
            raise UsageError.of("C912", f"'{request}' is none of {', '.join(_METHODS)}.", value=request)
        return self._fence.session.request(
            method,
            f"{self.endpoint}/{path.lstrip('/')}",
            data=_body(data) if data else None,
            headers={"Content-Type": "application/json"} if data else {},
            auth=self,
            timeout=_TIMEOUT,
            allow_redirects=method == "GET",
        )

    def _logged_in(self, key: Credentials | None, endpoint: str | None, idp: str | None) -> logins.Auth:
        if key is None and idp is None:
            key = _found()
        if isinstance(key, Workspace):
            self._idp = key.idp
        elif key is not None and idp is not None:
            own = _made(key, None, self._fence)
            self._service = TokenService(f"{own.endpoint}/wts", own)
            return logins.of_workspace(self._service, Workspace(idp, f"idp '{idp}'"), None, self._fence)
        return _made(key or Workspace(self._idp, f"idp '{self._idp}'"), endpoint, self._fence)

    def _check(self, endpoint: str | None) -> None:
        if endpoint and origin(endpoint) != self.endpoint:
            message = f"This is the login of {self.endpoint}, not of {endpoint}."
            raise UsageError.of("U602", message, value=endpoint)


def _refuse_both(one: tuple[str, Any], other: tuple[str, Any]) -> None:
    if one[1] is not None and other[1] is not None:
        raise UsageError.of("C912", f"Only one of '{one[0]}' and '{other[0]}' can be given.")


def _key(
    file: str | os.PathLike[str] | None,
    token: Mapping[str, str] | str | None,
    client: Sequence[str] | None,
    scopes: str | None,
) -> Credentials | None:
    """The credentials of the arguments; None where they name none."""
    if client is not None:
        if isinstance(client, str) or len(client) != 2:
            raise UsageError.of("U601", "'client_credentials' are a pair: the id of the client and its secret.")
        return ClientSecret(str(client[0]), Secret(str(client[1])), "client_credentials", scopes=scopes or _SCOPES)
    if token is not None:
        return parse(token if isinstance(token, str) else json.dumps(dict(token)), "refresh_token")
    if file is None:
        return None
    name = os.fspath(file)
    # Here it stands in a program, not on a command line where others could see it.
    return parse(name, "refresh_file") if name.startswith(TOKEN_PREFIX) else find(name)


def _found() -> Credentials:
    """The credentials of the environment or of ~/.gen3, else the login of the workspace, which is said."""
    try:
        return find()
    except SdsError as error:
        named = os.environ.get("GEN3_API_KEY") or os.environ.get("GEN3_CRED_FILE")
        if error.diagnostics[0].code != "U600" or named:
            raise
    warnings.warn("There is no key in ~/.gen3; the workspace is asked for a token.", stacklevel=4)
    return Workspace("local", "the workspace")


def _made(credentials: Credentials, endpoint: str | None, fence: Fence) -> logins.Auth:
    made = logins.log_in(credentials, endpoint, fence)
    assert isinstance(made, logins.Auth)
    return made


def _body(data: str) -> bytes:
    if not data.startswith("@"):
        return data.encode()
    try:
        return Path(data[1:]).read_bytes()
    except OSError as error:
        raise UsageError.of("C900", f"'{data[1:]}' cannot be read: {error.strerror}.") from error
