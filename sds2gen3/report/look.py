"""Look: how a report is to be shown. Renderers that make machine formats need nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from sds2gen3.sheets.grid import Grid

SheetsOf: TypeAlias = "Callable[[int], Mapping[tuple[str, str | None], Grid]]"


class Detail(IntEnum):
    """How much a text report says: findings only, the usual, or also what was done on the curator's behalf."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


@dataclass(frozen=True, slots=True)
class Look:
    """`max_per_group` limits the findings shown of one code in one file and the cells listed of one finding; 0: no limit.

    `sheets(n)` gives the cells of the n-th report's sheets by (file, sheet), for a report that shows them; it is called
    only then. None: they are not at hand.
    """

    width: int = 100
    color: bool = False
    max_per_group: int = 10
    detail: Detail = Detail.NORMAL
    sheets: SheetsOf | None = None
