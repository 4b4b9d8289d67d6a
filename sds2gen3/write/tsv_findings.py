"""What TSV cannot carry: found by reading every distinct value back as the server would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import Dictionary, Link, NodeType
from sds2gen3.model import OMIT, Graph, NodeTable, Part
from sds2gen3.place import Place
from sds2gen3.validate.naming import cell, label, noun
from sds2gen3.validate.targets import ids_of
from sds2gen3.validate.words import shown
from sds2gen3.write.tsv_cells import LONGEST, NULL, read_back, same, text_of

_MOST_CELLS = 500  # how many cells a warning lists
_Said = tuple[str, str]


def tsv_findings(graph: Graph, dictionary: Dictionary) -> list[Diagnostic]:
    """D460-D464 for each value that the server would read back otherwise, D465 for what would be empty, not left out."""
    found: list[Diagnostic] = []
    for name, table in graph.nodes.items():
        node = dictionary.nodes.get(name)
        if node is not None:
            found.extend(_of_values(table, node))
            found.extend(_of_gaps(table, node))
    return found


def _of_values(table: NodeTable, node: NodeType) -> Iterator[Diagnostic]:
    for part in table.parts:
        for name, column in part.columns.items():
            link = node.links.get(name)
            schema = node.properties[name].schema if name in node.properties else {}
            known: dict[Any, _Said | None] = {}
            for number, value in enumerate(column):
                if value is None or value is OMIT:
                    continue
                key = value if isinstance(value, str) else (type(value), repr(value))
                if key not in known:
                    known[key] = _link_objection(value, link) if link else _objection(value, schema)
                said = known[key]
                if said is not None:
                    message = f"'{label(part, name)}' {said[1]}"
                    place = cell(part, number, name)
                    yield finding(said[0], message, place, value=value, node=node.name, property=name)


def _objection(value: Any, schema: Mapping[str, Any]) -> _Said | None:
    """Code and message where the value does not come back as it is."""
    text = text_of(value)
    if text.splitlines() != [text] and text:
        return "D460", f"has a line break, which a TSV file cannot carry: {shown(value)}."
    if "\t" in text or len(text) > LONGEST:
        what = "a tab" if "\t" in text else f"more than {LONGEST:,} characters"
        return "D460", f"has {what}, which a TSV file cannot carry: {shown(value)}."
    back = read_back(text, schema)
    if same(back, value):
        return None
    if back is None:
        return "D461", f"is {shown(value)}, which a TSV file cannot tell from an empty cell."
    texts = value if isinstance(value, list) else [value]
    if any(isinstance(one, str) and one != one.strip() for one in texts):
        return "D462", f"has blanks at the ends of {_longest(texts)}; reading a TSV file strips them."
    if isinstance(value, list) and isinstance(back, list):
        commas = [one for one in texts if isinstance(one, str) and "," in one]
        example = f", because of the comma in {shown(commas[0])}" if commas else ""
        return "D463", f"is {shown(value)} that would be read back as {shown(back)}{example}."
    return "D464", f"is {shown(value)} that would be read back as {shown(back)}."


def _longest(texts: list[Any]) -> str:
    return next(shown(one) for one in texts if isinstance(one, str) and one != one.strip())


def _link_objection(value: Any, link: Link) -> _Said | None:
    for name in ids_of(value, link) or ():
        if name.splitlines() != [name] or "\t" in name:
            return "D460", f"names an id with a tab or line break, which a TSV file cannot carry: {shown(name)}."
        if "," in name:
            return "D463", f"names {shown(name)}, whose comma would make two ids of it."
        if name != name.strip():
            return "D462", f"names an id with blanks at its ends, {shown(name)}; reading a TSV file strips them."
        if name == NULL:
            return "D461", "names the id 'null', which a TSV file cannot tell from an empty cell."
    return None


def _of_gaps(table: NodeTable, node: NodeType) -> Iterator[Diagnostic]:
    """Properties that some records carry and others leave out, and links that are to be cleared."""
    names = dict.fromkeys(name for part in table.parts for name in part.columns)
    for name in names:
        gap = None if name in node.links else OMIT
        gaps = [(part, number) for part in table.parts for number in _gaps(part, name, gap)]
        if not gaps:
            continue
        places: list[Place] = []
        for part, number in gaps[:_MOST_CELLS]:
            place = cell(part, number, name)
            if place is not None:
                places.append(place)
        what = noun(gaps[0][0], node.name)
        title = label(gaps[0][0], name)
        message = (
            f"'{title}' is to be cleared for {len(gaps)} of the {what} records, which a TSV file cannot say."
            if name in node.links
            else f"'{title}' is left out for {len(gaps)} of the {what} records; in a TSV file it is empty there."
        )
        yield finding("D465", message, places[0] if places else None, node=node.name, property=name, related=places[1:])


def _gaps(part: Part, name: str, gap: Any) -> list[int]:
    column = part.columns.get(name)
    if column is None:
        return list(range(len(part))) if gap is OMIT else []
    return [number for number, value in enumerate(column) if value is gap]
