"""Requests and replies of the commons: bodies as it writes them, refusals as exceptions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request, Response

GENERIC = '{ "error": "service failure - try again later"}'
"""What the front of a commons answers to every 5xx of a server behind it (contract section 2) [B03, B05, B06]."""


class Refusal(Exception):
    """An answer that ends the handling of a request: status and body."""

    def __init__(self, status: int, body: Mapping[str, Any] | str) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = {"message": body} if isinstance(body, str) else dict(body)


class ConnectionCut(Exception):
    """The connection ends here, before or in the middle of an answer."""


@dataclass(frozen=True)
class Call:
    """A request on its way to a handler: the parameters of its path, and who sent it ('' where nobody was asked)."""

    request: Request
    path: Mapping[str, Any] = field(default_factory=dict)
    user: str = ""

    @property
    def program(self) -> str:
        return str(self.path["program"])

    @property
    def project(self) -> str:
        return str(self.path["project"])

    @property
    def project_id(self) -> str:
        return f"{self.program}-{self.project}"

    @property
    def route(self) -> str:
        """The path as the server behind the front sees it, without '/api'."""
        return self.request.path.removeprefix("/api")

    @property
    def base(self) -> str:
        """What links in answers begin with: '/v0/submission', or '/submission' where that was asked [869]."""
        return "/v0/submission" if self.route.startswith("/v0/") else "/submission"


def answer(body: Any, status: int = 200) -> Response:
    """A JSON body as Flask writes it: keys in order, in ASCII."""
    return Response(json.dumps(body, sort_keys=True) + "\n", status, content_type="application/json")


def stream(parts: Iterable[str], content_type: str, filename: str) -> Response:
    """A body that is made while it is sent, with a name for the file."""
    headers = {"Content-Disposition": f"attachment; filename={filename}"}
    return Response(parts, 200, headers, content_type=content_type)


def attachment(body: str | bytes, content_type: str, filename: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={filename}"}
    return Response(body, 200, headers, content_type=content_type)


def not_allowed() -> Refusal:
    return Refusal(405, "405 Method Not Allowed: The method is not allowed for the requested URL.")


def generic(status: int) -> Response:
    """The front's own answer: JSON, sent as octet-stream."""
    return Response(GENERIC, status, content_type="application/octet-stream")


def gunicorn_page(status: int, title: str, text: str = "") -> Response:
    """A page of the server that runs the commons: a long request line, a killed worker [7234, B08b]."""
    head = f"<html>\n  <head>\n    <title>{title}</title>\n  </head>\n"
    body = f"  <body>\n    <h1><p>{title}</p></h1>\n    {text}\n  </body>\n</html>\n"
    return Response(head + body, status, content_type="text/html")


def too_large() -> Response:
    """The front's page for a body that it does not take [B02]."""
    title = "413 Request Entity Too Large"
    head = f"<html>\r\n<head><title>{title}</title></head>\r\n"
    body = f"<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    return Response(head + body, 413, content_type="text/html")
