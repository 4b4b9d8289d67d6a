"""Find: the datasets below the roots, in sorted order, each once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sds2gen3.batch.task import spelt
from sds2gen3.batch.trees import Entry, Tree, tree_of
from sds2gen3.errors import UsageError
from sds2gen3.place import Place
from sds2gen3.sheets.files.names import JUNK_FOLDERS, junk, key, named, shown, split
from sds2gen3.storage import is_remote

_DESCRIPTION = "dataset_description"
_DEPTH = 2  # folders that may lie around a dataset in a zip


@dataclass(frozen=True, slots=True)
class Found:
    """A dataset: `below` its path below the root ('' the root itself), `where` what opens it, `shown` how the user says it."""

    root: str
    below: str
    where: str
    shown: str


def find(roots: Sequence[str], without: str = "") -> list[Found]:
    """The datasets: folders that hold a dataset_description, and .zip files of such. Root by root, in the order of the paths.

    What lies within a dataset belongs to it. A link to a dataset is followed, one to a folder of datasets is not: so no
    search goes in circles. A folder that cannot be opened is taken for a dataset, which will say why. `without` is a
    folder that is not searched. Raises UsageError C910 for a root that is not there, or below which there is no dataset.
    """
    found: list[Found] = []
    seen: set[str] = {tree_of(without).real(without)} if without else set()
    for root in roots:
        tree = tree_of(root)
        here = _search(root, tree, seen)
        if not here and not any(one.root == root for one in found):
            _refuse(root, tree, found)
        found += sorted(here, key=lambda one: one.below.split("/"))
    return found


def _refuse(root: str, tree: Tree, found: Sequence[Found]) -> None:
    place = Place(shown(root))
    if not tree.exists(root):
        raise UsageError.of("C910", "There is no such folder.", place, value=root)
    if not found:
        hint = "A dataset is a folder with a dataset_description file, or a .zip of one."
        raise UsageError.of("C910", "There is no dataset here or below.", place, value=root, hint=hint)


def _search(root: str, tree: Tree, seen: set[str]) -> list[Found]:
    """The datasets below one root that were not seen before; those behind links last, so that real names win."""
    found: list[Found] = []
    links: list[Entry] = []
    waiting = deque([tree.start(root)])
    while waiting:
        entry = waiting.popleft()
        real = tree.real(entry.where)
        if real in seen:
            continue
        if not entry.folder:
            if _is_zipped(tree.zipped(entry.where)):
                seen.add(real)
                found.append(_found(root, entry))
            continue
        seen.add(real)
        inside = tree.children(entry)
        if inside is None or _is_dataset(inside):
            if inside is not None or tree.exists(entry.where):
                found.append(_found(root, entry))
            continue
        links += [child for child in inside if child.link and _may_be(child)]
        waiting.extend(child for child in inside if not child.link and _may_be(child))
    for link in links:
        found.extend(_linked(root, link, tree, seen))
    return found


def _linked(root: str, link: Entry, tree: Tree, seen: set[str]) -> Iterator[Found]:
    real = tree.real(link.where)
    if real in seen:
        return
    inside = tree.children(link) if link.folder else None
    if _is_dataset(inside or ()) if link.folder else _is_zipped(tree.zipped(link.where)):
        seen.add(real)
        yield _found(root, link)


def _found(root: str, entry: Entry) -> Found:
    told = f"{root.rstrip('/')}/{entry.below}" if is_remote(root) else (Path(root) / entry.below).as_posix()
    return Found(root, entry.below, entry.where, spelt(told if entry.below else root))


def _may_be(entry: Entry) -> bool:
    """Whether a dataset may be there: not in hidden folders, nor in those of version control and file managers."""
    name = entry.below.rpartition("/")[2]
    if name.startswith(".") or junk(name) or name.casefold() in JUNK_FOLDERS:
        return False
    return entry.folder or name.lower().endswith(".zip")


def _is_dataset(inside: Sequence[Entry]) -> bool:
    """By its dataset_description; also by one called description, as old datasets have it, beside another SDS sheet."""
    names = [entry.below.rpartition("/")[2] for entry in inside if not entry.folder]
    if any(map(is_description, names)):
        return True
    kinds = {known.kind for name in names if (known := named(name)) is not None and known.readable and not junk(name)}
    return _DESCRIPTION in kinds and len(kinds) > 1


def is_description(name: str) -> bool:
    """Whether a file of that name is a dataset_description that is read."""
    known = named(name)
    return known is not None and known.readable and key(split(name)[0]) == "datasetdescription" and not junk(name)


def _is_zipped(names: Sequence[str] | None) -> bool:
    """Whether a zip with these members is a dataset; one that cannot be opened may be, and its report will say so."""
    if names is None:
        return True
    return any(is_description(name.rpartition("/")[2]) and name.count("/") <= _DEPTH for name in names)
