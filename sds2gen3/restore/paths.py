"""Where a restored sheet is written: the path that the records tell, as long as it stays within the folder."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_UNFIT = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]|[. ]$')
_LONGEST = 200  # characters of one name


def sheet_file(kind: str, stated: Any) -> str | None:
    """The path of the workbook in the folder of the stated file; None for one that does not belong in a dataset.

    Nothing leads out of the folder, and no name is one that Windows cannot hold.
    """
    if stated is None:
        return f"{kind}.xlsx"
    if not isinstance(stated, str) or not stated or stated.startswith("/"):
        return None
    parts = stated.split("/")
    if any(_is_unfit(part) for part in parts):
        return None
    return str(PurePosixPath(*parts[:-1], f"{_stem(parts[-1])}.xlsx"))


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _is_unfit(part: str) -> bool:
    return part in ("", ".", "..") or len(part) > _LONGEST or bool(_RESERVED.fullmatch(part) or _UNFIT.search(part))
