"""Package: the parts of an .xlsx and what they may cost, found out without trusting anything that the file declares."""

from __future__ import annotations

import copy
import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

MAX_PART = 512 << 20  # 512 MB of XML: 1,500,000 rows of 12 columns; text in memory is another 1 to 2 times that
MAX_OTHER = 192 << 20  # of shared texts: twice that in memory, besides the cells
MAX_PARTS = 1 << 30  # all parts together
MAX_RATIO = 200  # real sheets shrink 5 to 30 times, a bomb 1000 times
RATIO_MATTERS = 50 << 20  # below 50 MB even a bomb is harmless
MAX_ROW_BYTES = 16 << 20  # one row of XML: 16,384 cells of 1,000 characters
MAX_DEFLATE = 1032  # deflate cannot shrink more than this
MAX_TAGS = 400_000  # of one row, or of a list: a row of 16,384 cells has 100,000; nested, they would fill the memory
MAX_INDEX_PART = 16 << 20  # workbook.xml and relations: a list of sheets, parsed as a whole

USUAL_WORKBOOK = "xl/workbook.xml"
TYPES = "[Content_Types].xml"
USUAL_TEXTS = "xl/sharedstrings.xml"
PROPERTIES = "docprops/core.xml"
MAX_PROPERTIES = 64 << 10  # author, title and two dates

_CHUNK = 1 << 20
_MEDIA = ("xl/media/", "xl/embeddings/", "docprops/", "xl/printersettings/", "customxml/")
_MODIFIED = re.compile(rb"<(?:[A-Za-z]{1,20}:)?modified\b[^<>]{0,400}>\s{0,20}([0-9]{4}-[0-9]{2}-[0-9]{2})T?")
_ROW_TAGS = (b"<row ", b"<row>", b":row ", b":row>")


class Refused(Exception):
    """The workbook would cost too much to read, or breaks the rules of its format; the text says why, in words."""


@dataclass(frozen=True, slots=True)
class SheetPart:
    name: str
    path: str
    relations: dict[str, str]


class Package:
    """An opened .xlsx. Raises Refused, or whatever a broken zip or XML leads to; the caller turns that into a finding."""

    def __init__(self, data: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self._parts = {info.filename: info for info in self._zip.infolist()}
        self._by_name = {name.lower().replace("\\", "/"): name for name in self._parts}
        if len(self._by_name) != len(self._zip.infolist()):
            raise Refused("it holds two parts of one name")
        self._check_sizes()
        self.workbook = self._workbook()

    def _check_sizes(self) -> None:
        total = 0
        for name, info in self._parts.items():
            if name.lower().startswith(_MEDIA):
                continue
            total += info.file_size
            most = MAX_PART if name.lower().startswith("xl/worksheets/") else min(MAX_OTHER, MAX_PART)
            too_dense = info.file_size > RATIO_MATTERS and info.file_size > MAX_RATIO * max(1, info.compress_size)
            if info.file_size > most or total > MAX_PARTS or too_dense:
                raise Refused(
                    f"it would unpack to {info.file_size >> 20:,} MB of '{name}', far more than a metadata sheet needs"
                )
            if info.compress_size * MAX_DEFLATE > MAX_PART and not name.startswith("xl/worksheets/"):
                for _ in self.chunks(name):  # sheets are unpacked anyway; of these, the declared size must be proven
                    pass

    def sheets(self) -> list[SheetPart]:
        """The sheets in the workbook's order, charts too. Sheets without a part are left out: no reader finds them either."""
        targets = self._relations(self.workbook)
        found: list[SheetPart] = []
        taken: set[str] = set()
        for sheet in self._tree(self.workbook).iter():
            if _local(sheet.tag) != "sheet":
                continue
            link = next((value for name, value in sheet.attrib.items() if _local(name) == "id" and name != "id"), "")
            path = self._part(self.workbook, targets.get(link, ("", ""))[1])
            if path in taken:
                raise Refused("two of its sheets are the same part")  # small, and read as often as it is named
            if path:
                taken.add(path)
                external = {key: to for key, (what, to) in self._relations(path).items() if what.endswith("/hyperlink")}
                found.append(SheetPart(sheet.get("name", ""), path, external))
        return found

    def saved(self) -> dt.date | None:
        """The day of `dcterms:modified` (ECMA-376 part 2, core properties), in UTC; None where the file does not say it.

        The one date is searched for in the bytes: this part holds nothing else for us, and nobody may make it costly.
        """
        path = self._by_name.get(PROPERTIES)
        if path is None or self._parts[path].file_size > MAX_PROPERTIES:
            return None
        found = _MODIFIED.search(b"".join(self.chunks(path)))
        try:
            return dt.date.fromisoformat(found[1].decode()) if found else None
        except ValueError:
            return None

    def shared_texts(self) -> list[str]:
        """The parts that hold the texts which cells name by number: one mostly, but readers differ in where they look."""
        linked = [target for kind, target in self._relations(self.workbook).values() if kind.endswith("/sharedStrings")]
        found = {self._part(self.workbook, target) for target in (*linked, *self._typed("sharedstrings"))}
        found.add(self._by_name.get(USUAL_TEXTS))
        return sorted(path for path in found if path is not None)

    def _typed(self, kind: str) -> list[str]:
        """The parts whose declared type names that kind; of none where the list is damaged, as nobody can use it then."""
        try:
            declared = self._tree(TYPES).iter() if TYPES in self._parts else ()
            return [e.get("PartName", "") for e in declared if kind in e.get("ContentType", "").lower()]
        except ElementTree.ParseError:
            return []

    def size(self, path: str) -> int:
        """The declared size of a part; reading the part proves it."""
        return self._parts[path].file_size

    def blocks(self, path: str) -> Iterator[bytes]:
        """The part in pieces of about 1 MB that end between two rows; the last piece also holds all that follows the rows."""
        rest = b""
        for chunk in self.chunks(path):
            rest += chunk
            cut = next((at for tag in _ROW_TAGS if (at := rest.rfind(tag)) > 0), 0)
            if cut:
                yield rest[:cut]
                rest = rest[cut:]
            if len(rest) > MAX_ROW_BYTES:
                raise Refused(f"one of its rows takes more than {MAX_ROW_BYTES >> 20} MB")
            if len(rest) > _CHUNK and rest.count(b"<") > MAX_TAGS:
                raise Refused(f"one of its rows has more than {MAX_TAGS:,} marks")
        yield rest

    def chunks(self, path: str) -> Iterator[bytes]:
        """The part's bytes. The declared size is not believed: readers in other languages do not stop there either."""
        declared = self._parts[path].file_size
        info = copy.copy(self._parts[path])
        info.file_size = MAX_PART + 1
        size = 0
        with self._zip.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > declared:
                    break
                yield chunk
        if size != declared:
            raise Refused(f"its part '{path}' is not as large as the file says")

    def _tree(self, path: str) -> ElementTree.Element:
        if self._parts[path].file_size > MAX_INDEX_PART:
            raise Refused(f"its list '{path}' is larger than {MAX_INDEX_PART >> 20} MB")
        content = b"".join(self.chunks(path))
        if content.count(b"<") > MAX_TAGS:
            raise Refused(f"its list '{path}' has more than {MAX_TAGS:,} entries")
        return ElementTree.fromstring(content)

    def _relations(self, path: str) -> dict[str, tuple[str, str]]:
        """Relation id -> (type, target) of a part."""
        folder, name = posixpath.split(path)
        relations = posixpath.join(folder, "_rels", name + ".rels")
        if relations not in self._parts:
            return {}
        return {e.get("Id", ""): (e.get("Type", ""), e.get("Target", "")) for e in self._tree(relations)}

    def _workbook(self) -> str:
        """The part that the package's own relations call its workbook; some programs name it otherwise than Excel does."""
        for kind, target in self._relations("").values():
            path = self._part("", target) if kind.endswith("/officeDocument") else None
            if path:
                return path
        return USUAL_WORKBOOK

    def _part(self, owner: str, target: str) -> str | None:
        """The part that a relation means. Readers are lenient here, and what any of them finds must be looked at."""
        resolved = posixpath.normpath(posixpath.join("/" + posixpath.dirname(owner), target)).lstrip("/")
        names = (resolved, target.lstrip("/"), "xl/" + target)
        return next((self._by_name[name.lower()] for name in names if target and name.lower() in self._by_name), None)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
