"""Reports for people and machines: one module per output format, all with the same function."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sds2gen3.diagnostics import Report
from sds2gen3.report import json, jsonl, text
from sds2gen3.report.look import Detail, Look

Renderer = Callable[[Sequence[Report], Look | None], str]

FORMATS: dict[str, Renderer] = {"text": text.render, "json": json.render, "jsonl": jsonl.render}

EXTENSIONS = {".txt": "text", ".json": "json", ".jsonl": "jsonl"}

__all__ = ["EXTENSIONS", "FORMATS", "Detail", "Look", "Renderer"]
