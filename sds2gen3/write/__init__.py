"""Write: a Graph as files - the records node by node, where each value comes from, and what was left out."""

from __future__ import annotations

from sds2gen3.write.output import write
from sds2gen3.write.tsv_findings import tsv_findings

__all__ = ["tsv_findings", "write"]
