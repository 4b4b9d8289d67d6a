"""A number with a unit, as the SDS writes ages and masses: `10 weeks`, `20.4 g` (SPEC section 8).

The units are declared in `schemas/values/units.yaml`, not taken from pint: an age has seven units and a mass six, which
people abbreviate in ways that pint reads otherwise (`mo`, `wk`, `y`; M is molar, h is Planck's constant), the SDS wants
them spelled out, which pint cannot tell, and importing pint takes longer than validating a typical dataset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from pydantic import RootModel

from sds2gen3.nearest import nearest
from sds2gen3.sheets.layouts.declared import Declared
from sds2gen3.sheets.rules.values.verdict import Verdict, right, wrong

_NUMBER = r"[-+\u2212]?[0-9]+(?:[.,][0-9]+)?"
_PART = re.compile(rf"({_NUMBER})\s*([^\W\d_][^\d,;+]*?)?(?:\s*(?:,|and|\+)?\s+(?=[0-9])|$)")
_RANGE = re.compile(rf"({_NUMBER})\s*[^\W\d_]*\s*(?:-|\u2013|to|\.\.)\s*({_NUMBER})\s*([^\W\d_]*)")
_ISO = re.compile(
    r"P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?"
)
_ISO_UNITS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
_OLD = re.compile(r"[\s-]*(?:old|of age)$", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:~|\u2248|>=?|<=?|\u2265|\u2264|about|approx(?:imately)?\.?|ca?\.)\s*", re.IGNORECASE)


class Unit(Declared):
    """A unit: its size in the base unit of its kind, its other names, and short ones that are better written out."""

    size: float
    names: tuple[str, ...] = ()
    short: tuple[str, ...] = ()


class Units(RootModel[dict[str, dict[str, Unit]]]):
    """`schemas/values/units.yaml`: units by the kind of quantity, 'time' or 'mass'."""

    @cached_property
    def named(self) -> Mapping[str, Mapping[str, tuple[str, Unit, bool]]]:
        """Kind -> any name of a unit, without case -> its name, the unit, and whether it is spelled out."""
        return {
            kind: {
                name.casefold(): (unit, facts, name not in facts.short)
                for unit, facts in units.items()
                for name in (unit, *facts.names, *facts.short)
            }
            for kind, units in self.root.items()
        }


def quantity(text: str, kind: str, units: Units) -> Verdict:
    """A number and a unit of that kind, or several that add up, or an ISO 8601 duration; canonical has the units in full."""
    said = text.strip()
    if kind == "time" and said != "P" and (iso := _ISO.fullmatch(said)) and any(iso.groups()):
        return right(" ".join(_written(n, unit) for n, unit in zip(iso.groups(), _ISO_UNITS, strict=True) if n))
    if not re.search(r"[0-9]", said):
        return wrong("has no number in digits")
    if _RANGE.fullmatch(_ABOUT.sub("", said)):
        return wrong("is a range", "Give one number with its unit; an age range has columns of its own for its ends.")
    parts = list(_parts(said))
    known = units.named.get(kind, {})
    if not parts:
        return wrong("does not begin with a number and its unit")
    if any(number.startswith(("-", "\u2212")) for number, _ in parts):
        return wrong("is negative")
    for number, unit in parts:
        if not unit:
            return wrong("has no unit", _add_unit(said, kind))
        if unit.casefold() not in known:
            near = nearest(unit, known)
            return wrong(f"has a unit that is not known, '{unit}'", f"Did you mean '{number} {near}'?" if near else "")
    if any("," in number for number, _ in parts):
        return wrong("has a decimal comma", _with_point(said))
    if _ABOUT.match(said) or (
        len(parts) == 1 and _is_full(parts[0][1], known) and re.fullmatch(rf"{_NUMBER} +\S+", said)
    ):
        return right(said)  # 'about' is part of what is said
    return right(" ".join(_written(n, u if _is_full(u, known) else known[u.casefold()][0]) for n, u in parts))


def amount(text: str, kind: str, units: Units) -> float | None:
    """The quantity in the base unit of its kind (days, grams), to compare; None where it is none."""
    found = quantity(text, kind, units).canonical
    if found is None:
        return None
    known = units.named.get(kind, {})
    return sum(float(number.replace(",", ".")) * known[unit.casefold()][1].size for number, unit in _parts(found))


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Each number with its unit; nothing where something else stands between them."""
    said = _OLD.sub("", _ABOUT.sub("", text))
    at, found = 0, []
    while at < len(said):
        part = _PART.match(said, at)
        if part is None or part.end() == at:
            return
        found.append((part[1], (part[2] or "").strip().rstrip(".")))
        at = part.end()
    yield from found


def _is_full(unit: str, known: Mapping[str, tuple[str, Unit, bool]]) -> bool:
    return known[unit.casefold()][2]


def _written(number: str, unit: str) -> str:
    return f"{number} {unit[:-1] if number == '1' and unit in _ISO_UNITS else unit}"


def _with_point(said: str) -> str:
    """20,4 g as 20.4 g; but 1,200 g may as well be 1200 g."""
    point = re.sub(r"(?<=[0-9]),(?=[0-9])", ".", said)
    if re.search(r"[0-9],[0-9]{3}(?![0-9])", said):
        return f"Write {point} or {re.sub(r'(?<=[0-9]),(?=[0-9]{3})', '', said)}, whichever is meant."
    return f"Write {point}"


def _add_unit(said: str, kind: str) -> str:
    if kind == "mass":
        return f"Add the unit, e.g. {said} g."
    return f"Add the unit in full, e.g. {said} weeks."
