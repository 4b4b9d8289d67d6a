"""Which records a GraphQL field gives: filters, order, `first` and `offset`, with the server's quirks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sds2gen3.sandbox.commons import Commons
from sds2gen3.sandbox.schemas import Shape
from sds2gen3.sandbox.store import Record

DEFAULT_FIRST = 10
_TIMES = {
    "created_after": ("created", True),
    "created_before": ("created", False),
    "updated_after": ("updated", True),
    "updated_before": ("updated", False),
}


@dataclass(frozen=True)
class Asker:
    """What resolvers work with: the commons, and the projects that the user may read."""

    commons: Commons
    readable: tuple[str, ...]

    def shape(self, name: str) -> Shape:
        return self.commons.schemas.shapes[name]


def of_type(asker: Asker, shape: Shape, args: Mapping[str, Any], among: list[Record] | None = None) -> list[Record]:
    """All records of a node that meet the arguments, before `first` and `offset`; `among` are those of a nested link.

    What the user may not read is not there; no error tells of it [A35].
    """
    found = _readable(asker, shape, args, among)
    found = [record for record in found if _meets(asker, shape, record, args)]
    for key, back in (("order_by_asc", False), ("order_by_desc", True)):
        if key in args:
            found = _ordered(shape, found, str(args[key]), back)
    return found


def page(records: Sequence[Record], args: Mapping[str, Any]) -> list[Record]:
    """The part that `first` (10 where it is not said, all where it is below 1) and `offset` leave [A02, A03, A07]."""
    start = max(args.get("offset") or 0, 0)
    first = args.get("first", DEFAULT_FIRST)
    return list(records[start : start + first] if first is not None and first > 0 else records[start:])


def count(asker: Asker, shape: Shape, args: Mapping[str, Any], among: list[Record] | None = None) -> int:
    """How many there are; `first` does not count."""
    if among is None and shape.owned and set(args) <= {"project_id", "first"}:
        asked = args.get("project_id")
        projects = asker.readable if asked is None else [one for one in asker.readable if one in asked]
        return asker.commons.store.count(shape.name, projects=projects)
    return len(of_type(asker, shape, args, among))


def any_type(asker: Asker, args: Mapping[str, Any]) -> list[Record]:
    """The root field `node`. With `of_type`, `first` and `offset` are applied twice [A15]."""
    wanted = args.get("of_type")
    projects = [one for one in asker.readable if args.get("project_id") in (None, one)]
    own = {key: value for key, value in args.items() if key not in ("of_type", "project_id", "category")}
    own |= {"project_id": projects}
    if wanted:
        shapes = [shape for name in dict.fromkeys(wanted) if (shape := asker.commons.schemas.get(name))]
        return page([one for shape in shapes for one in page(of_type(asker, shape, own), own)], own)
    category = args.get("category")
    shapes = [shape for shape in asker.commons.schemas.shapes.values() if shape.owned]
    if category:
        shapes = [shape for shape in shapes if shape.category in category]
    return page([one for shape in shapes for one in of_type(asker, shape, own)], own)


def data_records(asker: Asker, args: Mapping[str, Any]) -> list[Record]:
    """The root field `datanode`: `first` and `offset` count for each node on its own."""
    own = {key: value for key, value in args.items() if key not in ("of_type", "project_id")}
    if args.get("project_id") is not None:
        own["project_id"] = [args["project_id"]]
    wanted = args.get("of_type")
    shapes = [
        one for one in asker.commons.schemas.shapes.values() if one.is_file and (not wanted or one.name in wanted)
    ]
    return [record for shape in shapes for record in page(of_type(asker, shape, own), own)]


def neighbours(asker: Asker, record: Record, link: str) -> list[Record]:
    """What a link or a backref leads to."""
    edge, store = asker.shape(record.type).edges[link], asker.commons.store
    return store.parents(record, link) if edge.up else store.children(record, edge.other, edge.back)


def project_id(asker: Asker, project: Record) -> str:
    programs = asker.commons.store.parents(project, "programs")
    return f"{programs[0].props.get('name') if programs else ''}-{project.props.get('code')}"


def _readable(asker: Asker, shape: Shape, args: Mapping[str, Any], among: list[Record] | None) -> list[Record]:
    ids = _both(args.get("id"), args.get("ids"))
    if among is not None:
        found = [record for record in among if ids is None or record.id in ids]
        found = [one for one in found if one.project_id is None or one.project_id in asker.readable]
        return [one for one in found if one.type != "project" or _shown(asker, one)]
    found = asker.commons.store.find(shape.name, ids, projects=asker.readable if shape.owned else None)
    if shape.name == "project":
        return [one for one in found if _shown(asker, one)]
    return found


def _shown(asker: Asker, project: Record) -> bool:
    """A project is looked up by its id split at the first hyphen: one of the program `my-prog` is not found [A18, A19]."""
    id_ = project_id(asker, project)
    return id_ in asker.readable and id_.partition("-")[2] == project.props.get("code")


def _both(one: str | None, several: list[str] | None) -> list[str] | None:
    if one is None:
        return several
    return [one] if several is None or one in several else []


def _meets(asker: Asker, shape: Shape, record: Record, args: Mapping[str, Any]) -> bool:
    for key, value in args.items():
        if key in _TIMES:
            name, after = _TIMES[key]
            if (getattr(record, name) > value) is not after:
                return False
        elif key == "project_id" and shape.name == "project":
            if project_id(asker, record) not in value:
                return False
        elif key in shape.types and not _holds(shape, record, key, value):
            return False
    return (
        _quick(record, args.get("quick_search")) and _not(shape, record, args) and _linked(asker, shape, record, args)
    )


def _holds(shape: Shape, record: Record, key: str, value: Any) -> bool:
    """Whether a property is one of the values; of a list, whether it has all of them [A12, A47]."""
    wanted = value if isinstance(value, list) else [value]
    given = property_value(record, key)
    if shape.types[key] is list:
        return isinstance(given, list) and all(one in given for one in wanted)
    return given is not None and _text(given) in {_text(one) for one in wanted}


def property_value(record: Record, key: str) -> Any:
    times = {"created_datetime": record.created, "updated_datetime": record.updated}
    return times.get(key, record.props.get(key))


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quick(record: Record, phrase: str | None) -> bool:
    """Part of the id or submitter_id, in any letter case [A13]."""
    wanted = (phrase or "").lower()
    return wanted in record.id.lower() or wanted in str(record.props.get("submitter_id", "")).lower()


def _not(shape: Shape, record: Record, args: Mapping[str, Any]) -> bool:
    unwanted = [pair for item in args.get("not") or () for pair in list(item.items())[:1]]
    return not any(key in shape.types and _holds(shape, record, key, value) for key, value in unwanted)


def _linked(asker: Asker, shape: Shape, record: Record, args: Mapping[str, Any]) -> bool:
    """The filters by links. `with_path_to` finds nothing, also where there is a path: so it was measured [A46]."""

    def has(name: str) -> bool:
        if name not in shape.edges:
            raise ValueError(f"Invalid link name '{name}'")
        return bool(neighbours(asker, record, name))

    if args.get("with_path_to") or args.get("with_path_to_any"):
        return False
    some = args.get("with_links_any")
    return (
        all(has(name) for name in args.get("with_links") or ())
        and not any(has(name) for name in args.get("without_links") or ())
        and (not some or any(has(name) for name in some))
    )


def _ordered(shape: Shape, records: Iterable[Record], key: str, back: bool) -> list[Record]:
    if key == "type":
        return list(records)
    if key != "id" and key not in shape.types:
        raise ValueError(f"Cannot order by {key} on {shape.name}")

    def rank(record: Record) -> tuple[bool, Any]:
        value = record.id if key == "id" else property_value(record, key)
        return value is None, value if isinstance(value, (int, float)) else str(value)

    return sorted(records, key=rank, reverse=back)
