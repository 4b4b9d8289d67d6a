"""Every dataset that there is to read: official templates, real datasets, seed cases and samples."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline import SHARED

SAMPLES = Path(__file__).resolve().parents[1] / "sample_datasets"
VERSIONS = ("1.0", "1.1", "1.2", "1.2.1", "1.2.2", "1.2.3", "2.0.0", "2.1.0", "3.0.0", "3.0.1", "3.0.2")

LOOSE = {  # files of sparcur's own tests, and the SDS file that each of them is
    "pie": {
        "dd-pie": "dataset_description",
        "su-pie": "subjects",
        "sa-pie": "samples",
        "si-pie": "sites",
        "cu-pie": "curation",
        "sm-reva": "submission",
    },
    "cry": {"dd-no-sub-no-samp": "dataset_description", "su-cry": "subjects", "sm-ot": "submission"},
    **{
        name: {"dd-pie": "dataset_description", name: "submission"}
        for name in (
            "sm-210",
            "sm-210-ext-award",
            "sm-210-ext-blank",
            "sm-210-ext-na",
            "sm-210-sparc-award",
            "sm-210-sparc-na",
            "submission-data-in-definition",
            "submission-matched-alt-header",
            "submission-multi-column-extra-row",
            "submission-multi-row-error-no-values",
        )
    },
}


def folders(parent: str) -> list[Path]:
    """The datasets below a folder of the shared material; none where it is absent."""
    return sorted(path for path in (SHARED / parent).glob("*") if path.is_dir())


def samples() -> list[Path]:
    """The folders of the sample datasets; each has its data in `dataset`."""
    return sorted(path.parent for path in SAMPLES.glob("*/dataset"))


def loose(name: str, folder: Path) -> Path:
    """The folder, with loose sheets of one name in it, each under the name that makes it part of a dataset."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, kind in LOOSE[name].items():
        shutil.copyfile(SHARED / "sds/real/sparcur-csv" / f"{file}.csv", folder / f"{kind}.csv")
    return folder


def human(folder: Path) -> Path:
    """The folder, with the subjects of 76 columns and their samples in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in ("subjects", "samples"):
        shutil.copyfile(SHARED / "sds/real/dbgap-prep/testdata" / f"{kind}.xlsx", folder / f"{kind}.xlsx")
    return folder
