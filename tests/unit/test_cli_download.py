"""download as it is typed: of a local dataset, of records that were made of it, and of a dataset in a commons."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import Cli
from downloads import tree
from file_server import served

pytest.importorskip("werkzeug")

from full_commons import FullCommons, case, experiment

from sds2gen3.cli import cargo
from sds2gen3.commons import Patience

STUDY = "1.2.826.0.1"


def manifest(name: str, filename: str, **other: Any) -> dict[str, Any]:
    """A record of a file of the dataset `e`."""
    own = {"type": "manifest", "submitter_id": name, "experiments": {"submitter_id": "e"}, "filename": filename}
    return {**own, "manifest_file": "primary/manifest.csv", **other}


@pytest.fixture(scope="module")
def commons() -> Iterator[FullCommons]:
    """A commons with the dataset `e`, which lists files, good ones and others; and `other`, which lists one."""
    full = FullCommons()
    extra = json.dumps({"MD5": hashlib.md5(b"one").hexdigest(), "file size": "3"})
    spoilt = json.dumps({"sha256": "0" * 64})
    full.put(
        [
            experiment("e"),
            experiment("other"),
            case(f"sub-{STUDY}", "e"),
            manifest("m-1", "primary/one.csv", additional_fields=extra),
            manifest("m-2", "primary/two \u00fc.csv"),
            manifest("m-3", "../../three.csv"),
            manifest("m-4", "primary/four.csv", additional_fields=spoilt),
            {**manifest("m-5", "primary/five.csv"), "experiments": {"submitter_id": "other"}},
        ]
    )
    with full.sandbox.serve():
        yield full


@pytest.fixture
def here(commons: FullCommons, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Commands run in a folder with the files of the dataset `e`, and log in to the commons."""
    for name, content in (("one.csv", b"one"), ("two \u00fc.csv", b"two"), ("four.csv", b"four"), ("five.csv", b"5")):
        (tmp_path / "lab/e/primary").mkdir(parents=True, exist_ok=True)
        (tmp_path / "lab/e/primary" / name).write_bytes(content)
    (tmp_path / "lab/e/primary/manifest.csv").write_bytes(b"filename\n")
    (tmp_path / "lab/e/dataset_description.csv").write_bytes(b"Metadata element,Value\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GEN3_ENDPOINT", raising=False)
    monkeypatch.setattr(cargo, "Patience", lambda **details: Patience(tries=2, first=0.01, **details))
    (tmp_path / "key.json").write_text(json.dumps(commons.sandbox.credentials()))
    monkeypatch.setenv("GEN3_API_KEY", str(tmp_path / "key.json"))
    return tmp_path


def test_files_of_a_dataset_of_the_commons_come_with_the_metadata_of_the_storage(cli: Cli, here: Path) -> None:
    done = cli("download", "e", "here", "--from", here / "lab/e")
    assert done.code == 1
    assert set(tree(here / "here")) == {
        *("primary/one.csv", "primary/two \u00fc.csv", "primary/manifest.csv", "dataset_description.csv")
    }
    told = " ".join(done.out.split())
    assert "U691 '../../three.csv' is not written" in told
    assert "U694 'primary/four.csv' is not what was listed: its SHA256" in told
    assert "Only 4 of 6 files are in here." in told


def test_the_storage_may_stand_in_the_settings_with_the_name_of_the_dataset(cli: Cli, here: Path) -> None:
    (here / "sds2gen3.toml").write_text(
        '[storage]\nfrom = "file://LAB/{dataset}"\njobs = 2\n'.replace("LAB", str(here / "lab"))
    )
    assert cli("download", "other", "here", "--only", "*/one.csv").code == 2
    assert cli("download", "e", "here", "--only", "*/one.csv").code == 1  # the row that leads out is told all the same
    assert "primary/one.csv" in tree(here / "here")
    assert "primary/four.csv" not in tree(here / "here")


def test_a_dry_run_lists_what_would_be_fetched_and_writes_nothing(cli: Cli, here: Path) -> None:
    done = cli("download", "e", "here", "--from", "lab/e", "--dry-run")
    assert "  primary/one.csv (3 bytes)" in done.out
    assert not (here / "here").exists()


def test_a_machine_reads_what_became_of_each_file(cli: Cli, here: Path) -> None:
    told = json.loads(cli("download", "e", "here", "--from", "lab/e", "-f", "json").out)
    (dataset,) = told["summary"]["datasets"]
    account = dataset["download"]
    assert {"path": "primary/one.csv", "action": "fetched", "size": 3} in account["files"]
    assert account["counts"] == {"fetched": 4, "refused": 1, "failed": 1}


def test_it_must_be_said_where_the_files_are(cli: Cli, here: Path) -> None:
    done = cli("download", "e", "here")
    assert (done.code, "U690 It is not said where the files of 'e' are stored." in done.err) == (2, True)


def test_a_dataset_that_the_commons_does_not_have_is_told(cli: Cli, here: Path) -> None:
    done = cli("download", "f", "here", "--from", "lab/e")
    assert (done.code, "U677" in done.err) == (1, True)


def test_subjects_lead_to_the_images_of_a_pacs(cli: Cli, here: Path) -> None:
    pytest.importorskip("dicomweb_client", reason="the extra 'dicomweb' is not installed")
    with served() as empty:
        done = cli("download", "e", "here", "--from", f"dicomweb+{empty.url}")
        assert any(f"/studies/{STUDY}/instances" in path for path, _ in empty.gets())
    assert (done.code, f"'primary/sub-{STUDY}' is not in dicomweb+http" in " ".join(done.out.split())) == (1, True)


def dataset_in(folder: Path) -> Path:
    """A local dataset with two files."""
    (folder / "study/primary").mkdir(parents=True)
    (folder / "study/dataset_description.csv").write_text(
        "Metadata element,Value\nMetadata Version,2.0.0\nTitle,Study of pigs\n", "utf-8"
    )
    (folder / "study/primary/manifest.csv").write_text("filename,url\na.csv,\nb.csv,WEB/b.csv\n", "utf-8")
    (folder / "study/primary/a.csv").write_bytes(b"a")
    return folder / "study"


def test_a_local_dataset_is_copied_with_its_metadata(cli: Cli, tmp_path: Path) -> None:
    study = dataset_in(tmp_path)
    (study / "README.md").write_bytes(b"read")
    with served(content={"b.csv": b"b"}) as web:
        sheet = study / "primary/manifest.csv"
        sheet.write_text(sheet.read_text().replace("WEB", web.url), "utf-8")
        refused = cli("download", study, tmp_path / "d")
        done = cli("download", study, tmp_path / "d", "--host", "127.0.0.1")
    assert (refused.code, "U698" in refused.out, done.code) == (1, True, 0)
    assert set(tree(tmp_path / "d")) == set(tree(study)) | {"primary/b.csv"}
    assert f"All 5 files are in {(tmp_path / 'd').as_posix()}." in done.out


def test_a_zip_has_its_metadata_but_no_storage(cli: Cli, tmp_path: Path) -> None:
    study = dataset_in(tmp_path)
    (study / "primary/manifest.csv").write_text("filename\na.csv\n", "utf-8")
    zipped = shutil.make_archive(str(tmp_path / "zipped"), "zip", study)
    assert cli("download", zipped, tmp_path / "d").code == 2
    assert cli("download", zipped, tmp_path / "d", "--from", study).code == 0
    assert set(tree(tmp_path / "d")) == set(tree(study))


def test_a_folder_of_records_lists_its_files_at_their_cells(cli: Cli, root: Path, tmp_path: Path) -> None:
    dataset = root / "sample_datasets/vagus-stimulation-2.0.0/dataset"
    assert cli("convert", dataset, "-o", tmp_path / "out").code == 0
    done = cli("download", tmp_path / "out", tmp_path / "d", "--from", dataset)
    assert (done.code, set(tree(tmp_path / "d"))) == (0, set(tree(dataset)))
    (tmp_path / "half/primary").mkdir(parents=True)
    missing = cli("download", tmp_path / "out", tmp_path / "e", "--from", tmp_path / "half", "--only", "docs/*.csv")
    assert (missing.code, "U693  A" in missing.out) == (1, True)


def test_a_password_in_an_address_is_refused_and_not_repeated(cli: Cli, tmp_path: Path) -> None:
    study = dataset_in(tmp_path)
    done = cli("download", study, tmp_path / "d", "--from", "https://lab:s3cret@example.org/x")
    assert (done.code, "U605" in done.err, "s3cret" in done.out + done.err) == (2, True, False)


def test_a_login_is_not_sent_to_an_address_that_a_file_names(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = dataset_in(tmp_path)
    monkeypatch.setenv("SDS2GEN3_STORAGE_TOKEN", "t0p-secret")
    with served(content={"primary/a.csv": b"a"}) as web:
        (study / "sds2gen3.toml").write_text(f'[storage]\nfrom = "{web.url}"\nhosts = ["example.org"]\n')
        done = cli("download", study, tmp_path / "d")
        assert (done.code, "U690 Your login would be sent to" in done.err, web.logins) == (2, True, [])
        assert cli("download", study, tmp_path / "d", "--from", web.url, "--only", "*/a.csv").code == 0
        assert set(web.logins) == {"Bearer t0p-secret"}


def test_doctor_shows_the_storage_without_its_secrets(cli: Cli, tmp_path: Path) -> None:
    study = dataset_in(tmp_path)
    (study / "sds2gen3.toml").write_text('[storage]\nfrom = "https://a.org/x?sig=s3cret"\n')
    told = cli("doctor", study, "--offline").out
    assert ("https://a.org/x" in told, "s3cret" in told, "storage.from" in told) == (True, False, True)


def test_neither_folder_nor_login_is_told(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("GEN3_API_KEY", raising=False)
    done = cli("download", "no-such-study", tmp_path / "d", "--from", str(tmp_path))
    assert (done.code, "There is no folder 'no-such-study', and no login" in done.err) == (2, True)
