"""`sds2gen3 download` from a real PACS: Orthanc through DICOMweb. Skipped, with the reason, where it is not installed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import orthanc
import pytest
from command_line import Cli
from downloads import actions, codes, fetched, row, tree
from orthanc import PASSWORD, USER, Pacs, image, pacs

from sds2gen3.download import Row, rows_of_cases

pytest.importorskip("dicomweb_client", reason="the extra 'dicomweb' is not installed")
pytest.importorskip("pydicom", reason="pydicom, which makes images, is not installed")
pytestmark = pytest.mark.skipif(orthanc.lacking() != "", reason=orthanc.lacking() or "it is there")

STUDY = "1.2.826.0.1.3680043.8.498.1"
FIRST, SECOND = f"{STUDY}.1", f"{STUDY}.2"
IMAGES = {
    f"{FIRST}.1": image(STUDY, FIRST, f"{FIRST}.1"),
    f"{FIRST}.2": image(STUDY, FIRST, f"{FIRST}.2", rows=512),
    f"{SECOND}.1": image(STUDY, SECOND, f"{SECOND}.1", compressed=True),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pacs]:
    with pacs(tmp_path_factory.mktemp("orthanc")) as running:
        for one in IMAGES.values():
            running.put(one)
        yield running


@pytest.fixture(autouse=True)
def _login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDS2GEN3_STORAGE_USER", USER)
    monkeypatch.setenv("SDS2GEN3_STORAGE_PASSWORD", PASSWORD)


def test_an_instance_comes_byte_for_byte_as_it_is_stored(server: Pacs, tmp_path: Path) -> None:
    rows = []
    for uid, content in IMAGES.items():
        series, md5 = uid.rpartition(".")[0], hashlib.md5(content).hexdigest()
        uids = {"StudyInstanceUID": STUDY, "Series Instance UID": series, "sop_instance_uid": uid}
        rows.append(row(f"sub-1/{uid}.dcm", "primary", md5=md5, **uids))
    done = fetched(server.address, tmp_path, *rows)
    assert (done.exit_code, codes(done)) == (0, [])
    assert tree(tmp_path) == {f"primary/sub-1/{uid}.dcm": content for uid, content in IMAGES.items()}


def test_a_series_and_a_study_are_folders_of_their_instances(server: Pacs, tmp_path: Path) -> None:
    uids = {"study instance uid": STUDY}
    rows = [row("whole", **uids), row("part", **uids, series_instance_uid=FIRST)]
    rows.append(row("one.dcm", **uids, series_instance_uid=SECOND))
    done = fetched(server.address, tmp_path, *rows)
    assert (done.exit_code, tree(tmp_path)) == (
        0,
        {
            f"whole/{FIRST}/{FIRST}.1.dcm": IMAGES[f"{FIRST}.1"],
            f"whole/{FIRST}/{FIRST}.2.dcm": IMAGES[f"{FIRST}.2"],
            f"whole/{SECOND}/{SECOND}.1.dcm": IMAGES[f"{SECOND}.1"],
            f"part/{FIRST}.1.dcm": IMAGES[f"{FIRST}.1"],
            f"part/{FIRST}.2.dcm": IMAGES[f"{FIRST}.2"],
            "one.dcm": IMAGES[f"{SECOND}.1"],
        },
    )
    again = fetched(server.address, tmp_path, *rows)
    assert set(actions(again).values()) == {"same"}


def test_subjects_that_are_called_by_their_study_lead_to_their_images(server: Pacs, tmp_path: Path) -> None:
    cases = [{"subject_id": f"sub-{STUDY}", "submitter_id": "c1"}, {"subject_id": "sub-1", "submitter_id": "c2"}]
    done = fetched(server.address, tmp_path, *rows_of_cases(cases))
    assert (done.exit_code, len(tree(tmp_path))) == (0, 3)
    assert all(name.startswith(f"primary/sub-{STUDY}/") for name in tree(tmp_path))


def test_what_the_pacs_does_not_have_is_told_and_the_rest_comes(server: Pacs, tmp_path: Path) -> None:
    uids = {"StudyInstanceUID": STUDY, "SeriesInstanceUID": FIRST}
    rows = [
        row("no-study", StudyInstanceUID="1.2.3"),
        row("no-instance.dcm", **uids, SOPInstanceUID="1.2.3"),
        row("wrong-uid.dcm", StudyInstanceUID="../1.2"),
        row("table.csv"),
        row("good.dcm", **uids, SOPInstanceUID=f"{FIRST}.1"),
        row("spoilt.dcm", **uids, SOPInstanceUID=f"{FIRST}.2", md5="0" * 32),
    ]
    done = fetched(server.address, tmp_path, *rows)
    assert (done.exit_code, set(tree(tmp_path))) == (1, {"good.dcm"})
    assert sorted(codes(done)) == ["U693", "U693", "U693", "U693", "U694"]
    assert {one.severity.label for one in done.report if "table.csv" in one.message} == {"warning"}


def test_a_refused_login_is_told_without_the_password(
    server: Pacs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDS2GEN3_STORAGE_PASSWORD", "wr0ng-s3cret")
    uids = {"StudyInstanceUID": STUDY, "SeriesInstanceUID": FIRST, "SOPInstanceUID": f"{FIRST}.1"}
    done = fetched(server.address, tmp_path, row("a", StudyInstanceUID=STUDY), row("b.dcm", **uids))
    assert (codes(done), done.exit_code) == (["U696", "U696"], 3)
    assert "wr0ng" not in str(done.report.diagnostics)


def test_a_pacs_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = fetched("dicomweb+http://127.0.0.1:9/dicom-web", tmp_path, row("a", StudyInstanceUID=STUDY))
    assert (codes(done), done.exit_code) == (["U695"], 3)


def test_images_of_a_dataset_are_fetched_by_the_command(cli: Cli, server: Pacs, tmp_path: Path) -> None:
    dataset = tmp_path / "study"
    (dataset / "primary").mkdir(parents=True)
    (dataset / "dataset_description.csv").write_text("Metadata element,Value\nMetadata Version,2.0.0\n", "utf-8")
    md5 = hashlib.md5(IMAGES[f"{FIRST}.1"]).hexdigest()
    lines = [
        "filename,timestamp,description,file type,md5,StudyInstanceUID,SeriesInstanceUID,SOPInstanceUID",
        f"sub-1/a.dcm,2024-01-01,an image,.dcm,{md5},{STUDY},{FIRST},{FIRST}.1",
        f"sub-1/series,2024-01-01,a series,,,{STUDY},{FIRST},",
    ]
    (dataset / "primary/manifest.csv").write_text("\n".join(lines) + "\n", "utf-8")
    done = cli("download", dataset, tmp_path / "here", "--from", server.address)
    assert (done.code, "All 5 files are in" in done.out) == (0, True), done.out + done.err
    assert PASSWORD not in done.out + done.err
    assert set(tree(tmp_path / "here")) == {
        "dataset_description.csv",
        "primary/manifest.csv",
        "primary/sub-1/a.dcm",
        f"primary/sub-1/series/{FIRST}.1.dcm",
        f"primary/sub-1/series/{FIRST}.2.dcm",
    }


def test_all_of_a_pacs_is_never_fetched(server: Pacs, tmp_path: Path) -> None:
    done = fetched(server.address, tmp_path, Row({"filename": "x"}), whole=True)
    assert tree(tmp_path) == {}
    assert done.exit_code == 1


def test_two_series_for_one_file_are_told(server: Pacs, tmp_path: Path) -> None:
    study = {"StudyInstanceUID": STUDY}
    rows = [
        row("a.dcm", **study, SeriesInstanceUID=SECOND),
        row("a.dcm", **study, SOPInstanceUID="1", SeriesInstanceUID="9"),
    ]
    assert fetched(server.address, tmp_path / "1", *rows).exit_code == 1
    twice = [row("b", **study, SeriesInstanceUID=FIRST), row("b", **study, SeriesInstanceUID=FIRST)]
    assert codes(fetched(server.address, tmp_path / "2", *twice)) == []
