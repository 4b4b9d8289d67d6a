"""SDS -> records -> commons -> SDS gives equal sheets, cell by cell, for every sample and every real dataset."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Cli
from pipeline import SERVED, SHARED, Run, declared, run
from real_datasets import LOOSE, SAMPLES, folders, human, loose
from restoring import back_and_forth, counted, records_of, restored, written
from sheet_makers import LAYOUTS

from sds2gen3.model import Dataset
from sds2gen3.restore.compare import Comparison, compare
from sds2gen3.restore.findings import of_restored
from sds2gen3.sheets import read_dataset
from sds2gen3.sheets.layouts.facts import header_key

ABSENT = "the shared material is not beside the project (../shared)"
WITH_SHARED = pytest.mark.skipif(not SHARED.is_dir(), reason=ABSENT)

CONTACT = ("contributors", "is_contact_person")
COUNTS = {("dataset_description", "number_of_subjects"): 1, ("dataset_description", "number_of_samples"): 1}
ODD = {("contributors", "contributor_role"): 1, **COUNTS}

RESPELT = {  # where the record has the value in the type or the spelling that the dictionary wants, and the sheet gets that
    "bladder-imaging-3.0.2": {("code_inputs", "input_default_value"): 1},  # 12 -> '12'
    "broken-2.1.0": {("dataset_description", "keywords"): 1, ("subjects", "sex"): 1, ("manifest", "filename"): 1},
    "fair-biors": COUNTS,  # '0' -> 0
    "gi-review": COUNTS,
    "sparc-me-optical-mapping": {
        ("contributors", "contributor_role"): 2,  # Coinvestigator
        ("dataset_description", "keywords"): 1,  # several in one cell -> a cell each
    },
    "human": {("subjects", "sex"): 4},  # a code 1 -> '1'
    "cry": COUNTS,
    **{name: ODD for name in LOOSE if name != "cry"},
}

NAMELESS = {  # broken on purpose: rows without an id make no record, which `convert` says (M309)
    "broken-2.1.0": {("subjects",): 1, ("samples",): 1, ("manifest",): 1},
}


def samples() -> list[str]:
    return sorted(path.parent.name for path in SAMPLES.glob("*/dataset"))


def checked(name: str, comparison: Comparison) -> None:
    """Nothing is lost, nothing is added, and what is spelt otherwise is known."""
    lost = [one for one in comparison.lost if (one.table,) not in NAMELESS.get(name, {})]
    assert [(one.table, one.field, one.value, one.other) for one in lost] == []
    assert counted(comparison, "added") == {}
    assert counted(comparison, "respelt") == RESPELT.get(name, {})
    assert sum(comparison.same.values()) > 10


@pytest.mark.parametrize("name", samples())
def test_a_sample_dataset_comes_back_from_its_records(name: str, tmp_path: Path) -> None:
    found = run(SAMPLES / name / "dataset")
    checked(name, back_and_forth(found.dataset, found.graph, tmp_path / "a"))


@WITH_SHARED
@pytest.mark.parametrize(
    "name",
    [
        "fair-amd-oct",
        "fair-biors",
        "gi-review",
        "pennsieve-pig-heart",
        "soda-test-dataset",
        "sparc-me-optical-mapping",
        "sparclink",
    ],
)
def test_a_real_dataset_comes_back_from_its_records(name: str, tmp_path: Path) -> None:
    found = run(SHARED / "sds/real" / name)
    checked(name, back_and_forth(found.dataset, found.graph, tmp_path / "a"))


@WITH_SHARED
@pytest.mark.parametrize("name", ["human", *LOOSE])
def test_loose_real_sheets_come_back_from_their_records(name: str, tmp_path: Path) -> None:
    folder = human(tmp_path / name) if name == "human" else loose(name, tmp_path / name)
    found = run(folder)
    checked(name, back_and_forth(found.dataset, found.graph, tmp_path / "a"))


@WITH_SHARED
def test_no_real_dataset_is_left_out() -> None:
    """Those of the two lists above, and the two folders whose sheets are read as loose ones."""
    assert {path.name for path in folders("sds/real")} == {
        *("fair-amd-oct", "fair-biors", "gi-review", "pennsieve-pig-heart", "soda-test-dataset"),
        *("sparc-me-optical-mapping", "sparclink", "dbgap-prep", "sparcur-csv"),
    }


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    found = run(SAMPLES / "vagus-stimulation-2.0.0/dataset")
    for folder in ("a", "b"):
        back = restored(records_of(found.graph), found.graph.needs)
        written(back.dataset, "2.0.0", tmp_path / folder)
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert len(files) == 11
    assert [
        path for path in files if (tmp_path / "a" / path).read_bytes() != (tmp_path / "b" / path).read_bytes()
    ] == []


# Through a commons


@pytest.fixture(scope="module")
def commons() -> Iterator[dict[str, str]]:
    """A served commons that holds every sample and real dataset without errors, each in a project of its own."""
    pytest.importorskip("werkzeug")
    pytest.importorskip("graphql")
    from rehearsal import Rehearsal

    _, dictionary = declared("sds", "sds")
    rehearsal = Rehearsal(dictionary, "sds", "sds")
    for name, folder in sorted(datasets().items()):
        rehearsal.sandbox.ensure("sds", project_of(name))
        found = sent(name, folder)
        tally = rehearsal.submit(found.graph, dictionary, among_others=True)
        assert tally.exit_code == 0, tally.findings
    with rehearsal.sandbox.serve():
        yield {"key": json.dumps(rehearsal.sandbox.credentials()), "url": rehearsal.sandbox.url}


def datasets() -> dict[str, Path]:
    good = [name for name in samples() if not name.startswith("broken")]
    real = ["fair-amd-oct", "gi-review", "soda-test-dataset", "sparc-me-optical-mapping", "sparclink"]
    shared = {name: SHARED / "sds/real" / name for name in real} if SHARED.is_dir() else {}
    return {name: SAMPLES / name / "dataset" for name in good} | shared


def project_of(name: str) -> str:
    """Two datasets in one project, so that one must be named; the others have their own."""
    return "both" if name.startswith(("cardiac", "vagus")) else name.replace(".", "_")


def sent(name: str, folder: Path) -> Run:
    return run(folder, dataset=name, project=project_of(name))


@pytest.fixture
def here(commons: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which commands run, logged in."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "key.json").write_text(commons["key"])
    monkeypatch.setenv("GEN3_API_KEY", str(tmp_path / "key.json"))
    monkeypatch.delenv("GEN3_ENDPOINT", raising=False)
    return tmp_path / "here"


@pytest.mark.parametrize("name", sorted(datasets()))
def test_what_is_in_the_commons_comes_back_as_sheets(name: str, here: Path, cli: Cli) -> None:
    which = ["--dataset", name] if project_of(name) == "both" else []
    done = cli("export", "--as-sds", "sheets", "--project", project_of(name), *which)
    assert done.code == 0, done.err
    assert "Rows come in order of their ids" in done.err
    before = read_dataset(datasets()[name])
    after = read_dataset(here / "sheets")
    assert after.version == before.version
    checked(name, compare(before, after, LAYOUTS))
    assert reading_errors(after) <= reading_errors(before)


def reading_errors(dataset: Dataset) -> set[str]:
    return {one.code for one in dataset.findings if one.code[0] == "R" and one.severity.label == "error"}


def test_of_several_datasets_one_must_be_named(here: Path, cli: Cli) -> None:
    done = cli("export", "--as-sds", "sheets", "--project", "both")
    assert done.code == 2
    assert "U671" in done.err
    assert "vagus-stimulation-2.0.0" in done.err
    assert not (here / "sheets").exists()


def test_another_version_can_be_asked_for(here: Path, cli: Cli) -> None:
    done = cli(
        "export", "--as-sds", "sheets", "--sds", "3.0.2", "--project", "both", "--dataset", "vagus-stimulation-2.0.0"
    )
    assert done.code == 0, done.err
    after = read_dataset(here / "sheets")
    assert after.version == "3.0.2"
    about = after.table("dataset_description")
    assert about is not None
    assert str(about.columns["description"][0]).startswith("Compound action potentials")
    assert "[ ] dataset_description.xlsx" in (here / "sheets/to_check.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("writer", ["convert", "export"])
def test_records_in_a_folder_need_no_commons(
    writer: str, here: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "bladder-imaging-3.0.2"
    if writer == "convert":
        assert cli("convert", datasets()[name], "--output", "out", "--set", f"dataset={name}").code == 0
    else:
        assert (
            cli("export", "--dataset", name, "--project", project_of(name), "--as", "tsv", "--output", "out").code == 0
        )
    monkeypatch.setenv("GEN3_API_KEY", os.devnull)
    done = cli("export", "--as-sds", "sheets", "--records", "out")
    assert done.code == 0, done.err
    checked(name, compare(read_dataset(datasets()[name]), read_dataset(here / "sheets"), LAYOUTS))


# A foreign dictionary


@WITH_SHARED
def test_what_the_12_labours_dictionary_cannot_carry_is_listed(tmp_path: Path) -> None:
    found = run(SAMPLES / "vagus-stimulation-2.0.0/dataset", "12labours", SERVED)
    back = restored(records_of(found.graph), found.graph.needs, "12labours", SERVED)
    rules, _ = declared("12labours", str(SERVED))
    comparison = compare(found.dataset, written(back.dataset, "2.0.0", tmp_path / "a").dataset, LAYOUTS)
    carried = {table for table, _ in comparison.same}
    assert {"subjects", "samples", "contributors", "dataset_description"} <= carried
    told = list(of_restored(back, rules, "2.0.0", LAYOUTS))
    listed = " ".join(one.message for one in told if one.code == "M343")
    for table in ("submission", "resources", "performances"):
        assert f"No record holds '{table}'" in listed
    unmapped = {(part.table.name, header_key(part.field)) for part in found.graph.unmapped}
    silently = {(one.table, one.field) for one in comparison.lost} - {
        (table, field)
        for table, field in counted(comparison, "lost")
        if (table, header_key(field.removeprefix("own:"))) in unmapped
    }
    assert silently == {("manifest", "(folder)"), ("manifest", "filename")}, (
        "a path of the dataset, not of the manifest"
    )
    assert [one.message for one in told if one.code == "M342"] != []


def test_records_that_do_not_say_their_version_are_written_as_the_newest(here: Path, cli: Cli) -> None:
    name = "bladder-imaging-3.0.2"
    cli("export", "--dataset", name, "--project", project_of(name), "--as", "json", "--output", "out")
    for file in (here / "out/nodes").glob("*.json"):
        records = json.loads(file.read_text(encoding="utf-8"))
        for record in records:
            record.pop("sds_version", None)
            record.pop("metadata_version", None)
        file.write_text(json.dumps(records), encoding="utf-8")
    done = cli("export", "--as-sds", "sheets", "--records", "out")
    assert (done.code, "M345" in done.err) == (0, True)
    assert json.loads((here / "sheets/sds.json").read_text(encoding="utf-8"))["sds_version"] == LAYOUTS.versions[-1]


@pytest.mark.parametrize(
    "options",
    [
        ["case"],
        ["--all"],
        ["--where", "sex=Male"],
        ["--limit", "1"],
        ["--output", "x"],
        ["--as", "tsv"],
        ["--fields", "a"],
    ],
)
def test_sheets_are_of_whole_datasets(options: list[str], cli: Cli) -> None:
    done = cli("export", "--as-sds", "sheets", *options)
    assert (done.code, "U671" in done.err) == (2, True)


def test_a_version_goes_with_sheets(cli: Cli) -> None:
    done = cli("export", "case", "--sds", "3.0.2")
    assert (done.code, "U671" in done.err) == (2, True)


def test_a_folder_without_records_is_refused(cli: Cli, tmp_path: Path) -> None:
    done = cli("export", "--as-sds", tmp_path / "a", "--records", tmp_path)
    assert (done.code, "C936" in done.err) == (2, True)
