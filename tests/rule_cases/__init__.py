"""Case: one SDS rule with a dataset that breaks it and a near miss that does not. `values.py` and `structure.py` list them.

A dataset is said by what it has besides, or other than, the ordinary one of its SDS version (`ordinary.py`), which breaks
no rule. The fields are canonical names; they are written under the version's own headers, anything else as it is typed:

    {"dataset_description": {"contributor_orcid": ["x"], "title": None}}    # rows; None takes the row out
    {"subjects": [{"age": "5"}, {"age": "6"}]}       # records, each laid over an ordinary one: sub-1, sub-2 ...
    {"submission": None}                             # no such file
    {"primary/manifest": [["filename"], ["a.csv"]]}  # rows as they are typed; a name without suffix becomes a .csv
    {"subjects.xlsx": [{"subject_id": 7}]}           # a workbook, whose cells keep their types
    {"primary/sub-1/data.csv": "a,b", "docs/": ""}   # any file (text or bytes), and an empty folder
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

Content = Mapping[str, Any]

V1 = ("1.0", "1.1", "1.2", "1.2.1", "1.2.2", "1.2.3")
V2 = ("2.0.0", "2.1.0")
V3 = ("3.0.0", "3.0.1", "3.0.2")
SINCE_2 = (*V2, *V3)
ALL = (*V1, *SINCE_2)


@dataclass(frozen=True)
class Case:
    """What breaks a rule, and what nearly does.

    `version`: one or several, in each of which the case holds. `at`: where the finding is, as '<kind>.<field>' (record 1),
    '<kind>.<field>:<record>', or as `str(place)` says it; '' where it has no place of its own. `value`: what it quotes.
    `hint`: a part of what it advises; `severity`: where it is not the catalogue's. `options`: of `read_dataset`.
    """

    rule: str
    code: str
    version: str | tuple[str, ...]
    raises: Content
    near_miss: Content
    at: str = ""
    value: Any = None
    hint: str = ""
    severity: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    whole_way: bool = False  # found only when records are made and checked

    @property
    def versions(self) -> Sequence[str]:
        return (self.version,) if isinstance(self.version, str) else self.version


def all_cases() -> list[Case]:
    """The cases of every module of this package that lists some."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return [case for module in modules for case in getattr(module, "CASES", ())]
