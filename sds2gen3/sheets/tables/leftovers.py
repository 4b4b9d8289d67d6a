"""What the official templates leave in a sheet: explanations, cells that come filled in, instruction and example rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sds2gen3.sheets.layouts.facts import TemplateTexts
from sds2gen3.sheets.tables.values import is_blank

_INSTRUCTION = 40  # letters; the examples of the templates are shorter, except for a link
_NEARLY_ALL, _MOSTLY = 0.8, 0.6
_EDITED = 80  # per cent alike


def text_key(value: Any) -> str:
    """What makes two template texts the same: no case, no difference in white space."""
    return " ".join(unicodedata.normalize("NFKC", str(value)).casefold().split())


@dataclass(frozen=True)
class Leftovers:
    """The template texts of one kind of sheet, ready to compare with."""

    explained: Mapping[str, frozenset[str]]
    prefilled: Mapping[str, frozenset[str]]
    rows: tuple[Mapping[str, str], ...]

    @classmethod
    def of(cls, texts: TemplateTexts) -> Leftovers:
        return cls(
            {name: frozenset(map(text_key, values)) for name, values in texts.explained.items()},
            {name: frozenset(map(text_key, values)) for name, values in texts.prefilled.items()},
            tuple({name: text_key(value) for name, value in row.items()} for row in texts.rows),
        )

    def explains(self, field: str | None, value: Any) -> bool:
        """Whether the text is the template's Description, Example or Definition of the field."""
        return field is not None and text_key(value) in self.explained.get(field, ())

    def is_prefilled(self, record: Mapping[str, Any]) -> bool:
        """Whether every filled cell of the record came with the template."""
        return all(text_key(v) in self.prefilled.get(f, ()) for f, v in record.items() if not is_blank(v))

    def row_match(
        self, record: Mapping[str, Any], present: Collection[str], own: Collection[str] = ()
    ) -> Literal["whole", "partly", ""]:
        """Whether a row, its filled cells by field, is one of the template's rows: cell by cell, or most of it.

        Nobody types an instruction, so of those only the cells count whose field is in the sheet (`present`), and they
        may be edited slightly. What an example row holds somebody may well have measured: a subject sub-1, Female, of
        4 weeks is no example row unless nearly all of the template's row is there. Under a header that SDS does not know
        (`own`), a cell counts for a field that the sheet lacks and whose text it has: the header is misspelt, the row is
        still the template's; what else stands in a column of the user's own makes it no record of theirs.
        """
        typed = {field: text_key(value) for field, value in record.items() if not is_blank(value)}
        partly = False
        for row in self.rows:
            filled = {f: text for f, text in _by_text(typed, row, present).items() if f in row or f not in own}
            same = {field: text for field, text in row.items() if _is_text(filled.get(field, ""), text)}
            instruction = any(map(_instructs, same.values()))
            expected = sum(field in present for field in row) if instruction else len(row)
            many = len(same) >= _NEARLY_ALL * expected
            if same and many and len(same) >= (_NEARLY_ALL if instruction else 1) * len(filled):
                return "whole"
            partly = partly or (len(same) >= 3 and len(same) >= _MOSTLY * expected)
        return "partly" if partly else ""


def _instructs(text: str) -> bool:
    return len(text) >= _INSTRUCTION and " " in text  # a link may be as long


def _is_text(typed: str, text: str) -> bool:
    """Whether it is the template's text; an instruction may be edited slightly, or cut off."""
    if typed == text or not _instructs(text) or len(typed) < _INSTRUCTION // 2:
        return typed == text
    from rapidfuzz import fuzz  # takes a while to load, and few sheets still have instructions

    return text.startswith(typed) or fuzz.ratio(typed, text) >= _EDITED


def _by_text(typed: Mapping[str, str], row: Mapping[str, str], present: Collection[str]) -> Mapping[str, str]:
    """The record with the cells under misspelt headers at the fields of the template's row whose texts they hold."""
    lacking = {text: field for field, text in row.items() if field not in present}
    return {lacking.get(text, field) if field not in row else field: text for field, text in typed.items()}
