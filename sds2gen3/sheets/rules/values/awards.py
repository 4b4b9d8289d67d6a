"""Award numbers: those of the NIH in their plain form, others only without white space and signs that separate."""

from __future__ import annotations

import re

from sds2gen3.sheets.rules.values.verdict import Verdict, right, wrong

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_NIH = re.compile(
    r"(?:(?:NIH|SPARC|grant|award)\W*)*\(?(?:[1-9]\s*-?\s*)?([A-Z][A-Z0-9][0-9A-Z])\s*-?\s*([A-Z]{2})\s*-?\s*([0-9]{5,6})"
    r"(?:\s*-\s*[0-9]{2}(?:[ASX][0-9])*)*\)?",
    re.IGNORECASE,
)


def award(text: str) -> Verdict:
    """The activity, institute and serial number of an NIH award without type and year, `OT2OD025349`; canonical has six
    digits in the serial number. Anything else is right if it is one word."""
    said = text.translate(_DASHES).strip()
    found = _NIH.fullmatch(said)
    if found:
        plain = f"{found[1]}{found[2]}{found[3]}".upper()
        if len(found[3]) < 6:
            return wrong(
                "has one digit less than the awards of the NIH", f"If a zero was lost, it is {plain[:5]}0{plain[5:]}."
            )
        return right(plain)
    if re.search(r"[;,|]|\s", said):
        return wrong(
            "is not one award number", "Give the number alone, e.g. OT2OD025349, and each in a column of its own."
        )
    if "/" in said:
        return wrong("has a / in it", "Give the number alone, e.g. OT2OD025349.")
    return right(said)
