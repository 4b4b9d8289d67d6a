"""One verdict: what `validate` says of a record, a link, an id is what the server says of it.

A generated corpus, good and bad in every way of the contract's error catalogue, is judged by `validate` and by the
sandbox, which is itself pinned to the real exchanges (test_sandbox_replay).
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from every_rule import every_rule
from verdict_corpus import Case, Corpus
from verdicts import Commons, Ours, Said, Verdict

from sds2gen3.dictionary import from_json, load
from sds2gen3.dictionary.types import Dictionary

LEAST = 5_000
LEAST_GOOD = 0.3

CATALOGUE = {
    "missing required property [600]": r"^MISSING_PROPERTY \['\w+'\] '\w+' is a required property$",
    "wrong type [602]": r"^INVALID_VALUE \['\w+'\] .* is not of type '\w+'$",
    "wrong type of an optional property": r"^INVALID_VALUE \['\w+'\] .* is not of type '\w+', 'null'$",
    "wrong type of an item [603]": r"^INVALID_VALUE \['\w+\.\d+'\] .* is not of type '\w+'$",
    "no agreed word [605]": r"^ERROR \['\w+'\] .* is not one of \[",
    "pattern [9708]": r"^ERROR \['\w+'\] .* does not match '",
    "over the maximum [9700]": r"^ERROR .* is greater than the maximum of",
    "below the minimum": r"^ERROR .* is less than the minimum of",
    "too long": r"^ERROR .* is too long$",
    "no multiple": r"^ERROR .* is not a multiple of",
    "the same twice in a list": r"^ERROR .* has non-unique elements$",
    "no date-time [9705-9707]": r"^ERROR .* is not a 'date-time'$",
    "no UUID [661]": r"^ERROR \['id'\] .* does not match",
    "none of several forms [9719]": r"^INVALID_VALUE \['\w+'\] .* is not valid under any of the given schemas",
    "unknown property [606]": r"^ERROR \[\] Additional properties are not allowed",
    "link that is no object [226]": r"^INVALID_VALUE \['\w+s'\] '\w+-1' is not valid under any of the given schemas",
    "parent missing [607]": r"^INVALID_LINK .* No link destination found for",
    "link without a key [702]": r"^INVALID_LINK .* More than one link destination found for",
    "required link absent [673]": r"^INVALID_LINK .* Entity is missing required link to",
    "several parents [221]": r"^INVALID_LINK .* link has to be many_to_one$",
    "one_to_one taken [652]": r"^INVALID_LINK .* link has to be one_to_one, target node",
    "one_to_many taken [964]": r"^INVALID_LINK .* link has to be one_to_many, target node",
    "none of a group [960]": r"^INVALID_LINK .* Entity is missing a required link to",
    "several of a group [962]": r"^INVALID_LINK .* are exclusive\.",
    "record of another project [940]": r"^INVALID_LINK \[\] Relationship to .* not allowed",
    "another project [237]": r"^INVALID_PERMISSIONS \[\] Cannot link entity to project other under proj endpoint",
    "id twice in a request [608]": r"^NOT_UNIQUE Entity is not unique, ",
    "no id [646, 648]": r"^NOT_UNIQUE \[\] Entity is not unique, multiple entities found",
    "id of a record that is there [663]": r"already exists in the DB$",
    "unknown type [611]": r'Node type "subject" not found in dictionary',
    "no type [613, 621]": r'Node type "None" not found in dictionary',
    "nothing else in the request [621]": r"^Nothing to submit$",
    "project_id of another project [669]": r"^INVALID_PERMISSIONS \['project_id'\] Key 'project_id' is a system property",
    "not a number [617]": r"^Unable to parse json: Expecting value",
    "NUL, lone surrogate, too long an id [7109, 7131, 7134]": r"^Internal server error",
}
"""What the contract's catalogue has to say of records, each with the server's words. It has more: of projects, permissions
and races, which are nothing that a record could be blamed for."""

STRICTER = {
    "id: no text": ({"L520"}, "an empty id: the server takes the record for any of its kind [955]"),
    "id: case-twins": ({"L523"}, "the server says that all went well, and stores neither [610]"),
    "id: case-twin of a record that is there": ({"L523"}, "the server overwrites that record, its id too [234]"),
    "id: too long, but compressible": ({"L521"}, "whether the database takes it depends on the text [7111, 7131]"),
    "link: wrong key, one parent": ({"L501"}, "the server links to the only record there is [950, 951]"),
    "link: empty key, one parent": ({"L501"}, "the server links to the only record there is [952]"),
    "link: to itself": ({"L509"}, "SDS: nothing can be derived from itself"),
    "system: one id for two records": ({"D457"}, "the server says that all went well, and stores neither, as in 666"),
    "type: another node's": ({"D442", "D453"}, "the server stores a record of the other node"),
    "starred key": ({"D440", "D448", "L520"}, "the server strips the star [7138], which no record of ours needs"),
    "value: more than 64 bit": ({"D452"}, "JSON libraries other than the server's cannot carry it [7135]"),
    "link: extra key with a large number": ({"D452"}, "the same in a link"),
    "value: deep list": ({"D456"}, "JSON libraries other than the server's cannot write it"),
}
"""Where we refuse what the server takes: how the record was spoilt -> what we say, and why."""

SPOILT = {"id: case-twins", "system: one id for two records"}
"""What the server answers with success and does not store: the log of the transaction stays PENDING (section 3.4)."""


@dataclass(frozen=True)
class Outcome:
    """A case with both verdicts on each of its records."""

    dictionary: str
    case: Case
    said: Said
    ours: list[Verdict]
    codes: frozenset[str]

    def __str__(self) -> str:
        words = "; ".join(self.said.words)[:300]
        both = f"server {[sorted(one) for one in self.said.verdicts]}, ours {[sorted(one) for one in self.ours]}"
        return f"{self.dictionary}, {self.case.node}, {self.case.way}: {both}, {sorted(self.codes)}; {words}"


Source = Dictionary | dict[str, Any]


def sources(shared: Path) -> Iterator[tuple[str, Source, int, int, float]]:
    """Dictionary, good records and odd values of each node, share of the other ways: the bundled one, those of the real
    servers, and one that has every rule."""
    yield "sds", load("sds"), 4, 6, 0.4
    folder = shared / "gen3_contract" / "exchanges"
    served = {name: json.loads((folder / f"_dictionary_{name}.json").read_bytes()) for name in ("all", "all_extended")}
    for name, document in served.items():
        yield name, document, 4, 12, 0.4
    yield "every rule", every_rule({name: served["all"][name] for name in ("program", "project")}), 50, 500, 1.0


@pytest.fixture(scope="module")
def corpora(shared: Path) -> list[tuple[Corpus, Source, list[Case]]]:
    """Each dictionary's corpus, and the cases in it."""
    made = []
    for seed, (name, source, good, odd, share) in enumerate(sources(shared)):
        dictionary = source if isinstance(source, Dictionary) else from_json(json.dumps(source).encode(), name)
        corpus = Corpus(name, dictionary, seed)
        made.append((corpus, source, list(corpus.cases(good, odd, share))))
    return made


@pytest.fixture(scope="module")
def outcomes(corpora: list[tuple[Corpus, Source, list[Case]]]) -> list[Outcome]:
    """Both verdicts on every case."""
    found = []
    for corpus, source, cases in corpora:
        commons = {lonely: Commons(corpus, source, lonely) for lonely in (False, True)}
        ours = Ours(corpus)
        for case in cases:
            verdicts, findings = ours.judge(case)
            codes = frozenset(one.code for one in findings)
            found.append(Outcome(corpus.name, case, commons[case.lonely].judge(case), verdicts, codes))
    return found


def test_the_corpus_is_large_and_has_good_and_bad_records(outcomes: list[Outcome]) -> None:
    accepted = [not verdict for one in outcomes for verdict in one.said.verdicts]
    ways: dict[str, Counter[bool]] = defaultdict(Counter)
    for one in outcomes:
        ways[one.case.way].update(not verdict for verdict in one.said.verdicts)
    for way, counts in sorted(ways.items()):
        print(f"{way}: {counts[True]} accepted, {counts[False]} refused")
    print(f"{len(accepted)} records, {sum(accepted)} accepted")
    assert len(accepted) >= LEAST
    assert sum(accepted) >= LEAST_GOOD * len(accepted)
    assert not ways["good"][False]


@pytest.mark.parametrize("cause", CATALOGUE)
def test_every_error_of_the_catalogue_is_in_the_corpus(cause: str, outcomes: list[Outcome]) -> None:
    assert any(re.search(CATALOGUE[cause], words, re.DOTALL) for one in outcomes for words in one.said.words)


def test_what_validate_passes_the_server_accepts_and_stores(outcomes: list[Outcome]) -> None:
    passed = [one for one in outcomes if not any(one.ours)]
    refused = [str(one) for one in passed if any(one.said.verdicts) or one.said.spoilt]
    assert not refused, "\n".join(refused)
    assert len(passed) > LEAST_GOOD * len(outcomes)


def test_each_record_link_and_id_has_the_same_verdict(outcomes: list[Outcome]) -> None:
    differing = [str(one) for one in outcomes if one.case.way not in STRICTER and not _agree(one)]
    assert not differing, "\n".join(differing)


def test_validate_is_stricter_only_where_that_is_listed(outcomes: list[Outcome]) -> None:
    stricter: set[str] = set()
    for one in outcomes:
        if one.case.way not in STRICTER:
            continue
        if any(ours and not said for said, ours in zip(one.said.verdicts, one.ours, strict=True)):
            stricter.add(one.case.way)
            assert one.codes <= STRICTER[one.case.way][0], str(one)
        else:
            assert _agree(one), str(one)
    assert stricter == set(STRICTER), "what is listed, and what was found"


def test_what_the_server_says_it_stored_and_did_not_is_refused(outcomes: list[Outcome]) -> None:
    spoilt = [one for one in outcomes if one.said.spoilt]
    assert {one.case.way for one in spoilt} == SPOILT
    assert all(all(one.ours) for one in spoilt)


def test_a_verdict_does_not_depend_on_the_neighbours(
    corpora: list[tuple[Corpus, Source, list[Case]]], outcomes: list[Outcome]
) -> None:
    """All records of a node in one sheet are judged as each of them is alone."""
    alone = {id(one.case): one.ours for one in outcomes}
    for corpus, _, cases in corpora:
        ours = Ours(corpus)
        for node in corpus.nodes:
            if any(link.multiplicity.startswith("one_to_") for link in node.links.values()):
                continue
            single = [case for case in cases if case.node == node.name and len(case.records) == 1 and not case.lonely]
            together, _ = ours.verdicts(node.name, [case.records[0] for case in single], lonely=False)
            for case, verdict in zip(single, together, strict=True):
                assert [verdict] == alone[id(case)], (corpus.name, node.name, case.way)


def _agree(one: Outcome) -> bool:
    if one.case.way == "type: another node's":
        return all(one.said.verdicts) and all(one.ours)
    return all(_agrees(said, ours) for said, ours in zip(one.said.verdicts, one.ours, strict=True))


def _agrees(said: Verdict, ours: Verdict) -> bool:
    """Whether the verdicts are the same. The server stops early, so that we may have more to say on a bad record:

    it looks at nothing in a body that it cannot read or store, or of a record without a type; at links only after all
    else; at groups of links only after their links.
    """
    if not said or not ours:
        return not said and not ours
    if ("body", "") in said or ("record", "type") in said:
        return True
    seen = {kind for kind, _ in said}
    surplus = {(kind, name) for kind, name in ours - said if not (kind == "link" and (seen - {"link"} or not name))}
    return said <= ours and surplus <= {("body", "")}
