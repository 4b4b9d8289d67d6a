"""Safe repairs: a copy of a dataset in which what can be mended without changing its meaning is mended, and written down."""

from sds2gen3.repair.fix import Fix
from sds2gen3.repair.mend import mend

__all__ = ["Fix", "mend"]
