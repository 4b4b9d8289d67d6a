"""A corpus of records for the test of equal verdicts: good ones, and ones spoilt in every way of the error catalogue.

Everything is drawn from a seeded generator, so that the corpus is the same on every run.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID as UUID_of

from odd_values import DEEPER, GOOD, ODD, OTHER_PROJECT, PROGRAM, PROJECT, SYSTEM, UUID, nested

from sds2gen3.dictionary.types import Dictionary, Link, NodeType
from sds2gen3.validate import oracle

Record = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """Records of one node that are sent together, and `way`: how the last of them was spoilt ('good' for not at all).

    In a `lonely` commons there is one record of each parent's kind, else there are two.
    """

    node: str
    way: str
    records: tuple[Record, ...]
    lonely: bool = False


@dataclass
class Corpus:
    """The cases of one dictionary. `parents` are what is in the commons before."""

    name: str
    dictionary: Dictionary
    seed: int
    chance: random.Random = field(init=False)
    count: int = 0
    _fitting: dict[int, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    @cached_property
    def nodes(self) -> list[NodeType]:
        """What can be submitted, parents first; records of files cannot be without indexd [930, 941]."""
        nodes = (self.dictionary.nodes[name] for name in self.dictionary.order)
        return [node for node in nodes if not node.category.endswith("_file") and _is_possible(node)]

    @cached_property
    def parents(self) -> dict[str, list[Record]]:
        """Two good records of every node that others link to."""
        targets = {link.target for node in self.nodes for link in node.links.values()}
        return {
            node.name: [self.good(node, f"{node.name}-{number}", few=True) for number in (1, 2)]
            for node in self.nodes
            if node.name in targets
        }

    def good(self, node: NodeType, name: str = "", few: bool = False) -> Record:
        """A record that there is nothing to say against; `few` leaves out whatever may be left out."""
        if not name:
            self.count += 1
            name = f"{node.name}-new-{self.count}"
        record: Record = {"type": node.name, "submitter_id": name}
        for one in node.properties.values():
            if one.system or one.name in record:
                continue
            if one.name in node.required or (not few and self.chance.random() < 0.3):
                record[one.name] = self.value(one.schema)
        for link in node.links.values():
            first = next((group.links[0] for group in node.groups if link.name in group.links), link.name)
            if link.target != node.name and link.name == first:
                record[link.name] = self.to(link)
        return record

    def value(self, rule: Mapping[str, Any]) -> Any:
        """A value that the rule takes, never null."""
        if id(rule) not in self._fitting:
            self._fitting[id(rule)] = [one for one in (*GOOD, *self._made(rule)) if oracle.is_valid(rule, one)]
        return self.chance.choice(self._fitting[id(rule)])

    def _made(self, rule: Mapping[str, Any]) -> list[Any]:
        made = [word for word in rule.get("enum", ()) if word is not None]
        for keyword in ("oneOf", "anyOf"):
            made += [one for branch in rule.get(keyword, ()) for one in self._made(branch)]
        if "items" in rule:
            least, most = rule.get("minItems", 0), rule.get("maxItems", 3)
            items = [self.value(rule["items"]) for _ in range(most)]
            made += [items[:length] for length in range(least, most + 1)] * 4
        return made

    def to(self, link: Link, number: int = 1) -> Any:
        """The link to one of the parents."""
        if link.target == "project":
            return {"code": PROJECT}
        key = {"submitter_id": f"{link.target}-{number}"}
        return [key] if link.to_many and self.chance.random() < 0.5 else key

    def cases(self, good: int, odd: int, share: float = 1.0) -> Iterator[Case]:
        """Of each node: `good` good records, `odd` odd values, and a share of all the other ways to spoil a record."""
        for node in self.nodes:
            for _ in range(good):
                yield Case(node.name, "good", (self.good(node),))
            yield from self._of_values(node, odd)
            yield from (case for case in self._other_ways(node) if self.chance.random() < share)

    def _other_ways(self, node: NodeType) -> Iterator[Case]:
        yield from self._of_properties(node)
        yield from self._of_ids(node)
        for link in node.links.values():
            yield from self._of_link(node, link)
        yield from self._of_groups(node)

    def _case(self, node: NodeType, way: str, change: Mapping[str, Any], *without: str, lonely: bool = False) -> Case:
        """A good record with some of it changed; of a group of links it has those that are changed, if any."""
        grouped = [name for group in node.groups if change.keys() & set(group.links) for name in group.links]
        good = {key: value for key, value in self.good(node).items() if key not in grouped}
        record = {**good, **change}
        return Case(node.name, way, ({k: v for k, v in record.items() if k not in without},), lonely)

    def _of_values(self, node: NodeType, odd: int) -> Iterator[Case]:
        """`odd` odd values in the node's own properties; all of them in one that takes anything."""
        own = [name for name, one in node.properties.items() if not one.system and name not in ("type", "submitter_id")]
        every = [(name, way, value) for name in own for way, values in ODD.items() for value in values]
        sampled = self.chance.sample(every, min(odd, len(every)))
        anything = [one for one in every if not node.properties[one[0]].types and not node.properties[one[0]].enum]
        for name, way, value in [*sampled, *anything]:
            yield self._case(node, f"value: {way}", {name: value})
        some = [values for way, values in ODD.items() if way not in ("more than 64 bit", "deep list")]
        for _ in range(odd // 20 if own else 0):
            changed = {name: self.chance.choice(self.chance.choice(some)) for name in own[:3]}
            yield self._case(node, "several odd values", changed)

    def _of_properties(self, node: NodeType) -> Iterator[Case]:
        """Properties that lack, or that there are not; system properties; the type."""
        for name in sorted(node.required - node.links.keys() - {"submitter_id", "type"})[:4]:
            yield self._case(node, "required property missing", {}, name)
            yield self._case(node, "required property null", {name: None})
        yield self._case(node, "unknown property", {f"colour {self.count}": "red"})
        yield self._case(node, "unknown property, null", {f"shape {self.count}": None})
        yield self._case(node, "unknown property with NUL", {f"a\0{self.count}": 1})
        some = next((name for name in node.properties if name not in node.system_properties), "submitter_id")
        yield self._case(node, "property in capitals", {some.upper(): "x"})
        starred = self._case(node, "starred key", {}, some)
        value = node.name if some == "type" else self.value(node.properties[some].schema)
        yield Case(node.name, starred.way, ({**starred.records[0], f"*{some}": value},))
        for way, (name, value) in SYSTEM.items():
            if name in node.properties:
                yield self._case(node, way, {name: self._uuid() if way == "system: id" else value})
        for way, type_ in (("unknown", "subject"), ("capital", node.name.title()), ("null", None), ("number", 5)):
            yield self._case(node, f"type: {way}", {"type": type_})
        yield self._case(node, "type: missing", {}, "type")
        yield Case(node.name, "type: nothing at all", ({},))
        other = self.chance.choice([one for one in self.nodes if one is not node])
        yield self._case(node, "type: another node's", {"type": other.name})

    def _of_ids(self, node: NodeType) -> Iterator[Case]:
        """What is no id, what is one although it does not look like one, and ids of several records."""
        yield self._case(node, "id: missing", {}, "submitter_id")
        for way, name in self._ids(node):
            yield self._case(node, f"id: {way}", {"submitter_id": name})
        yield self._case(node, "id: that of a record of another node", {"submitter_id": f"{self.nodes[-1].name}-1"})
        for way, change in (("id: twice", str), ("id: case-twins", str.upper)):
            first = self.good(node)
            yield Case(node.name, way, (first, {**self._apart(node), "submitter_id": change(first["submitter_id"])}))
        if node.name in self.parents:
            there = f"{node.name}-1"
            yield self._case(node, "id: case-twin of a record that is there", {"submitter_id": there.upper()})
            given = {"submitter_id": there, "id": self._uuid()}
            yield self._case(node, "id: of a record that has another id of the server", given)
        if "id" in node.properties:
            same = {"id": self._uuid()}
            both = ({**self.good(node), **same}, {**self._apart(node), **same})
            yield Case(node.name, "system: one id for two records", both)

    def _uuid(self) -> str:
        return str(UUID_of(int=self.chance.getrandbits(128), version=4))

    def _apart(self, node: NodeType) -> Record:
        """A good record that shares no parent of which it must be the only child."""
        return {**self.good(node), **{link.name: self.to(link, 2) for link in node.links.values() if _is_single(link)}}

    def _ids(self, node: NodeType) -> list[tuple[str, Any]]:
        self.count += 1
        letters = "".join(self.chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=4_000))
        wide = "".join(chr(self.chance.randrange(0x4E00, 0x9FFF)) for _ in range(900))
        texts = [f"{text}{self.count}" for text in ("a b", " a", "a/b,c", "'\"%", "Ä漢😀", "a\nb", "a\tb", "..", "\\")]
        return [
            *(("text", text) for text in texts),
            *(("no text", value) for value in (None, "", 5, 2.5, True, ["a"], {"a": 1}, 10**30)),
            ("blanks", " " * (self.count % 7 + 1)),
            ("NUL", f"a\0b{self.count}"),
            ("nested too deeply", DEEPER),
            ("lone surrogate", f"a\ud800{self.count}"),
            ("2,600 bytes", letters[:2_600]),
            ("2,600 bytes", wide[:866]),
            ("too long", letters[:2_800]),
            ("too long", wide),
            ("too long, but compressible", "x" * (3_000 + self.count)),
        ]

    def _of_link(self, node: NodeType, link: Link) -> Iterator[Case]:
        yield self._case(node, "link: none", {}, link.name)
        for way, value in self._links(link):
            yield self._case(node, f"link: {way}", {link.name: value})
        for way, value in (("wrong key", {"submitter": "x"}), ("empty key", {_key(link): ""})):
            yield self._case(node, f"link: {way}, one parent", {link.name: value}, lonely=True)
        if link.target == "project":
            for way, code in (("another project", OTHER_PROJECT), ("no project", "nowhere")):
                yield self._case(node, f"link: {way}", {link.name: {"code": code}})
            yield self._case(node, "link: project by submitter_id", {link.name: {"submitter_id": PROJECT}})
        else:
            yield from self._of_targets(node, link)

    def _links(self, link: Link) -> Iterator[tuple[str, Any]]:
        right = {"code": PROJECT} if link.target == "project" else {"submitter_id": f"{link.target}-1"}
        name = right[_key(link)]
        for value in (name, 5, True, [name], [5], [[right]], nested(3), "", 0, False):
            yield "no object", value
        yield "nested too deeply", DEEPER
        yield "null", None
        yield "null in a list", [None]
        yield "empty list", []
        yield "empty object", {}
        yield "list with an empty object", [{}]
        yield "nested list", [[]]
        yield "list of one", [right]
        yield "extra key", {**right, "foo": "bar"}
        yield "extra key with NUL", {**right, "foo": "a\0"}
        yield "extra key named with NUL", {**right, "a\0": "b"}
        yield "extra key named with a lone surrogate", {**right, "\ud800": "b"}
        yield "extra key with a large number", {**right, "foo": 10**30}
        yield "nothing there", {_key(link): "nobody"}
        yield "number as key", {_key(link): 5}
        yield "null as key", {_key(link): None}
        yield "key in capitals", {_key(link): name.upper()}
        yield "blank key", {_key(link): " "}
        yield "id of the server", {"id": UUID.format(4)}
        yield "id of the server, and key", {**right, "id": UUID.format(4)}
        yield "id that is no UUID", {**right, "id": "x"}
        yield "null id", {**right, "id": None}
        yield "node_id", {**right, "node_id": UUID.format(4)}
        yield "too long key", {_key(link): "x" * 5_000}
        if link.target != "project":
            yield "own project_id", {**right, "project_id": f"{PROGRAM}-{PROJECT}"}
            yield "other project_id", {**right, "project_id": f"{PROGRAM}-{OTHER_PROJECT}"}
            yield "null project_id", {**right, "project_id": None}

    def _of_targets(self, node: NodeType, link: Link) -> Iterator[Case]:
        one, two = {"submitter_id": f"{link.target}-1"}, {"submitter_id": f"{link.target}-2"}
        yield self._case(node, "link: several", {link.name: [one, two]})
        yield self._case(node, "link: the same twice", {link.name: [one, dict(one)]})
        twin = {"submitter_id": f"{link.target}-1".upper()}
        yield self._case(node, "link: the same in another case", {link.name: [one, twin]})
        yield self._case(node, "link: one of two is missing", {link.name: [one, {"submitter_id": "nobody"}]})
        yield self._case(node, "link: one of two is empty", {link.name: [one, {}]})
        others = [name for name in self.parents if name != link.target]
        if others:
            yield self._case(node, "link: record of another node", {link.name: {"submitter_id": f"{others[0]}-1"}})
        both = [{**self.good(node), link.name: self.to(link)} for _ in range(2)]
        yield Case(node.name, "link: two children of one parent", tuple(both))
        both = [{**self.good(node), link.name: self.to(link, number)} for number in (1, 2)]
        yield Case(node.name, "link: two children of two parents", tuple(both))
        if link.target == node.name:
            name = self.good(node)["submitter_id"]
            yield self._case(node, "link: to itself", {"submitter_id": name, link.name: {"submitter_id": name}})
            child = self.good(node)
            above = {**self.good(node), "submitter_id": f"{name} parent"}
            yield Case(
                node.name, "link: child first", ({**child, link.name: {"submitter_id": above["submitter_id"]}}, above)
            )

    def _of_groups(self, node: NodeType) -> Iterator[Case]:
        for group in node.groups:
            links = [node.links[name] for name in group.links]
            yield self._case(node, "group: none", {}, *group.links)
            yield self._case(node, "group: null", dict.fromkeys(group.links))
            yield self._case(node, "group: empty lists", {name: [] for name in group.links})
            for link in links:
                yield self._case(node, "group: one", {**dict.fromkeys(group.links), link.name: self.to(link)})
            yield self._case(node, "group: all", {link.name: self.to(link) for link in links})
            missing = {link.name: {"submitter_id": "nobody"} for link in links}
            yield self._case(node, "group: all, and nobody there", missing)


def _is_possible(node: NodeType) -> bool:
    """Whether there can be a good record: the `resource` of the served dictionary requires what it does not allow."""
    return node.required <= {*node.properties, *node.links}


def _key(link: Link) -> str:
    return "code" if link.target == "project" else "submitter_id"


def _is_single(link: Link) -> bool:
    return link.multiplicity in ("one_to_one", "one_to_many")
