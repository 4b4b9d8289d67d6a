"""What the tests of downloads share: rows, quick patience, and what is in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sds2gen3.download import DownloadReport, Patience, Row, download, open_store
from sds2gen3.download.rows import squeezed

QUICK = Patience(stall=30.0, attempts=3, pause=0.0, give_up=5)


def row(filename: str, folder: str = "", **columns: Any) -> Row:
    """A row of a manifest in that folder."""
    return Row({"filename": filename, **{squeezed(name): value for name, value in columns.items()}}, folder)


def fetched(address: str, dest: Path, *rows: Row, **choices: Any) -> DownloadReport:
    """The rows downloaded from an address, without metadata."""
    with open_store(address) as store:
        choices = {"patience": QUICK, "beside": NOTHING, **choices}
        return download(rows, store, dest, **choices)


def actions(report: DownloadReport) -> dict[str, str]:
    """What became of each file."""
    return {one.path: one.action for one in report.outcomes if one.action != "absent"}


def codes(report: DownloadReport) -> list[str]:
    return [one.code for one in report.report]


def tree(folder: Path) -> dict[str, bytes]:
    """The files below a folder, with what is in them."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _nothing() -> Any:
    from sds2gen3.download.stores.local import HeldStore

    return HeldStore("nowhere", {})


NOTHING = _nothing()
