"""Tokens as fence gives them: signed API keys, access tokens that expire, HTML for errors (contract section 13)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug.wrappers import Response

from sds2gen3.sandbox.http import Call, Refusal, answer
from sds2gen3.sandbox.store import Store

LIFETIME = 3_600
KEY_LIFETIME = 2_592_000
_AUDIENCE = "gen3"


class Tokens:
    """Issues and reads tokens. The signing key is kept in the store, so that a commons in a file knows its own again."""

    def __init__(self, store: Store) -> None:
        pem = store.setting("signing_key")
        if pem is None:
            pem = _signing_key()
            store.set_setting("signing_key", pem)
        self._private = serialization.load_pem_private_key(pem.encode(), None)
        self._public = self._private.public_key()
        self._refused: set[str] = set()

    def api_key(self, user: str, issuer: str, lifetime: int = KEY_LIFETIME) -> dict[str, str]:
        """What a credentials.json holds: api_key and key_id."""
        key_id = str(uuid4())
        claims = {"pur": "api_key", "aud": ["gen3", "user"], "azp": "", "jti": key_id}
        return {"api_key": self._sign(user, issuer, lifetime, claims), "key_id": key_id}

    def access_token(self, user: str, issuer: str, lifetime: int = LIFETIME) -> str:
        claims = {
            "pur": "access",
            "aud": [_AUDIENCE],
            "jti": str(uuid4()),
            "scope": ["openid", "user", "credentials", "data"],
            "azp": "",
        }
        return self._sign(user, issuer, lifetime, claims)

    def read(self, token: str) -> dict[str, Any]:
        """The claims of a valid token. Raises jwt.InvalidTokenError, whose text is what the commons answers."""
        if token in self._refused:
            raise jwt.ExpiredSignatureError("Signature has expired")
        claims: dict[str, Any] = jwt.decode(token, self._public, algorithms=["RS256"], audience=_AUDIENCE)  # type: ignore[arg-type]
        return claims

    def expire(self, token: str) -> None:
        """Treat this token as one that has expired."""
        self._refused.add(token)

    def _sign(self, user: str, issuer: str, lifetime: int, claims: Mapping[str, Any]) -> str:
        now = int(time.time())
        context = {"user": {"name": user, "is_admin": user == "admin", "google": {"proxy_group": None}}}
        common = {"iss": issuer, "iat": now, "exp": now + lifetime, "sub": user, "context": context}
        return jwt.encode({**common, **claims}, self._private, "RS256", {"kid": "sandbox"})  # type: ignore[arg-type]


def user_of(claims: Mapping[str, Any]) -> str:
    return str(claims["context"]["user"]["name"])


def give_access_token(call: Call, tokens: Tokens) -> Response:
    """`POST /user/credentials/cdis/access_token`: an access token for an API key [B00-B00f]."""
    try:
        payload = json.loads(call.request.get_data() or b"{}")
    except ValueError:
        payload = {}
    api_key = payload.get("api_key") if isinstance(payload, dict) else None
    if not api_key:
        return page(400, "Please provide an api_key in payload")
    try:
        claims = tokens.read(str(api_key))
    except jwt.InvalidTokenError as error:
        return page(401, str(error))
    if claims.get("pur") != "api_key":
        return page(401, f"claims have incorrect purpose: expected api_key, got {claims.get('pur')}")
    asked = call.request.args.get("expires_in", "")
    lifetime = min(int(asked), LIFETIME) if asked.isdigit() else LIFETIME
    if time.time() + lifetime > claims["exp"]:
        too_late = "Cannot issue an access token that would expire after the provided API key does."
        return page(400, f"{too_late} Please obtain a new API key and try again")
    return answer({"access_token": tokens.access_token(user_of(claims), claims["iss"], lifetime)})


def page(status: int, text: str) -> Response:
    """fence's error page: HTML, whatever was asked for."""
    body = f"<!DOCTYPE html><html><body><h1>{status}</h1><p>{text}</p></body></html>"
    return Response(body, status, content_type="text/html; charset=utf-8")


def listing_user(call: Call, tokens: Tokens) -> str:
    """Who asks, for lists and GraphQL: the token is checked by the server itself [638-641, A33, A34]."""
    given = call.request.headers.get("Authorization")
    if not given:
        raise Refusal(401, "Authentication Error: no authorization header provided")
    scheme, _, token = given.partition(" ")
    if scheme.lower() != "bearer":
        raise Refusal(401, "Authentication Error: Didn't receive JWT correctly")
    try:
        return user_of(tokens.read(token))
    except jwt.InvalidTokenError as error:
        raise Refusal(401, f"Authentication Error: {error}") from error


def project_user(call: Call, tokens: Tokens) -> str:
    """Who asks, for anything that needs a permission: arborist checks the token [629-632]."""
    parts = call.request.headers.get("Authorization", "").split(" ")
    if len(parts) != 2 or parts[0].lower() != "bearer" or not parts[1]:
        raise Refusal(401, "Authentication Error: Didn't receive JWT correctly")
    try:
        return user_of(tokens.read(parts[1]))
    except jwt.InvalidTokenError as error:
        told = f"request to arborist failed: error decoding token: {error}"
        raise Refusal(401, {"code": 401, "error": told}) from error


@lru_cache(maxsize=1)
def _signing_key() -> str:
    """Made once per process: it takes a tenth of a second."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, none).decode()
