"""Paths of files: POSIX, relative, and leading down from their folder (SPEC section 8)."""

from __future__ import annotations

import re
from collections.abc import Collection

_TANGLED = re.compile(r"\\|^/|^[A-Za-z]:|(^|/)\.\.?(/|$)|//")
_SIGNS = ("\\", ":", "//", "/.", "\n/", "\n.", "/\n")  # no path with another form than the plain one is without them


def is_plain(path: str) -> bool:
    """Whether the path leads down from its folder; most are seen to do so without the pattern, which takes ten times as long."""
    if path[:1].isalnum() and path[1:2] != ":" and "/." not in path and "//" not in path and "\\" not in path:
        return True
    return _TANGLED.search(path) is None


def are_plain(paths: Collection[str]) -> bool:
    """Whether all are plain, not empty, and none ends as a folder does, seen in one go; False says nothing of any of them."""
    if not all(paths):
        return False
    joined = "\n".join(("", *paths, ""))
    return not any(sign in joined for sign in _SIGNS)
