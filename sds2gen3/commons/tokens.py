"""What a token says about itself, without checking its signature: that is the server's business."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any
from urllib.parse import urlsplit

_JWT = re.compile(r"[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*")
_PORTS = {"http": 80, "https": 443}


class Secret:
    """A text that no repr, message or log shows; only `reveal` gives it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "<hidden>"


def claims(token: str) -> dict[str, Any]:
    """The claims of a JWT (iss, exp, context ...); empty for anything that is none."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        data = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return data if isinstance(data, dict) else {}


def looks_like_token(text: str) -> bool:
    """Whether the whole text is a JWT."""
    return _JWT.fullmatch(text) is not None and bool(claims(text))


def issuer(token: str) -> str | None:
    """The commons that made a key or token: the origin of its `iss`, as the Gen3 tools take it; None without."""
    given = claims(token).get("iss")
    return origin(given) if isinstance(given, str) else None


def origin(url: str) -> str | None:
    """scheme://host[:port] of an address, in lower case and without the usual port; None for no http(s) address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != _PORTS[parts.scheme] else "")


def without_tokens(text: str) -> str:
    """The text with everything that looks like a token taken out: servers repeat what they were sent."""
    return _JWT.sub("<hidden>", text)
