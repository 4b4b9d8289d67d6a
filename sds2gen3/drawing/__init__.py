"""Pictures of nodes and links, drawn without any other program: SVG, a page of HTML, Mermaid. Knows nothing of files."""

from sds2gen3.drawing.mermaid import mermaid
from sds2gen3.drawing.page import page
from sds2gen3.drawing.picture import Edge, Node, Picture, from_dict, pictured
from sds2gen3.drawing.svg import svg

__all__ = ["Edge", "Node", "Picture", "from_dict", "mermaid", "page", "pictured", "svg"]
