"""Names of several datasets side by side: as short as they can be and still tell them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sds2gen3.diagnostics import Report
from sds2gen3.report.words import visible

_SAYS_NOTHING = frozenset(
    (
        *("copy", "data", "dataset", "datasets", "download", "downloads", "export", "file", "files", "folder"),
        *("metadata", "new", "out", "output", "sds", "source", "sparc", "temp", "template", "test", "testdata"),
        *("test_data", "tmp", "upload"),
    )
)
"""Names of folders, in small letters, that say nothing of the dataset in them."""


def short_names(reports: Sequence[Report]) -> list[str]:
    """`pig-heart`, or with the folder above, `pig-heart/dataset`, where the last name is not the only one or says nothing."""
    paths = [_parts(report) for report in reports]
    taken = [2 if parts[-1].casefold() in _SAYS_NOTHING else 1 for parts in paths]
    while True:
        names = [_joined(parts, count) for parts, count in zip(paths, taken, strict=True)]
        times = Counter(name.casefold() for name in names)
        longer = [
            count + (times[name.casefold()] > 1 and count < len(parts))
            for name, parts, count in zip(names, paths, taken, strict=True)
        ]
        if longer == taken:
            return [visible(name) for name in names]
        taken = longer


def _parts(report: Report) -> list[str]:
    path = str(report.summary.get("path") or report.summary.get("dataset") or "")
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return parts or [str(report.summary.get("dataset") or "This dataset")]


def _joined(parts: Sequence[str], count: int) -> str:
    return "/".join(parts[-count:])
