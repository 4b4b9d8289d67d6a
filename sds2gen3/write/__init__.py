"""Write: a Graph as files - its records, where each value comes from, what was left out - and such files read back."""

from __future__ import annotations

from sds2gen3.write.folder import LEDGER, LOG
from sds2gen3.write.output import write
from sds2gen3.write.requests import write_requests
from sds2gen3.write.reread import is_output, made_for, reread
from sds2gen3.write.tsv_findings import tsv_findings

__all__ = ["LEDGER", "LOG", "is_output", "made_for", "reread", "tsv_findings", "write", "write_requests"]
