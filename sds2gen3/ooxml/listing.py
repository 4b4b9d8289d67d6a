"""Listing: the XML of a sheet that is a plain list, with a title, notes, a filter, and links into the other sheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from sds2gen3.ooxml.package import HEAD
from sds2gen3.ooxml.styles import Look, Styles, solid
from sds2gen3.ooxml.text import harmless, xml_text
from sds2gen3.place import column_letter

_SMALL = '<font><sz val="10"/><color rgb="FF000000"/><name val="Calibri"/><family val="2"/></font>'
TITLE = Look(font='<font><b/><sz val="14"/><color rgb="FF000000"/><name val="Calibri"/><family val="2"/></font>')
NOTE = Look(font='<font><i/><sz val="10"/><color rgb="FF404040"/><name val="Calibri"/><family val="2"/></font>')
HEADER = Look(
    fill=solid("404040"),
    font='<font><b/><sz val="10"/><color rgb="FFFFFFFF"/><name val="Calibri"/><family val="2"/></font>',
    wrap=True,
)
PLAIN = Look(font=_SMALL, wrap=True, as_typed=True)
LINK = Look(
    font='<font><u/><sz val="10"/><color rgb="FF0563C1"/><name val="Calibri"/><family val="2"/></font>', wrap=True
)


MOST_LINKS = 60_000  # Excel calls a sheet with more than 65,530 of them damaged


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell of the list: its text, its look, and the place in the workbook that it leads to ('' for none)."""

    text: str
    look: Look = PLAIN
    link: str = ""


@dataclass(frozen=True)
class Listing:
    """What the sheet shows: a title, a line for each note, the headers with their widths, and the rows."""

    title: str
    notes: Sequence[str]
    headers: Sequence[tuple[str, float]]
    rows: Sequence[Sequence[Entry]]
    filter: bool = True

    @property
    def filtered(self) -> str:
        """The range of the filter."""
        top = len(self.notes) + 2
        return f"A{top}:{column_letter(len(self.headers))}{top + len(self.rows)}"


def listing_xml(listing: Listing, main: str, styles: Styles, selected: bool) -> bytes:
    """The sheet's XML. All its cells are text: nothing that the curator typed becomes a formula here."""
    top = len(listing.notes) + 2
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width:g}" customWidth="1"/>'
        for n, (_, width) in enumerate(listing.headers, 1)
    )
    head = [Entry(listing.title, TITLE)], *([Entry(note, NOTE)] for note in listing.notes)
    lines = [*head, [Entry(name, HEADER) for name, _ in listing.headers], *listing.rows]
    links = [
        (f"{column_letter(column)}{row}", entry)
        for row, line in enumerate(lines, 1)
        for column, entry in enumerate(line, 1)
        if entry.link
    ]
    mark = 'tabSelected="1" ' if selected else ""
    return "".join(
        (
            f'{HEAD}<worksheet xmlns="{main}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView {mark}'
            f'workbookViewId="0"><pane ySplit="{top}" topLeftCell="A{top + 1}" activePane="bottomLeft" state="frozen"/>'
            f'<selection pane="bottomLeft" activeCell="A{top + 1}" sqref="A{top + 1}"/></sheetView></sheetViews>'
            f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>',
            *_rows(lines, styles, [width for _, width in listing.headers], top),
            "</sheetData>",
            f'<autoFilter ref="{listing.filtered}"/>' if listing.filter else "",
            _links(links[:MOST_LINKS]),
            '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
            '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>',
        )
    ).encode()


def _rows(lines: Iterable[Sequence[Entry]], styles: Styles, widths: Sequence[float], top: int) -> Iterable[str]:
    for number, line in enumerate(lines, 1):
        cells = "".join(
            f'<c r="{column_letter(column)}{number}" s="{styles.format(0, entry.look)}" t="inlineStr">'
            f'<is><t xml:space="preserve">{xml_text(harmless(entry.text))}</t></is></c>'
            for column, entry in enumerate(line, 1)
        )
        height = f' ht="{_height(line, widths):g}" customHeight="1"' if number >= top else ""
        yield f'<row r="{number}"{height}>{cells}</row>'


def _height(line: Sequence[Entry], widths: Sequence[float]) -> float:
    """The points that the row needs for its wrapped texts: not every program finds out itself."""
    lines = [
        sum(1 + int(len(part) / width) for part in entry.text.split("\n"))
        for entry, width in zip(line, widths, strict=False)
    ]
    return min(2 + 13.5 * max(lines, default=1), 400)


def _links(links: Sequence[tuple[str, Entry]]) -> str:
    inside = "".join(
        f'<hyperlink ref="{where}" location={quoteattr(entry.link)} display={quoteattr(entry.text)}/>'
        for where, entry in links
    )
    return f"<hyperlinks>{inside}</hyperlinks>" if inside else ""
