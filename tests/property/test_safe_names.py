"""The law of safe paths: whatever a manifest says, what is written lies below the folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from downloads import fetched, row, tree
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sds2gen3.download.safe_names import judged

PARTS = st.sampled_from(
    ["..", ".", "", "a", "CON", "a.", " ", "C:", "\\", "\x00", "~", "nul.txt", "é", "x" * 300, "%2e%2e"]
)
PATHS = st.one_of(
    st.text(max_size=30),
    st.lists(PARTS, max_size=6).map("/".join),
    st.lists(PARTS, max_size=6).map("\\".join),
)


@given(PATHS)
@example("/")
@example("a/\u2024\u2024/b")
def test_a_safe_path_has_plain_parts_only(text: str) -> None:
    found = judged(text)
    if found.wrong:
        assert found.parts == ()
        return
    assert found.parts
    for part in found.parts:
        assert part not in ("", ".", "..")
        assert not set(part) & set('/\\\0<>:"|?*')
        assert len(part.encode()) <= 255
    assert os.path.normpath(found.path) == found.path
    assert not os.path.isabs(found.path)
    assert judged(found.path) == found


@settings(max_examples=60)
@given(st.lists(st.tuples(PATHS, st.sampled_from(["", "primary", "a/b"])), min_size=1, max_size=4))
def test_all_that_is_written_lies_below_the_folder(listed: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        source, dest = root / "source", root / "in" / "dest"
        (source / "a").mkdir(parents=True)
        (source / "é").write_bytes(b"e")
        (root / "a").write_bytes(b"outside")
        before = tree(root)
        fetched(str(source), dest, *(row(text, folder) for text, folder in listed), whole=True)
        after = tree(root)
        assert {name: after.get(name) for name in before} == before
        assert [name for name in after if name not in before and not name.startswith("in/dest/")] == []
