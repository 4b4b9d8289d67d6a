"""The floor: what nothing that reads the sheets with calamine and writes the rows with orjson can beat. Checks nothing.

python tests/bench/floor.py DATASET OUT
"""

from __future__ import annotations

import sys
from pathlib import Path

import orjson
import python_calamine

CHUNK = 1000


def copy(workbook: Path, target: Path) -> None:
    """Each row of the first sheet as a record by its headers, in the indented form in which convert writes records."""
    book = python_calamine.CalamineWorkbook.from_path(workbook)
    headers, *rows = book.get_sheet_by_index(0).to_python()
    with target.open("wb") as file:
        for at in range(0, len(rows), CHUNK):
            records = [dict(zip(headers, row, strict=True)) for row in rows[at : at + CHUNK]]
            file.write(orjson.dumps(records, option=orjson.OPT_INDENT_2, default=str))


def main() -> None:
    dataset, out = map(Path, sys.argv[1:])
    for workbook in sorted(dataset.glob("*.xlsx")):
        copy(workbook, out / f"{workbook.stem}.json")


if __name__ == "__main__":
    main()
