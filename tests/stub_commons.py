"""A stub at the place of a commons: a `requests` adapter that answers by a function, or as the real server once did."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from sds2gen3.commons.patience import Patience

ENDPOINT = "https://commons.example.org"
EXCHANGES = Path(__file__).resolve().parents[2] / "shared/gen3_contract/exchanges"


@dataclass(frozen=True)
class Answer:
    """What the stub answers; `cut` breaks the connection after so many bytes of the body."""

    status: int = 200
    body: Any = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None


Handler = Callable[[requests.PreparedRequest], Answer]


class Stub(BaseAdapter):
    """Answers every request by the handler, or by the next of a list of answers (exceptions are raised). Keeps all requests."""

    def __init__(self, *answers: Handler | Answer | Exception) -> None:
        super().__init__()
        self.answers = list(answers)
        self.requests: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        self.requests.append(request)
        answer = self.answers[0] if callable(self.answers[0]) or len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return response(answer(request) if callable(answer) else answer, request, self)

    def close(self) -> None: ...

    @property
    def sent(self) -> list[str]:
        """Method and address of every request."""
        return [f"{one.method} {one.url}" for one in self.requests]


def response(
    answer: Answer, request: requests.PreparedRequest | None = None, adapter: BaseAdapter | None = None
) -> Any:
    """The answer as `requests` hands it out."""
    body = answer.body if isinstance(answer.body, (bytes, str)) else json.dumps(answer.body)
    data = body.encode() if isinstance(body, str) else body
    made = requests.Response()
    made.status_code = answer.status
    made.headers = CaseInsensitiveDict(answer.headers)
    stream: Any = io.BytesIO(data) if answer.cut is None else _Cut(data, answer.cut)
    made.raw = HTTPResponse(body=stream, status=answer.status, headers=answer.headers, preload_content=False)
    made.request = request or requests.Request("GET", ENDPOINT).prepare()
    made.url = made.request.url or ""
    made.connection = adapter  # type: ignore[attr-defined]
    return made


class _Cut(io.BytesIO):
    """A body whose connection breaks after some bytes."""

    def __init__(self, data: bytes, end: int) -> None:
        super().__init__(data[:end])

    def read(self, *args: Any) -> bytes:
        data = super().read(*args)
        if not data:
            raise OSError("connection reset")
        return data


def exchange(number: str) -> dict[str, Any]:
    """A captured exchange of the real server, by the beginning of its name."""
    (path,) = sorted(EXCHANGES.glob(f"{number}-*.json"))[:1]
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def captured(number: str) -> Answer:
    """The real server's answer of that exchange."""
    answer = exchange(number)["response"]
    headers = {k: v for k, v in answer.get("headers", {}).items() if k in ("Content-Type", "Content-Disposition")}
    return Answer(answer.get("status", 400), answer["body"], headers)  # a race's capture holds the body only


def token(life: float = 3600, at: float | None = None, **claims: Any) -> str:
    """An unsigned JWT of the stub commons."""
    begin = int(time.time() if at is None else at)
    said = {
        "iss": f"{ENDPOINT}/user",
        "iat": begin,
        "exp": begin + int(life),
        "context": {"user": {"name": "curator@example.org"}},
        **claims,
    }
    parts = [{"alg": "RS256", "typ": "JWT"}, said]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return f"{'.'.join(encoded)}.c2lnbmF0dXJlLW9mLXRoZS1zdHVi"


class Clock:
    """A clock that only sleeping moves, and what was said about it."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0
        self.slept: list[float] = []
        self.said: list[str] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def patience(self, **changes: Any) -> Patience:
        given = {"sleep": self.sleep, "now": lambda: self.time, "chance": lambda: 1.0, "tell": self.said.append}
        return Patience(**{**given, **changes})


def session(stub: BaseAdapter) -> requests.Session:
    """A session that never leaves the process."""
    made = requests.Session()
    made.trust_env = False
    made.mount("https://", stub)
    made.mount("http://", stub)
    return made


def bodies(stub: Stub, method: str = "PUT") -> Iterator[Any]:
    """The JSON bodies of all requests of that method."""
    for one in stub.requests:
        if one.method == method and one.body:
            yield json.loads(one.body)
