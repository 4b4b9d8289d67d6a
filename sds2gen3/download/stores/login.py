"""How http storages are logged in to: by environment variables or ~/.netrc, never by options, and only at their own host."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest
from requests.auth import AuthBase, HTTPBasicAuth

TOKEN, USER, PASSWORD = "SDS2GEN3_STORAGE_TOKEN", "SDS2GEN3_STORAGE_USER", "SDS2GEN3_STORAGE_PASSWORD"


class Login(AuthBase):
    """The login of one host: requests to any other go without."""

    def __init__(self, address: str) -> None:
        self._origin = origin(address)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if origin(request.url or "") != self._origin:
            return request
        if token := os.environ.get(TOKEN):
            request.headers["Authorization"] = f"Bearer {token}"
        elif password := os.environ.get(PASSWORD):
            basic: Any = HTTPBasicAuth(os.environ.get(USER, ""), password)
            return basic(request)  # type: ignore[no-any-return]
        return request


def login(address: str) -> Login | None:
    """The login by the environment; None leaves it to ~/.netrc."""
    return Login(address) if has_login() else None


def has_login() -> bool:
    """Whether the environment holds one."""
    return bool(os.environ.get(TOKEN) or os.environ.get(PASSWORD))


def origin(address: str) -> tuple[str, str, int | None]:
    """Scheme, host and port."""
    parts = urlsplit(address)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or {"http": 80, "https": 443}.get(parts.scheme)
