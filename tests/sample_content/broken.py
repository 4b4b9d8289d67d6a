"""broken-2.1.0: a small experimental dataset, sound at first, into which the mistakes of `broken_mistakes` are put."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sample_content.broken_mistakes import MISTAKES, OTHER_MISTAKES
from sample_content.build import INVENTED, DataFile, DatasetFolder, Page, Templates, orcid, ror, stamp

PROTOCOL = "https://doi.org/10.5072/protocols.io.gastric9pace"
SUBJECT_ROWS = (1, 2, 3, None, 6, 7, 8, 9, 10, 11, 12)  # None is the blank row 5
SAMPLES = {
    1: (1, "sub-1"),
    2: (2, "sub-2"),
    3: (1, "sub-1"),
    4: (2, "sub-2"),
    5: (2, "sub-2"),
    6: (8, "sub-8"),
    7: (2, "sub-2"),
}


def write(templates: Templates, out: DatasetFolder) -> None:
    pages = _sound(templates)
    for mistake in MISTAKES:
        pages[mistake.file][mistake.cell] = mistake.value
    notes = Page({}, name="notes")
    notes["A1"] = "subject id"
    notes["A2"] = "sub-2 was ill on day 3, leave out?"
    for path, page in pages.items():
        out.book(path, page, *([notes] if path == "samples.xlsx" else []))
    _data_files(out)
    _other_files(templates, out)
    out.story(_story())


def _sound(templates: Templates) -> dict[str, Page]:
    subjects = [_subject(n) if n else {} for n in SUBJECT_ROWS]
    return {
        "dataset_description.xlsx": templates.fields("dataset_description.xlsx", DESCRIPTION),
        "submission.xlsx": templates.fields("submission.xlsx", SUBMISSION),
        "subjects.xlsx": templates.records("subjects.xlsx", subjects),
        "samples.xlsx": templates.records("samples.xlsx", [_sample(n) for n in SAMPLES]),
        "performances.xlsx": templates.records("performances.xlsx", [_performance(n) for n in (1, 2)]),
        "primary/manifest.xlsx": templates.records("manifest.xlsx", [_listed(n, file) for n, file in enumerate(FILES)]),
    }


def _subject(n: int) -> dict[str, Any]:
    return {
        "subject id": f"sub-{n}",
        "pool id": "N/A",
        "subject experimental group": "paced" if n % 2 else "not paced",
        "age": "20 weeks",
        "sex": "Female" if n % 2 else "Male",
        "species": "Mustela putorius furo",
        "strain": "pigmented",
        "RRID for strain": "RRID:RGD_10395233",
        "age category": "prime adult stage",
        "also in dataset": "N:dataset:7be03d95-6a42-4f18-b6c1-29d5e08f4a76",
        "member of": "N/A",
        "laboratory internal id": f"F{n:03d}",
        "date of birth": dt.date(2021, 12, 20),
        "age range (min)": "19 weeks",
        "age range (max)": "21 weeks",
        "body mass": f"{900 + n} g",
        "experiment date": dt.date(2022, 5, 9),
        "protocol title": "Gastric pacing in the ferret",
        "protocol url or doi": PROTOCOL,
    }


def _sample(n: int) -> dict[str, Any]:
    subject, parent = SAMPLES[n]
    return {
        "sample id": f"sam-{n}",
        "subject id": f"sub-{subject}",
        "was derived from": parent,
        "pool id": "N/A",
        "sample experimental group": "paced" if subject % 2 else "not paced",
        "sample type": "tissue",
        "sample anatomical location": "stomach",
        "also in dataset": "N:dataset:7be03d95-6a42-4f18-b6c1-29d5e08f4a76",
        "member of": "N/A",
        "date of derivation": dt.date(2022, 5, 10),
    }


def _performance(n: int) -> dict[str, Any]:
    day = f"2022-05-{8 + n:02d}"
    return {
        "performance id": f"perf-{n}",
        "protocol url or doi": PROTOCOL,
        "date": day,
        "start datetime": stamp(day, 0),
        "end datetime": stamp(day, 60),
    }


def _listed(n: int, file: DataFile) -> dict[str, Any]:
    kind = "." + file.path.rpartition(".")[2]
    return {
        "filename": file.path,
        "timestamp": stamp("2022-05-09", n),
        "description": file.description,
        "file type": kind,
    }


FILES = [
    *[DataFile(f"sub-{n}/recording.csv", f"Slow waves of sub-{n}", "time_s,mv\n0,0.1\n") for n in (1, 2, 8, 10)],
    *[DataFile(f"sub-{s}/sam-{n}/weight.txt", f"Weight of sam-{n}", "0.8 g\n") for n, (s, _) in SAMPLES.items()],
    *[DataFile(f"sub-1/perf-{n}/log.txt", f"Log of perf-{n}", "paced at 6 cycles per minute\n") for n in (1, 2)],
]


def _data_files(out: DatasetFolder) -> None:
    for file in FILES:
        out.text(f"primary/{file.path}", file.content)
    out.text("primary/sub-2/forgotten.csv", "time_s,mv\n0,0.3\n")
    out.text("primary/sub-99/recording.csv", "time_s,mv\n0,0.2\n")
    out.text("derivative/frequencies.csv", "subject,cycles_per_minute\nsub-1,6\n")
    out.text("Protocols/pacing.txt", f"See {PROTOCOL}\n")
    out.text("docs/notes.txt", "Nothing of note.\n")


def _other_files(templates: Templates, out: DatasetFolder) -> None:
    """What is wrong with whole files: doubles, near misses, junk, files that are not what their name says."""
    out.book("subject.xlsx", templates.records("subjects.xlsx", [_subject(1)]))
    out.text("performances.csv", _separated([_performance(n) for n in (1, 2)]))
    out.text("resources.csv", RESOURCES, encoding="cp1252")
    out.text("code_parameters.xlsx", "We have no parameters, see the paper.\n")
    out.data("docs/manifest.xlsx", b"")
    out.data("~$subjects.xlsx", b"\x06curator".ljust(165, b"\x00"))
    out.data("primary/._manifest.xlsx", b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X".ljust(64, b"\x00"))
    out.data(".DS_Store", b"\x00\x00\x00\x01Bud1")


def _separated(records: list[dict[str, Any]]) -> str:
    rows = [list(records[0]), *(list(record.values()) for record in records)]
    return "".join(",".join(f'"{value}"' for value in row) + "\n" for row in rows)


def _story() -> str:
    mistakes = [(f"{m.file}!{m.cell}", m.story) for m in MISTAKES if m.story] + list(OTHER_MISTAKES)
    rows = [f"| {n} | `{where}` | {story} |" for n, (where, story) in enumerate(mistakes, 1)]
    return STORY.format(table="\n".join(rows))


RESOURCES = (
    "RRID;URL;Vendor;Version\nSCR_001622;https://www.example.org/software;Müller & Söhne;2021\n;;Café Électrique;1.0\n"
)
SUBMISSION = {
    "Consortium data standard": "SPARC",
    "Funding consortium": "SPARC",
    "Award number": "OT2OD099904",
    "Milestone achieved": "Pacing protocol tested",
    "Milestone completion date": dt.date(2022, 6, 30),
}
DESCRIPTION: dict[str, Any] = {
    "Metadata Version": "2.1.0",
    "Type": "experimental",
    "Title": "Gastric pacing in the ferret",
    "Subtitle": "Slow waves of the stomach of ferrets with and without pacing.",
    "Keywords": ["stomach", "pacing", "slow wave", "ferret"],
    "Study purpose": "To see whether pacing entrains the slow waves.",
    "Study data collection": "Slow waves were recorded with surface electrodes.",
    "Study primary conclusion": "Pacing entrained the slow waves.",
    "Study organ system": "stomach",
    "Study approach": "electrophysiology",
    "Study technique": "surface recording",
    "Contributor name": ["Castellane, Orso", "Falk, Juniper", "Weir, Isla", "Moreau, Yves"],
    "Contributor ORCiD": [orcid(4001), orcid(4002), None, orcid(4004)],
    "Contributor affiliation": [ror(7000007), ror(7000007), None, ror(7000007)],
    "Contributor role": ["PrincipalInvestigator", "CoInvestigator", "CorrespondingAuthor", "DataCollector"],
    "Identifier description": ["Protocol for dataset", "Paper for dataset", "Data descriptor", "Web page of the study"],
    "Relation type": ["HasProtocol", "IsDescribedBy", "IsDescribedBy", "IsDocumentedBy"],
    "Identifier": [PROTOCOL, "https://doi.org/10.5072/jgut.2022.0013", None, "https://doi.org/10.5072/web.13"],
    "Identifier type": ["DOI", "DOI", "DOI", "DOI"],
    "Number of subjects": 6,
    "Number of samples": 7,
}
STORY = f"""# broken-2.1.0

An experimental dataset in SDS 2.1.0 in which nearly everything that goes wrong in real datasets goes wrong once.

Ferrets, gastric pacing, tissue samples: a sound dataset into which the mistakes below were put, each at its own cell.
`sds2gen3 validate sample_datasets/broken-2.1.0/dataset` should name every one of them; `expected/findings.txt` shows
what it says.

| # | where | mistake |
|---:|---|---|
{{table}}

{INVENTED}
The dataset and this file are made by `tests/make_samples.py`; the mistakes are listed in
`tests/sample_content/broken_mistakes.py`.
"""
