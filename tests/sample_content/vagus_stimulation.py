"""vagus-stimulation-2.0.0: rats, stimulation of the cervical vagus nerve with electrophysiology and nerve histology."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sample_content.build import INVENTED, DataFile, DatasetFolder, Templates, listed, orcid, ror, stamp

PROTOCOL = "https://doi.org/10.5072/protocols.io.vns4rat"
HISTOLOGY = "https://doi.org/10.5072/protocols.io.nerve2cut"
IMAGING_DATASET = "N:dataset:4f6c2a1e-93b7-4d58-8c0a-5be71d20f9a3"
GROUPS = {1: "VNS 10 Hz", 2: "VNS 10 Hz", 3: "VNS 30 Hz", 4: "VNS 30 Hz", 5: "sham", 6: "sham"}
DERIVED = {7: 1, 8: 4}  # sample 7 is a section of sample 1, sample 8 of sample 4


def write(templates: Templates, out: DatasetFolder) -> None:
    out.book("dataset_description.xlsx", templates.fields("dataset_description.xlsx", DESCRIPTION))
    out.book("submission.xlsx", templates.fields("submission.xlsx", SUBMISSION))
    out.book("subjects.xlsx", templates.records("subjects.xlsx", [_subject(n) for n in GROUPS]))
    out.book("samples.xlsx", templates.records("samples.xlsx", [_sample(n) for n in range(1, 9)]))
    own = ["stimulation frequency"]
    out.book("performances.xlsx", templates.records("performances.xlsx", [_performance(n) for n in GROUPS], own))
    out.book("resources.xlsx", templates.records("resources.xlsx", RESOURCES))
    listed(templates, out, "primary", _primary(), ["additional types"], "2021-05-17")
    listed(templates, out, "derivative", _derivative(), day="2021-07-02")
    listed(templates, out, "protocol", PROTOCOLS, day="2021-04-12")
    listed(templates, out, "docs", DOCS, day="2021-06-30")
    out.text("README.md", README)
    out.text("CHANGES", "2021-11-30 Version 2: spike counts added for the sham group.\n2021-08-16 Version 1.\n")


def _subject(n: int) -> dict[str, Any]:
    return {
        "subject id": f"sub-{n}",
        "pool id": "N/A",
        "subject experimental group": GROUPS[n],
        "age": "12 weeks",
        "sex": "Male" if n % 2 else "Female",
        "species": "Rattus norvegicus",
        "strain": "Sprague-Dawley",
        "RRID for strain": "RRID:RGD_10395233",
        "age category": "prime adult stage",
        "also in dataset": IMAGING_DATASET,
        "member of": "N/A",
        "laboratory internal id": f"00{40 + n}",
        "date of birth": dt.date(2021, 2, 20 + n),
        "age range (min)": "12 weeks",
        "age range (max)": "13 weeks",
        "body mass": f"{296 + 7 * n} g",
        "genotype": "wild type",
        "reference atlas": "Paxinos Rat V3",
        "experimental log file path": "docs/session_log.csv",
        "experiment date": dt.date(2021, 5, 16 + n),
        "intervention": "sham surgery" if n > 4 else "vagus nerve stimulation",
        "protocol title": "Cervical vagus nerve stimulation in the rat",
        "protocol url or doi": PROTOCOL,
    }


def _sample(n: int) -> dict[str, Any]:
    subject = DERIVED.get(n, n)
    return {
        "sample id": f"sam-{n}",
        "subject id": f"sub-{subject}",
        "was derived from": f"sam-{DERIVED[n]}" if n in DERIVED else f"sub-{n}",
        "pool id": "N/A",
        "sample experimental group": GROUPS[subject],
        "sample type": "nerve section" if n in DERIVED else "nerve segment",
        "sample anatomical location": "left cervical vagus nerve",
        "also in dataset": IMAGING_DATASET,
        "member of": "N/A",
        "laboratory internal id": f"VN-{n:03d}",
        "date of derivation": dt.date(2021, 5, 24 if n in DERIVED else 17 + n),
        "pathology": "normal",
        "laterality": "left",
        "plane of section": "transverse" if n in DERIVED else None,
        "protocol title": "Nerve fixation and sectioning",
        "protocol url or doi": HISTOLOGY,
    }


def _performance(n: int) -> dict[str, Any]:
    day = f"2021-05-{16 + n}"
    frequency = {"VNS 10 Hz": "10 Hz", "VNS 30 Hz": "30 Hz", "sham": "0 Hz"}[GROUPS[n]]
    return {
        "performance id": f"perf-{n}",
        "protocol url or doi": PROTOCOL,
        "date": day,
        "start datetime": stamp(day, 10),
        "end datetime": stamp(day, 100),
        "stimulation frequency": frequency,
    }


def _primary() -> list[DataFile]:
    table = {"additional types": "text/csv"}
    files = []
    for n in GROUPS:
        trace = f"time_ms,vagus_uv\n0.0,{n}.2\n0.1,{n}.7\n"
        note = f"Compound action potentials of sub-{n}, {GROUPS[n]}, first 0.2 ms"
        files.append(DataFile(f"sub-{n}/perf-{n}/recording.csv", note, trace, table))
        fixed = f"Fixation record of nerve segment sam-{n}"
        files.append(DataFile(f"sub-{n}/sam-{n}/fixation.txt", fixed, f"sam-{n} fixed in 4% PFA for 24 h\n"))
    for n, parent in DERIVED.items():
        path = f"sub-{parent}/sam-{parent}/sam-{n}/fibre_diameters.csv"
        files.append(DataFile(path, f"Fibre diameters in section sam-{n}", "fibre,diameter_um\n1,2.4\n2,5.1\n", table))
    return sorted(files, key=lambda file: file.path)


def _derivative() -> list[DataFile]:
    counts = [
        DataFile(
            f"sub-{n}/perf-{n}/spike_counts.csv", f"Spikes per stimulus of sub-{n}", f"stimulus,spikes\n1,{3 * n}\n"
        )
        for n in GROUPS
    ]
    return [*counts, DataFile("group_summary.csv", "Mean spikes per stimulus and group", "group,spikes\nsham,1.5\n")]


PROTOCOLS = [
    DataFile("vagus_stimulation.txt", "Surgery and stimulation, as deposited", f"See {PROTOCOL}\n"),
    DataFile("nerve_histology.txt", "Fixation, sectioning and measuring, as deposited", f"See {HISTOLOGY}\n"),
]
DOCS = [
    DataFile("session_log.csv", "Log of the six sessions", "date,subject,operator\n2021-05-17,sub-1,TR\n"),
    DataFile("electrode_placement.txt", "Where the cuff electrode sat", "5 mm caudal of the carotid bifurcation\n"),
]
SUBMISSION = {
    "SPARC award number": "OT2OD099901",
    "Milestone achieved": "Year 2: acute stimulation in the anaesthetised rat",
    "Milestone completion date": dt.date(2021, 7, 30),
}
DESCRIPTION: dict[str, Any] = {
    "Metadata Version": "2.0.0",
    "Type": "experimental",
    "Title": "Cervical vagus nerve stimulation at two frequencies in the anaesthetised rat",
    "Subtitle": (
        "Compound action potentials of the left cervical vagus nerve of six rats during stimulation at 10 or 30 Hz "
        "or sham stimulation, with the fibre diameters measured in two of the nerves."
    ),
    "Keywords": ["vagus nerve", "neuromodulation", "electrophysiology", "rat", "nerve histology"],
    "Funding": ["OT2OD099901", "Example Foundation for Nerve Research"],
    "Acknowledgments": "We thank the animal facility of the invented institute.",
    "Study purpose": "To compare the recruitment of A and C fibres by vagus nerve stimulation at 10 and 30 Hz.",
    "Study data collection": (
        "Rats were anaesthetised, a cuff electrode was placed around the left cervical vagus nerve, and compound "
        "action potentials were recorded for 90 minutes. The nerves were fixed; two were sectioned and measured."
    ),
    "Study primary conclusion": "Stimulation at 30 Hz recruited more C fibres than stimulation at 10 Hz.",
    "Study organ system": ["nervous system", "peripheral nervous system"],
    "Study approach": "electrophysiology",
    "Study technique": ["extracellular recording", "nerve stimulation", "light microscopy"],
    "Study collection title": "Frequency dependence of vagus nerve stimulation",
    "Contributor name": ["Rautio, Tuuli Maria", "Okafor, Chidi", "Whaanga, Hemi J", "Lindqvist, Sanna"],
    "Contributor ORCiD": [orcid(1001), orcid(1002), orcid(1003), orcid(1004)],
    "Contributor affiliation": [ror(1000001), ror(1000001), ror(2000002), ror(2000002)],
    "Contributor role": ["PrincipalInvestigator", "CorrespondingAuthor", "DataCollector", "DataCurator"],
    "Identifier description": ["Protocol for dataset", "Paper for dataset", "Code that counted the spikes"],
    "Relation type": ["HasProtocol", "IsDescribedBy", "HasSoftware"],
    "Identifier": [PROTOCOL, "https://doi.org/10.5072/jnerve.2021.0042", "https://doi.org/10.5072/spikecount.1"],
    "Identifier type": ["DOI", "DOI", "DOI"],
    "Number of subjects": 6,
    "Number of samples": 8,
}
RESOURCES = [
    {
        "RRID": "RRID:SCR_001622",
        "URL": "https://www.mathworks.com/products/matlab/",
        "Vendor": "The MathWorks",
        "Version": "R2020b",
    },
    {
        "RRID": "RRID:SCR_003070",
        "URL": "https://imagej.net/",
        "Vendor": "National Institutes of Health",
        "Version": "1.53",
    },
    {
        "RRID": "RRID:SCR_008394",
        "URL": "https://www.python.org/",
        "Vendor": "Python Software Foundation",
        "Version": "3.9",
    },
]
README = f"""# Cervical vagus nerve stimulation at two frequencies in the anaesthetised rat

Six rats, two per group (10 Hz, 30 Hz, sham). `primary/sub-N/perf-N` holds the recording of a session,
`primary/sub-N/sam-N` the record of the nerve segment taken afterwards; two segments were sectioned (sam-7, sam-8).
`derivative` holds what was counted.

{INVENTED}
"""
