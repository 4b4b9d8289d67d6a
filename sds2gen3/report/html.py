"""HTML: one self-contained page to read, mail or print. Everything that a user wrote is hostile until it is escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from sds2gen3.diagnostics import Report
from sds2gen3.report.look import Look
from sds2gen3.report.words import visible

if TYPE_CHECKING:
    from jinja2 import Environment


def render(reports: Sequence[Report], look: Look | None = None) -> str:
    """The page, in pure ASCII and without times: the same reports give the same bytes.

    Its tables show the sheets where `look.sheets` gives them, else what the findings tell of their cells. It loads nothing
    from anywhere, and only its own script may run in it (by its hash).
    """
    from markupsafe import Markup

    from sds2gen3.report.page.view import view

    at_hand = look.sheets if look is not None else None
    sheets = [at_hand(at) if at_hand is not None else None for at in range(len(reports))]
    script = _text("report.js")
    digest = b64encode(sha256(script.encode("ascii")).digest()).decode("ascii")
    text = (
        _environment()
        .get_template("report.html.j2")
        .render(
            page=view(reports or [Report()], sheets or [None]),
            style=Markup(_text("report.css")),
            script=Markup(script),
            script_hash=f"sha256-{digest}",
        )
    )
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("sds2gen3.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    environment.filters["visible"] = visible
    return environment


def _shown(value: object) -> object:
    """What a page can show of a value: a browser reads references to control characters as other letters."""
    if type(value) is not str or value.isprintable():
        return value
    return "\n".join(map(visible, value.split("\n")))


def _text(name: str) -> str:
    source, _, _ = _environment().loader.get_source(_environment(), name)  # type: ignore[union-attr]
    return source
