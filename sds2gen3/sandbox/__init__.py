"""An embedded commons for rehearsal and tests: the HTTP contract of Gen3 over SQLite. Needs the extra `sandbox`."""

from sds2gen3.sandbox.embedded import Sandbox
from sds2gen3.sandbox.faults import KINDS, Fault
from sds2gen3.sandbox.schemas import served

__all__ = ["KINDS", "Fault", "Sandbox", "served"]
