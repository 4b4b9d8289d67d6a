"""The catalogue of finding codes: what each means, why it matters, an example and the way out.

One module per stage, or per part of a long one; a code's first letter is its stage (DESIGN section 6). Codes are never reused.
"""

from __future__ import annotations

from sds2gen3.catalogue.code import Code, Severity
from sds2gen3.catalogue.commons import COMMONS
from sds2gen3.catalogue.configuration import CONFIGURATION
from sds2gen3.catalogue.dictionary import DICTIONARY
from sds2gen3.catalogue.download import DOWNLOAD
from sds2gen3.catalogue.links import LINKS
from sds2gen3.catalogue.mapping import MAPPING
from sds2gen3.catalogue.reading import READING
from sds2gen3.catalogue.records import RECORDS
from sds2gen3.catalogue.retrieval import RETRIEVAL
from sds2gen3.catalogue.sheet import SHEET
from sds2gen3.catalogue.structure import STRUCTURE
from sds2gen3.catalogue.upload import UPLOAD
from sds2gen3.catalogue.values import VALUES

_STAGES = (
    *(READING, STRUCTURE, SHEET, VALUES, MAPPING, DICTIONARY, RECORDS, LINKS),
    *(COMMONS, UPLOAD, RETRIEVAL, DOWNLOAD, CONFIGURATION),
)

CATALOGUE: dict[str, Code] = {code.id: code for stage in _STAGES for code in stage}

__all__ = ["CATALOGUE", "Code", "Severity"]
