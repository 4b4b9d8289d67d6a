"""The folder of `validate --report`: the page, the findings, the pictures and the marked workbooks, replaced as a whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sds2gen3.drawing import from_dict, svg
from sds2gen3.errors import UsageError
from sds2gen3.report import FORMATS, Look
from sds2gen3.report.names import short_names
from sds2gen3.report.workbooks import annotate
from sds2gen3.write.swap import apart, swapped

if TYPE_CHECKING:
    from sds2gen3.diagnostics import Report

CONTENTS = "contents.json"
"""What we wrote, each file with its SHA-256: a file that was changed since is the user's."""

_UNFIT = re.compile(r'[\x00-\x1f<>:"|?*\\]')  # in the name of a folder, on one system or another
_STRAY = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))


def write_folder(folder: Path, datasets: Sequence[Path], reports: Sequence[Report], look: Look) -> None:
    """Write report.html, findings.jsonl, graph.svg and workbooks/ (several datasets: a folder each for the last two).

    Raises UsageError: C930 for a folder that is not ours, C931 where it would mix with a dataset, C932 where it holds files
    that we did not write or that were changed since, C935 where it cannot be written.
    """
    with swapped(folder, lambda target: _check(target, folder, datasets)) as partial:
        (partial / "report.html").write_text(FORMATS["html"](reports, look), encoding="ascii", newline="\n")
        (partial / "findings.jsonl").write_text(FORMATS["jsonl"](reports, look), encoding="ascii", newline="\n")
        for path, report, own in zip(datasets, reports, _own(partial, reports), strict=True):
            own.mkdir(exist_ok=True)
            _draw(report, own / "graph.svg")
            annotate(path, report, own / "workbooks")
        sums = {name: _sum(partial / name) for name in _files(partial)}
        document = {"v": 1, "made_by": "sds2gen3", "what": "report", "files": sums}
        (partial / CONTENTS).write_text(json.dumps(document, indent=2) + "\n", encoding="ascii", newline="\n")


def _own(folder: Path, reports: Sequence[Report]) -> Iterator[Path]:
    """The folder of each dataset's own files: datasets of one name get a number."""
    if len(reports) == 1:
        yield folder
        return
    taken = {"report.html", "findings.jsonl", CONTENTS}
    for at, short in enumerate(short_names(reports), 1):
        name = _UNFIT.sub("_", short.replace("/", "--")).rstrip(". ") or "dataset"
        name = name if name.casefold() not in taken else f"{at:02}_{name}"
        taken.add(name.casefold())
        yield folder / name


def _draw(report: Report, path: Path) -> None:
    document = report.summary.get("picture")
    if document and document["nodes"]:
        path.write_text(svg(from_dict(document)), encoding="ascii", newline="\n")


def _check(target: Path, folder: Path, datasets: Sequence[Path]) -> None:
    for dataset in datasets:
        apart(folder, target, str(dataset))
    if not target.exists():
        return
    if not target.is_dir():
        raise UsageError.of("C930", f"'{folder}' is a file.")
    inside = _files(target)
    if not inside:
        return
    sums = _contents(target / CONTENTS)
    if sums is None:
        raise UsageError.of("C930", f"'{folder}' is not a report of sds2gen3 and is not empty.")
    strange = [name for name in inside if name != CONTENTS and sums.get(name) != _sum(target / name)]
    if strange:
        names = ", ".join(f"'{name}'" for name in strange[:3]) + (" ..." if len(strange) > 3 else "")
        raise UsageError.of("C932", f"'{folder}' holds files that are not ours or were changed since: {names}.")


def _files(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
    return sorted(path.relative_to(folder).as_posix() for path in found if path.name not in _STRAY)


def _contents(path: Path) -> dict[str, str] | None:
    """What a report of ours says that we wrote, None for anything else."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return dict(document["files"]) if (document["made_by"], document["what"]) == ("sds2gen3", "report") else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _sum(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
