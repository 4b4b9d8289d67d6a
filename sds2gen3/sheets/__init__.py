"""The curator's side: an SDS dataset's files to Tables (DESIGN section 3)."""

from sds2gen3.sheets.reader import read_dataset

__all__ = ["read_dataset"]
