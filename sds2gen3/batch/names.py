"""Names: what each dataset's folder below OUT is called."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from sds2gen3.batch.find import Found
from sds2gen3.batch.stores import KEPT, SUMMARY
from sds2gen3.batch.task import spelt

_UNFIT = re.compile(r'[\x00-\x1f<>:"|?*\\]')  # on one system or another
_LONGEST = 180  # bytes; a name may have 255, and some of our files add to it
_RESERVED = {KEPT, SUMMARY}


def names(found: Sequence[Found]) -> list[str]:
    """A name each: the path below the root with '--' for '/'; where two would be the same, a part of their paths' hash is added.

    The same folders give the same names, whatever their order. No two differ only in case or in ways of writing accents.
    """
    plain = [_plain(one) for one in found]
    counts = Counter(map(_folded, plain))
    return [
        name if counts[_folded(name)] == 1 and _fits(name) else f"{_cut(name)}-{_hash(one)}"
        for name, one in zip(plain, found, strict=True)
    ]


def _plain(one: Found) -> str:
    path = one.below or one.where.rstrip("/\\").replace("\\", "/").rpartition("/")[2]
    path = path[:-4] if path.lower().endswith(".zip") else path
    return _UNFIT.sub("_", spelt(path).replace("/", "--")).rstrip(". ") or "dataset"


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _fits(name: str) -> bool:
    return len(name.encode()) <= _LONGEST and name not in _RESERVED and name[0] != "."


def _cut(name: str) -> str:
    kept = name.lstrip(".") or "dataset"
    return kept.encode()[:_LONGEST].decode(errors="ignore")


def _hash(one: Found) -> str:
    return hashlib.sha256(f"{one.root}\0{one.below}".encode(errors="surrogateescape")).hexdigest()[:8]
