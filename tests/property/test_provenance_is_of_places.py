"""The fast lines of provenance.jsonl say what Part.places says, for every shape of sheet and pattern of empty cells."""

from __future__ import annotations

import json
from typing import Any

from builders import dataset
from hypothesis import given, settings
from hypothesis import strategies as st

from sds2gen3.model import OMIT, Graph, NodeTable, Part, Table
from sds2gen3.write.provenance import provenance

FIELDS = ("a", "b", "constant")
GATHERED = Table("people", "p.xlsx", "S", {"name": ["x", None, "y"]}, [4, 5, 6], {"name": 3}, transposed=True)

cells = st.sampled_from(["x", None])


@st.composite
def parts(draw: st.DrawFn) -> Part:
    count = draw(st.integers(1, 5))
    table = Table(
        name="t",
        file=draw(st.sampled_from(["t.xlsx", 'odd "name"\\u0000.xlsx', "dir/t.csv"])),
        sheet=draw(st.sampled_from([None, "Sheet1", "Blatt é!"])),
        columns={field: draw(st.lists(cells, min_size=count, max_size=count)) for field in FIELDS},
        rows=draw(st.lists(st.integers(2, 800), min_size=count, max_size=count, unique=True)),
        headers={"a": draw(st.integers(1, 60)), "b": 1},
        transposed=draw(st.booleans()),
    )
    rows = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=count, unique=True))
    origins = st.lists(st.sampled_from(FIELDS), max_size=3, unique=True).map(tuple)
    columns: dict[str, list[Any]] = {"type": ["case"] * len(rows), "submitter_id": [f"s\n{row}" for row in rows]}
    for name in ("p", "q", "people"):
        columns[name] = draw(st.lists(st.sampled_from(["v", None, OMIT]), min_size=len(rows), max_size=len(rows)))
    gathered = {"people": ((GATHERED, "name"),)} if draw(st.booleans()) else {}
    return Part(
        columns,
        draw(st.sampled_from([table, table, table, None])),
        rows,
        {"submitter_id": draw(origins), "p": draw(origins), "q": draw(origins)},
        gathered,
        ragged=True,
    )


@given(parts())
@settings(max_examples=300, deadline=None)
def test_each_line_names_the_places_of_its_record(part: Part) -> None:
    graph = Graph(dataset(), {"case": NodeTable("case", (part,))})
    lines = [json.loads(line) for line in b"".join(provenance(graph)).splitlines()]
    assert [line["submitter_id"] for line in lines] == part.columns["submitter_id"]
    for number, line in enumerate(lines):
        assert line["cells"] == expected(part, number)


def expected(part: Part, number: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, column in part.columns.items():
        places = [place.full for place in part.places(number, name)]
        if places and column[number] is not OMIT:
            found[name] = places if len(places) > 1 else places[0]
    return found


def test_lists_over_several_cells_and_json_documents_are_named_too() -> None:
    several = Table("d", "d.xlsx", "S", {"k": [["x", "y"]]}, [4], {"k": 7}, transposed=True, items={"k": [4, 5]})
    document = Table("j", "j.json", None, {"k": ["x"]}, [0], {"k": 1}, pointer="/a")
    for table, cells in ((several, ["d.xlsx!S!D7", "d.xlsx!S!E7"]), (document, "j.json#/a/0/k")):
        part = Part({"type": ["case"], "submitter_id": ["s"], "k": ["v"]}, table, [0], {"k": ("k",)})
        (line,) = b"".join(provenance(Graph(dataset(), {"case": NodeTable("case", (part,))}))).splitlines()
        assert json.loads(line)["cells"] == {"k": cells}
