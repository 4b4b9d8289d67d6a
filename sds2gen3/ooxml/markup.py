"""Markup: where the elements of an XML part are, byte by byte, so that some can be changed and the rest stays untouched.

A parser that writes the whole part anew would rename prefixes and drop what it does not know; here nothing is written
but the pieces that change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from sds2gen3.sheets.formats.package import Refused

_HEAD = re.compile(rb"<[^\"'>]*(?:\"[^\"]*\"[^\"'>]*|'[^']*'[^\"'>]*)*>")
_DECLARED = re.compile(rb"^(<\?xml[^>]*?)\s+encoding\s*=\s*(\"[^\"]*\"|'[^']*')")


@dataclass(eq=False, slots=True)
class Node:
    """An element: its start tag is data[start:head_end], its end tag data[tail:end]; both are one where it closes itself."""

    tag: str
    attributes: dict[str, str]
    start: int
    head_end: int
    tail: int
    end: int
    children: list[Node] = field(default_factory=list)

    @property
    def local(self) -> str:
        return self.tag.rpartition(":")[2]

    @property
    def closed(self) -> bool:
        """Whether it is written `<c/>`."""
        return self.head_end == self.end

    def all(self, local: str) -> Iterator[Node]:
        return (child for child in self.children if child.local == local)

    def find(self, local: str) -> Node | None:
        return next(self.all(local), None)

    def get(self, local: str) -> str | None:
        """The attribute of that name, whatever its prefix; one with a prefix goes first (`r:id` before `id`)."""
        names = sorted(self.attributes, key=lambda name: ":" not in name)
        return next((self.attributes[name] for name in names if name.rpartition(":")[2] == local), None)


def utf8(data: bytes) -> bytes:
    """The part in UTF-8: the format allows UTF-16 too."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16").encode()
    return _DECLARED.sub(rb'\1 encoding="UTF-8"', data, count=1)


def parser() -> expat.XMLParserType:
    """A parser that refuses what an .xlsx never has: a document type, by which a small file can become a huge one."""
    made = expat.ParserCreate("utf-8")
    made.StartDoctypeDeclHandler = _refuse
    return made


def _refuse(*_: object) -> None:
    raise Refused("it holds a document type")


def node_at(data: bytes, start: int, tag: str, attributes: dict[str, str]) -> Node:
    """The element whose start tag begins there; `finish` tells it where it ends."""
    head = _HEAD.match(data, start)
    head_end = head.end() if head else start
    closed = data[head_end - 2 : head_end] == b"/>"
    return Node(tag, attributes, start, head_end, head_end if closed else -1, head_end if closed else -1)


def finish(node: Node, data: bytes, tail: int) -> None:
    if node.end < 0:
        node.tail, node.end = tail, data.index(b">", tail) + 1


def tree(data: bytes) -> Node:
    """All elements of a small part. Raises expat's error for one that is not well-formed."""
    reader = parser()
    root = Node("", {}, 0, 0, len(data), len(data))
    stack = [root]

    def start(tag: str, attributes: dict[str, str]) -> None:
        node = node_at(data, reader.CurrentByteIndex, tag, attributes)
        stack[-1].children.append(node)
        stack.append(node)

    def end(_: str) -> None:
        finish(stack.pop(), data, reader.CurrentByteIndex)

    reader.StartElementHandler, reader.EndElementHandler = start, end
    reader.Parse(data, True)
    return root.children[0]


def prefix_of(root: Node) -> str:
    """The prefix of a part's own elements, '' for none."""
    return root.tag.rpartition(":")[0]


class Edits:
    """Changes to a part, applied together. Those at one place keep the order in which they were made."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._splices: list[tuple[int, int, int, bytes]] = []
        self._attributes: dict[Node, dict[str, str | None]] = {}
        self._appended: dict[Node, list[bytes]] = {}

    def replace(self, start: int, end: int, new: bytes) -> None:
        self._splices.append((start, end, len(self._splices), new))

    def insert(self, at: int, new: bytes) -> None:
        self.replace(at, at, new)

    def append(self, node: Node, new: bytes) -> None:
        """Add to the end of an element's content."""
        self._appended.setdefault(node, []).append(new)

    def attribute(self, node: Node, name: str, value: str | None) -> None:
        """Set an attribute, or with None take it away."""
        self._attributes.setdefault(node, {})[name] = value

    def apply(self) -> bytes:
        """The part with all changes."""
        for node in dict.fromkeys([*self._attributes, *self._appended]):
            self._settle(node)
        self._attributes, self._appended = {}, {}
        pieces, at = [], 0
        for start, end, _, new in sorted(self._splices, key=lambda splice: (splice[0], splice[2])):
            pieces += [self._data[at:start], new]
            at = max(at, end)
        return b"".join([*pieces, self._data[at:]])

    def _settle(self, node: Node) -> None:
        head = with_attributes(self._data[node.start : node.head_end], self._attributes.get(node, {}))
        added = b"".join(self._appended.get(node, ()))
        if added and node.closed:
            head = head[:-2].rstrip() + b">" + added + f"</{node.tag}>".encode()
        elif added:
            self.insert(node.tail, added)
        if head != self._data[node.start : node.head_end]:
            self.replace(node.start, node.head_end, head)


def with_attributes(head: bytes, changes: dict[str, str | None]) -> bytes:
    """A start tag with attributes set, or taken away."""
    for name, value in changes.items():
        old = re.compile(rb"(\s)" + re.escape(name.encode()) + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')")
        new = b"" if value is None else f"{name}={quoteattr(value)}".encode()
        if old.search(head):
            head = old.sub(lambda m, new=new: m[1] + new if new else b"", head, count=1)  # type: ignore[misc]
        elif new:
            cut = -2 if head.endswith(b"/>") else -1
            head = head[:cut].rstrip() + b" " + new + head[cut:]
    return head
