"""Something that an SDS version asks for, and how much it matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from sds2gen3.catalogue import Severity
from sds2gen3.sheets.layouts.declared import Declared

Grade = Literal["error", "warning", "info"]
DatasetType = Literal["experimental", "computational", "device"]
GRADES: Mapping[Grade, Severity] = {"error": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.INFO}


class Graded(Declared):
    """Something that is asked for, and how much it matters; `when` limits it to datasets of one type."""

    severity: Grade
    when: DatasetType | None = None

    @property
    def grade(self) -> Severity:
        return GRADES[self.severity]
