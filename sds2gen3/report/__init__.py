"""Reports for people and machines: one module per output format, all with the same function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from sds2gen3.diagnostics import Report
from sds2gen3.report.look import Detail, Look

Renderer = Callable[[Sequence[Report], Look | None], str]


def _when_asked(name: str) -> Renderer:
    """The renderer of that module, which is loaded when it is first called: most runs need one of them."""

    def render(reports: Sequence[Report], look: Look | None = None) -> str:
        shown: str = import_module(f"sds2gen3.report.{name}").render(reports, look)
        return shown

    return render


FORMATS: dict[str, Renderer] = {
    name: _when_asked(name) for name in ("text", "html", "json", "jsonl", "sarif", "junit", "github")
}

EXTENSIONS = {".txt": "text", ".html": "html", ".json": "json", ".jsonl": "jsonl", ".sarif": "sarif", ".xml": "junit"}
"""What a file's extension says of the format; GitHub's commands are for the log of a run, not for a file."""

__all__ = ["EXTENSIONS", "FORMATS", "Detail", "Look", "Renderer"]
