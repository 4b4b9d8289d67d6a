"""Look: how a report is to be shown. Renderers that make machine formats need nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Detail(IntEnum):
    """How much a text report says: findings only, the usual, or also what was done on the curator's behalf."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


@dataclass(frozen=True, slots=True)
class Look:
    """`max_per_group` limits the findings shown of one code in one file and the cells listed of one finding; 0: no limit."""

    width: int = 100
    color: bool = False
    max_per_group: int = 10
    detail: Detail = Detail.NORMAL
