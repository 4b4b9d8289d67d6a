"""bladder-imaging-3.0.2: young and aged mice, cystometry and light-sheet imaging of the bladder; every sheet of SDS 3.0.2."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sample_content.bladder_imaging_code import CODE, CURATION
from sample_content.build import INVENTED, DataFile, DatasetFolder, Templates, listed, orcid, ror, stamp

PROTOCOL = "https://doi.org/10.5072/protocols.io.cysto3mouse"
CLEARING = "https://doi.org/10.5072/protocols.io.clear5wall"
SISTER_DATASET = "N:dataset:a81d6f30-2c5e-4b97-9d14-70e6c3b5a2f8"
DICTIONARY = "docs/cystometry_dictionary.json"


def write(templates: Templates, out: DatasetFolder) -> None:
    out.book("dataset_description.xlsx", templates.fields("dataset_description.xlsx", DESCRIPTION))
    out.book("submission.xlsx", templates.fields("submission.xlsx", SUBMISSION))
    out.book("subjects.xlsx", templates.records("subjects.xlsx", _subjects(), ["housing", "water intake (ml/day)"]))
    out.book("samples.xlsx", templates.records("samples.xlsx", _samples(), ["fixation"]))
    out.book("sites.xlsx", templates.records("sites.xlsx", SITES, ["magnification"]))
    out.book("performances.xlsx", templates.records("performances.xlsx", _performances(), ["infusion rate"]))
    out.book("resources.xlsx", templates.records("resources.xlsx", RESOURCES, ["lot number"]))
    out.book("code_description.xlsx", templates.fields("code_description.xlsx", CODE))
    out.book("curation.xlsx", templates.fields("curation.xlsx", CURATION))
    listed(templates, out, "primary", _primary(), ["instrument"], "2025-03-11")
    listed(templates, out, "derivative", DERIVATIVE, day="2025-04-02")
    listed(templates, out, "protocol", PROTOCOLS, day="2025-02-03")
    listed(templates, out, "docs", DOCS, day="2025-03-28")
    listed(templates, out, "code", SCRIPTS, day="2025-04-01")
    for path, text in PLAIN.items():
        out.text(path, text)


def _subjects() -> list[dict[str, Any]]:
    mice = [_mouse(n) for n in (1, 2, 3, 4)]
    aged_colony = {
        **mice[2],
        "subject id": "pop-sub-1",
        "sex": "Unknown",
        "member of": None,
        "metadata only": True,
        "number of directly derived samples": 0,
        "laboratory internal id": "colony B",
        "date of birth": None,
        "body mass": "not-asked",
        "experiment date": None,
        "water intake (ml/day)": None,
    }
    return [*mice, aged_colony]


def _mouse(n: int) -> dict[str, Any]:
    aged = n > 2
    return {
        "subject id": f"sub-{n}",
        "subject experimental group": "aged" if aged else "young",
        "age": "104 weeks" if aged else "12 weeks",
        "sex": "Female",
        "species": "Mus musculus",
        "strain": "C57BL/6J",
        "RRID for strain": "RRID:IMSR_JAX:000664",
        "age category": "late adult stage" if aged else "prime adult stage",
        "also in dataset": SISTER_DATASET if n == 4 else None,
        "member of": "pop-sub-1" if aged else None,
        "metadata only": n == 4,
        "number of directly derived samples": 1,
        "laboratory internal id": f"{700 + n:05d}",
        "date of birth": dt.date(2023, 3, 13) if aged else dt.date(2024, 12, 16),
        "age range (min)": "104 weeks" if aged else "12 weeks",
        "age range (max)": "105 weeks" if aged else "13 weeks",
        "body mass": f"{(27 if aged else 20) + n * 0.4:.1f} g",
        "genotype": "wild type",
        "phenotype": "frequent voiding" if aged else "normal",
        "experimental log file path": "docs/experiment_log.csv",
        "experiment date": dt.date(2025, 3, 10 + n // 3),
        "protocol title": "Awake cystometry in the mouse",
        "protocol url or doi": PROTOCOL,
        "housing": "single" if aged else "group of 2",
        "water intake (ml/day)": 3.5 + n / 4,
    }


def _samples() -> list[dict[str, Any]]:
    whole = [
        _sample(n, f"sub-{n}", f"sub-{n}", "whole bladder", int(n in (1, 3)), metadata_only=n == 4) for n in range(1, 5)
    ]
    slabs = [_sample(5, "sub-1", "sam-1", "wall slab", 0), _sample(6, "sub-3", "sam-3", "wall slab", 0)]
    return [*whole, *slabs]


def _sample(n: int, subject: str, parent: str, kind: str, derived: int, metadata_only: bool = False) -> dict[str, Any]:
    slab = kind == "wall slab"
    return {
        "sample id": f"sam-{n}",
        "subject id": subject,
        "was derived from": parent,
        "pool id": "pool-1" if slab else None,
        "sample experimental group": "aged" if subject in ("sub-3", "sub-4") else "young",
        "sample type": kind,
        "sample anatomical location": "dome of urinary bladder" if slab else "urinary bladder",
        "also in dataset": SISTER_DATASET if metadata_only else None,
        "metadata only": metadata_only,
        "number of directly derived samples": derived,
        "laboratory internal id": f"BL-{n:03d}",
        "date of derivation": dt.date(2025, 3, 14 if slab else 12),
        "experimental log file path": "docs/experiment_log.csv",
        "pathology": "fibrosis" if slab and subject == "sub-3" else "normal",
        "laterality": "midline" if slab else None,
        "cell type": "smooth muscle cell" if slab else None,
        "plane of section": "sagittal" if slab else None,
        "protocol title": "Clearing and light-sheet imaging of the bladder wall",
        "protocol url or doi": CLEARING,
        "fixation": "4% PFA, 24 h",
    }


def _performances() -> list[dict[str, Any]]:
    runs = [
        ("perf-1", PROTOCOL, dt.date(2025, 3, 10), "sub-1 sub-2", "1.5 ml/h"),
        ("perf-2", PROTOCOL, dt.date(2025, 3, 11), "sub-3", "1.5 ml/h"),
        ("perf-3", CLEARING, dt.date(2025, 3, 18), "sam-5 sam-6", None),
    ]
    return [
        {
            "performance id": name,
            "protocol url or doi": protocol,
            "date": day,
            "start datetime": stamp(day.isoformat(), 0, "+13:00"),
            "end datetime": stamp(day.isoformat(), 150, "+13:00"),
            "participants": participants,
            "infusion rate": rate,
        }
        for name, protocol, day, participants, rate in runs
    ]


def _primary() -> list[DataFile]:
    files = []
    for n, run in ((1, "perf-1"), (2, "perf-1"), (3, "perf-2")):
        trace = f"time_s,pressure_mmhg\n0,{4 + n}\n1,{5 + n}\n"
        about = {"entity": f"sub-{n} {run}", "data modality": "cystometry", "data dictionary path": DICTIONARY}
        more = {**about, "entity is transitive": False, "instrument": "pressure amplifier"}
        files.append(DataFile(f"sub-{n}/{run}/pressure.csv", f"Bladder pressure of sub-{n}, first 2 s", trace, more))
        about = {"entity": f"sam-{n}", "data modality": "photography", "entity is transitive": True}
        files.append(DataFile(f"sub-{n}/sam-{n}/whole_bladder.txt", f"Note on the picture of sam-{n}", more=about))
    stack = {"entity": "sam-5 sam-6 perf-3", "data modality": "light-sheet microscopy", "entity is transitive": True}
    stack_note = "Acquisition settings of the stack in which both slabs lie side by side"
    files.append(
        DataFile(
            "pool-1/perf-3/stack.json", stack_note, '{"voxel_um": [1.6, 1.6, 4.0]}\n', {**stack, "instrument": "LS-2"}
        )
    )
    for site in SITES:
        about = {"entity": site["site id"], "data modality": "light-sheet microscopy", "entity is transitive": False}
        path = f"fields/field_{site['site id'][-1]}.csv"
        files.append(DataFile(path, f"Muscle bundle widths at {site['site id']}", "bundle,width_um\n1,41.5\n", about))
    files.append(
        DataFile(
            "reference/aged_colony_weights.csv",
            "Weights of the aged colony, from the sister dataset",
            "week,mean_g\n100,28.1\n",
            {
                "entity": "pop-sub-1",
                "also in dataset": SISTER_DATASET,
                "also in dataset path": "primary/colony/weights.csv",
            },
        )
    )
    return files


SITES: list[dict[str, Any]] = [
    {"site id": "site-1", "specimen id": "sam-5", "site type": "volume", "coordinate system position": "0.4 0.2 0.1"},
    {"site id": "site-2", "specimen id": "sam-5", "site type": "volume", "coordinate system position": "0.9 0.2 0.1"},
    {"site id": "site-3", "specimen id": "sam-6", "site type": "volume", "coordinate system position": "0.5 0.3 0.1"},
    {"site id": "site-4", "specimen id": "sub-1", "site type": "point", "coordinate system position": "0 0 0"},
]
for _number, _site in enumerate(SITES, 1):
    _site |= {
        "laboratory internal id": f"FOV{_number:02d}",
        "coordinate system": "bladder dome, mm",
        "magnification": 5,
    }

DERIVATIVE = [
    DataFile(
        "voiding_intervals.csv",
        "Voiding intervals per mouse",
        "subject,interval_s\nsub-1,310\n",
        {"entity": "sub-1 sub-2 sub-3"},
    ),
    DataFile(
        "bundle_widths.csv", "Mean bundle width per slab", "sample,width_um\nsam-5,42.1\n", {"entity": "sam-5 sam-6"}
    ),
]
PROTOCOLS = [
    DataFile("awake_cystometry.txt", "Awake cystometry, as deposited", f"See {PROTOCOL}\n"),
    DataFile("wall_clearing.txt", "Clearing and imaging, as deposited", f"See {CLEARING}\n"),
]
DOCS = [
    DataFile("experiment_log.csv", "Log of the experiment days", "date,who,what\n2025-03-10,NA,perf-1\n"),
    DataFile(
        "cystometry_dictionary.json",
        "What the columns of pressure.csv mean",
        '{"type": "object", "properties": {"time_s": {"type": "number"}, "pressure_mmhg": {"type": "number"}}}\n',
    ),
]
SCRIPTS = [DataFile("voiding_intervals.py", "Finds the voids in a pressure trace", "THRESHOLD_MMHG = 12\n")]
SUBMISSION = {
    "Consortium data standard": "SPARC",
    "Funding consortium": "SPARC-2",
    "Award number": "OT2OD099902",
    "Milestone achieved": "Milestone 4: imaging of the aged bladder wall",
    "Milestone completion date": dt.date(2025, 4, 30),
}
DESCRIPTION: dict[str, Any] = {
    "Metadata version": "3.0.2",
    "Type": "experimental",
    "Data standard": ["SPARC", "OME-NGFF"],
    "Data standard version": ["2025.05.01", "0.4"],
    "Title": "Voiding and bladder wall structure in young and aged mice",
    "Subtitle": "Cystometry and light-sheet imaging of the same animals",
    "Description": (
        "Bladder pressure was recorded in awake young and aged female mice. The bladders were then cleared and imaged, "
        "and the width of muscle bundles was measured at sites in the dome."
    ),
    "Keywords": ["urinary bladder", "ageing", "cystometry", "light-sheet microscopy", "smooth muscle", "mouse"],
    "Funding": "OT2OD099902",
    "Acknowledgments": "We thank the imaging facility of the invented institute.",
    "License": "CC0-1.0",
    "Funding consortium": ["SPARC-2", "EXTERNAL"],
    "Funding agency": ["NIH", "Example Foundation for Healthy Ageing"],
    "Award number": ["OT2OD099902", "EFHA-2024-017"],
    "Study purpose": "To relate voiding frequency to the structure of the bladder wall in old age.",
    "Study data collection": "Awake cystometry, whole-bladder clearing, light-sheet imaging at defined sites.",
    "Study primary conclusion": "Aged mice voided more often and had wider muscle bundles in the dome.",
    "Study organ system": ["urinary bladder", "lower urinary tract"],
    "Study approach": ["physiology", "anatomy"],
    "Study technique": ["cystometry", "tissue clearing", "light-sheet microscopy"],
    "Study collection title": "The ageing bladder",
    "Contributor name": [
        "Amaru, Nayra",
        "van Zandvoort, Ilse",
        "Imaging Facility, Invented Institute",
        "Ó Briain, Tadhg",
        "Perera, Dinuka S",
    ],
    "Contributor ORCiD": [orcid(2001), orcid(2002), None, orcid(2003), orcid(2007)],
    "Contributor affiliation": [ror(3000003), ror(3000003), ror(3000003), ror(4000004), ror(4000004)],
    "Contributor role": [
        "PrincipalInvestigator",
        "CorrespondingAuthor",
        "ResearchGroup",
        "DataCollector",
        "DataCurator",
    ],
    "Identifier description": [
        "DOI for this dataset",
        "Cystometry protocol",
        "Clearing protocol",
        "Paper for dataset",
        "Dataset with the other half of the aged colony",
        "Image viewer",
    ],
    "Relation type": [
        "HasMetadata",
        "HasProtocol",
        "HasProtocol",
        "IsDescribedBy",
        "SharesEntitiesWithDataset",
        "UsedResource",
    ],
    "Identifier": [
        "https://doi.org/10.5072/sds.bladder.2025",
        PROTOCOL,
        CLEARING,
        "https://doi.org/10.5072/jbladder.2025.0007",
        "https://doi.org/10.5072/sds.colony.2025",
        "RRID:SCR_003070",
    ],
    "Identifier type": ["DOI", "DOI", "DOI", "DOI", "DOI", "RRID"],
    "Number of subjects": 5,
    "Number of samples": 6,
    "Number of sites": 4,
    "Number of performances": 3,
    "Data dictionary path": DICTIONARY,
    "Data dictionary type": "json-schema",
    "Data dictionary description": "Every pressure.csv has these two columns.",
    "Device intended use": "monitoring",
    "Device current use": "research",
    "Device type": "implanted catheter",
    "Device application": "measurement of bladder pressure",
    "Device target anatomy": "urinary bladder",
    "Device target species": "Mus musculus",
    "Device target sex": "any",
    "Device target age category": "adult",
    "Device target disease or disorder": "overactive bladder",
}
RESOURCES: list[dict[str, Any]] = [
    {
        "RRID": "RRID:SCR_003070",
        "Type": "software",
        "Name": "ImageJ",
        "URL": "https://imagej.net/",
        "Vendor": "National Institutes of Health",
        "Version": "1.54f",
        "ID in protocol": "viewer",
    },
    {
        "RRID": "RRID:SCR_008394",
        "Type": "software",
        "Name": "Python",
        "URL": "https://www.python.org/",
        "Vendor": "Python Software Foundation",
        "Version": "3.12",
        "ID in protocol": "analysis",
    },
    {
        "RRID": "RRID:IMSR_JAX:000664",
        "Type": "organism",
        "Name": "C57BL/6J",
        "URL": "https://www.jax.org/strain/000664",
        "Vendor": "The Jackson Laboratory",
        "Version": "N/A",
        "ID in protocol": "mouse",
        "lot number": "L2024-11",
    },
]
PLAIN = {
    "README.md": f"""# Voiding and bladder wall structure in young and aged mice

`primary/sub-N` holds pressure traces and notes on the bladders, `primary/pool-1` the stack in which both slabs were
imaged, `primary/fields` the measurements at each site. The data of sub-4 are in the sister dataset.

{INVENTED}
""",
    "CHANGES": "2025-05-12 Version 1.\n",
    "LICENSE": "CC0 1.0 Universal: https://creativecommons.org/publicdomain/zero/1.0/legalcode\n",
    ".dss": "(sds 3.0.2)\n",
}
