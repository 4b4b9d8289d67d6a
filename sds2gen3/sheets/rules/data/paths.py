"""The names of files and folders (SDS-P01, P03, P05, P06), and what is empty (SDS-P02)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.nearest import nearest
from sds2gen3.patterns import user_pattern
from sds2gen3.place import Place
from sds2gen3.sheets.files.inventory import Inventory, above
from sds2gen3.sheets.files.names import FOLDER_KINDS, named, shown
from sds2gen3.sheets.layouts.between import Paths
from sds2gen3.sheets.layouts.versions import Version
from sds2gen3.sheets.rules.between.sheets import at_all, listed


def check_paths(version: Version, inventory: Inventory) -> Iterator[Diagnostic]:
    """One finding for each way in which names are not as they should be, in a dataset whose data files are here."""
    for folder, standard in sorted(inventory.foreign.items()):
        message = f"The folder '{shown(folder)}' follows another standard ({standard}); what is in it was not checked."
        yield finding("R194", message, Place(folder), value=standard)
    if inventory.metadata_only:
        return
    if version.paths is not None:
        yield from _names(version.paths, inventory)
        yield from _unwelcome(version.paths, inventory)
    yield from _empty(inventory)
    yield from _tops(version, inventory)
    if inventory.strangers:
        yield _strange(inventory.strangers)


def _names(rules: Paths, inventory: Inventory) -> Iterator[Diagnostic]:
    """Names with characters or spaces that are not allowed, and names that Windows keeps for itself."""
    fits = user_pattern(rules.pattern).fits
    reserved = frozenset(rules.reserved)
    wrong: dict[str, list[tuple[str, str]]] = {}
    judged: dict[str, str] = {}
    for path in (*sorted(inventory.folders), *inventory.data):
        name = path.rpartition("/")[2]
        if name not in judged:
            judged[name] = _wrong(name, fits(name), reserved)
        if judged[name]:
            wrong.setdefault(judged[name], []).append((name, path))
    for what, found in wrong.items():
        names = [shown(name) for name, _ in found]
        message = f"{listed(dict.fromkeys(names))}: {what}."
        places = [Place(path) for _, path in found]
        yield at_all("R191", message, places, found[0][0], severity=rules.grade)


def _wrong(name: str, fits: bool, reserved: frozenset[str]) -> str:
    if not fits:
        return "only letters, digits, spaces and . , - _ are allowed in names"
    if name != name.strip() or "  " in name:
        return "a name does not begin or end with a space, nor hold two in a row"
    if name.partition(".")[0].strip().casefold() in reserved:
        return "Windows keeps this name for a device"
    return ""


def _unwelcome(rules: Paths, inventory: Inventory) -> Iterator[Diagnostic]:
    found: dict[str, list[str]] = {}
    for path in inventory.data:
        what = rules.unwelcome.get(path.rpartition(".")[2].casefold())
        if what:
            found.setdefault(what, []).append(path)
    for what, paths in found.items():
        are = "This is" if len(paths) == 1 else f"{len(paths):,} files are each"
        message = f"{are} {what}: {listed(path.rpartition('/')[2] for path in paths)}."
        yield at_all("R193", message, [Place(path) for path in paths], paths[0])


def _empty(inventory: Inventory) -> Iterator[Diagnostic]:
    """Files of 0 bytes (metadata files are told when they are read), and folders without any file."""
    files = [path for path in inventory.empty if "/" in path and not _is_metadata(path) and not _is_hidden(path)]
    folders = sorted(inventory.folders - above(inventory.files))
    holders = {folder.rpartition("/")[0] for folder in folders}
    deepest = [folder for folder in folders if folder not in holders]
    for what, paths in (("file", files), ("folder", deepest)):
        if paths:
            is_, many = ("This", f"{what} is") if len(paths) == 1 else (f"{len(paths):,}", f"{what}s are")
            message = f"{is_} {many} empty: {listed(paths)}."
            hint = "Put its files there, or delete the folder." if what == "folder" else ""
            yield at_all("R189", message, [Place(path) for path in paths], paths[0], hint=hint)


def _is_metadata(path: str) -> bool:
    found = named(path.rpartition("/")[2])
    return found is not None and found.kind in FOLDER_KINDS


def _is_hidden(path: str) -> bool:
    return path.rpartition("/")[2].startswith(".")


def _tops(version: Version, inventory: Inventory) -> Iterator[Diagnostic]:
    """Folders at the root that the SDS does not have, or has under another name."""
    asked = version.folders
    for folder in sorted({path.partition("/")[0] for path in inventory.holding}):
        if not asked.top or folder in asked.top:
            continue
        low = folder.casefold()
        proper = low if low in asked.top else asked.renamed.get(low) or nearest(low, asked.top)
        message = f"'{shown(folder)}' is no folder of SDS {version.name}."
        hint = f"Rename it to '{proper}'." if proper else f"Use one of: {_all(asked.top)}."
        yield finding("R192", message, Place(folder), value=folder, hint=hint, severity=Severity.WARNING)


def _strange(names: list[str]) -> Diagnostic:
    is_ = "file at the top of the dataset is" if len(names) == 1 else "files at the top of the dataset are"
    many = "This" if len(names) == 1 else f"{len(names):,}"
    message = f"{many} {is_} not of the SDS: {listed(shown(name) for name in names)}."
    return at_all("R195", message, [Place(name) for name in names], names[0])


def _all(names: Iterable[str]) -> str:
    return ", ".join(names)
