"""Each record against its schema: which code, in which words, at which cell - and what passes."""

from __future__ import annotations

from typing import Any

import pytest
from builders import dataset, dictionary, node, table

from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.model import OMIT, Graph, NodeTable, Part, Table
from sds2gen3.validate import validate

SUBJECT = node(
    "case",
    {
        "age": {"type": "string"},
        "sex": {"enum": ["male", "female", None]},
        "weight": {"type": ["number", "null"], "minimum": 0, "maximum": 100},
        "litter": {"type": ["integer", "null"], "minimum": 0, "exclusiveMinimum": True, "multipleOf": 2},
        "born": {"oneOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
        "checksum": {"type": ["string", "null"], "pattern": "^[a-f0-9]{32}$"},
        "strain": {"type": ["string", "null"], "pattern": "^RRID:", "description": "The strain's\nRRID."},
        "code": {"type": ["string", "null"], "minLength": 2, "maxLength": 4},
        "dead": {"type": ["boolean", "null"]},
        "keywords": {"type": ["array", "null"], "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
        "counts": {"type": ["array", "null"], "items": {"type": "integer"}, "maxItems": 2},
        "dose": {"oneOf": [{"type": "integer"}, {"enum": ["NA"]}, {"type": "null"}]},
        "stage": {"oneOf": [{"enum": ["adult", "embryo"]}, {"enum": ["larva"]}, {"type": "null"}]},
        "note": {"not": {"enum": ["?"]}},
    },
    required=("age",),
)
GOOD: dict[str, Any] = {"age": "3 weeks"}


def report(*rows: dict[str, Any], sheet: Table | None = None) -> Report:
    """The report on records with these properties; each property comes from the column of its name in subjects.xlsx."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name, OMIT) for row in rows] for name in names}
    ids = [f"sub-{number}" for number in range(1, len(rows) + 1)]
    cells = {name: [None if v is OMIT else v for v in column] for name, column in columns.items()}
    sheet = sheet or table("subjects", {"subject_id": ids, **cells})
    origins = {"submitter_id": ("subject_id",), **{name: (name,) for name in names}}
    records = {"type": ["case"] * len(rows), "submitter_id": ids, **columns}
    part = Part(records, sheet, range(len(rows)), origins, ragged=True)
    return validate(Graph(dataset(sheet), {"case": NodeTable("case", (part,))}), dictionary(SUBJECT))


def only(found: Report) -> Diagnostic:
    assert len(found.diagnostics) == 1, [(d.code, d.message) for d in found]
    return found.diagnostics[0]


@pytest.mark.parametrize(
    ("property", "value", "code", "message", "hint"),
    [
        ("age", None, "D440", "'age' is empty, but every subject needs it.", "Fill the cell in"),
        ("age", OMIT, "D440", "'age' is empty, but every subject needs it.", "Fill the cell in"),
        ("age", 3, "D441", "'age' must be text, not 3.", "Format the cell as text in Excel"),
        ("weight", "3 kg", "D441", "'weight' must be a number, not '3 kg'.", "Type a number without its unit"),
        ("litter", 3.0, "D441", "'litter' must be a whole number, not 3.0.", "Type digits only, such as 12."),
        ("dead", "yes", "D441", "'dead' must be TRUE or FALSE, not 'yes'.", "Type TRUE or FALSE."),
        ("keywords", "a", "D441", "'keywords' must be a list, not 'a'.", ""),
        ("sex", "mle", "D442",
         "'mle' is not one of the agreed words for 'sex'.", "Did you mean 'male'? Use one of: female, male."),
        ("sex", "x", "D442", "'x' is not one of the agreed words for 'sex'.", "Use one of: female, male."),
        ("stage", "Adul", "D442",
         "'Adul' is not one of the agreed words for 'stage'.", "Did you mean 'adult'? Use one of: adult, embryo, larva."),
        ("dose", "x", "D442",
         "'dose' must be a whole number or one of the agreed words, not 'x'.", "The agreed words are: NA."),
        ("dose", 2.5, "D441", "'dose' must be a whole number or one of the agreed words, not 2.5.", "Type digits only"),
        ("checksum", "abc", "D443",
         "'abc' is not written in the form that is agreed for 'checksum'.", "Write exactly 32 characters out of a-f, 0-9."),
        ("strain", "RGD", "D443",
         "'RGD' is not written in the form that is agreed for 'strain'.", "The dictionary says: The strain's RRID."),
        ("born", "2024-01-31", "D444",
         "'2024-01-31' is not a date and time with time zone, as 'born' needs.", "Write it as 2024-01-31T13:30:00Z"),
        ("born", 5, "D441", "'born' must be text, not 5.", ""),
        ("weight", 101, "D445",
         "101 is too large for 'weight': the largest allowed is 100.", "Type a number from 0 to 100."),
        ("litter", 0, "D445", "0 is too small for 'litter': it must be more than 0.", ""),
        ("litter", 3, "D445", "3 is not a multiple of 2, as 'litter' needs.", ""),
        ("code", "abcde", "D446", "'code' must have at most 4 characters, 'abcde' has 5.", ""),
        ("code", "a", "D446", "'code' must have at least 2 characters, 'a' has 1.", ""),
        ("keywords", [], "D447", "'keywords' must have at least 1 value, not 0.", ""),
        ("keywords", ["a", "b", "a"], "D447", "'keywords' has 'a' more than once.", ""),
        ("counts", [1, 2, 3], "D447", "'counts' must have at most 2 values, not 3.", ""),
        ("counts", [1, "2"], "D441", "Every value of 'counts' must be a whole number, not '2'.", "Type digits only"),
        ("keywords", ["a", None], "D441", "Every value of 'keywords' must be text, not an empty value.", ""),
        ("note", "?", "D449", "'?' is not accepted for 'note'.", ""),
    ],
)  # fmt: skip
def test_a_bad_value_is_told_in_plain_words_at_its_cell(
    property: str, value: Any, code: str, message: str, hint: str
) -> None:
    found = only(report(GOOD, GOOD | {property: value}))
    assert (found.code, found.message) == (code, message)
    assert hint in found.hint
    assert found.property == property
    assert found.place is not None
    assert found.place.row == 3
    assert found.place.column is not None


@pytest.mark.parametrize(
    ("property", "value"),
    [
        ("age", ""),
        ("sex", None),
        ("sex", "male"),
        ("weight", 100),
        ("litter", 2),
        ("born", "2024-01-31T13:30:00+13:00"),
        ("born", None),
        ("checksum", "d41d8cd98f00b204e9800998ecf8427e"),
        ("strain", "RRID:RGD_1"),
        ("code", "ab"),
        ("keywords", ["a"]),
        ("counts", []),
        ("dose", "NA"),
        ("dose", 5),
        ("stage", "larva"),
        ("note", "!"),
    ],
)
def test_a_good_value_passes(property: str, value: Any) -> None:
    assert report(GOOD | {property: value}).diagnostics == []


def test_a_property_that_the_dictionary_does_not_know_is_told_once_with_the_nearest_name() -> None:
    found = only(report(GOOD | {"wieght": 3}, GOOD | {"wieght": 4}))
    assert (found.code, found.hint) == ("D448", "Did you mean 'weight'?")
    assert found.message == "The dictionary knows no 'wieght' of a subject."


def test_two_equally_near_words_are_not_guessed_between() -> None:
    words = node("case", {"side": {"enum": ["side a", "side b"]}})
    sheet = table("subjects", {"side": ["side c"]})
    part = Part({"type": ["case"], "submitter_id": ["s"], "side": ["side c"]}, sheet, [0], {"side": ("side",)})
    found = validate(Graph(dataset(), {"case": NodeTable("case", (part,))}), dictionary(words))
    assert only(found).hint == "Use one of: side a, side b."


def test_a_missing_column_is_told_once_for_the_sheet() -> None:
    found = only(report({"sex": "male"}, {"sex": "male"}, {"sex": "female"}))
    assert (found.code, str(found.place)) == ("D440", "subjects.xlsx")
    assert found.message == "There is no 'age', but every subject needs it."


def test_the_header_is_quoted_as_the_sheet_has_it() -> None:
    sheet = table("subjects", {"subject_id": ["s"], "age": [3]}, labels={"age": "Age of Subject "})
    assert only(report({"age": 3}, sheet=sheet)).message == "'Age of Subject' must be text, not 3."


def test_an_item_gathered_from_another_table_has_its_cell_and_header_there() -> None:
    words = table("keywords", {"word": ["a", 5]}, labels={"word": "Keyword"})
    columns = {"type": ["case"], "submitter_id": ["s"], "age": ["1"], "keywords": [["a", 5]]}
    part = Part(columns, table("subjects", {"x": [1]}), [0], gathered={"keywords": ((words, "word"),)})
    found = only(validate(Graph(dataset(), {"case": NodeTable("case", (part,))}), dictionary(SUBJECT)))
    assert (str(found.place), found.message) == ("keywords.xlsx!A3", "Every value of 'Keyword' must be text, not 5.")


def test_one_wrong_value_has_one_finding_even_if_the_schema_objects_twice() -> None:
    assert only(report(GOOD | {"checksum": 5})).code == "D441"
    assert [d.code for d in report(GOOD | {"sex": "x", "weight": 101})] == ["D442", "D445"]


def test_a_list_item_from_a_transposed_sheet_has_its_own_cell() -> None:
    sheet = Table(
        "description",
        "d.xlsx",
        "S",
        {"counts": [[1, "2"]]},
        [4],
        {"counts": 7},
        transposed=True,
        items={"counts": [4, 5]},
    )
    part = Part(
        {"type": ["case"], "submitter_id": ["s"], "age": ["1"], "counts": [[1, "2"]]},
        sheet,
        [0],
        {"counts": ("counts",)},
    )
    found = validate(Graph(dataset(), {"case": NodeTable("case", (part,))}), dictionary(SUBJECT))
    assert str(only(found).place) == "d.xlsx!E7"


def test_more_items_than_cells_are_told_at_the_first_cell() -> None:
    sheet = Table("d", "d.xlsx", "S", {"counts": ["1;x"]}, [4], {"counts": 7}, transposed=True, items={"counts": [4]})
    part = Part(
        {"type": ["case"], "submitter_id": ["s"], "age": ["1"], "counts": [[1, "x"]]},
        sheet,
        [0],
        {"counts": ("counts",)},
    )
    found = validate(Graph(dataset(), {"case": NodeTable("case", (part,))}), dictionary(SUBJECT))
    assert {str(d.place) for d in found if d.code == "D441"} == {"d.xlsx!D7"}


def test_a_schema_that_the_fast_checker_refuses_is_checked_slowly_and_said() -> None:
    odd = node("case", {"age": {"type": "string", "required": True}})
    part = Part({"type": ["case", "case"], "submitter_id": ["a", "b"], "age": [5, "6"]})
    found = validate(Graph(dataset(), {"case": NodeTable("case", (part,))}), dictionary(odd))
    assert [d.code for d in found] == ["D450", "D441"]
    assert found.errors == 1


@pytest.mark.parametrize("rule", [{"type": "string", "pattern": "("}, {"type": "object", "required": True}])
def test_a_schema_that_no_checker_can_use_is_told_once(rule: dict[str, Any]) -> None:
    value = {} if rule["type"] == "object" else "x"
    part = Part({"type": ["case", "case"], "submitter_id": ["a", "b"], "x": [value, value]})
    found = validate(Graph(dataset(), {"case": NodeTable("case", (part,))}), dictionary(node("case", {"x": rule})))
    assert [d.code for d in found] == ["D450", "D453"]
    assert found.errors == 1


def test_many_words_are_cut_and_long_values_too() -> None:
    many = node("case", {"word": {"enum": [f"w{number:02}" for number in range(40)]}})
    part = Part({"type": ["case"], "submitter_id": ["a"], "word": ["x" * 100]})
    found = only(validate(Graph(dataset(), {"case": NodeTable("case", (part,))}), dictionary(many)))
    assert "w11 and 28 more." in found.hint
    assert len(found.message) < 120


def test_the_summary_counts_records_and_errors_per_node() -> None:
    assert report(GOOD, GOOD | {"sex": "x"}).summary == {"validated": {"case": {"records": 2, "errors": 1}}}


def test_a_node_that_the_dictionary_lacks_or_the_commons_makes_itself_is_an_error() -> None:
    part = Part({"type": ["project"], "submitter_id": ["a"]})
    graph = Graph(dataset(), {"subjects": NodeTable("subjects", (part,)), "project": NodeTable("project", (part,))})
    found = validate(graph, dictionary(SUBJECT, node("project", {})))
    assert [(d.code, d.message) for d in found] == [
        ("D453", "The dictionary 'test' has no node 'subjects'."),
        ("D453", "The commons makes the records of 'project' itself."),
    ]
