"""`mapping new --from-xlsx`: a workbook of elements, as the `dtp` reference has them, becomes a mapping; and what cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
from command_line import Cli

import sds2gen3
from sds2gen3 import UsageError, dictionary, mapping
from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.dtp import Gen3Convertor
from sds2gen3.mapping import from_elements, load_elements
from sds2gen3.sheets.layouts.layout import Layouts, filled_fields, table_fields

VAGUS = Path(__file__).parents[2] / "sample_datasets" / "vagus-stimulation-2.0.0" / "dataset"
SDS = dictionary.load("sds")
HEAD = ("element", "gen3_element_2.0.0")
JOINED = "'protocol_url_or_doi' is one of several rows that the table of its group holds together."
DIFFERENT = "'title' cannot be made of 'title', 'contributor_name': they are of different groups."
Sheets = Mapping[str, Sequence[Sequence[str | None]]]


def workbook(folder: Path, **sheets: Sequence[Sequence[str | None]]) -> Path:
    """An element_mapping.xlsx with these sheets, row by row."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = folder / "element_mapping.xlsx"
    book.save(path)
    return path


def of_version(version: str, kinds: Sequence[str], nodes: dictionary.Dictionary = SDS) -> Sheets:
    """Every official header of these sheets with the property that our own mapping makes of its field."""
    layouts, rules = Layouts(), mapping.load("sds")
    found: dict[str, list[Sequence[str | None]]] = {}
    for kind in kinds:
        rule = next(one for one in rules.rules if one.source == kind and one.node != "experiment")
        properties = {p.sources[0]: p.name for p in rule.properties if p.sources and not p.transforms}
        headers = layouts.version_sheet(version, kind).headers
        rows = [(header, properties.get(name)) for name, (header, _) in headers.items() if name in properties]
        found[kind] = [HEAD, *rows]
    return found


def said(findings: Sequence[Diagnostic], severity: Severity = Severity.WARNING) -> list[tuple[str | None, str]]:
    """The full place and words of the findings of a severity."""
    return [(one.place.full if one.place else None, one.message) for one in findings if one.severity == severity]


@pytest.mark.parametrize("version", ["1.2.3", "2.0.0", "3.0.1"])
def test_every_pair_comes_back_as_a_rule_and_the_mapping_fits(tmp_path: Path, version: str) -> None:
    sheets = of_version(version, ["subjects", "samples", "manifest"])
    rules, findings = load_elements(workbook(tmp_path, **sheets), SDS)
    layouts = Layouts()
    made = {(rule.source, p.name): p.sources for rule in rules.rules for p in rule.properties}
    pairs = [(kind, *row) for kind, rows in sheets.items() for row in rows[1:]]
    assert len(pairs) > 20
    for kind, header, name in pairs:
        assert made[kind, str(name)] == (layouts.sheet(kind).keys[_key(str(header))],)
    assert said(findings) == said(findings, Severity.ERROR) == []
    errors = mapping.check(rules, SDS, table_fields(), filled_fields())
    assert [one.message for one in errors if one.severity > Severity.INFO] == []


def _key(header: str) -> str:
    return "".join(character for character in header.casefold() if character.isalnum())


def test_records_made_with_it_are_those_of_our_own_mapping(tmp_path: Path) -> None:
    path = workbook(tmp_path, **of_version("2.0.0", ["subjects", "samples", "manifest"]))
    rules, _ = load_elements(path, SDS)
    dataset = sds2gen3.read_dataset(VAGUS)
    needs = {"program": "a", "project": "b", "dataset": "c"}
    ours = sds2gen3.convert(dataset, mapping.load("sds"), SDS, **needs)
    theirs = sds2gen3.convert(dataset, rules, SDS, **needs)
    assert {"experiment", "case", "sample", "manifest"} == theirs.nodes.keys()
    for node in ("case", "sample", "manifest"):
        named = {one["submitter_id"]: one for one in ours.nodes[node].records()}
        for record in theirs.nodes[node].records():
            assert record.items() <= named[record["submitter_id"]].items()
    assert not sds2gen3.validate(theirs, SDS).errors


def test_what_has_no_place_in_a_mapping_is_told_with_its_cell(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        subjects=[HEAD, ("subject id", "subject_id"), ("colour of fur", "colour"), ("sx", "sex"), ("sex", "gender")],
        dataset_description=[HEAD, ("Title", "title"), ("Contributor name", "title"), ("Protocol URL or DOI", "title")],
        submission=[("Element", "Required"), ("SPARC Award number", "Y")],
        mice=[HEAD, ("name", "name")],
        samples=[HEAD, (None, "sample_id"), ("sample id", "sample_id")],
    )
    imported = from_elements(path, SDS)
    assert said(imported.findings) == [
        ("element_mapping.xlsx!subjects!A3", "'colour of fur' is no field of subjects in any SDS version."),
        ("element_mapping.xlsx!subjects!A4", "'sx' is no field of subjects in any SDS version."),
        ("element_mapping.xlsx", "The sheet 'submission' has no column of properties."),
        ("element_mapping.xlsx", "SDS has no sheet called 'mice'."),
        ("element_mapping.xlsx!samples!B2", "'sample_id' has no element of the SDS beside it."),
        ("element_mapping.xlsx!subjects!B5", "'case' has no property 'gender'."),
        ("element_mapping.xlsx!dataset_description!B4", JOINED),
        ("element_mapping.xlsx!dataset_description!B3", DIFFERENT),
    ]
    assert "sex" not in imported.files["case.yaml"]


def test_values_of_a_group_need_a_list(tmp_path: Path) -> None:
    path = workbook(tmp_path, dataset_description=[HEAD, ("Contributor name", "title")])
    assert said(from_elements(path, SDS).findings)[0] == (
        "element_mapping.xlsx!dataset_description!B2",
        "'contributor_name' has a value for each of the contributors, and 'title' is not a list in the dictionary.",
    )


def test_several_elements_of_one_property_are_taken_in_their_order(tmp_path: Path) -> None:
    rows = [HEAD, ("Subtitle", "subtitle"), ("Description", "subtitle"), ("    Subtitle", "subtitle")]
    files = from_elements(workbook(tmp_path, dataset_description=rows), SDS).files
    assert "  subtitle: {from: [subtitle, description]}" in files["dataset_description.yaml"]


def test_an_element_without_property_is_left_out_on_purpose(tmp_path: Path) -> None:
    rows = [HEAD, ("filename", "filename"), ("organ", None)]
    imported = from_elements(workbook(tmp_path, manifest=rows), SDS)
    assert "  manifest.organ: the workbook of elements gives it no property" in imported.files["mapping.yaml"]
    assert said(imported.findings) == []


def test_of_several_columns_the_highest_version_counts(tmp_path: Path) -> None:
    head = ("element", "gen3_element_2.0.0", "gen3_element_1.2.3", "notes", "V1.1")
    path = workbook(
        tmp_path, subjects=[head, ("sex", "sex", "gender", "x", "y"), ("subject id", "subject_id", "", "", "")]
    )
    assert "  sex: sex" in from_elements(path, SDS).files["case.yaml"]


def test_what_the_dictionary_requires_is_added_and_said(shared: Path, tmp_path: Path) -> None:
    nodes = dictionary.load(shared / "gen3_contract/exchanges/_dictionary_all.json")
    path = workbook(tmp_path, subjects=[HEAD, ("subject id", "subject_id"), ("sex", "sex")])
    rules, findings = load_elements(path, nodes)
    words = [message for _, message in said(findings, Severity.INFO)]
    assert any(message.startswith("'case' requires 'age',") or "'age'" in message for message in words)
    assert any("blanks become 'NA', as in the reference." in message for message in words)
    assert any("The rule for 'experiment' is not of the workbook" in message for message in words)
    assert [one for one in mapping.check(rules, nodes, table_fields(), filled_fields()) if one.severity > 10] == []


def test_a_required_list_that_nothing_makes_is_empty_as_in_the_reference(shared: Path, tmp_path: Path) -> None:
    nodes = dictionary.load(shared / "gen3_contract/exchanges/_dictionary_all.json")
    path = workbook(tmp_path, dataset_description=[HEAD, ("Title", "title")])
    imported = from_elements(path, nodes)
    assert "  dataset_type: {always: []}" in imported.files["dataset_description.yaml"]
    assert [message for _, message in said(imported.findings)] == [
        "'dataset_description' requires 'dataset_type', which the workbook makes of nothing: it is always [], "
        "as in the reference."
    ]


def test_workbooks_of_something_else_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="names no field"):
        from_elements(VAGUS / "subjects.xlsx", SDS)
    with pytest.raises(UsageError, match="cannot be opened"):
        from_elements(tmp_path / "nothing.xlsx", SDS)
    (tmp_path / "torn.xlsx").write_bytes(b"PK\x03\x04torn")
    with pytest.raises(UsageError) as caught:
        from_elements(tmp_path / "torn.xlsx", SDS)
    assert [one.code for one in caught.value.diagnostics][-1] == "M330"


def test_the_command_writes_a_mapping_that_passes_its_check(cli: Cli, tmp_path: Path) -> None:
    rows = of_version("2.0.0", ["subjects", "samples", "manifest"])
    path = workbook(tmp_path, **{**rows, "subjects": [*rows["subjects"], ("colour", "colour")]})
    folder = tmp_path / "mine"
    run = cli("mapping", "new", "--dictionary", "sds", "--from-xlsx", path, "--output", folder)
    assert run.code == 0
    assert f"warning M331 element_mapping.xlsx!subjects!A{len(rows['subjects']) + 1} 'colour' is no field" in run.err
    assert cli("mapping", "check", "--mapping", folder).code == 0
    assert cli("validate", VAGUS, "--mapping", folder, "--program", "a", "--project", "b").code == 0
    printed = cli("mapping", "new", "--dictionary", "sds", "--from-xlsx", path)
    assert "# case.yaml" in printed.out
    assert cli("mapping", "new", "--dictionary", "sds", "--from-xlsx", VAGUS / "samples.xlsx").code == 2


def test_the_convertor_takes_such_a_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path, **of_version("2.0.0", ["subjects", "samples", "manifest"]))
    convertor = Gen3Convertor("p", "vagus")
    convertor.set_mapping(path)
    report = convertor.execute(VAGUS, tmp_path / "out")
    assert {"M332"} <= {one.code for one in report}
    assert (tmp_path / "out" / "subjects.json").is_file()
    convertor.set_mapping("12labours")
    with pytest.raises(UsageError):
        convertor.execute(VAGUS, tmp_path / "again")
