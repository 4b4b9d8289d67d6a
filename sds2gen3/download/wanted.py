"""Wanted: from the rows of a manifest to the files that are to be fetched, each with what it is held against."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import translate

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.download.rows import FILE, INSTANCE, SERIES, STUDY, Row, is_uid
from sds2gen3.download.safe_names import Judged, judged
from sds2gen3.download.sums import Sum, parsed

PATTERN = "pattern"
SIZE = ("filesize", "size", "bytes", "sizeinbytes", "sizebytes", "filesizebytes", "filesizeinbytes")
ADDRESS = ("fileurl", "fileuri", "accessurl", "downloadurl", "dataurl", "url", "uri", "urls")
_SUM = re.compile(r"(?:file)?(?:checksum|hash)?(md5|sha1|sha256|sha512)(?:sum|checksum|hash|digest)?")
_ANY_SUM = re.compile(r"(?:file)?(?:checksum|hash|digest)")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_WILD = re.compile(r"[*?\[\]]")
_FEW = 5  # names in a message
_SHOWN = 60  # characters of a value in a message


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file: `path` below DEST, which is safe; `key` its name in the store, or an `address` of its own.

    `size` and `sums` are what the manifest says. What turns out to be a folder stands for all files in it that fit `pattern`.
    `top` is where the row leads if its name counts from the top of the dataset, as some curators write it. An `optional`
    file need not be there. `listed` in a row, or metadata `beside` the data.
    """

    path: str
    key: str
    row: Row | None = field(default=None, repr=False)
    size: int | None = None
    sums: tuple[Sum, ...] = ()
    address: str = ""
    top: str = ""
    pattern: str = ""
    optional: bool = False
    listed: bool = False
    beside: bool = False

    def finding(self, code: str, message: str, column: str = FILE[0], hint: str = "") -> Diagnostic:
        """A finding at the cell of the row (or about its record)."""
        row = self.row
        place = row.place(column) if row is not None else None
        node, value = (row.node if row is not None else None), brief(self.path)
        return finding(code, message, place, hint=hint, value=value, node=node)


def wanted_of(rows: Iterable[Row], dicom: bool = False) -> tuple[list[Wanted], list[Diagnostic]]:
    """The files of the rows, in their order, and what is wrong with the others. With `dicom`, UIDs lead to the files."""
    found: list[Wanted] = []
    elsewhere: list[Wanted] = []
    told: list[Diagnostic] = []
    for row in rows:
        wanted = _of_row(row, told, dicom)
        if wanted is not None:
            (found if wanted.key or not dicom else elsewhere).append(wanted)
    if elsewhere:
        names = ", ".join(f"'{brief(one.path)}'" for one in elsewhere[:_FEW])
        more = f" and {len(elsewhere) - _FEW:,} more" if len(elsewhere) > _FEW else ""
        message = f"Rows without a Study Instance UID lead to nothing in a PACS: {names}{more}."
        hint = "Fetch these from where they are stored, with another --from."
        told.append(replace(elsewhere[0].finding("U693", message, hint=hint), severity=Severity.WARNING))
    return found, told


def _of_row(row: Row, told: list[Diagnostic], dicom: bool) -> Wanted | None:
    column, text = row.text(*FILE)
    pattern = ""
    if not text:
        column, pattern = row.text(PATTERN)
    if not text and not pattern:
        return None  # a row without a name: the reader of the sheet tells of it
    own = judged(text or _WILD.sub("x", pattern))
    whole = judged("/".join(part for part in (row.folder, text) if part)) if text or row.folder else Judged()
    if wrong := own.wrong or whole.wrong:
        message = f"'{brief(text or pattern)}' is not written: {wrong}."
        value, property = brief(text or pattern), row.spelt.get(column)
        told.append(finding("U691", message, row.place(column), value=value, node=row.node, property=property))
        return None
    wanted = Wanted(
        whole.path,
        whole.path,
        row,
        _size(row, told),
        tuple(_sums(row, told)),
        top=own.path if row.folder and text else "",
        pattern=pattern,
        listed=True,
    )
    return _of_dicom(wanted, row, told) if dicom else _with_address(wanted, row)


def _sums(row: Row, told: list[Diagnostic]) -> Iterator[Sum]:
    """The checksums of a row, at most one of a kind."""
    seen: set[str] = set()
    for column in row.values:
        known = _SUM.fullmatch(column)
        if known is None and not _ANY_SUM.fullmatch(column):
            continue
        _, text = row.text(column)
        found = parsed(text, known[1] if known else None)
        if found is None and text:
            message = f"'{brief(text)}' is no checksum; the file is not held against it."
            told.append(finding("U699", message, row.place(column), value=brief(text), node=row.node))
        elif found is not None and found.kind not in seen:
            seen.add(found.kind)
            yield found


def _size(row: Row, told: list[Diagnostic]) -> int | None:
    column, text = row.text(*SIZE)
    plain = text.replace(",", "").removesuffix(".0")
    if plain.isascii() and plain.isdigit() and len(plain) < 20:
        return int(plain)
    if text and column != "size":  # a column 'size' may be about what is in the file
        message = f"'{brief(text)}' is no number of bytes; the file is not held against it."
        told.append(finding("U699", message, row.place(column), value=brief(text), node=row.node))
    return None


def _with_address(wanted: Wanted, row: Row) -> Wanted:
    """An address in the row leads to the file; 'url' columns also hold other things than addresses."""
    return replace(wanted, address=_address_of(row))


def has_address(row: Row) -> bool:
    """Whether a row itself says where its file is stored."""
    return _address_of(row) != ""


def _address_of(row: Row) -> str:
    texts = (row.text(column)[1] for column in ADDRESS)
    return next((text for text in texts if _ADDRESS.match(text)), "")


def _of_dicom(wanted: Wanted, row: Row, told: list[Diagnostic]) -> Wanted | None:
    """The study, series or instance that the row names. One without UIDs is not in a PACS."""
    key = ""
    for level, column in (("studies", STUDY), ("series", SERIES), ("instances", INSTANCE)):
        _, uid = row.text(column)
        if not uid:
            break
        if not is_uid(uid):
            message = f"'{brief(uid)}' is no DICOM UID."
            told.append(finding("U693", message, row.place(column), value=brief(uid), node=row.node))
            return None
        key += f"/{level}/{uid}"
    return replace(wanted, key=key.removeprefix("/"), pattern="")


def fits(pattern: str, path: str) -> bool:
    """Whether a path below the folder of a manifest fits its pattern; one without folder fits in every folder."""
    plain = pattern.removeprefix("./")
    expression = translate(plain) if "/" in plain else f"(?:.*/)?{translate(plain)}"
    return re.fullmatch(expression, path) is not None


def brief(text: str) -> str:
    """A value as it fits into a message."""
    plain = "".join(character if character.isprintable() else "?" for character in text)
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 3]}..."
