"""`sds2gen3 explain`: what a finding code means, and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Annotated

import typer

from sds2gen3.catalogue import CATALOGUE, Code
from sds2gen3.errors import UsageError

STAGES = {
    "R": "Reading",
    "S": "Sheets and SDS rules",
    "M": "Mapping",
    "D": "Dictionary, and records against it",
    "L": "Links and ids",
    "U": "Upload",
    "C": "Configuration",
}

EPILOG = """Examples:
  sds2gen3 explain S202
  sds2gen3 explain S2"""


def _codes(incomplete: str) -> list[tuple[str, str]]:
    return [(code.id, code.title) for code in CATALOGUE.values() if code.id.startswith(incomplete.upper())]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("explain", epilog=EPILOG)(explain)


def explain(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="[CODE]",
            help="A code such as S202, or its beginning; without it, all codes are listed.",
            autocompletion=_codes,
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say what a finding code means, why it matters, and how to mend it."""
    from sds2gen3.cli.output import WIDTH, emit

    width = shutil.get_terminal_size((WIDTH, 24)).columns
    wanted = (code or "").strip().upper()
    if wanted in CATALOGUE:
        emit("\n".join(_page(CATALOGUE[wanted], width)) + "\n")
        return
    found = [entry for entry in CATALOGUE.values() if entry.id.startswith(wanted)]
    if not found:
        near = get_close_matches(wanted, CATALOGUE, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else ""
        raise UsageError.of("C905", f"There is no finding code '{code}'.", hint=hint, value=code)
    emit("\n".join(_list(found)) + "\n")


def _page(code: Code, width: int) -> Iterator[str]:
    from sds2gen3.report.words import wrapped

    yield f"{code.id} ({code.severity.label}): {code.title}"
    parts = (("why", code.why), ("example", code.example), ("fix", code.fix), ("rule", code.rule))
    for label, text in parts:
        if text:
            yield from wrapped(text, width, f"  {label:<9}", " " * 11)


def _list(codes: Sequence[Code]) -> Iterator[str]:
    stage = ""
    for code in sorted(codes, key=lambda code: (list(STAGES).index(code.id[0]), code.id)):
        if code.id[0] != stage:
            yield from ([""] if stage else [])
            stage = code.id[0]
            yield STAGES[stage]
        yield f"  {code.id}  {code.severity.label:<7}  {code.title}"
