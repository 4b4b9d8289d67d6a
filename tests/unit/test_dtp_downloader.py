"""The example of the `dtp` reference that downloads a dataset, with the import changed: data files and SDS workbooks."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("werkzeug")
pytest.importorskip("graphql")

import orthanc
from downloads import actions, tree
from full_commons import SDS, FullCommons, case, experiment

import sds2gen3
from sds2gen3 import DataError, UsageError
from sds2gen3.commons import Choices, submit
from sds2gen3.dtp import Downloader
from sds2gen3.restore.compare import compare
from sds2gen3.sheets.layouts.layout import Layouts

VAGUS = Path(__file__).parents[2] / "sample_datasets" / "vagus-stimulation-2.0.0" / "dataset"
STUDY = "1.2.826.0.1.3680043.8.498.7"


@pytest.fixture(scope="module")
def commons() -> Iterator[FullCommons]:
    """A served commons that holds the dataset `vagus`, and `images`, whose only subject is a study of a PACS."""
    made = FullCommons()
    dataset = sds2gen3.read_dataset(VAGUS)
    rules = sds2gen3.load_mapping("sds")
    graph = sds2gen3.convert(dataset, rules, SDS, program="prog", project="p", dataset="vagus")
    list(submit(graph, made.client, SDS, Choices()))
    made.put([experiment("images"), case("images:1", "images", subject_id=f"sub-{STUDY}")])
    with made.sandbox.serve():
        yield made


@pytest.fixture
def gen3_config(commons: FullCommons, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """configs/templates/gen3.json of the reference, filled in, in an empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    Path("key.json").write_text(json.dumps(commons.sandbox.credentials()))
    Path("gen3.json").write_text(json.dumps({"gen3_endpoint": commons.sandbox.url, "gen3_cred_file": "./key.json"}))
    return "gen3.json"


def storage(**settings: Any) -> str:
    Path("storage.json").write_text(json.dumps(settings))
    return "storage.json"


def test_arguments_are_those_of_the_reference_in_their_order() -> None:
    assert list(inspect.signature(Downloader).parameters) == [
        "data_storage_config",
        "gen3_config",
        "data_storage_type",
    ]
    assert list(inspect.signature(Downloader.download_dataset).parameters) == ["self", "dataset_id", "dest"]


def test_a_dataset_comes_with_its_files_and_its_workbooks(gen3_config: str) -> None:
    downloader = Downloader(storage(storage="address", address=str(VAGUS)), gen3_config, None)
    done = downloader.download_dataset(dataset_id="vagus", dest="./got")
    files = {name for name in tree(VAGUS) if name.partition("/")[0] in ("primary", "derivative")}
    assert files <= tree(Path("got")).keys()
    assert all(tree(Path("got"))[name] == tree(VAGUS)[name] for name in files if "manifest" not in name)
    again = sds2gen3.read_dataset(Path("got"))
    assert compare(sds2gen3.read_dataset(VAGUS), again, Layouts()).lost == []
    assert set(actions(done).values()) == {"fetched"}
    assert "fetched" not in actions(downloader.download_dataset("vagus", "got")).values()


def test_a_dataset_that_is_not_there_is_told(gen3_config: str) -> None:
    downloader = Downloader(storage(address=str(VAGUS)), gen3_config, "address")
    with pytest.raises(DataError, match="no dataset 'vagus2'"):
        downloader.download_dataset("vagus2", "got")
    with pytest.raises(DataError, match="no dataset"):
        downloader.download_dataset('vagus") { id } x: case(first: 1', "got")
    assert not Path("got").exists()


@pytest.mark.parametrize(
    ("settings", "type_", "said"),
    [
        ({"pacs_ip": "127.0.0.1", "pacs_port": 4242}, "pacs", "no 'dicomweb'"),
        ({"irods_host": "a"}, "irods", "irods_zone"),
        ({}, "tape", "no storage type 'tape'"),
        ({}, None, "no storage type 'None'"),
    ],
)
def test_settings_that_lack_something_are_told(gen3_config: str, settings: Any, type_: str | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Downloader(storage(**settings), gen3_config, type_).download_dataset("vagus", "got")


def test_what_to_download_is_known_from_the_commons_only(gen3_config: str) -> None:
    with pytest.raises(UsageError, match="gen3_config"):
        Downloader(storage(address="x"), data_storage_type="address")


def test_all_of_a_collection_of_irods_comes(gen3_config: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against a stand-in of the session, as the tests of iRODS are."""
    session = pytest.importorskip("irods.session", reason="the extra 'irods' is not installed")
    from test_download_irods import Session

    asked: dict[str, Any] = {}

    def made(**settings: Any) -> Session:
        asked.update(settings)
        return Session(**{"primary/a.csv": b"1", "subjects.xlsx": b"2"})

    monkeypatch.setattr(session, "iRODSSession", made)
    config = storage(
        irods_host="irods.example.org",
        irods_port=None,
        irods_user="lab",
        irods_password="s3cret",
        irods_zone="zone",
        irods_project_root="/zone/home/lab",
    )
    done = Downloader(config, data_storage_type="irods").download_dataset("study", "got")
    assert tree(Path("got")) == {"primary/a.csv": b"1", "subjects.xlsx": b"2"}
    assert (asked["port"], asked["password"]) == (1247, "s3cret")
    assert "s3cret" not in str(done.report.summary)


@pytest.mark.skipif(orthanc.lacking() != "", reason=orthanc.lacking() or "it is there")
def test_the_images_of_subjects_come_from_the_pacs(
    gen3_config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("dicomweb_client", reason="the extra 'dicomweb' is not installed")
    pytest.importorskip("pydicom", reason="pydicom, which makes images, is not installed")
    monkeypatch.setenv("SDS2GEN3_STORAGE_USER", orthanc.USER)
    monkeypatch.setenv("SDS2GEN3_STORAGE_PASSWORD", orthanc.PASSWORD)
    content = orthanc.image(STUDY, f"{STUDY}.1", f"{STUDY}.1.1")
    (tmp_path / "orthanc").mkdir()
    with orthanc.pacs(tmp_path / "orthanc") as server:
        server.put(content)
        config = storage(dicomweb=f"{server.url}/dicom-web")
        Downloader(config, gen3_config).download_dataset("images", "got")
    found = tree(Path("got"))
    assert found[f"primary/sub-{STUDY}/{STUDY}.1/{STUDY}.1.1.dcm"] == content
    assert "subjects.xlsx" in found
