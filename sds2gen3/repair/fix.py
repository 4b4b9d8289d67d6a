"""Fix: one repair of one cell, applied or only offered; one line of `fixes.jsonl`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sds2gen3.place import Place

RULES = {  # what each rule does, in the words of the audit sheet
    "blanks": "white space at the ends removed",
    "characters": "characters that only look right made plain",
    "word": "spelt as on the list of agreed words",
    "date": "written as an ISO date, YYYY-MM-DD",
    "date format": "date shown as YYYY-MM-DD; the date itself is unchanged",
    "orcid": "ORCID in its usual form",
    "doi": "DOI in its usual form",
    "rrid": "RRID in its usual form",
    "header": "header spelt as in the SDS version",
    "misspelt": "misspelt header, of which only one can be meant; its values are now read as that field",
}


@dataclass(frozen=True, slots=True)
class Fix:
    """`after` replaces `before` in the cell by `rule`: a name of RULES, or the code of the finding that suggests it.

    Of a rule "date format" the texts are how the date is shown. One that is not `applied` is only offered.
    """

    file: str
    sheet: str | None
    row: int
    column: int
    before: str
    after: str
    rule: str
    applied: bool = True

    @property
    def place(self) -> Place:
        return Place(self.file, self.sheet, self.row, self.column)

    def as_dict(self) -> dict[str, Any]:
        """The stable JSON form (`v` is its version)."""
        return {
            "v": 1,
            "file": self.file,
            "sheet": self.sheet,
            "cell": self.place.cell,
            "before": self.before,
            "after": self.after,
            "rule": self.rule,
            "applied": self.applied,
        }
