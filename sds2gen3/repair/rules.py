"""The rules of repair for one text: each keeps what the text means. What would change it is not here, however likely."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sds2gen3.place import Place
from sds2gen3.sheets.rules.values import dates
from sds2gen3.sheets.rules.values.identifiers import canonical
from sds2gen3.sheets.tables.values import clean_values

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_MONTH = re.compile(r"[A-Za-z]{3}")
_MIDNIGHT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]00:00(:00(\.0+)?)?")
_MEANT = {  # an identifier is only rewritten where the text says itself what it is
    "orcid": re.compile(r"(https?://)?(www\.)?(orcid\.org/|orcid:?\s*)?\d{4}-?\d{4}-?\d{4}-?\d{3}[\dxX]/?", re.I),
    "doi": re.compile(
        r"(https?://)?((dx|www)\.)?doi\.org/\s*(doi:)?10\.\S*[^\s.,;]|(doi\s*:\s*)?10\.\S*[^\s.,;]", re.I
    ),
    "rrid": re.compile(r"rrid\s*[:_]\s*\S+|https?://(www\.)?scicrunch\.org/resolver/rrid\S+", re.I),
}
_FORM_OF_KIND = {"orcid": "orcid", "doi": "doi", "url": "doi", "rrid": "rrid"}


@dataclass(frozen=True)
class FieldRules:
    """What the rules must know of a field: its kind, the agreed words of its list (casefolded -> word), what splits a cell.

    `custom`: the list only warns, so that a word with a capital is right too. `plain_orcid`: the version writes an ORCID
    without link (SDS 1.x). `linked`: a hyperlink lies behind the cell.
    """

    kind: str = "text"
    words: Mapping[str, str] = field(default_factory=dict)
    split: str | None = None
    custom: bool = False
    plain_orcid: bool = False


def repairs(text: str, rules: FieldRules, linked: bool = False) -> Iterator[tuple[str, str]]:
    """The repairs of a text, each as (rule, text after it), one upon the other."""
    for rule, after in _steps(text, rules, linked):
        if after != text:
            yield rule, after
            text = after


def _steps(text: str, rules: FieldRules, linked: bool) -> Iterator[tuple[str, str]]:
    stripped = text.strip()
    if not stripped:
        return  # only blanks: what remained would be an empty cell, which is not the same to every reader
    yield "blanks", stripped
    if linked:
        return  # the reader may take the link behind it instead of the text
    clean = clean_values([stripped], rules.kind, "", lambda _: Place("")).values[0]
    text = clean if isinstance(clean, str) and clean else stripped
    yield "characters", text
    if rules.words:
        text = _words(text, rules)
        yield "word", text
    if rules.kind == "date":
        yield "date", _date(text)
    form = _FORM_OF_KIND.get(rules.kind)
    if form and _MEANT[form].fullmatch(text) and not (form == "orcid" and rules.plain_orcid):
        yield form, canonical(form, text) or text


def _words(text: str, rules: FieldRules) -> str:
    """The text with each agreed word in the case of the list; what splits the words is kept."""
    if rules.split is None:
        return _word(text, rules)
    pieces, at = [], 0
    for found in re.finditer(rules.split, text):
        if found.end() > found.start():
            pieces += [_word(text[at : found.start()], rules), found[0]]
            at = found.end()
    return "".join([*pieces, _word(text[at:], rules)])


def _word(text: str, rules: FieldRules) -> str:
    word = rules.words.get(text.casefold(), text)
    return text if rules.custom and text in (word.capitalize(), word.title()) else word


def _date(text: str) -> str:
    """A date as ISO 8601, whose year stands first, whose month has its name, or that is a whole day with its midnight.

    Of 03/04/2024 nobody can tell which is the month.
    """
    if _MONTH.search(text) or _MIDNIGHT.fullmatch(text):
        return dates.date(text).canonical or text
    found = _YEAR_FIRST.fullmatch(text)
    if not found:
        return text
    try:
        return dt.date(int(found[1]), int(found[3]), int(found[4])).isoformat()
    except ValueError:
        return text
