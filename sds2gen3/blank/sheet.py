"""What a blank sheet shows, as plain data: its fields in the official order, each with colour, help and words."""

from __future__ import annotations

from dataclasses import dataclass

from sds2gen3.blank.helps import Helps
from sds2gen3.sheets.layouts.facts import Kind
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.layouts.versions import Class, Version

VERSION_FIELD = "metadata_version"  # by which a dataset's version is recognised (SPEC section 2)
_YES_NO = ("TRUE", "FALSE")


@dataclass(frozen=True)
class BlankField:
    """A field: its official header and class, how it is read, what helps to fill it in, and the words of its list.

    `strict`: no other words are right, and a cell holds only one. `value` is what stands there from the beginning.
    """

    name: str
    header: str
    colour: Class
    kind: Kind
    description: str
    help: str
    words: tuple[str, ...]
    strict: bool
    value: str = ""


@dataclass(frozen=True)
class BlankSheet:
    """A sheet of a version, called `tab` in its workbook.

    Where fields stand in rows, `corner` is the heading over their names and `beside` that over their descriptions.
    """

    kind: str
    transposed: bool
    corner: str
    fields: tuple[BlankField, ...]
    tab: str = "Sheet1"
    beside: str = "Description"


def blank_sheet(kind: str, version: Version, layouts: Layouts, helps: Helps) -> BlankSheet:
    """The blank sheet of that kind in the version."""
    layout = layouts.sheet(kind)
    sheet = layouts.version_sheet(version.name, kind)
    headers, facts = sheet.headers, layout.facts
    fields = tuple(_field(kind, name, *headers[name], version, layouts, helps) for name in headers)
    return BlankSheet(kind, layout.transposed, next(iter(facts.corner), ""), fields, sheet.tab, facts.beside)


def _field(
    kind: str, name: str, header: str, colour: Class, version: Version, layouts: Layouts, helps: Helps
) -> BlankField:
    facts = layouts.sheet(kind).field(name)
    listed = version.vocabularies.get(kind, {}).get(name)
    words = version.words.get(listed.list, ()) if listed is not None else ()
    if not words and facts.kind == "boolean":
        words = facts.answers or _YES_NO
    told = helps.told(kind, name)
    return BlankField(
        name=name,
        header=header,
        colour=colour,
        kind=facts.kind,
        description=helps.explained(kind, name),
        help="\n\n".join(text for text in (told, facts.hint) if text),
        words=words,
        strict=listed is not None and listed.closed and facts.split is None,
        value=version.name if name == VERSION_FIELD else "",
    )
