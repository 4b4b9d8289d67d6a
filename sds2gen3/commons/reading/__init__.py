"""A commons read back: which project, which records, one record with its links."""

from sds2gen3.commons.reading.browse import Neighbour, Whole, one_record
from sds2gen3.commons.reading.export import Selected, Wanted, select, told_of
from sds2gen3.commons.reading.projects import find_project, visible

__all__ = ["Neighbour", "Selected", "Wanted", "Whole", "find_project", "one_record", "select", "told_of", "visible"]
