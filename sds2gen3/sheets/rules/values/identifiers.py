"""Identifiers, judged by their letters and check digits alone: ORCID, ROR, DOI, RRID, PMID, links, datasets and terms.

Each function takes the text of a cell and gives a Verdict; `canonical(form, text)` is its usual form or None. Nothing is
looked up, so an identifier that is right here may still belong to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from sds2gen3.nearest import nearest
from sds2gen3.patterns import user_pattern
from sds2gen3.sheets.rules.values.verdict import Verdict, right, wrong

_ORCID = re.compile(
    r"(?:https?://)?(?:www\.)?(?:orcid\.org/|orcid:?)?\s*([0-9][0-9xX \u2010-\u2015-]*?)/?", re.IGNORECASE
)
_ROR = re.compile(r"(?:https?://)?(?:www\.)?(?:ror\.org/|ror:)\s*(\w*)/?", re.IGNORECASE)
_BARE_ROR = re.compile(r"0[a-hjkmnp-tv-z0-9]{6}[0-9]{2}")
_BASE_32 = {character: value for value, character in enumerate("0123456789abcdefghjkmnpqrstvwxyz")}
_DOI_PREFIX = re.compile(r"(?:https?://)?(?:(?:dx|www)\.)?doi\.org/\s*(?:doi:)?|doi\s*:?\s*(?=10\.)", re.IGNORECASE)
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\"<>]+")
_RRID = re.compile(
    r"(?:https?://(?:www\.)?scicrunch\.org/resolver/|https?://identifiers\.org/)?(?:RRID\s*[:_]?\s*)?(\S+)", re.I
)
_RRID_BODY = re.compile(r"([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z]+)*)([_:])([A-Za-z0-9][A-Za-z0-9_.:-]*)")
_PMID = re.compile(
    r"(?:PMID\s*:?\s*|https?://pubmed\.ncbi\.nlm\.nih\.gov/|https?://www\.ncbi\.nlm\.nih\.gov/pubmed/)?([0-9]+)/?", re.I
)
_URL = re.compile(r"(?:https?|ftps?|sftp|s3|git|ssh)://[^\s/?#<>\"]*[^\s/?#<>\".](?:[/?#][^\s<>\"]*)?", re.IGNORECASE)
_HOST = re.compile(r"(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:[/?#]\S*)?", re.IGNORECASE)
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_DATASET = re.compile(rf"(?:(?:N:)?(dataset|collection|package):)?({_UUID})", re.IGNORECASE)
_CURIE = re.compile(r"([A-Za-z]+)\s*[:_ ]\s*([A-Za-z]?[0-9]+)")


def orcid(text: str) -> Verdict:
    """16 digits with a check digit (ISO 7064 mod 11-2); canonical is the https link."""
    found = _ORCID.fullmatch(text.strip())
    if not found:
        return wrong("is not an ORCID", "Write https://orcid.org/ followed by the 16 digits.")
    digits = re.sub(r"[^0-9X]", "", found[1].upper())
    if len(digits) != 16 or "X" in digits[:15]:
        return wrong(
            f"has {len(digits)} digits, but an ORCID has 16", "Copy the ORCID from the person's page at orcid.org."
        )
    total = 0
    for digit in digits[:15]:
        total = (total + int(digit)) * 2
    check = "0123456789X"[(12 - total % 11) % 11]
    if digits[15] != check:
        link = _orcid_link(digits[:15] + check)
        return wrong(
            "is not an ORCID: its last digit does not fit the others",
            f"If all digits before the last are right, it is {link}; look it up at orcid.org.",
        )
    return right(_orcid_link(digits))


def _orcid_link(digits: str) -> str:
    return "https://orcid.org/" + "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def ror(text: str) -> Verdict:
    """A link to ror.org with its two check digits (ISO 7064 mod 97-10); canonical is the https link."""
    found = _ROR.fullmatch(text.strip())
    name = (found[1] if found else text.strip()).lower()
    if not _BARE_ROR.fullmatch(name):
        hint = "Copy the link from the institution's page at ror.org, e.g. https://ror.org/0168r3w48."
        return wrong("is not a ROR link", hint)
    number = 0
    for character in name[1:7]:
        number = number * 32 + _BASE_32[character]
    check = f"{98 - number * 100 % 97:02d}"
    if name[7:] != check:
        hint = f"If all before the last two digits is right, it is https://ror.org/{name[:7]}{check}; look it up at ror.org."
        return wrong("is not a ROR link: its last two digits do not fit the others", hint)
    return right(f"https://ror.org/{name}")


def claims_ror(text: str) -> bool:
    """Whether the text is meant as a ROR link, and not as the name of an institution."""
    return _ROR.fullmatch(text.strip()) is not None or _BARE_ROR.fullmatch(text.strip().lower()) is not None


def doi(text: str) -> Verdict:
    """`10.` a registrant, / and a name; canonical is the https link at doi.org, in the case that was typed."""
    said = text.strip()
    name = said[found.end() :].strip() if (found := _DOI_PREFIX.match(said)) else said
    name = name.rstrip(".,;")
    if not _DOI.fullmatch(name):
        return wrong("is not a DOI", "Write https://doi.org/ followed by the DOI, which begins with 10.")
    return right(f"https://doi.org/{name}")


def rrid(text: str, sources: Mapping[str, str] | None = None) -> Verdict:
    """`RRID:`, a source and an identifier; `sources` gives for each source the form of its identifiers, the sign between
    them included. Without `sources`, any source is taken."""
    found = _RRID.fullmatch(text.strip())
    body = found[1] if found else ""
    own = [source for source in sources or () if body.casefold().startswith(source.casefold())]
    own = [source for source in own if not body[len(source) : len(source) + 1].isalpha()]
    if sources and own:
        source = max(own, key=len)
        name = body[len(source) :]
        if not user_pattern(sources[source]).fits(name):
            return wrong(f"is not how RRIDs of {source} are written", "Copy the RRID from scicrunch.org/resources.")
        return right(f"RRID:{source}{name}")
    parted = _RRID_BODY.fullmatch(body)
    if parted is None:
        return wrong("is not an RRID", "Write RRID: followed by the identifier, e.g. RRID:SCR_003070.")
    if not sources:
        return right(f"RRID:{body}")
    return wrong(f"has no source of RRIDs '{parted[1]}'", _meant(parted[1], parted[3], sources))


def _meant(source: str, name: str, sources: Mapping[str, str]) -> str:
    """The RRID under the source whose last part this is (JAX for IMSR_JAX), else under the nearest; '' for none."""
    near = next((known for known in sources if known.casefold().endswith(f"_{source.casefold()}")), None)
    near = near or nearest(source, sources, 60)
    ways = [f"{mark}{name}" for mark in (":", "_", "") if near and user_pattern(sources[near]).fits(f"{mark}{name}")]
    return f"Did you mean 'RRID:{near}{ways[0]}'?" if ways else "Copy the RRID from scicrunch.org/resources."


def pmid(text: str) -> Verdict:
    """Up to 8 digits; canonical is `PMID:` and the digits."""
    found = _PMID.fullmatch(text.strip())
    if not found or len(found[1]) > 8 or not int(found[1]):
        return wrong("is not a PubMed identifier", "Write the number of the article, e.g. PMID:31350343.")
    return right(f"PMID:{int(found[1])}")


def url(text: str) -> Verdict:
    """A link with its https://, without spaces; canonical is the text itself."""
    said = text.strip()
    if _URL.fullmatch(said):
        return right(said)
    if _HOST.fullmatch(said):
        return wrong("is a link without its beginning", f"Write https://{said}")
    return wrong("is not a link", "Give the whole link, beginning with https://.")


def link(text: str) -> Verdict:
    """A link or a DOI; canonical is a link."""
    said = text.strip()
    found = doi(said)
    if found.canonical is not None:
        return found
    several = [part for part in re.split(r"[\s,;|]+", said) if part]
    if len(several) > 1 and all(url(part).canonical or doi(part).canonical for part in several):
        return wrong(f"holds {len(several)} links", "Give one link.")
    return found if _DOI_PREFIX.match(said) or said.startswith("10.") else url(said)


def dataset(text: str) -> Verdict:
    """The id of a dataset, `N:dataset:` and a UUID, or its DOI (SPEC section 8)."""
    found = _DATASET.fullmatch(text.strip())
    if found:
        return right(f"N:{(found[1] or 'dataset').lower()}:{found[2].lower()}")
    as_doi = doi(text)
    if as_doi.canonical is not None:
        return as_doi
    hint = "Give the dataset id, e.g. N:dataset:c5c2f40f-76be-4979-bfc4-b9f9947231cf, or its DOI."
    return wrong("is not the id of a dataset", hint)


def term(text: str, prefixes: Mapping[str, str]) -> Verdict:
    """A term of an ontology such as UBERON:0000948; any text that does not begin like one is right as it is.

    `prefixes` gives for a prefix the form of its numbers.
    """
    said = text.strip()
    found = _CURIE.fullmatch(said)
    known = {key.casefold(): key for key in prefixes}
    if not found or found[1].casefold() not in known:
        return right(said)
    prefix = known[found[1].casefold()]
    if not user_pattern(prefixes[prefix]).fits(found[2]):
        return wrong(
            f"is not a term of {prefix}: its number does not have the right form", "Copy the term from its ontology."
        )
    return right(f"{prefix}:{found[2]}")


_FORMS: Mapping[str, Callable[[str], Verdict]] = {
    "orcid": orcid,
    "ror": ror,
    "doi": doi,
    "rrid": rrid,
    "pmid": pmid,
    "url": url,
    "link": link,
    "dataset": dataset,
}


def canonical(form: str, text: str) -> str | None:
    """The usual form of an identifier: 'orcid', 'ror', 'doi', 'rrid', 'pmid', 'url', 'link' or 'dataset'; None where it is
    not right. Raises KeyError for another form."""
    return _FORMS[form](text).canonical
