"""Reports for people and machines: one module per output format, all with the same function."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sds2gen3.diagnostics import Report
from sds2gen3.report import github, html, json, jsonl, junit, sarif, text
from sds2gen3.report.look import Detail, Look

Renderer = Callable[[Sequence[Report], Look | None], str]

FORMATS: dict[str, Renderer] = {
    "text": text.render,
    "html": html.render,
    "json": json.render,
    "jsonl": jsonl.render,
    "sarif": sarif.render,
    "junit": junit.render,
    "github": github.render,
}

EXTENSIONS = {".txt": "text", ".html": "html", ".json": "json", ".jsonl": "jsonl", ".sarif": "sarif", ".xml": "junit"}
"""What a file's extension says of the format; GitHub's commands are for the log of a run, not for a file."""

__all__ = ["EXTENSIONS", "FORMATS", "Detail", "Look", "Renderer"]
