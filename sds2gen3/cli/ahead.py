"""Reading ahead: the dataset that a call names is opened before the call is understood, which takes as long as to parse it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sds2gen3.sheets.ahead import Ahead

_begun: dict[Path, Ahead] = {}


def begin(given: Sequence[str]) -> None:
    """Open the largest workbook in the first folder among the words of the call that has one."""
    for word in given:
        ahead = Ahead(Path(word))
        if ahead.has_begun:
            _begun[Path(word)] = ahead
            return


def of(dataset: Path) -> Ahead:
    """What was begun of the dataset, or is begun now. Each beginning is given once: a dataset may change between two calls."""
    return _begun.pop(dataset, None) or Ahead(dataset)
