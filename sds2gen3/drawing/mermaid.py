"""Mermaid: a picture as text that GitHub, GitLab and many editors draw."""

from __future__ import annotations

from sds2gen3.drawing.layout import told
from sds2gen3.drawing.picture import Picture
from sds2gen3.drawing.svg import short_multiplicity


def mermaid(picture: Picture) -> str:
    """A flowchart, parents above; names are labels only, so that no name can break it. Dotted: an optional link."""
    ids = {node.name: f"n{number}" for number, node in enumerate(picture.nodes)}
    lines = ["flowchart TD"]
    for node in picture.nodes:
        text = "<br>".join(map(_quoted, told(node, picture.counted)))
        mark = ":::bad" if node.errors else ":::none" if node.records == 0 else ""
        lines.append(f'  {ids[node.name]}["{text}"]{mark}')
    for edge in picture.edges:
        arrow = "---" if edge.required else "-.-"
        label = short_multiplicity(edge.multiplicity)
        lines.append(f"  {ids[edge.parent]} {arrow}{f'|{_quoted(label)}|' if label else ''} {ids[edge.child]}")
    lines.append("  classDef bad stroke:#c0182b,stroke-width:3px")
    lines.append("  classDef none stroke-dasharray:3 3")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """The text with everything but plain letters, digits and blanks that mean something to Mermaid as its entities."""
    return "".join(c if c.isalnum() or c in " _-.,:()\u00b7" else f"#{ord(c)};" for c in text)
