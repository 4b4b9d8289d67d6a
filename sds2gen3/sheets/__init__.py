"""The curator's side: an SDS dataset's files to Tables (DESIGN section 3).

`read_dataset` is imported when it is first used: `ahead` begins to read before the rules of the sheets are loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sds2gen3.sheets.reader import read_dataset

__all__ = ["read_dataset"]


def __getattr__(name: str) -> Any:
    if name != "read_dataset":
        raise AttributeError(f"module 'sds2gen3.sheets' has no attribute {name!r}")
    from sds2gen3.sheets.reader import read_dataset

    return read_dataset
