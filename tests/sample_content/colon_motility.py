"""colon-motility-1.2.3: mouse colon motility in the layout of SDS 1.2.3, with the habits of datasets of that time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sample_content.build import INVENTED, DataFile, DatasetFolder, Templates, listed, orcid, ror

PROTOCOL = "https://doi.org/10.5072/protocols.io.colon1map"
MICE = {1: "C57BL/6J", 2: "C57BL/6J", 3: "ChAT-IRES-Cre", 4: "ChAT-IRES-Cre"}
RRIDS = {"C57BL/6J": "RRID:IMSR_JAX:000664", "ChAT-IRES-Cre": "RRID:IMSR_JAX:006410"}
SEGMENTS = {1: "proximal colon", 2: "distal colon"}


def write(templates: Templates, out: DatasetFolder) -> None:
    out.book("dataset_description.xlsx", templates.fields("dataset_description.xlsx", DESCRIPTION))
    out.book("submission.xlsx", templates.fields("submission.xlsx", SUBMISSION))
    subjects = templates.records("subjects.xlsx", [_subject(n) for n in MICE], ["mass (g)"], below=3)
    out.book("subjects.xlsx", subjects)
    out.book("samples.xlsx", templates.records("samples.xlsx", _samples(), ["length at rest (mm)"]))
    for at, files in _leaves().items():
        listed(templates.at("docs"), out, at, files, day="2020-02-11")
    out.book(
        "primary/pool-1/plog.xlsx", templates.at("primary/pool-1").records("plog.xlsx", _log(), ["bath temperature"])
    )
    out.book("primary/manifest.xlsx", templates.at("primary").records("manifest.xlsx", PATTERNS))
    for at, files in OTHER.items():
        listed(templates.at("docs"), out, at, files, day="2020-03-02")
    out.text("README", README)
    out.text("CHANGES", "2020-06-01 First version.\n")


def _subject(n: int) -> dict[str, Any]:
    return {
        "subject_id": f"sub-{n}",
        "pool_id": "pool-1" if n > 2 else None,
        "experimental group": "control" if n < 3 else "optogenetic",
        "age": f"{8 + n % 2} weeks",
        "sex": "Female" if n % 2 else "Male",
        "species": "Mus musculus",
        "strain": MICE[n],
        "RRID for strain": RRIDS[MICE[n]],
        "age category": "prime adult stage",
        "age range (min)": "8 weeks",
        "age range (max)": "9 weeks",
        "genotype": "wild type" if n < 3 else "Chat-IRES-Cre/+",
        "protocol title": "Video mapping of motility in the isolated mouse colon",
        "protocol.io location": PROTOCOL,
        "experimental log file name": "docs/bench_notes.txt",
        "mass (g)": 20.5 + n,
    }


def _samples() -> list[dict[str, Any]]:
    """Two segments a mouse; sam-1 and sam-2 come back under every mouse, as ids of SDS 1.2.3 may. sub-1 has a mount, too."""
    records = []
    for n, strain in MICE.items():
        for segment, place in SEGMENTS.items():
            records.append(_sample(n, strain, f"sam-{segment}", "tissue", place, None))
    mount = _sample(1, MICE[1], "sam-3", "whole mount", "myenteric plexus of distal colon", "sub-1_sam-2")
    return [*records[:2], mount, *records[2:]]


def _sample(n: int, strain: str, sample: str, kind: str, place: str, parent: str | None) -> dict[str, Any]:
    mouse = _subject(n)
    shared = (
        "species",
        "sex",
        "age",
        "age category",
        "strain",
        "RRID for strain",
        "genotype",
        "pool_id",
        "experimental group",
    )
    return {
        "subject_id": f"sub-{n}",
        "sample_id": sample,
        "wasDerivedFromSample": parent,
        **{field: mouse[field] for field in shared},
        "specimen type": kind,
        "specimen anatomical location": place,
        "protocol title": mouse["protocol title"],
        "protocol.io location": PROTOCOL,
        "experimental log file name": "docs/bench_notes.txt",
        "length at rest (mm)": None if parent else 24 + n,
    }


def _leaves() -> dict[str, list[DataFile]]:
    """A manifest in every leaf folder; recording.csv is the name of a file in most of them."""
    leaves = {}
    for n in (1, 2):
        for segment, place in SEGMENTS.items():
            note = f"Diameter along the {place} of mouse {n}"
            leaves[f"primary/sub-{n}/sam-{segment}"] = [
                DataFile("recording.csv", note, f"time_s,diameter_mm\n0,3.{n}\n1,2.{segment}\n"),
                DataFile("camera.txt", "Camera settings", "25 frames per second\n"),
            ]
    leaves["primary/sub-1/sam-2/sam-3"] = [
        DataFile("cell_counts.csv", "Neurons per ganglion", "ganglion,neurons\n1,14\n")
    ]
    for run in (1, 2):
        note = f"Diameters of all segments of the pool, run {run}"
        leaves[f"primary/pool-1/perf-{run}"] = [
            DataFile("recording.csv", note, "time_s,segment,diameter_mm\n0,1,3.0\n")
        ]
    return leaves


def _log() -> list[dict[str, Any]]:
    return [
        {
            "folder": f"perf-{run}",
            "timestamp": f"2020-02-1{run}T10:30:00,000000+11:00",
            "description": f"Run {run}: blue light for {5 * run} s every minute",
            "bath temperature": "37 C",
        }
        for run in (1, 2)
    ]


PATTERNS = [
    {
        "pattern": "*/*/recording.csv",
        "description": "Diameter over time, one file for each mouse and segment or pool and run",
        "file type": ".csv",
        "data type": "time series",
    }
]
OTHER = {
    "protocol": [DataFile("video_mapping.txt", "Protocol as deposited", f"See {PROTOCOL}\n")],
    "docs": [DataFile("bench_notes.txt", "Notes of the experiment days", "11 Feb: sub-3 and sub-4 in one bath\n")],
    "code": [DataFile("diameters.py", "Finds the diameter in a video frame", "FRAMES_PER_SECOND = 25\n")],
    "derivative/sub-1/sam-1": [DataFile("contractions.csv", "Contractions found", "start_s,end_s\n0.4,2.9\n")],
}
SUBMISSION = {
    "SPARC Award number": "OT2OD099903",
    "Milestone achieved": "Aim 1: maps of motility",
    "Milestone completion date": dt.date(2020, 5, 4),
}
DESCRIPTION: dict[str, Any] = {
    "Name": "Video maps of motility in the isolated mouse colon",
    "Description": (
        "Segments of mouse colon were filmed in an organ bath and their diameter was followed over time, in four mice, "
        "two of them with light-sensitive cholinergic neurons."
    ),
    "Keywords": ["colon", "motility", "video mapping", "enteric nervous system", "mouse"],
    "Contributors": [
        "Thorne, Ottilie",
        "Sato, Kenichi",
        "Mbeki, Lwazi P",
        "Duarte, Inês",
        "Halvorsen, Runa",
        "Ngata, Aroha",
    ],
    "Contributor ORCID ID": [orcid(n).removeprefix("https://orcid.org/") for n in (3001, 3002, 3003, 3004, 3005, 3006)],
    "Contributor Affiliation": [ror(5000005)] * 3 + ["Invented Institute of Gut Physiology"] * 3,
    "Contributor Role": [
        "PrincipleInvestigator",
        "CoInvestigator",
        "DataCollector, Researcher",
        "DataCurator",
        "DataManager",
        "ContactPerson",
    ],
    "Is Contact Person": ["No", "No", "No", "No", "No", "Yes"],
    "Acknowledgements": "We thank the workshop that built the bath.",
    "Funding": "OT2OD099903",
    "Originating Article DOI": ["https://doi.org/10.5072/jgut.2020.0311", "https://doi.org/10.5072/jgut.2020.0312"],
    "Protocol URL or DOI": PROTOCOL,
    "Additional Links": ["https://git.example.org/invented/diameters", "https://www.example.org/organ-bath"],
    "Link Description": ["Code that finds the diameters", "Drawings of the organ bath"],
    "Number of subjects": 4,
    "Number of samples": 9,
    "Completeness of data set": "hasNext",
    "Parent dataset ID": "N:dataset:0d6e9b74-51fa-4c38-a2b9-8e7314c6d5f0",
    "Title for complete data set": "Motility of the mouse gut",
    "Metadata Version DO NOT CHANGE": "1.2.3",
}
README = f"""Video maps of motility in the isolated mouse colon

One folder per mouse and segment below primary; sub-3 and sub-4 were filmed together and are in pool-1, whose plog.xlsx
tells what was done in each run.

{INVENTED}
"""
