"""GraphQL: a query checked against the dictionary, asked in pages, answered whole."""

from sds2gen3.commons.query.ask import PAGE, ask
from sds2gen3.commons.query.build import arguments_of, built
from sds2gen3.commons.query.document import variable
from sds2gen3.commons.query.rows import tables

__all__ = ["PAGE", "arguments_of", "ask", "built", "tables", "variable"]
