"""Licences by their short names in the SPDX License List, declared in `schemas/values/licenses.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from sds2gen3.nearest import nearest
from sds2gen3.sheets.layouts.declared import Declared
from sds2gen3.sheets.layouts.facts import header_key
from sds2gen3.sheets.rules.values.verdict import Verdict, right, wrong

_NEAR = 90


class Licences(Declared):
    """The short names, with spaces between them, and what people write instead of some of them."""

    names: str
    meant: dict[str, tuple[str, ...]]

    @cached_property
    def known(self) -> Mapping[str, str]:
        """Letters and digits of each short name -> the name."""
        return {header_key(name): name for name in self.names.split()}

    @cached_property
    def by_other_names(self) -> Mapping[str, str]:
        return {header_key(text): name for name, texts in self.meant.items() for text in texts}


def licence(text: str, licences: Licences) -> Verdict:
    """A short name of SPDX; canonical is its spelling. A link to a licence of Creative Commons is not judged by its words."""
    key = header_key(text)
    if key in licences.known:
        return right(licences.known[key])
    meant = licences.by_other_names.get(key)
    if meant is None:
        near = nearest(key, licences.known, _NEAR)
        meant = licences.known[near] if near else None
    hint = f"Did you mean '{meant}'?" if meant else "Give the short name of spdx.org/licenses, e.g. CC-BY-4.0."
    return wrong("is not the short name of a licence (SPDX)", hint)
