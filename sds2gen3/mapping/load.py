"""Load a mapping: a folder with `mapping.yaml` and one file per rule, its bases (`extends`) merged underneath."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sds2gen3.errors import UsageError
from sds2gen3.mapping.grammar import LinkEntry, MappingFile, PropertyEntry, RuleFile
from sds2gen3.mapping.rules import LinkRule, Mapping, Need, NodeRule, PropertyRule, Template, Transform
from sds2gen3.place import Place
from sds2gen3.resources import Declarations
from sds2gen3.yaml_document import YamlDocument, read_yaml

_Model = TypeVar("_Model", bound=BaseModel)
_Rules = dict[str, tuple[dict[str, Any], dict[str, Place]]]


def load(source: str | Path, declarations: Declarations | None = None) -> Mapping:
    """The mapping of that name or folder, resolved.

    Raises UsageError: C961 when there is none of that name, C960 for bad YAML, C962 for what is not in the grammar (file:line).
    """
    declarations = declarations or Declarations.standard()
    folder = _folder(source, declarations)
    head, rules = _with_bases(folder, declarations, ())
    return Mapping(
        name=folder.name,
        title=head.title,
        source=str(folder),
        dictionary=head.dictionary,
        needs={name: Need(name, need.hint, need.default) for name, need in head.needs.items()},
        roots=head.roots,
        rules=tuple(_rule(stem, raw, places) for stem, (raw, places) in sorted(rules.items())),
        not_mapped=head.not_mapped,
    )


def _folder(source: str | Path, declarations: Declarations) -> Path:
    given = Path(source)
    if (given / "mapping.yaml").is_file():
        return given.resolve()
    known = declarations.names("mappings")
    if str(source) in known:
        return known[str(source)]
    if given.is_dir():
        raise UsageError.of("C961", f"The folder '{given.name}' has no mapping.yaml.", Place(given.name))
    hint = f"Use one of: {', '.join(known)}; or give the folder of your own mapping."
    raise UsageError.of("C961", f"There is no mapping called '{source}'.", hint=hint)


def _with_bases(folder: Path, declarations: Declarations, seen: tuple[Path, ...]) -> tuple[MappingFile, _Rules]:
    """The mapping's head and raw rules, laid over those of the mapping that it extends."""
    if folder in seen:
        chain = " -> ".join(path.name for path in (*seen, folder))
        raise UsageError.of(
            "C962", f"The mapping extends itself: {chain}.", Place(f"{folder.name}/mapping.yaml", line=1)
        )
    document = read_yaml(folder / "mapping.yaml")
    head = _checked(MappingFile, document.data, document, folder)
    rules: _Rules = {}
    if head.extends is not None:
        beside = folder.parent / head.extends
        base_folder = beside if (beside / "mapping.yaml").is_file() else _folder(head.extends, declarations)
        base, rules = _with_bases(base_folder, declarations, (*seen, folder))
        head = base.model_copy(update={**head.model_dump(exclude_unset=True), "needs": {**base.needs, **head.needs}})
    for path in sorted(folder.glob("*.yaml")):
        if path.name != "mapping.yaml":
            _lay_over(rules, path, read_yaml(path), folder)
    return head, rules


def _lay_over(rules: _Rules, path: Path, document: YamlDocument, folder: Path) -> None:
    """Put one rule file over the base's rule of the same name: whole keys replace, links and properties one by one."""
    if not isinstance(document.data, dict):
        raise UsageError.of("C962", f"'{path.name}' is not a mapping rule.", _at(document, folder))
    own = document.data
    base, places = rules.get(path.stem, ({}, {}))
    merged = {**base, **own}
    for section in ("links", "properties"):
        if isinstance(own.get(section), dict):
            merged[section] = {**base.get(section, {}), **own[section]}
    _checked(RuleFile, merged, document, folder)
    found = {"node": _at(document, folder, "node")} if "node" in own or not places else {}
    for section in ("links", "properties"):
        for key in own.get(section) or {}:
            found[str(key)] = _at(document, folder, section, key)
    for key in ("from", "id", "for_each"):
        if key in own:
            found[key] = _at(document, folder, key)
    rules[path.stem] = (merged, {**places, **found})


def _checked(model: type[_Model], data: Any, document: YamlDocument, folder: Path) -> _Model:
    """The data as the grammar's model; the first thing outside the grammar becomes a UsageError at its line."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        # A key that takes a text or a map fails for both; what is wrong with the map is the news.
        first = next((e for e in error.errors() if e["type"] != "string_type"), error.errors()[0])
        path = [key for key in first["loc"] if not (isinstance(key, str) and key in _MODEL_NAMES)]
        what = ".".join(str(key) for key in path) or document.path.name
        reason = {"extra_forbidden": "is not a key of the mapping grammar", "missing": "is missing"}.get(
            first["type"], first["msg"].removeprefix("Value error, ")
        )
        raise UsageError.of("C962", f"'{what}': {reason}.", _at(document, folder, *path)) from error


_MODEL_NAMES = {"str", "PropertyEntry", "LinkEntry", "dict[str,str]", "list[dict[str,str]]", "list[str]"}


def _at(document: YamlDocument, folder: Path, *keys: str | int) -> Place:
    place = document.place(*keys)
    return Place(f"{folder.name}/{document.path.name}", line=place.line)


def _rule(stem: str, raw: MappingOf[str, Any], places: dict[str, Place]) -> NodeRule:
    file = RuleFile.model_validate(raw)
    ids = [file.id] if isinstance(file.id, str) else file.id
    return NodeRule(
        name=stem,
        node=file.node,
        source=file.for_each or file.source,
        ids=tuple(Template(text) for text in ids),
        links=tuple(_link(name, entry) for name, entry in file.links.items() if entry is not None),
        properties=tuple(_property(name, entry) for name, entry in file.properties.items()),
        places=places,
    )


def _link(name: str, entry: LinkEntry) -> LinkRule:
    ways = entry.where if isinstance(entry.where, list) else [entry.where] if entry.where else []
    where = tuple(_way(way) for way in ways)
    return LinkRule(name, entry.to, where, entry.optional, entry.code, _way(entry.inherit or {}))


def _way(way: MappingOf[str, str]) -> tuple[tuple[Template, str], ...]:
    return tuple((Template(target if "{" in target else f"{{{target}}}"), source) for target, source in way.items())


def _property(name: str, entry: str | PropertyEntry | None) -> PropertyRule:
    if entry is None:
        return PropertyRule(name, left_out=True)
    if isinstance(entry, str):
        return PropertyRule(name, (entry,))
    sources = [entry.source] if isinstance(entry.source, str) else entry.source or []
    return PropertyRule(
        name=name,
        sources=tuple(sources),
        each=entry.each,
        constant=entry.always,
        transforms=tuple(_transform(step) for step in entry.transform),
        values=entry.values,
        unmapped=entry.unmapped or "keep",
        blank=entry.blank,
    )


def _transform(step: str | dict[str, Any]) -> Transform:
    if isinstance(step, str):
        return Transform(step, None)
    name, argument = next(iter(step.items())) if len(step) == 1 else ("+".join(map(str, step)), None)
    return Transform(name, argument)
