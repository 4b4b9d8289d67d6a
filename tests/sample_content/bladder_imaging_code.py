"""The code_description and curation sheets of bladder-imaging-3.0.2, by label."""

from __future__ import annotations

from typing import Any

REPOSITORY = "https://git.example.org/invented/voiding-intervals"
CODE: dict[str, Any] = {
    "RRID Term": ["Python", "ImageJ"],
    "RRID Identifier": ["RRID:SCR_008394", "RRID:SCR_003070"],
    "Ontology Term": "urinary bladder",
    "Ontology Identifier": "UBERON:0001255",
    "TSR Column Type": ["Link", "Rating", "Target", "Target Justification", "Text"],
    "TSR1: Clearly Defined Context": [
        f"{REPOSITORY}/README",
        "Extensive",
        "Extensive",
        "Used by one laboratory",
        "Finds voids in pressure traces of awake mice.",
    ],
    "TSR2: Use of Appropriate Data": [f"{REPOSITORY}/data", "Adequate", "Adequate", "Only mouse data exist"],
    "TSR3a: Verification": [f"{REPOSITORY}/tests", "Adequate", "Extensive", "Tests for rats are to follow"],
    "TSR3b: Verification Results": [
        f"{REPOSITORY}/tests/results",
        "All TSR3 items are covered by the rating on the TSR3a row",
    ],
    "TSR3c: Evaluation Within Context": f"{REPOSITORY}/docs/evaluation",
    "TSR4: Explicitly Listed Limitations": [
        f"{REPOSITORY}/docs/limitations",
        "Adequate",
        "Adequate",
        "Known limits are few",
        "Movement artefacts above 12 mmHg count as voids.",
    ],
    "TSR5: Version Control": [REPOSITORY, "Comprehensive", "Comprehensive", "Git from the first day"],
    "TSR6: Adequate Documentation": [f"{REPOSITORY}/docs", "Adequate", "Extensive", "A tutorial is to follow"],
    "TSR7a: Broad Dissemination: Releases": [f"{REPOSITORY}/releases", "Partial", "Adequate", "First release"],
    "TSR7b: Broad Dissemination: Issues": [
        f"{REPOSITORY}/issues",
        "All TSR7 items are covered by the rating on the TSR7a row",
    ],
    "TSR7c: Broad Dissemination: License": f"{REPOSITORY}/LICENSE",
    "TSR7d: Broad Dissemination: Packages": f"{REPOSITORY}/packages",
    "TSR7e: Broad Dissemination: Interactive": "Not Applicable",
    "TSR8a: Independent Reviews": [f"{REPOSITORY}/pulls/4", "Partial", "Partial", "Reviewed by a second laboratory"],
    "TSR8b: External Certification": [
        "Not Applicable",
        "All TSR8 items are covered by the rating on the TSR8a row",
    ],
    "TSR9: Competing Implementation Testing": [
        f"{REPOSITORY}/docs/comparison",
        "Insufficient",
        "Partial",
        "No peer yet",
    ],
    "TSR10a: Relevant Standards": ["https://peps.python.org/pep-0008/", "Adequate", "Adequate", "Style only"],
    "TSR10b: Standards Adherence": [
        f"{REPOSITORY}/docs/style",
        "All TSR10 items are covered by the rating of the TSR10a row",
    ],
    "Number of Inputs": 2,
    "Input Parameter Name": ["pressure trace", "threshold"],
    "Input Parameter Type": ["table", "real"],
    "Input Parameter Description": ["Bladder pressure over time", "Pressure above which a void is assumed"],
    "Input Units": ["mmHg", "mmHg"],
    "Input Default Value": [None, 12],
    "Input Constraints": ["two columns", "[5, 40]"],
    "Number of Outputs": 1,
    "Output Parameter Name": "voiding interval",
    "Output Parameter Type": "real",
    "Output Parameter Description": "Mean time between voids",
    "Output Units": "s",
    "Output Constraints": "[0, 3600]",
}
CURATION: dict[str, Any] = {
    "Organ": ["urinary bladder", "lower urinary tract"],
    "Experimental approach": ["physiology", "anatomy"],
    "Experimental technique": ["cystometry", "light-sheet microscopy"],
    "Experimental design": "Two groups of two mice, the same animals measured and imaged.",
    "Completeness": "Complete.",
    "Subjects and samples": "sub-4 and sam-4 are described here; their data are in the sister dataset.",
    "Primary vs derivative data": "Traces and settings are primary, intervals and mean widths derivative.",
    "Code availability": "The script is in the folder code.",
    "Notes": "Checked by an invented curator on 2025-05-14.",
}
