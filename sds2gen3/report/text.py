"""The report a person reads: per file its findings, equal ones together, then the verdict in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, Group, Report
from sds2gen3.place import Place
from sds2gen3.report.cells import counted, listed
from sds2gen3.report.look import Detail, Look
from sds2gen3.report.names import short_names
from sds2gen3.report.summary import all_datasets, facts, needs, title, verdict
from sds2gen3.report.words import visible, wrapped

CELLS = 10  # characters that the cells of a finding have before its message
MARGIN = 2 + 8 + 6 + CELLS + 1  # where messages start
COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "33", Severity.INFO: "36"}
BOLD, DIM = "1", "2"


def render(reports: Sequence[Report], look: Look | None = None) -> str:
    """The reports one below the other, each with its verdict; for several datasets a last sentence about them all.

    ASCII but for the users' own values. Deterministic: it depends on the reports and the look only.
    """
    look = look or Look()
    names = short_names(reports) if len(reports) > 1 else [""]
    blocks = ["\n".join(_report(report, look, name)) for report, name in zip(reports, names, strict=False)]
    if len(reports) > 1:
        blocks.append("\n".join(wrapped(all_datasets(reports), look.width)))
    return "\n\n".join(block for block in blocks if block) + "\n"


def one_line(diagnostic: Diagnostic) -> str:
    """`error C901 sds2gen3.toml:3 Unknown setting 'mapp'.`: a finding outside a report, as on stderr."""
    words = (diagnostic.severity.label, diagnostic.code, str(diagnostic.place or ""), diagnostic.message)
    return visible(" ".join(word for word in words if word))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A group's places in one sheet; `elsewhere` are its places in other files."""

    group: Group
    places: tuple[Place, ...]
    elsewhere: tuple[Place, ...] = ()


def _report(report: Report, look: Look, name: str) -> Iterator[str]:
    """The lines of a report; `name` is that of the dataset where there are several."""
    quiet = look.detail == Detail.QUIET
    if name or not quiet:
        yield from wrapped(title(report, name), look.width)
        if named := needs(report):
            yield from wrapped(named, look.width)
        yield ""
    for heading, entries in _by_sheet(report, look).items():
        yield styled(visible(heading), BOLD, look)
        for kind in _by_code(entries):
            yield from _kind(kind, look)
        yield ""
    yield from wrapped(verdict(report), look.width)
    if not quiet:
        for fact in facts(report, look):
            yield from wrapped(fact, look.width, hanging="  ")


def styled(text: str, style: str, look: Look) -> str:
    """The text in the style (an ANSI code), plain where the look has no colour."""
    return f"\x1b[{style}m{text}\x1b[0m" if look.color and text else text


def _by_sheet(report: Report, look: Look) -> dict[str, list[_Entry]]:
    """Heading -> its entries. A heading names the sheet only where a file has findings in several sheets."""
    groups = [g for g in report.groups() if g.severity > Severity.INFO or look.detail == Detail.VERBOSE]
    sheets: dict[str, set[str]] = {}
    for place in (p for g in groups for p in g.places if p.sheet):
        sheets.setdefault(place.file, set()).add(place.sheet or "")
    found: dict[str, list[_Entry]] = {}
    for group in groups:
        file = group.places[0].file if group.places else ""
        here = [p for p in group.places if p.file == file]
        elsewhere = tuple(p for p in group.places if p.file != file)
        for sheet in dict.fromkeys(p.sheet for p in here) or (None,):
            many = sheet is not None and len(sheets.get(file, ())) > 1
            heading = f"{file}, sheet {sheet!r}" if many else file or "The dataset as a whole"
            places = tuple(p for p in here if p.sheet == sheet)
            found.setdefault(heading, []).append(_Entry(group, places, elsewhere))
    return found


def _by_code(entries: Iterable[_Entry]) -> list[list[_Entry]]:
    """Entries of one code together, the worst first, else in reading order; equal hints next to each other."""
    kinds: dict[tuple[int, str], dict[str, list[_Entry]]] = {}
    for entry in entries:
        hints = kinds.setdefault((-entry.group.severity, entry.group.code), {})
        hints.setdefault(entry.group.hint, []).append(entry)
    ordered = sorted(kinds.items(), key=lambda item: item[0][0])
    return [[entry for same in hints.values() for entry in same] for _, hints in ordered]


def _kind(entries: Sequence[_Entry], look: Look) -> Iterator[str]:
    """The entries of one code, at most `max_per_group`; a hint that several share stands once, below the last."""
    limit = look.max_per_group or len(entries)
    shown, hidden = entries[:limit], entries[limit:]
    for position, entry in enumerate(shown):
        follower = shown[position + 1].group.hint if position + 1 < len(shown) else None
        yield from _entry(entry, look, with_hint=follower != entry.group.hint)
    if hidden:
        places = [place for entry in hidden for place in entry.places]
        group = hidden[0].group
        where = listed(places, look.max_per_group)
        text = f"{len(hidden):,} more like this{': ' + where if where else ''}"
        yield from _message(group, "", text, look)


def _entry(entry: _Entry, look: Look, with_hint: bool) -> Iterator[str]:
    cells = listed(entry.places, 0)
    many = len(cells) > CELLS and len(set(entry.places)) > 1
    yield from _message(entry.group, counted(entry.places) if many else cells, entry.group.message, look)
    if many:
        yield from _aside("in: ", listed(entry.places, look.max_per_group), look)
    if entry.elsewhere:
        others = list(dict.fromkeys(str(place) for place in entry.elsewhere))
        more = len(others) - look.max_per_group if look.max_per_group else 0
        shown = ", ".join(others[: look.max_per_group or None])
        yield from _aside("see: ", shown + (f" and {more} more" if more > 0 else ""), look)
    if with_hint and entry.group.hint:
        yield from _aside("hint: ", entry.group.hint, look)


def _message(group: Group, cells: str, message: str, look: Look) -> Iterator[str]:
    label = f"{group.severity.label:<7}"
    start = f"  {label} {group.code:<5} {visible(cells):<{CELLS}} "
    first, *rest = wrapped(visible(message), look.width, start, " " * MARGIN) or [start.rstrip()]
    yield first.replace(label, styled(label, COLORS[group.severity], look), 1)
    yield from rest


def _aside(label: str, text: str, look: Look) -> Iterator[str]:
    indent = " " * MARGIN
    for line in wrapped(label + visible(text), look.width, indent, indent + " " * len(label)):
        yield styled(line, DIM, look) if label != "hint: " else line
