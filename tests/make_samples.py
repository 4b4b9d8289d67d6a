"""Writes the datasets of sample_datasets/ from the official blank workbooks: python tests/make_samples.py TEMPLATES

TEMPLATES is a folder with one folder per SDS version (`2.0.0/subjects.xlsx` ...), as tagged in SciCrunch/sparc-curation.
The same templates give the same bytes (with one and the same zlib). `expected/` is never touched.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from sample_content import bladder_imaging, broken, cardiac_model, colon_motility, vagus_stimulation
from sample_content.build import DatasetFolder, Templates

SAMPLES: dict[str, tuple[str, Callable[[Templates, DatasetFolder], None]]] = {
    "vagus-stimulation-2.0.0": ("2.0.0", vagus_stimulation.write),
    "bladder-imaging-3.0.2": ("3.0.2", bladder_imaging.write),
    "colon-motility-1.2.3": ("1.2.3", colon_motility.write),
    "cardiac-model-2.1.0": ("2.1.0", cardiac_model.write),
    "broken-2.1.0": ("2.1.0", broken.write),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("templates", type=Path, help="folder with the official blank workbooks, one folder per version")
    parser.add_argument("--only", choices=sorted(SAMPLES), help="write this sample only")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent.parent / "sample_datasets")
    options = parser.parse_args()
    for name, (version, write) in SAMPLES.items():
        if options.only in (None, name):
            write(Templates(options.templates / version), DatasetFolder(options.into / name))
            print(name)


if __name__ == "__main__":
    main()
