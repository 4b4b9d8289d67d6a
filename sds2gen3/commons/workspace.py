"""The token service of a Gen3 workspace: tokens for those who are logged in there, and for the commons it is linked with."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
import requests

from sds2gen3.commons.credentials import Workspace
from sds2gen3.commons.replies import content_of
from sds2gen3.commons.tokens import claims
from sds2gen3.errors import UnreachableError, UsageError

_LOCAL = "local"  # the commons that the workspace belongs to
_TIMEOUT = (10.0, 60.0)
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


@dataclass(frozen=True)
class TokenService:
    """Where tokens are asked for: within a workspace, or at `/wts` of a commons with a login of that commons (`auth`)."""

    address: str
    auth: requests.auth.AuthBase | None = None

    @classmethod
    def of_this_workspace(cls, environ: Mapping[str, str] = os.environ) -> TokenService:
        """The one of the Kubernetes namespace that NAMESPACE names. Raises UsageError U601 for what names none."""
        namespace = environ.get("NAMESPACE") or "default"
        if not _LABEL.fullmatch(namespace):
            raise UsageError.of("U601", "The environment variable NAMESPACE holds no name of a namespace.")
        return cls(f"http://workspace-token-service.{namespace}.svc.cluster.local")

    def token(self, session: requests.Session, wanted: Workspace) -> str:
        """An access token of the identity provider. Raises UnreachableError U604, U610."""
        query = "" if wanted.idp in ("", _LOCAL) else "?" + urlencode({"idp": wanted.idp})
        try:
            answer = session.get(
                f"{self.address}/token/{query}",
                auth=self.auth or _no_auth,
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            content = content_of(answer)
        except requests.RequestException:
            message = f"No token service of a Gen3 workspace answers at {self.address}."
            raise UnreachableError.of("U610", message, hint="Outside a workspace, log in with a key.") from None
        token = _token(answer, content)
        if token is None:
            message = f"The token service {self.address} gave no token for '{wanted.idp}' ({answer.status_code})."
            hint = "Connect the workspace to that commons on its profile page, or log in with a key of the commons."
            raise UnreachableError.of("U604", message, hint=hint)
        return token


def _token(answer: requests.Response, content: bytes) -> str | None:
    try:
        found: Any = orjson.loads(content).get("token") if answer.status_code == 200 else None
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, str) and claims(found) else None


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from adding a login of ~/.netrc."""
    return request
