"""Where words go: results to stdout, notes to stderr, reports to a file. Colour and encoding are decided here."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import typer

from sds2gen3.cli.options import Given
from sds2gen3.cli.progress import Step, progress
from sds2gen3.config import Setting, Settings
from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.errors import UsageError
from sds2gen3.report import EXTENSIONS, FORMATS, Detail, Look, Renderer
from sds2gen3.report.look import SheetsOf
from sds2gen3.report.text import one_line
from sds2gen3.report.words import visible, wrapped

if TYPE_CHECKING:
    from sds2gen3.cli.pipeline import Outcome

WIDTH = 100  # of text that goes to a file or pipe
WIDEST = 48  # column of a table; a longer cell moves only its own row


def harden(*streams: TextIO) -> None:
    """Let the streams escape what their encoding lacks: a Windows console in cp1252 must not raise."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def emit(text: str) -> None:
    """Write a result to stdout. A reader that closed the pipe (`| head`) is not an error: the exit code stays the verdict's."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def note(text: str) -> None:
    """Write a line about the run to stderr."""
    print(visible(text), file=sys.stderr, flush=True)


def complain(diagnostics: Sequence[Diagnostic]) -> None:
    """Why the command gave up: one line and one hint each, on stderr."""
    for diagnostic in diagnostics:
        note(one_line(diagnostic))
        if diagnostic.hint:
            note(f"  hint: {diagnostic.hint}")


def look(settings: Settings, given: Given, stream: TextIO) -> Look:
    """How a text for that stream has to look."""
    width = shutil.get_terminal_size((WIDTH, 24)).columns
    color = use_color(settings.color.value, stream, os.environ)
    detail = Detail.VERBOSE if given.verbose else Detail.QUIET if given.quiet else Detail.NORMAL
    return Look(width, color, settings.max_per_group.value, detail)


def use_color(choice: str, stream: TextIO, environ: Mapping[str, str]) -> bool:
    """--color first, then NO_COLOR and FORCE_COLOR (if not empty), then whether the stream is a terminal that knows colours."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb" and not _old_console()


def _old_console() -> bool:
    """A Windows console that would print colour codes instead of obeying them."""
    if sys.platform != "win32":
        return False
    from rich.console import detect_legacy_windows

    return detect_legacy_windows()


def working(settings: Settings, given: Given) -> AbstractContextManager[Step]:
    """The progress line on stderr, which gives the function to be called whenever the work gets on."""
    return progress(not given.quiet, use_color(settings.color.value, sys.stderr, os.environ))


def renderer(settings: Settings, output: Path | None = None) -> Renderer:
    """The renderer for --format, else for the extension of the report's file, else for the format that is set.

    Raises UsageError C906 for a format that there is not.
    """
    wanted = settings.format
    if output is not None and wanted.source != "option":
        suffix = output.suffix.lower()
        if suffix not in EXTENSIONS:
            known = ", ".join(EXTENSIONS)
            hint = f"Use one of {known}, or say --format."
            raise UsageError.of("C906", f"No report format goes with the file name '{output.name}'.", hint=hint)
        wanted = Setting(EXTENSIONS[suffix], "extension")
    if wanted.value not in FORMATS:
        hint = f"Use one of: {', '.join(FORMATS)}."
        raise UsageError.of("C906", f"There is no report format '{wanted.value}' ({wanted.source}).", hint=hint)
    return FORMATS[wanted.value]


def publish(
    reports: Sequence[Report],
    settings: Settings,
    given: Given,
    output: Path | None = None,
    sheets: SheetsOf | None = None,
) -> None:
    """Show the reports on stdout, or write them to the file (UTF-8) and say so on stderr.

    `sheets` gives the cells of the n-th report's sheets, for a format that shows them.
    """
    render = renderer(settings, output)
    if output is None:
        emit(render(reports, replace(look(settings, given, sys.stdout), sheets=sheets)))
        return
    plain = replace(look(settings, given, sys.stdout), width=WIDTH, color=False, sheets=sheets)
    try:
        output.write_text(render(reports, plain), encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise UsageError.of("C908", f"The report '{output}' cannot be written: {error.strerror}.") from error
    if not given.quiet:
        note(f"Report written to {output.as_posix()}")


def ending(outcomes: Sequence[Outcome]) -> typer.Exit:
    """The end of a command that judged data: exit code 1 where some failed, else 0."""
    return ended([outcome.report for outcome in outcomes], [outcome.job.settings.strict.value for outcome in outcomes])


def ended(reports: Sequence[Report], strict: Sequence[bool]) -> typer.Exit:
    """As `ending`, by the reports; `strict` says of which datasets warnings fail too."""
    failed = [r for r, also in zip(reports, strict, strict=True) if r.stopped or (also and r.warnings)]
    if failed and not any(report.stopped for report in failed):
        note("Failed because of --strict: warnings are not allowed.")
    return typer.Exit(1 if failed else 0)


def checked(what: str, found: Sequence[Diagnostic], settings: Settings, given: Given) -> typer.Exit:
    """Show what is wrong with a declaration; exit code 1 where it has errors (or warnings, with --strict)."""
    report = Report(list(found), {"checked": what}).first_causes()
    publish([report], settings, given)
    return typer.Exit(1 if report.errors or (settings.strict.value and report.warnings) else 0)


def near(name: str, known: Sequence[str]) -> str:
    """A hint for a name that is not known: the nearest ones, else all."""
    found = get_close_matches(name, known, n=3)
    return f"Did you mean {' or '.join(repr(n) for n in found)}?" if found else f"Use one of: {', '.join(known)}."


def table(rows: Sequence[Sequence[str]], indent: str = "") -> str:
    """Rows in aligned columns; the last column is wrapped to the terminal, the others are kept whole."""
    width = shutil.get_terminal_size((WIDTH, 24)).columns
    shown = [[visible(cell) for cell in row] for row in rows]
    count = max((len(row) for row in shown), default=0)
    lengths = [[len(row[at]) for row in shown if at < len(row) - 1] for at in range(count)]
    widths = [max((length for length in column if length <= WIDEST), default=0) for column in lengths]
    lines: list[str] = []
    for row in shown:
        start = indent + "".join(f"{cell:<{widths[at]}}  " for at, cell in enumerate(row[:-1]))
        lines += wrapped(row[-1], width, start, " " * len(start)) or [start.rstrip()]
    return "\n".join(lines)
