"""Signs of an SDS version in headers, files and folders, and what is said where they are not those of the stated version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.place import Place
from sds2gen3.sheets.layouts.anchors import DESCRIPTION
from sds2gen3.sheets.layouts.facts import header_key
from sds2gen3.sheets.layouts.layout import Layouts, version_order
from sds2gen3.sheets.layouts.versions import Evidence
from sds2gen3.sheets.tables.outcome import SheetRead

_CLEARLY = 3
"""Signs, in more than one sheet: fewer may be a column taken over from another template."""


@dataclass(frozen=True)
class Sign:
    """Something by which a version shows: a header of a kind of sheet, a file, or a folder (`header` is None for these)."""

    kind: str
    what: str
    place: Place | None
    header: str | None = None


@dataclass(frozen=True)
class Shown:
    """The signs of every version, by its name: those seen from it on, and those seen in it for the last time."""

    since: dict[str, list[Sign]]
    last: dict[str, list[Sign]]

    @classmethod
    def by(cls, reads: Sequence[SheetRead], files: Sequence[str], layouts: Layouts) -> Shown:
        """What shows in the sheets that were read, and in the names of the dataset's files."""
        folders = {path.split("/")[0].casefold() for path in files if "/" in path}
        versions = {name: layouts.version(name) for name in layouts.versions}
        return cls(
            {name: found for name, one in versions.items() if (found := list(_signs(one.since, reads, folders)))},
            {name: found for name, one in versions.items() if (found := list(_signs(one.last, reads, folders)))},
        )

    @property
    def lowest(self) -> str | None:
        """The youngest version from which on something that is there is known; no older one can be meant."""
        return max(self.since, key=version_order, default=None)

    @property
    def highest(self) -> str | None:
        """The oldest version after which something that is there is not known any more."""
        return min(self.last, key=version_order, default=None)


@dataclass(frozen=True)
class Told:
    """A finding about the stated version, before it has the value and the cell in which that is stated."""

    message: str
    hint: str = ""
    place: Place | None = None
    severity: Severity = Severity.WARNING
    related: tuple[Place, ...] = ()

    def at(self, text: str, stated: Place) -> Diagnostic:
        """At the cell that shows it, which names the stating one as related; else at the stating one."""
        if self.place is None:
            related, value = self.related, text
            return finding(
                "R174", self.message, stated, value=value, hint=self.hint, severity=self.severity, related=related
            )
        return finding(
            "R174", self.message, self.place, hint=self.hint, severity=self.severity, related=[stated, *self.related]
        )


def contradicted(version: str, reads: Sequence[SheetRead], shown: Shown, layouts: Layouts) -> tuple[str, list[Told]]:
    """The version whose rules hold, and what is to be said of the stated one.

    Where many signs in several sheets are of another version and none of them is of the stated one, the other's rules
    hold: told once, instead of each of its consequences (SDS-F15). A few signs are told, and the stated version holds.
    """
    order = version_order(version)
    younger = [sign for name, found in shown.since.items() if version_order(name) > order for sign in found]
    older = [sign for name, found in shown.last.items() if version_order(name) < order for sign in found]
    lowest, highest = shown.lowest, shown.highest
    if lowest and younger and not older and _clearly(younger, version, lowest):
        return lowest, [_all(version, lowest, shown.since[lowest] + younger)]
    if highest and older and not younger and _clearly(older, version, highest):
        return highest, [_all(version, highest, older)]
    if lowest and not younger and (told := _lacking(version, lowest, reads, layouts)):
        return told
    few = []
    if younger and lowest:
        sign = shown.since[lowest][0]
        few.append(_one(version, f"{sign.what} is known only since SDS {lowest}", sign))
    if older and highest:
        sign = shown.last[highest][0]
        few.append(
            _respelt(version, highest, sign, layouts)
            or _one(version, f"{sign.what} was last known in SDS {highest}", sign)
        )
    return version, few


def minor(order: tuple[int, ...]) -> tuple[int, ...]:
    """The version without its patch: 3.0 of 3.0.2."""
    return (*order, 0, 0)[:2]


def listed(names: Sequence[str], word: str) -> str:
    """`3.0.0, 3.0.1 or 3.0.2`."""
    return f" {word} ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _signs(evidence: Evidence, reads: Sequence[SheetRead], folders: set[str]) -> Iterator[Sign]:
    for read in reads:
        if read.kind in evidence.files:
            yield Sign(read.kind, f"a {read.kind} file", read.place)
        if any(table.pointer is not None for tables in read.tables.values() for table in tables):
            continue  # the keys of JSON are the same in every version
        for header in evidence.headers.get(read.kind, ()):
            if header.casefold() in read.headers:
                yield Sign(read.kind, f"'{header}'", _header_place(read, header) or read.place, header)
    for folder in evidence.folders:
        if folder in folders:
            yield Sign("", f"a folder '{folder}'", None)


def _header_place(read: SheetRead, header: str) -> Place | None:
    headers = (cell for cell in read.left if cell.reason == "header")
    return next((c.place for c in headers if " ".join(str(c.value).casefold().split()) == header.casefold()), None)


def _clearly(signs: Sequence[Sign], version: str, other: str) -> bool:
    kinds = {sign.kind for sign in signs}
    apart = minor(version_order(version)) != minor(version_order(other))
    return apart and len(kinds) > 1 and len({(sign.kind, sign.what) for sign in signs}) >= _CLEARLY


def _all(version: str, other: str, signs: Sequence[Sign]) -> Told:
    """One finding at the stated version, with the first sign of each kind of sheet."""
    first = list({sign.kind: sign for sign in reversed(signs)}.values())[::-1]
    named = ", ".join(f"{sign.what} in {sign.kind}" if sign.header else sign.what for sign in first[:3])
    more = len({(sign.kind, sign.what) for sign in signs}) - len(first[:3])
    whole = f"{named} and {more} more" if more else named
    message = f"The dataset says SDS {version}, but is of SDS {other}, whose rules were used: it has {whole}."
    places = tuple(sign.place for sign in first[:3] if sign.place)
    return Told(message, f"Write {other}.", severity=Severity.ERROR, related=places)


def _one(version: str, fact: str, sign: Sign) -> Told:
    return Told(f"The dataset says SDS {version}, but {fact}.", place=sign.place)


def _respelt(version: str, highest: str, sign: Sign, layouts: Layouts) -> Told | None:
    """A header that the stated version has too, but writes otherwise: the header is to be mended, not the version."""
    if sign.header is None:
        return None
    name = layouts.sheet(sign.kind).keys.get(header_key(sign.header), "")
    official = layouts.version_sheet(version, sign.kind).headers.get(name)
    if official is None:
        return None
    message = f"{sign.what} is how SDS {highest} wrote this header; SDS {version} writes '{official[0].strip()}'."
    return Told(message, f"Write '{official[0].strip()}'.", place=sign.place)


def _lacking(version: str, lowest: str, reads: Sequence[SheetRead], layouts: Layouts) -> tuple[str, list[Told]] | None:
    """A warning where nothing of the sheets that every dataset has is newer than a version before, patches aside.

    If enough of what is new should be there, in several sheets, the rules are those of that version.
    """
    order = version_order(version)
    always = {DESCRIPTION, *(needed.file for needed in layouts.version(version).required if needed.always)}
    kinds = [read.kind for read in reads if read.kind in always and read.headers]
    between = [
        name
        for name in reversed(layouts.versions)
        if minor(version_order(lowest)) < minor(version_order(name)) and version_order(name) <= order
    ]
    new = [(kind, h) for name in between for kind in kinds for h in layouts.version(name).since.headers.get(kind, ())]
    if not new:
        return None
    kind, header = new[0]
    message = f"The dataset says SDS {version}, but looks like SDS {lowest}: its {kind} has no '{header}'."
    hint = f"Write {lowest} as the version, or use the templates of SDS {version}."
    clear = len(new) >= _CLEARLY and len({kind for kind, _ in new}) > 1
    return (lowest if clear else version), [Told(message, hint)]
