"""Comments: notes at cells. Existing ones keep their text and place, and get ours below it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sds2gen3.ooxml.markup import Edits, Node, prefix_of, tree
from sds2gen3.ooxml.package import HEAD, SPREADSHEET, Parts
from sds2gen3.ooxml.shapes import add_shapes, new_shapes
from sds2gen3.ooxml.sheet import Sheet
from sds2gen3.ooxml.text import qualified, xml_text
from sds2gen3.place import column_letter
from sds2gen3.sheets.formats.hyperlinks import cells_of

Cell = tuple[int, int]
"""Row and column."""

_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_THREAD = re.compile(r"tc=\{")


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a comment: a line in bold, and plain text under it."""

    title: str
    text: str


def add_comments(
    parts: Parts,
    part: str,
    sheet: Sheet,
    notes: Mapping[Cell, Sequence[Said]],
    author: str,
    roomy: Collection[Cell] = (),
) -> frozenset[Cell]:
    """Comment the cells of a sheet. Gives the cells that could not be: those with a conversation, which Excel keeps elsewhere.

    The boxes of comments that are there grow, but for those of `roomy` cells.
    """
    existing = next(iter(parts.related(part, "comments").values()), None)
    if existing is None:
        content = f'{HEAD}<comments xmlns="{parts.main}"><authors/><commentList/></comments>'
        existing = parts.add("xl/comments{}.xml", content.encode(), f"{SPREADSHEET}.comments+xml")
        parts.relate(part, "comments", existing)
    data = parts.xml(existing)
    root, edits = tree(data), Edits(data)
    prefix = prefix_of(root)
    there, threads = _existing(root, data)
    number = _author(root, data, edits, author, prefix)
    fresh: list[Cell] = []
    for cell, said in sorted(notes.items()):
        if cell in threads:
            continue
        if cell in there:
            _append(there[cell], data, edits, _runs(said, before=True), prefix)
            continue
        fresh.append(cell)
        where = f"{column_letter(cell[1])}{cell[0]}"
        xml = f'<comment ref="{where}" authorId="{number}"><text>{_runs(said)}</text></comment>'
        comments = root.find("commentList")
        edits.append(comments if comments is not None else root, qualified(xml, prefix))
    parts[existing] = edits.apply()
    texts = {
        cell: [line for one in said for line in (one.title, *one.text.split("\n"))] for cell, said in notes.items()
    }
    _draw(
        parts,
        part,
        sheet,
        {cell: texts[cell] for cell in fresh},
        {c: texts[c] for c in there if c in texts and c not in roomy},
    )
    return frozenset(threads & notes.keys())


def _existing(root: Node, data: bytes) -> tuple[dict[Cell, Node], set[Cell]]:
    """The comments by cell, and the cells whose comment only stands for a conversation."""
    authors = root.find("authors")
    names = [data[a.head_end : a.tail].decode("utf-8", "replace") for a in (authors.children if authors else ())]
    found: dict[Cell, Node] = {}
    threads: set[Cell] = set()
    comments = root.find("commentList")
    for node in comments.children if comments else ():
        for cell in cells_of(node.get("ref") or "")[:1]:
            found[cell] = node
            by = int(node.get("authorId") or 0)
            if by < len(names) and _THREAD.match(names[by]):
                threads.add(cell)
    return found, threads


def _author(root: Node, data: bytes, edits: Edits, author: str, prefix: str) -> int:
    """The number of our author."""
    authors = root.find("authors")
    if authors is None:
        edits.insert(root.head_end, qualified(f"<authors><author>{xml_text(author)}</author></authors>", prefix))
        return 0
    for number, node in enumerate(authors.children):
        if data[node.head_end : node.tail] == xml_text(author).encode():
            return number
    edits.append(authors, qualified(f"<author>{xml_text(author)}</author>", prefix))
    return len(authors.children)


def _append(comment: Node, data: bytes, edits: Edits, runs: str, prefix: str) -> None:
    """Our text below what the comment says. Plain text becomes a run first: Excel shows either the one or the others."""
    text = comment.find("text")
    if text is None:
        edits.append(comment, qualified(f"<text>{runs}</text>", prefix))
        return
    plain = text.find("t")
    if plain is not None:
        edits.insert(plain.start, qualified("<r>", prefix))
        edits.insert(plain.end, qualified("</r>", prefix))
    after = next((node.start for node in text.children if node.local in ("rPh", "phoneticPr")), None)
    if after is None:
        edits.append(text, qualified(runs, prefix))
    else:
        edits.insert(after, qualified(runs, prefix))


def _runs(said: Sequence[Said], before: bool = False) -> str:
    """The pieces, with a blank line between them (and one `before` the first, where it follows other text)."""
    runs = []
    for at, one in enumerate(said):
        gap = "\n\n" if at or before else ""
        runs.append(
            '<r><rPr><b/><sz val="9"/><color indexed="81"/><rFont val="Tahoma"/><family val="2"/></rPr>'
            f'<t xml:space="preserve">{xml_text(gap + one.title)}\n</t></r>'
            '<r><rPr><sz val="9"/><color indexed="81"/><rFont val="Tahoma"/><family val="2"/></rPr>'
            f'<t xml:space="preserve">{xml_text(one.text)}</t></r>'
        )
    return "".join(runs)


def _draw(
    parts: Parts, part: str, sheet: Sheet, fresh: Mapping[Cell, list[str]], longer: Mapping[Cell, list[str]]
) -> None:
    """The boxes in which Excel shows the comments: without one it would call the file damaged."""
    drawings = parts.related(part, "vmlDrawing")
    old = sheet.child("legacyDrawing")
    drawing = drawings.get((old.get("id") if old else None) or "")
    if drawing is not None:
        parts[drawing] = add_shapes(parts[drawing], sheet, fresh, longer)
        return
    parts.extension("vml", _VML)
    blocks = 1 + 8 * sum(name.lower().endswith(".vml") for name in parts.names())
    drawing = parts.add_plain("xl/drawings/vmlDrawing{}.vml", new_shapes(sheet, fresh, blocks))
    key = parts.relate(part, "vmlDrawing", drawing)
    if old is None:
        sheet.add_child("legacyDrawing", f'<legacyDrawing xmlns:r="{parts.relation_types}" r:id="{key}"/>')
    else:
        sheet.set_link(old, key)
