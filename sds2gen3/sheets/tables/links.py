"""Hyperlinks behind cells: the text counts where it is a link itself, else the target does (MESS section 6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.place import Place

_DOI = r"10\.\d{4,9}/\S+"
_URL = r"https?://\S+"
_FORMS = {
    "orcid": r"(https?://(www\.)?orcid\.org/)?\d{4}-\d{4}-\d{4}-\d{3}[\dXx]/?",
    "doi": rf"(https?://(dx\.)?doi\.org/|(dx\.)?doi\.org/|doi:\s*)?{_DOI}",
    "url": rf"{_URL}|(doi:\s*|(dx\.)?doi\.org/|www\.)\S+|{_DOI}",
    "rrid": rf"RRID:\s*\S+|{_URL}",
}
LINK_KINDS = frozenset(_FORMS)


def follow_links(
    values: Sequence[Any], kind: str, label: str, links: Mapping[tuple[int, int], str], place: Callable[[int], Place]
) -> tuple[Sequence[Any], list[Diagnostic]]:
    """The values of a field of links, each replaced by its hyperlink's target where the text is no link but the target is."""
    if kind not in LINK_KINDS or not links:
        return values, []
    found: list[Diagnostic] = []
    followed = list(values)
    for position, value in enumerate(values):
        here = place(position)
        target = links.get((here.row or 0, here.column or 0), "").strip()
        if not target or not isinstance(value, str) or not _fits(target, kind):
            continue
        if not _fits(value, kind):
            followed[position] = target
            message = f"'{value.strip()}' at '{label}' is no link, so the hyperlink behind it was read."
            found.append(finding("S235", message, here, value=target))
        elif _core(value) != _core(target):
            message = f"'{value.strip()}' at '{label}' has a hyperlink to '{target}'; the text was read."
            found.append(finding("S234", message, here, value=value))
    return followed, found


def _fits(text: str, kind: str) -> bool:
    return re.fullmatch(_FORMS[kind], text.strip(), re.IGNORECASE) is not None


def _core(text: str) -> str:
    """What of a link says where it leads: no scheme, no resolver, no closing slash."""
    return re.sub(r"^(https?://)?(www\.|dx\.)?((doi\.org|orcid\.org)/)?|^doi:\s*|/$", "", text.strip().casefold())
