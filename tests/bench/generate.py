"""Makes synthetic SDS 3.0.2 datasets of any size, the same bytes for the same size and seed.

    python tests/bench/generate.py OUT --sizes 1k 10k typical

Headers, ids and links are valid; every listed file is there (a few bytes each), unless --no-files.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, Python looks into this folder only

from xlsx_writer import Sheet, write_workbook

PROTOCOL = "https://doi.org/10.5072/protocols.io.bench"
MODALITIES = ("mri", "electrophysiology", "microscopy")
KINDS = (".csv", ".json", ".txt", ".tsv", ".mat")
CONTENTS = ("Raw slice", "Segmented mask", "Quality report", "Recording", "Stack settings")


@dataclass(frozen=True)
class Size:
    """How many records a dataset has. Files are spread evenly over samples, samples evenly over subjects."""

    subjects: int
    samples: int
    files: int

    def subject_of(self, sample: int) -> int:
        return sample * self.subjects // self.samples

    def sample_of(self, file: int) -> int:
        return file * self.samples // self.files

    def with_files(self) -> set[int]:
        """The samples that have files; the others are metadata only."""
        if self.files >= self.samples:
            return set(range(self.samples))
        return {self.sample_of(file) for file in range(self.files)}

    def parent_of(self, sample: int) -> int | None:
        """Every fourth sample is derived from the one before it, where both are of one subject."""
        near = sample % 4 == 3 and self.subject_of(sample - 1) == self.subject_of(sample)
        return sample - 1 if near else None


SIZES = {
    "typical": Size(20, 50, 200),
    "1k": Size(5, 20, 1_000),
    "10k": Size(50, 200, 10_000),
    "100k": Size(500, 2_000, 100_000),
    "500k": Size(2_500, 10_000, 500_000),
    "entities": Size(5_000, 20_000, 20),
    "study": Size(5_000, 1, 50_000),
}

MANIFEST = [
    "filename", "timestamp", "description", "file type", "entity", "data modality", "also in dataset",
    "also in dataset path", "data dictionary path", "entity is transitive", "Additional Metadata", "operator",
]  # fmt: skip
SUBJECTS = [
    "subject id", "pool id", "subject experimental group", "age", "sex", "species", "strain", "RRID for strain",
    "age category", "also in dataset", "member of", "metadata only", "number of directly derived samples",
    "laboratory internal id", "date of birth", "age range (min)", "age range (max)", "body mass", "genotype",
    "phenotype", "handedness", "reference atlas", "experimental log file path", "experiment date",
    "disease or disorder", "intervention", "disease model", "protocol title", "protocol url or doi",
    "cage", "score", "left handed", "note", "batch", "code",
]  # fmt: skip
SAMPLES = [
    "sample id", "subject id", "was derived from", "pool id", "sample experimental group", "sample type",
    "sample anatomical location", "also in dataset", "member of", "metadata only",
    "number of directly derived samples", "laboratory internal id", "date of derivation",
    "experimental log file path", "reference atlas", "pathology", "laterality", "cell type", "plane of section",
    "protocol title", "protocol url or doi", "slide", "thickness", "dye", "rack",
]  # fmt: skip


def generate(folder: Path, size: Size, seed: int = 1, with_files: bool = True) -> None:
    """Writes the four workbooks of a dataset, a README.md and, if wanted, the data files that the manifest lists."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    _book(folder / "dataset_description.xlsx", _description(size))
    _book(folder / "subjects.xlsx", _table(SUBJECTS, _subjects(size, chance)))
    _book(folder / "samples.xlsx", _table(SAMPLES, _samples(size, chance)))
    _book(folder / "manifest.xlsx", _table(MANIFEST, _manifest(size)))
    (folder / "README.md").write_text("# Synthetic dataset\n\nMade by tests/bench/generate.py.\n", encoding="utf-8")
    if with_files:
        _data_files(folder, size)


def path_of(size: Size, file: int) -> str:
    """The dataset-relative path of a data file."""
    sample = size.sample_of(file)
    return f"primary/sub-{size.subject_of(sample) + 1}/sam-{sample + 1}/scan_{file:07d}{KINDS[file % 5]}"


def _book(path: Path, rows: Iterator[list[Any]]) -> None:
    write_workbook(path, [Sheet("Sheet1", rows)])


def _table(headers: list[str], records: Iterator[list[Any]]) -> Iterator[list[Any]]:
    yield list(headers)
    yield from records


def _manifest(size: Size) -> Iterator[list[Any]]:
    for n in range(size.files):
        sample = size.sample_of(n)
        subject = size.subject_of(sample) + 1
        day, second = 1 + n // 86_400 % 28, n % 86_400
        yield [
            path_of(size, n),
            f"2024-03-{day:02d}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d},000000+12:00",
            f"{CONTENTS[n % 5]} of subject sub-{subject} sample sam-{sample + 1}, acquisition {n % 20}",
            KINDS[n % 5],
            f"sam-{sample + 1}",
            MODALITIES[n % 3],
            None,
            None,
            None,
            n % 2 == 0,
            None,
            f"operator {n % 7}" if n % 5 else None,
        ]


def _subjects(size: Size, chance: random.Random) -> Iterator[list[Any]]:
    derived = [0] * size.subjects
    for n in range(size.samples):
        derived[size.subject_of(n)] += size.parent_of(n) is None
    filled = {size.subject_of(n) for n in size.with_files()}
    for n in range(size.subjects):
        yield [
            f"sub-{n + 1}", None, ("control", "treated")[n % 2], f"{20 + n % 60} weeks", ("Male", "Female")[n % 2],
            "Rattus norvegicus", "Sprague-Dawley", "RRID:RGD_10395233", "prime adult stage", None, None,
            n not in filled, derived[n], f"{n:05d}", f"2023-{1 + n % 12:02d}-{1 + n % 28:02d}", "20 weeks", "80 weeks",
            f"{250 + chance.randrange(2000) / 10} g", "wild type", "normal", ("right", "left")[n % 2], "Paxinos Rat V3",
            f"docs/log_{n // 50}.txt", f"2024-02-{1 + n % 28:02d}", None, "stimulation", None, "Recording", PROTOCOL,
            n // 2, n * 0.5, n % 2 == 1, f"note {n}", n % 7, f"0{n:04d}",
        ]  # fmt: skip


def _samples(size: Size, chance: random.Random) -> Iterator[list[Any]]:
    filled = size.with_files()
    for n in range(size.samples):
        subject, parent = size.subject_of(n), size.parent_of(n)
        yield [
            f"sam-{n + 1}", f"sub-{subject + 1}", f"sub-{subject + 1}" if parent is None else f"sam-{parent + 1}",
            None, ("control", "treated")[subject % 2], "tissue", "colon", None, None,
            n not in filled, int(n + 1 < size.samples and size.parent_of(n + 1) == n),
            f"{n:06d}", f"2024-02-{1 + n % 28:02d}", f"docs/log_{n // 50}.txt", "UBERON:0001155", "normal",
            ("left", "right")[n % 2], "neuron", "coronal", "Recording", PROTOCOL,
            n, round(chance.random() * 40, 2), f"dye {n % 9}", n % 12,
        ]  # fmt: skip


def _data_files(folder: Path, size: Size) -> None:
    last = ""
    for n in range(size.files):
        path = path_of(size, n)
        parent = path.rpartition("/")[0]
        if parent != last:
            (folder / parent).mkdir(parents=True, exist_ok=True)
            last = parent
        with open(folder / path, "wb") as stream:
            stream.write(b"x\n")


def _description(size: Size) -> Iterator[list[Any]]:
    """The required rows of a 3.0.2 dataset description; Description and Example columns stay empty."""
    yield ["Metadata element", "Description", "Example", "Value", "Value 2", "Value 3", "Value n"]
    for label, *values in (
        ("Metadata version", "3.0.2"),
        ("Type", "experimental"),
        ("    Data standard", "SPARC"),
        ("    Data standard version", "2025.05.01"),
        ("    Title", "A synthetic dataset"),
        ("    Description", "Made to measure how fast datasets are read, mapped, validated and written."),
        ("    Keywords", "synthetic", "benchmark", "rat"),
        ("    License", "CC0-1.0"),
        ("    Study purpose", "To measure."),
        ("    Study data collection", "A generator wrote the sheets."),
        ("    Study primary conclusion", "It is synthetic."),
        ("    Study organ system", "colon"),
        ("    Study approach", "simulation"),
        ("    Study technique", "generation"),
        ("    Contributor name", "Mercer, Bench", "Ives, Table"),
        ("    Contributor ORCiD", "https://orcid.org/0000-0001-0001-0012", "https://orcid.org/0000-0001-0001-0020"),
        ("    Contributor affiliation", "https://ror.org/000ygj114", "https://ror.org/000ygj114"),
        ("    Contributor role", "PrincipalInvestigator", "CorrespondingAuthor"),
        ("    Identifier description", "Protocol for dataset"),
        ("    Relation type", "HasProtocol"),
        ("    Identifier", PROTOCOL),
        ("    Identifier type", "DOI"),
        ("    Number of subjects", size.subjects),
        ("    Number of samples", size.samples),
        ("    Number of sites", 0),
        ("    Number of performances", 0),
    ):
        yield [label, None, None, *values]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, help="folder that gets one dataset per size")
    parser.add_argument("--sizes", nargs="+", choices=sorted(SIZES), default=["typical", "1k", "10k"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-files", action="store_true", help="leave out the data files that the manifest lists")
    options = parser.parse_args()
    for name in options.sizes:
        begin = time.perf_counter()
        generate(options.out / name, SIZES[name], options.seed, with_files=not options.no_files)
        print(f"{name}: {time.perf_counter() - begin:.1f} s")


if __name__ == "__main__":
    main()
