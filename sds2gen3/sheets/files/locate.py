"""Locate: where the dataset's root is, and which of its files are SDS metadata (SPEC section 3, rules SDS-F01, F02, F08, F09)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.errors import UsageError
from sds2gen3.place import Place
from sds2gen3.sheets.files.archive import list_archive
from sds2gen3.sheets.files.folder import list_folder
from sds2gen3.sheets.files.listing import Entry, Listing, Sort
from sds2gen3.sheets.files.names import (
    FOLDER_KINDS,
    KINDS,
    Named,
    junk,
    key,
    may_be_table,
    named,
    near_miss,
    shown,
    split,
)

MAX_TOTAL = 4 << 30  # 4 GB of metadata unpacked from one zip


@dataclass(frozen=True, slots=True)
class Source:
    """One metadata file. `path` is POSIX and relative to the dataset's root; `read()` gives its bytes or raises OSError."""

    kind: str
    path: str
    size: int
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Located:
    """A dataset: `root` as given, `base` the folder in it that is the dataset ('' mostly), its metadata and all its files.

    `folders` are all its folders, `empty` its files of 0 bytes, `nested` the folders that are datasets of their own, `marks`
    the .dss files below the root, which say that a folder follows another standard; `outside` the kinds of metadata files
    that lie beside `base` and so are not read.
    """

    root: str
    name: str
    sources: tuple[Source, ...]
    files: tuple[str, ...]
    findings: tuple[Diagnostic, ...]
    base: str = ""
    folders: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()
    marks: tuple[Source, ...] = ()
    outside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Candidate:
    path: str
    named: Named
    entry: Entry

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def is_description(self) -> bool:
        """Whether its name says dataset_description: 'description' alone may be something else."""
        name = self.path.rpartition("/")[2]
        if self.named.kind != "dataset_description" or not self.named.readable or junk(name):
            return False
        return key(split(name)[0]) == "datasetdescription"


def locate(path: Path | str) -> Located:
    """The metadata files of a dataset folder or .zip, in sorted order, with what is wrong about their names and places.

    Raises UsageError (C910) where there is no such folder or zip. Nothing is opened but the zip's directory.
    """
    path = Path(path)
    listing = _list(path)
    base, findings = _base(listing, zipped=path.is_file())
    entries = listing.entries
    if base:
        entries = {name[len(base) + 1 :]: entry for name, entry in entries.items() if _below(name, base)}
    entries, junk_findings = _without_junk(entries)
    tables = {path: entry for path, entry in entries.items() if may_be_table(path)}
    candidates = _candidates(tables)
    nested = frozenset(c.folder for c in candidates if c.is_description and c.folder)
    findings += [*listing.findings, *junk_findings, *_nested_findings(sorted(nested))]
    findings += _name_findings(tables, nested)
    sources, more = _sources(_own(candidates, nested))
    findings += more
    files = tuple(name for name, entry in entries.items() if entry.sort in (Sort.FILE, Sort.LINK))
    own_name = base.rpartition("/")[2] or (path.stem if path.is_file() else path.resolve().name)
    ordered = sorted(findings, key=lambda f: (f.place.order if f.place else ("", "", 0, 0, ""), f.code))
    return Located(
        root=str(path),
        name=own_name,
        sources=sources,
        files=files,
        findings=tuple(ordered),
        base=base,
        folders=tuple(name for name, entry in entries.items() if entry.sort is Sort.FOLDER),
        empty=tuple(name for name, entry in entries.items() if entry.sort is Sort.FILE and entry.size == 0),
        nested=tuple(sorted(nested)),
        marks=tuple(_marks(entries)),
        outside=frozenset(_outside(listing)) if base else frozenset(),
    )


def _marks(entries: dict[str, Entry]) -> Iterator[Source]:
    """The files called .dss in folders: they name the standard that the folder follows."""
    for path, entry in entries.items():
        if path.endswith("/.dss") and entry.sort is Sort.FILE and not entry.refused:
            yield Source("dss", path, entry.size, entry.read)


def _list(path: Path) -> Listing:
    try:
        if path.is_dir():
            return list_folder(path)
        if path.is_file() and path.suffix.lower() == ".zip":
            return list_archive(path)
        exists = path.exists()
    except (OSError, ValueError):  # a name that the system does not even allow
        exists = False
    place = Place(shown(str(path)))
    if not exists:
        raise UsageError.of("C910", "There is no such dataset folder.", place, value=str(path))
    hint = "Give the folder that holds this file." if named(path.name) else ""
    raise UsageError.of(
        "C910", "A dataset is a folder or a .zip, and this is neither.", place, value=str(path), hint=hint
    )


def _below(name: str, base: str) -> bool:
    return not base or name.startswith(base + "/")


def _base(listing: Listing, zipped: bool) -> tuple[str, list[Diagnostic]]:
    """The folder that is the dataset, '' for what was given, with a finding unless dataset_description lies right there."""
    shallow = {path: one for path, one in listing.entries.items() if path.count("/") <= 2 and may_be_table(path)}
    named = _named(shallow)
    at_depth: dict[int, set[str]] = {}
    for one in named:
        if one.entry.sort is Sort.FILE and one.is_description:
            at_depth.setdefault(one.path.count("/"), set()).add(one.folder)
    alias = any(not one.folder and key(split(one.path)[0]) == "description" for one in named)
    if 0 in at_depth or alias:
        return "", []
    folders = sorted(at_depth.get(1) or at_depth.get(2) or ())
    if not folders:
        unreadable = any(f.code == "R115" for f in listing.findings)
        missing = finding("R101", "There is no dataset_description file.", Place("dataset_description.xlsx"))
        return "", [] if unreadable else [missing]
    if len(folders) == 1 and zipped and _is_wrapped(listing, folders[0]):
        return folders[0], []
    if len(folders) == 1:
        message = (
            f"The dataset is taken from the folder '{shown(folders[0])}', because its dataset_description is there."
        )
        outside = _outside(listing)
        if not outside:
            return folders[0], [finding("R102", message, Place("dataset_description.xlsx"))]
        message = f"{message[:-1]}; outside of it, and so not read: {', '.join(outside)}."
        hint = "Give the inner folder if that is the dataset, or move its dataset_description up to the other files."
        place = Place("dataset_description.xlsx")
        return folders[0], [finding("R102", message, place, hint=hint, severity=Severity.ERROR)]
    names = ", ".join(f"'{shown(folder)}'" for folder in folders[:5]) + (" ..." if len(folders) > 5 else "")
    message = f"{len(folders)} folders hold a dataset_description ({names}), so none of them was taken."
    return "", [finding("R103", message, Place(folders[0]), related=[Place(folder) for folder in folders[1:]])]


def _outside(listing: Listing) -> list[str]:
    """The kinds of metadata files that lie at the top, sorted."""
    tops = (path for path, entry in listing.entries.items() if "/" not in path and entry.sort is Sort.FILE)
    found = (named(path) for path in tops if not junk(path))
    return sorted({one.kind for one in found if one is not None and one.readable and one.kind not in FOLDER_KINDS})


def _is_wrapped(listing: Listing, folder: str) -> bool:
    """Whether the folder is all that there is, as in a zip that was made of one folder."""
    others = (path for path in listing.entries if not _below(path, folder) and path != folder)
    return "/" not in folder and all(junk(path.rpartition("/")[2]) for path in others)


def _without_junk(entries: dict[str, Entry]) -> tuple[dict[str, Entry], list[Diagnostic]]:
    """The entries without junk, and one finding per kind of junk that lists all its places."""
    kept: dict[str, Entry] = {}
    found: dict[str, list[Place]] = {}
    for path, entry in entries.items():
        what = junk(path.rpartition("/")[2]) if entry.sort is not Sort.FOLDER else None
        if what:
            found.setdefault(what, []).append(Place(path))
        else:
            kept[path] = entry
    findings = [
        finding("R107", f"This file is {what} and is ignored.", places[0], related=places[1:])
        for what, places in found.items()
    ]
    return kept, findings


def _candidates(entries: dict[str, Entry]) -> list[_Candidate]:
    """Everything named like an SDS file, `description.xlsx` only where no dataset_description lies beside it."""
    found = _named(entries)
    described = {c.folder for c in found if c.is_description}
    return [
        c
        for c in found
        if c.named.kind != "dataset_description"
        or c.is_description
        or not c.named.readable
        or (not c.folder and c.folder not in described)
    ]


def _named(entries: dict[str, Entry]) -> list[_Candidate]:
    return [
        _Candidate(path, name, entry)
        for path, entry in entries.items()
        if (name := named(path.rpartition("/")[2])) is not None
    ]


def _own(candidates: Iterable[_Candidate], nested: AbstractSet[str]) -> list[_Candidate]:
    """The candidates that do not belong to a dataset within the dataset."""
    return [c for c in candidates if not _in_nested(c.path, nested)]


def _in_nested(path: str, nested: AbstractSet[str]) -> bool:
    folder = path.rpartition("/")[0]
    while nested and folder:
        if folder in nested:
            return True
        folder = folder.rpartition("/")[0]
    return False


def _nested_findings(nested: list[str]) -> list[Diagnostic]:
    message = "This folder is a dataset of its own; its metadata is not read as part of this one."
    return [finding("R108", message, Place(folder)) for folder in nested]


def _name_findings(entries: dict[str, Entry], nested: AbstractSet[str]) -> list[Diagnostic]:
    """Names that were perhaps meant to be metadata: near misses, at the root for all kinds, elsewhere for manifests."""
    found = []
    there = {(c.folder, c.named.kind): c.path for c in _named(entries) if c.named.readable}
    for path, entry in entries.items():
        folder, _, name = path.rpartition("/")
        meant = near_miss(name, KINDS if not folder else ("manifest",)) if entry.sort is Sort.FILE else None
        taken = there.get((folder, split(meant)[0])) if meant else None
        if taken and not _in_nested(path, nested):
            found.append(_copy(path, taken))
        elif meant and not _in_nested(path, nested):
            message = f"'{shown(name)}' is not read: no SDS file has this name. Did you mean '{meant}'?"
            found.append(
                finding("R105", message, Place(path), hint=f"Rename it to {meant} if it is that file.", value=name)
            )
    return found


def _copy(path: str, original: str) -> Diagnostic:
    """A near miss beside the file that it is nearly called like: which of them counts cannot be known (SDS-F02)."""
    name, other = shown(path.rpartition("/")[2]), shown(original.rpartition("/")[2])
    message = f"'{name}' is not read: it seems to be a copy of '{other}', which is here too."
    hint = f"Delete the copy or move it out of the dataset; if it is the right one, put it in the place of {other}."
    return finding("R106", message, Place(path), hint=hint, value=name, related=[Place(original)])


def _sources(candidates: list[_Candidate]) -> tuple[tuple[Source, ...], list[Diagnostic]]:
    """What will be read, and why the other candidates will not."""
    findings: list[Diagnostic] = []
    readable: dict[tuple[str, str], list[_Candidate]] = {}
    for candidate in candidates:
        problem = _problem(candidate)
        if problem:
            findings.append(problem)
        else:
            readable.setdefault((candidate.folder, candidate.named.kind), []).append(candidate)
    chosen: list[Source] = []
    total = 0
    for same in readable.values():
        first = same[0]
        findings += _spelling(first)
        if len(same) > 1:
            findings.append(_twice(same))
        total += first.entry.size
        if first.entry.refused or total > MAX_TOTAL:
            message = "The metadata of this dataset is larger than 4 GB, so this file is not read."
            findings.append(first.entry.refused or finding("R113", message, Place(first.path)))
            continue
        chosen.append(Source(first.named.kind, first.path, first.entry.size, first.entry.read))
    return tuple(sorted(chosen, key=lambda source: source.path)), findings


def _problem(candidate: _Candidate) -> Diagnostic | None:
    """Why something named like an SDS file is not one that can be read."""
    place, name = Place(candidate.path), shown(candidate.path.rpartition("/")[2])
    if candidate.entry.sort is Sort.LINK:
        message = f"'{name}' is a link that cannot be followed, so it is not read."
        return finding("R118", message, place)
    if candidate.entry.sort is not Sort.FILE:
        what = "a folder" if candidate.entry.sort is Sort.FOLDER else "a pipe or device"
        return finding("R116", f"'{name}' is {what}, not a file, so it is not read.", place)
    if not candidate.named.readable:
        return finding("R117", f"'{name}' is of a type that is not read.", place)
    if candidate.folder and candidate.named.kind not in FOLDER_KINDS:
        message = f"'{name}' is not read here: a {candidate.named.kind} file belongs at the root of the dataset."
        return finding("R119", message, place)
    return None


def _spelling(candidate: _Candidate) -> list[Diagnostic]:
    name, proper = candidate.path.rpartition("/")[2], candidate.named.proper
    if name == proper:
        return []
    message = f"'{shown(name)}' is read as {proper}."
    return [finding("R104", message, Place(candidate.path), hint=f"Rename it to {proper}.", value=name)]


def _twice(same: list[_Candidate]) -> Diagnostic:
    names = " and ".join(f"'{shown(c.path.rpartition('/')[2])}'" for c in same)
    message = f"{same[0].named.kind} is here more than once: {names}. Only the first was read."
    places = [Place(c.path) for c in same]
    return finding("R106", message, places[0], related=places[1:])
