"""Short ways to sheets for tests: grids by hand, and a small dataset of CSV and JSON files."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.model import Dataset
from sds2gen3.sheets import read_dataset
from sds2gen3.sheets.grid import Grid
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.reader import read_grids
from sds2gen3.sheets.tables.outcome import SheetRead

LAYOUTS = Layouts()
DATA_NOT_HERE = "R190"
DESCRIPTION = {  # all that SDS 2.0.0 asks for
    "Metadata Version": ["2.0.0"],
    "Type": ["experimental"],
    "Title": ["Rat hearts"],
    "Subtitle": ["What we did"],
    "Keywords": ["rat", "heart", "rhythm"],
    "Study purpose": ["To know"],
    "Study data collection": ["We looked"],
    "Study primary conclusion": ["They beat"],
    "Study organ system": ["heart"],
    "Study approach": ["electrophysiology"],
    "Study technique": ["patch clamp"],
    "Contributor name": ["Doe, Jane"],
    "Contributor ORCiD": ["https://orcid.org/0000-0002-5497-0243"],
    "Contributor affiliation": ["https://ror.org/0168r3w48"],
    "Contributor role": ["CorrespondingAuthor"],
    "Number of subjects": ["1"],
    "Number of samples": ["0"],
    "Identifier": ["https://doi.org/10.17504/protocols.io.bvyjn7un"],
    "Relation type": ["HasProtocol"],
    "Identifier type": ["DOI"],
}
SUBJECTS = [["subject id", "species", "sex", "age"], ["sub-1", "Rattus norvegicus", "Female", "4 weeks"]]
STRAIN = [["strain", "RRID for strain", "age category"], ["Wistar", "RRID:RGD_13508588", "adult"]]
SUBMISSION = [
    ["Submission Item", "Definition", "Value"],
    ["SPARC award number", "", "OT2OD025349"],
    ["Milestone achieved", "", "M1"],
    ["Milestone completion date", "", "2024-01-25"],
]


def read(
    kind: str, *rows: Sequence[Any], links: dict[tuple[int, int], str] | None = None, sheet: str = "Sheet1"
) -> SheetRead:
    """A sheet of that kind with those rows, read."""
    return read_all(kind, Grid(f"{kind}.xlsx", sheet, [list(row) for row in rows], links=links or {}))


def read_all(kind: str, *grids: Grid) -> SheetRead:
    """A file of that kind with those sheets, read."""
    found = read_grids(grids, LAYOUTS.sheet(kind), LAYOUTS)
    assert found is not None
    return found


def description(**changes: list[str] | None) -> dict[str, list[str]]:
    """DESCRIPTION with other values; None takes the row out. Keys have underscores for spaces."""
    changed = {key.replace("_", " "): values for key, values in changes.items()}
    return {key: values for key, values in {**DESCRIPTION, **changed}.items() if values is not None}


def dataset(
    folder: Path, about: dict[str, list[str]] | None = None, *, without: Sequence[str] = (), **sheets: Any
) -> Dataset:
    """A dataset of SDS 2.0.0 without any finding, but for what is changed; lists are written as CSV, documents as JSON.

    Its counts are right unless others are given, its subjects have what the SDS asks for besides, behind their other
    columns, and that its data files are not here is not said.
    """
    about = _counted(DESCRIPTION if about is None else about, sheets)
    files: dict[str, Any] = {
        "dataset_description": [
            ["Metadata element", "Value", "Value 2"],
            *([key, *values] for key, values in about.items()),
        ],
        "subjects": SUBJECTS,
        "submission": SUBMISSION,
        **sheets,
    }
    for name in without:
        files.pop(name)
    for name, content in files.items():
        path = folder / f"{name.replace('__', '/')}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = _with_strain(content) if name == "subjects" else content
        if isinstance(content, list) and content and isinstance(content[0], list):
            with path.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(content)
        else:
            path.with_suffix(".json").write_text(json.dumps(content), encoding="utf-8")
    read = read_dataset(folder)
    return replace(read, findings=[finding for finding in read.findings if finding.code != DATA_NOT_HERE])


def _with_strain(rows: Any) -> Any:
    """The subjects with strain, RRID and age category behind the columns of the test, unless it has them."""
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], list) or STRAIN[0][0] in rows[0]:
        return rows
    width = len(rows[0])
    return [[*row, *[""] * (width - len(row)), *STRAIN[min(at, 1)]] if any(row) else row for at, row in enumerate(rows)]


def _counted(about: dict[str, list[str]], sheets: dict[str, Any]) -> dict[str, list[str]]:
    """The description with the numbers of the subjects and samples that there are, where the test does not say others."""
    rows = {name: sheets[name] for name in ("subjects", "samples") if isinstance(sheets.get(name), list)}
    counts = {name: len(found) - (1 if found and isinstance(found[0], list) else 0) for name, found in rows.items()}
    right = {f"Number of {name}": [str(count)] for name, count in counts.items() if count}
    return about | {key: value for key, value in right.items() if about.get(key) == DESCRIPTION[key]}


def said(findings: Sequence[Diagnostic]) -> list[tuple[str, str]]:
    """Code and place of each finding."""
    return [(finding.code, str(finding.place)) for finding in findings]


def one(findings: Sequence[Diagnostic], code: str) -> Diagnostic:
    """The only finding of that code."""
    found = [finding for finding in findings if finding.code == code]
    assert len(found) == 1, found
    return found[0]
