"""File names: which SDS file a name stands for, which names are junk, which are near misses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".json")
OTHER_TABLES = (".ods", ".xlsb", ".numbers", ".gsheet")  # tables that are not read, so that their user must be told

ROOT_KINDS = (  # SPEC section 3: these stand at the root of the dataset only
    "dataset_description",
    "submission",
    "subjects",
    "samples",
    "sites",
    "performances",
    "resources",
    "code_description",
    "code_parameters",
    "curation",
)
FOLDER_KINDS = ("manifest", "plog")  # at the root or in any folder
KINDS = ROOT_KINDS + FOLDER_KINDS

JUNK_FOLDERS = (".git", ".svn", ".hg", ".datalad", "__macosx", ".ipynb_checkpoints")

_JUNK_FIRST = frozenset("~.tTdD")  # the letters with which the names of junk begin; most names do not

_NEAR = 85  # per cent alike: one letter more or less in 'sites', two in 'samples'; 'examples' is 80 from 'samples'
_NO_LETTERS = re.compile(r"[\W\d_]+")
_SHORTEST = 5  # below five letters everything is near: 'log' is not a misspelt 'plog'


def key(text: str) -> str:
    """The form in which names are compared: no case, no spaces, underscores or hyphens."""
    return "".join(text.casefold().replace("_", " ").replace("-", " ").split())


_TABLES = frozenset(SUFFIXES + OTHER_TABLES)
_TABLE_ENDS = tuple(_TABLES)
_KEYS = {kind: key(kind) for kind in KINDS}
_KIND_OF_KEY = {of_kind: kind for kind, of_kind in _KEYS.items()}


@dataclass(frozen=True, slots=True)
class Named:
    """The SDS file that a file name stands for; `proper` is how it should be spelled, `readable` whether its type is read."""

    kind: str
    proper: str
    readable: bool


def may_be_table(path: str) -> bool:
    """Whether the name could be that of a table, and so of metadata: rules out most of many thousand data files at once."""
    return "".join(path.split()).lower().endswith(_TABLE_ENDS)


def named(name: str) -> Named | None:
    """The SDS file this name stands for, tolerating case, separators, a doubled suffix and `description.xlsx`."""
    stem, suffix = split(name)
    if suffix is None:
        return None
    kind = _kind(stem)
    return Named(kind, kind + suffix, suffix in SUFFIXES) if kind else None


def _kind(stem: str) -> str | None:
    stem_key = key(stem)
    return "dataset_description" if stem_key == "description" else _KIND_OF_KEY.get(stem_key)


def split(name: str) -> tuple[str, str | None]:
    """(stem, suffix in lower case); a doubled suffix is taken off, and a name without a table's suffix has none."""
    stem, suffix = _last_suffix(name)
    inner = stem
    while suffix is not None:
        inner, again = _last_suffix(stem)
        if again is None:
            break
        stem = inner
    return stem, suffix


def _last_suffix(name: str) -> tuple[str, str | None]:
    stem, dot, end = name.rpartition(".")
    suffix = "." + end.strip().lower()
    return (stem, suffix) if dot and suffix in _TABLES else (name, None)


def near_miss(name: str, kinds: tuple[str, ...] = KINDS) -> str | None:
    """The proper name that was perhaps meant, for a name that is not one of the SDS; None where nothing is near."""
    stem, suffix = split(name)
    if suffix is None or suffix not in SUFFIXES or _kind(stem):
        return None
    kind = _meant(_NO_LETTERS.sub("", stem.casefold()), kinds)
    return kind + suffix if kind else None


@lru_cache(maxsize=1024)
def _meant(letters: str, kinds: tuple[str, ...]) -> str | None:
    """The kind whose name is near; remembered, because the names of data files often differ in their numbers only."""
    letters = letters.removesuffix("copy")  # 'manifest (1)', 'subjects - Copy'
    kinds = tuple(kind for kind in kinds if len(kind) >= _SHORTEST and _can_be_near(len(_KEYS[kind]), len(letters)))
    if not kinds:
        return None
    from rapidfuzz import fuzz  # takes a while to load, and few datasets have a table that is not metadata

    likeness = [(fuzz.ratio(letters, _KEYS[kind]), kind) for kind in kinds]
    best, kind = max(likeness, default=(0.0, ""))
    return kind if best >= _NEAR else None


def _can_be_near(one: int, other: int) -> bool:
    """Whether words of these lengths can be so much alike: at best, all letters of the shorter are in the longer."""
    return 200 * min(one, other) >= _NEAR * (one + other)


def junk(name: str) -> str | None:
    """What kind of left-over a file name is, in words; None for names that are not junk."""
    if name[:1] not in _JUNK_FIRST:
        return None
    low = name.casefold()
    if low.startswith("~$"):
        return "Excel's own mark of an open workbook"
    if low.startswith(".~lock.") and low.endswith("#"):
        return "LibreOffice's own mark of an open workbook"
    if low.startswith("._"):
        return "a shadow file of macOS"
    if low == ".ds_store":
        return "a folder view file of macOS"
    return "a folder view file of Windows" if low in ("thumbs.db", "desktop.ini") else None


def shown(name: str) -> str:
    """A file name fit for a message: control characters, such as a line end in a name, become '?'."""
    return "".join(character if character.isprintable() else "?" for character in name)
