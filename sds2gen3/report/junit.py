"""JUnit XML: what build servers show as tests. One test suite a dataset, one test case a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape  # which is XML's too; the module for XML costs much to import

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.report.look import Look
from sds2gen3.report.places import Sheet, by_sheet, name
from sds2gen3.report.words import number, visible


def render(reports: Sequence[Report], look: Look | None = None) -> str:
    """The document. A sheet with errors has failed; its warnings and notes are the output of its test case.

    No times: the same reports give the same bytes.
    """
    suites = [(report, by_sheet(report)) for report in reports]
    tests = sum(len(cases) for _, cases in suites)
    failed = sum(map(_failed, (found for _, cases in suites for found in cases.values())))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="sds2gen3" tests="{tests}" failures="{failed}">',
    ]
    for report, cases in suites:
        lines += _suite(report, cases)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(report: Report, cases: dict[Sheet, list[Diagnostic]]) -> Iterator[str]:
    failed = sum(map(_failed, cases.values()))
    dataset = _attribute(name(report))
    yield f'  <testsuite name={dataset} tests="{len(cases)}" failures="{failed}" errors="0" skipped="0">'
    for sheet, found in cases.items():
        head = f"    <testcase classname={dataset} name={_attribute(str(sheet))}"
        if not found:
            yield f"{head}/>"
            continue
        yield f"{head}>"
        yield from _case(found)
        yield "    </testcase>"
    yield "  </testsuite>"


def _case(found: Sequence[Diagnostic]) -> Iterator[str]:
    errors = [d for d in found if d.severity == Severity.ERROR]
    others = [d for d in found if d.severity != Severity.ERROR]
    if errors:
        codes = ", ".join(sorted({d.code for d in errors}))
        message = _attribute(f"{number(len(errors), 'error')}: {codes}")
        yield f'      <failure type="error" message={message}>{_text(errors)}</failure>'
    if others:
        yield f"      <system-out>{_text(others)}</system-out>"


def _text(found: Sequence[Diagnostic]) -> str:
    """One finding a line, its hint below."""
    lines = []
    for d in found:
        lines.append(
            visible(" ".join(word for word in (d.severity.label, d.code, str(d.place or ""), d.message) if word))
        )
        if d.hint:
            lines.append(f"  hint: {visible(d.hint)}")
    return escape("\n".join(lines), quote=False)


def _attribute(text: str) -> str:
    return f'"{escape(visible(text))}"'


def _failed(found: Sequence[Diagnostic]) -> bool:
    return any(d.severity == Severity.ERROR for d in found)
