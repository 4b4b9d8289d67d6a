"""cardiac-model-2.1.0: a computational dataset, a model of cardiac conduction; no subjects, one manifest at the root."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sample_content.build import INVENTED, DataFile, DatasetFolder, Templates, listed, orcid, ror

REPOSITORY = "https://git.example.org/invented/conduction"
SERVICE = {"Service Alias (User-given name)": "conduction", "Service name": "ring-solver", "Service version": "1.4.0"}


def write(templates: Templates, out: DatasetFolder) -> None:
    out.book("dataset_description.xlsx", templates.fields("dataset_description.xlsx", DESCRIPTION))
    out.book("submission.xlsx", templates.fields("submission.xlsx", SUBMISSION))
    out.book("code_description.xlsx", templates.fields("code_description.xlsx", CODE))
    out.text("code_parameters.tsv", _separated(_headers(templates, "code_parameters.xlsx"), PARAMETERS, "\t"))
    out.text("resources.csv", _separated([*_headers(templates, "resources.xlsx"), "used for"], RESOURCES, ","))
    listed(templates, out, "", FILES, ["additional types"], "2023-06-19")
    out.text("README.md", README)
    out.text("CHANGES", "2023-09-01 Version 1.\n")


def _headers(templates: Templates, file: str) -> list[str]:
    page = templates.page(file, keep_rows=1)
    return [str(page.value(1, column)) for column in range(1, page.width + 1)]


def _separated(headers: Sequence[str], records: Sequence[Mapping[str, Any]], separator: str) -> str:
    rows = [headers, *([str(record.get(header, "")) for header in headers] for record in records)]
    return "".join(separator.join(row) + "\n" for row in rows)


PARAMETERS: list[dict[str, Any]] = [
    {"Type": "Input", "Name": name, "Data Type": "real", "Data Units": unit, "Data Default Value": default, **SERVICE}
    for name, unit, default in (
        ("fibre conductivity", "S/m", "0.30"),
        ("membrane capacitance", "uF/cm2", "1.0"),
        ("stimulus amplitude", "uA/cm2", "80"),
        ("ring length", "mm", "100"),
    )
] + [
    {"Type": "Output", "Name": name, "Data Type": kind, "Data Units": unit, **SERVICE}
    for name, kind, unit in (("conduction velocity", "real", "m/s"), ("activation times", "vector", "ms"))
]
RESOURCES: list[dict[str, Any]] = [
    {
        "RRID": "RRID:SCR_008394",
        "URL": "https://www.python.org/",
        "Vendor": "Python Software Foundation",
        "Version": "3.10",
        "used for": "running the sweep",
    },
    {
        "RRID": "RRID:SCR_008633",
        "URL": "https://numpy.org/",
        "Vendor": "NumPy developers",
        "Version": "1.24",
        "used for": "linear algebra",
    },
]
FILES = [
    DataFile(
        "code/ring_solver.py",
        "Solves the cable equation on a ring",
        "STEP_MS = 0.01\n",
        {"additional types": "text/x-python"},
    ),
    DataFile("code/sweep.py", "Runs the solver over conductivities", "CONDUCTIVITIES = [0.1, 0.3]\n"),
    DataFile("primary/sweep_settings.json", "Settings of the sweep", '{"conductivity": [0.1, 0.3]}\n'),
    DataFile(
        "derivative/velocities.csv",
        "Conduction velocity by conductivity",
        "conductivity,velocity\n0.1,0.34\n0.3,0.59\n",
    ),
    DataFile("docs/equations.txt", "The equations", "C dV/dt = g d2V/dx2 - I(V)\n"),
]
SUBMISSION = {
    "Consortium data standard": "SPARC",
    "Funding consortium": "EXTERNAL",
    "Award number": "EFHA-2022-003",
    "Milestone achieved": "Public release of the ring model",
    "Milestone completion date": dt.date(2023, 8, 31),
}
DESCRIPTION: dict[str, Any] = {
    "Metadata Version": "2.1.0",
    "Type": "computational",
    "Title": "Conduction velocity on a ring of cardiac tissue",
    "Subtitle": "A cable model of a ring of ventricular tissue, run over a range of fibre conductivities.",
    "Keywords": ["heart", "cable equation", "conduction velocity", "simulation"],
    "Funding": "Example Foundation for Healthy Ageing, EFHA-2022-003",
    "Acknowledgments": "We thank the computing centre of the invented institute.",
    "Study purpose": "To show how conduction velocity follows from the conductivity of the fibres.",
    "Study data collection": "The cable equation was solved on a ring for each conductivity.",
    "Study primary conclusion": "The velocity grew with the square root of the conductivity.",
    "Study organ system": "heart",
    "Study approach": "modelling",
    "Study technique": ["numerical simulation", "parameter sweep"],
    "Study collection title": "Simple models of conduction",
    "Contributor name": ["Vasquez, Marisol", "Eklund, Petter"],
    "Contributor ORCiD": [orcid(5001), orcid(5002)],
    "Contributor affiliation": [ror(6000006), ror(6000006)],
    "Contributor role": ["PrincipalInvestigator", "CorrespondingAuthor"],
    "Identifier description": ["Paper for dataset", "The code, as released"],
    "Relation type": ["IsDescribedBy", "HasSoftware"],
    "Identifier": ["https://doi.org/10.5072/jmodel.2023.0101", REPOSITORY],
    "Identifier type": ["DOI", "URL"],
    "Number of subjects": 0,
    "Number of samples": 0,
}
CODE: dict[str, Any] = {
    "RRID Term": "NumPy",
    "RRID Identifier": "RRID:SCR_008633",
    "Ontological term": "Heart",
    "Ontological Identifier": "UBERON:0000948",
    "TSR1: Define Context Clearly Rating (0-4)": 4,
    "TSR1: Define Context Clearly Reference": f"{REPOSITORY}/README",
    "TSR2: Use Appropriate Data Rating (0-4)": 3,
    "TSR2: Use Appropriate Data Reference": f"{REPOSITORY}/docs/data",
    "TSR3: Evaluate Within Context Rating (0-4)": 3,
    "TSR3: Evaluate Within Context Reference": f"{REPOSITORY}/docs/evaluation",
    "TSR4: List Limitations Explicitly Rating (0-4)": 2,
    "TSR4: List Limitations Explicitly Reference": f"{REPOSITORY}/docs/limitations",
    "TSR5: Use Version Control Rating (0-4)": 4,
    "TSR5: Use Version Control Reference": REPOSITORY,
    "TSR6: Document Adequately Rating (0-4)": 3,
    "TSR6: Document Adequately Reference": f"{REPOSITORY}/docs",
    "TSR7: Disseminate Broadly Rating (0-4)": 3,
    "TSR7: Disseminate Broadly Reference": "https://doi.org/10.5072/jmodel.2023.0101",
    "TSR8: Get Independent Reviews Rating (0-4)": 1,
    "TSR8: Get Independent Reviews Reference": f"{REPOSITORY}/pulls/7",
    "TSR9: Test Competing Implementations Rating (0-4)": 0,
    "TSR10a: Conform to Standards Rating (0-4)": 2,
    "TSR10a: Conform to Standards Reference": f"{REPOSITORY}/docs/standards",
    "TSR10b: Relevant standards": "https://www.cellml.org",
    "Ann1: Code Verification Status": "yes",
    "Ann1: Reference to Code Verification": f"{REPOSITORY}/tests",
    "Ann2: Code Validation Status": "yes",
    "Ann2: Reference to Code Validation": "https://doi.org/10.5072/jmodel.2023.0101",
    "Ann3: Certification Status": "no",
    "Ann4: Onboarded to o²S²PARC Status": "no",
    "Ann5: Testing on o²S²PARC Status": "no",
    "Number of Inputs": 4,
    "Number of Outputs": 2,
}
README = f"""# Conduction velocity on a ring of cardiac tissue

`code` holds the solver and the sweep, `primary` the settings, `derivative` the velocities. One manifest lists all files.

{INVENTED}
"""
