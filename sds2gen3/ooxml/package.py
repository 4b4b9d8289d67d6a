"""Parts: an .xlsx in memory as its parts, with their relations and content types. The same parts give the same bytes."""

from __future__ import annotations

import io
import posixpath
import zipfile
from xml.sax.saxutils import quoteattr

from sds2gen3.ooxml.markup import Edits, Node, prefix_of, tree, utf8
from sds2gen3.ooxml.text import qualified
from sds2gen3.sheets.formats.package import Package, Refused, SheetPart

TYPES = "[Content_Types].xml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

MAX_TOTAL = 512 << 20  # all parts, pictures too, are in memory at once

_LATEST = (1980, 1, 1, 0, 0, 0)  # no clock in the file
_STRICT = "http://purl.oclc.org/ooxml"


class Parts:
    """The parts of a workbook by name. Raises Refused for one that is too large, and whatever a broken zip or XML leads to."""

    def __init__(self, data: bytes) -> None:
        package = Package(data)
        self.sheets: list[SheetPart] = package.sheets()
        self.workbook = package.workbook
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_TOTAL:
                raise Refused(f"it would unpack to more than {MAX_TOTAL >> 20} MB")
            self._parts = {info.filename: archive.read(info) for info in archive.infolist()}
        tree(self.xml(TYPES))  # lenient readers do without; but where it is broken, nothing can be added
        strict = _STRICT.encode() in self[self.workbook][:2000]
        self.main = f"{_STRICT}/spreadsheetml/main" if strict else MAIN
        self.relation_types = f"{_STRICT}/officeDocument/relationships" if strict else RELATIONS

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def __getitem__(self, name: str) -> bytes:
        return self._parts[name]

    def __setitem__(self, name: str, content: bytes) -> None:
        self._parts[name] = content

    def xml(self, name: str) -> bytes:
        """The part in UTF-8."""
        return utf8(self._parts[name])

    def sheet(self, name: str | None) -> SheetPart | None:
        """The sheet of that name; without a name the only one."""
        if name is None:
            return self.sheets[0] if len(self.sheets) == 1 else None
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def names(self) -> tuple[str, ...]:
        return tuple(self._parts)

    def add(self, pattern: str, content: bytes, kind: str) -> str:
        """A new part, named by the pattern with the first free number in it, of that content type. Gives its name."""
        name = self.add_plain(pattern, content)
        self._declare(f'<Override PartName="/{name}" ContentType="{kind}"/>')
        return name

    def add_plain(self, pattern: str, content: bytes) -> str:
        """A new part whose content type its extension tells. Gives its name."""
        number = 1
        taken = {name.lower() for name in self._parts}
        while pattern.format(number).lower() in taken:
            number += 1
        name = pattern.format(number)
        self._parts[name] = content
        return name

    def extension(self, suffix: str, kind: str) -> None:
        """Declare the content type of parts that end so, unless it is declared."""
        types = tree(self.xml(TYPES))
        if not any((node.get("Extension") or "").lower() == suffix for node in types.all("Default")):
            self._declare(f'<Default Extension="{suffix}" ContentType="{kind}"/>', first=True)

    def _declare(self, entry: str, first: bool = False) -> None:
        data = self.xml(TYPES)
        types, edits = tree(data), Edits(data)
        new = qualified(entry, prefix_of(types))
        if first and not types.closed:
            edits.insert(types.head_end, new)
        else:
            edits.append(types, new)
        self._parts[TYPES] = edits.apply()

    def related(self, part: str, kind: str) -> dict[str, str]:
        """Relation id -> name of the part, for the relations of one kind ('comments') that lead to a part that is there."""
        relations = _relations_of(part)
        if relations not in self._parts:
            return {}
        found = {}
        for node in tree(self.xml(relations)).all("Relationship"):
            if (node.get("Type") or "").rpartition("/")[2] == kind and node.get("TargetMode") != "External":
                target = node.get("Target") or ""
                name = posixpath.normpath(posixpath.join("/" + posixpath.dirname(part), target)).lstrip("/")
                if name in self._parts:
                    found[node.get("Id") or ""] = name
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """A new relation from one part to another. Gives its id."""
        name = _relations_of(part)
        if name not in self._parts:
            self._parts[name] = f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"/>'.encode()
        data = self.xml(name)
        relations, edits = tree(data), Edits(data)
        key = _free_id(relations)
        path = posixpath.relpath("/" + target, "/" + posixpath.dirname(part))
        entry = f'<Relationship Id="{key}" Type="{self.relation_types}/{kind}" Target={quoteattr(path)}/>'
        edits.append(relations, qualified(entry, prefix_of(relations)))
        self._parts[name] = edits.apply()
        return key

    def unrelate(self, part: str) -> None:
        """Take away all relations of a part."""
        self._parts.pop(_relations_of(part), None)

    def pack(self) -> bytes:
        """The workbook as a file."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self._parts.items():
                entry = zipfile.ZipInfo(name, date_time=_LATEST)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, content)
        return buffer.getvalue()


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _free_id(relations: Node) -> str:
    taken = {node.get("Id") for node in relations.all("Relationship")}
    number = 1
    while f"rId{number}" in taken:
        number += 1
    return f"rId{number}"
