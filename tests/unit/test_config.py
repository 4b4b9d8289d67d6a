"""Settings: where each comes from, and what is said about those that are not understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import platformdirs
import pytest

from sds2gen3.catalogue import Severity
from sds2gen3.config import FILE, KINDS, Setting, load
from sds2gen3.errors import SdsError, UsageError
from sds2gen3.severities import Change


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "study" / "my_dataset"
    folder.mkdir(parents=True)
    return folder


def user_file() -> Path:
    path = platformdirs.user_config_path("sds2gen3", appauthor=False) / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_nothing_given_is_the_default(dataset: Path) -> None:
    settings = load({}, dataset, environ={})
    assert settings.mapping == Setting("sds", "default")
    assert settings.max_per_group == Setting(10, "default")
    assert settings.needs == {}


def test_option_beats_environment_beats_file_beats_user_file_beats_default(dataset: Path) -> None:
    environ = {"SDS2GEN3_MAPPING": "from-environment"}
    option = {"mapping": "from-option"}
    user = user_file()
    user.write_text('mapping = "from-user"\n')
    try:
        assert load({}, dataset, environ={}).mapping == Setting("from-user", "sds2gen3.toml:1")
        (dataset / FILE).write_text('# ours\nmapping = "from-file"\n')
        assert load({}, dataset, environ={}).mapping == Setting("from-file", "sds2gen3.toml:2")
        assert load({}, dataset, environ=environ).mapping == Setting("from-environment", "environment SDS2GEN3_MAPPING")
        assert load(option, dataset, environ=environ).mapping == Setting("from-option", "option")
    finally:
        user.unlink()


def test_the_nearest_file_counts(dataset: Path) -> None:
    (dataset.parent / FILE).write_text("strict = true\n")
    assert load({}, dataset, environ={}).strict.value
    (dataset / FILE).write_text("strict = false\n")
    assert not load({}, dataset, environ={}).strict.value


def test_a_zip_is_looked_up_beside_it(dataset: Path) -> None:
    (dataset.parent / FILE).write_text("strict = true\n")
    assert load({}, dataset.parent / "data.zip", environ={}).strict.value


def test_a_named_file_replaces_the_search(dataset: Path, tmp_path: Path) -> None:
    (dataset / FILE).write_text("strict = true\n")
    other = tmp_path / "other.toml"
    other.write_text("max-per-group = 3\n")
    settings = load({}, dataset, other, environ={})
    assert (settings.strict.value, settings.max_per_group) == (False, Setting(3, "other.toml:1"))


def test_options_that_are_not_given_do_not_count(dataset: Path) -> None:
    settings = load({"mapping": None, "select": [], "needs.project": None}, dataset, environ={})
    assert settings == load({}, dataset, environ={})


def test_needs_come_from_table_environment_and_options(dataset: Path) -> None:
    (dataset / FILE).write_text('[needs]\nprogram = "p"\nproject = "q"\ndataset = "d"\n')
    settings = load({"needs.project": "mine"}, dataset, environ={"SDS2GEN3_NEEDS_DATASET": "e"})
    assert {name: (need.value, need.source) for name, need in settings.needs.items()} == {
        "program": ("p", "sds2gen3.toml:2"),
        "project": ("mine", "option"),
        "dataset": ("e", "environment SDS2GEN3_NEEDS_DATASET"),
    }


def test_program_and_project_of_other_scripts_are_the_weakest_word(dataset: Path) -> None:
    environ = {"GEN3_PROGRAM": "p", "GEN3_PROJECT": "q"}
    needs = load({}, dataset, environ=environ).needs
    assert needs == {
        "program": Setting("p", "environment GEN3_PROGRAM"),
        "project": Setting("q", "environment GEN3_PROJECT"),
    }
    (dataset / FILE).write_text('[needs]\nprogram = "file"\n')
    stronger = load({"needs.project": "option"}, dataset, environ=environ).needs
    assert [stronger[name].value for name in ("program", "project")] == ["file", "option"]


def test_paths_in_a_file_are_relative_to_the_file(dataset: Path) -> None:
    (dataset.parent / "my_mapping").mkdir()
    (dataset.parent / FILE).write_text('mapping = "my_mapping"\ndictionary = "a-name"\nschemas = ["own"]\n')
    settings = load({}, dataset, environ={})
    assert settings.mapping.value == str(dataset.parent / "my_mapping")
    assert settings.dictionary.value == "a-name"
    assert settings.schemas.value == (str(dataset.parent / "own"),)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("strict", "yes", True),
        ("strict", "0", False),
        ("max_per_group", "0", 0),
        ("select", "S2, L501", ("S2", "L501")),
        ("color", "never", "never"),
    ],
)
def test_the_environment_is_typed(dataset: Path, name: str, text: str, value: Any) -> None:
    settings = load({}, dataset, environ={f"SDS2GEN3_{name.upper()}": text})
    assert getattr(settings, name).value == value


@pytest.mark.parametrize(
    ("text", "code", "place", "hint"),
    [
        ('strict = true\nmappping = "x"\n', "C901", "sds2gen3.toml:2", "Did you mean 'mapping'?"),
        ("\n\nzzz = 1\n", "C901", "sds2gen3.toml:3", "The settings are: "),
        ("\n[need]\nproject = 'x'\n", "C901", "sds2gen3.toml:2", "Did you mean 'needs'?"),
        ("strict = perhaps\n", "C900", "sds2gen3.toml:1", ""),
        ('mapping = "a"\nmapping = "b"\n', "C900", "sds2gen3.toml:2", ""),
        ('\nstrict = "perhaps"\n', "C902", "sds2gen3.toml:2", "Give true or false."),
        ("max-per-group = -1\n", "C902", "sds2gen3.toml:1", "Give a number, 0 or more."),
        ("select = [1]\n", "C902", "sds2gen3.toml:1", "Give a list of texts."),
        ("color = 'pink'\n", "C902", "sds2gen3.toml:1", "Give auto, always or never."),
        ("[needs]\nx = 'y'\nproject = 3\n", "C902", "sds2gen3.toml:3", "Give a text."),
        ("needs = 'x'\n", "C901", "sds2gen3.toml:1", ""),
        ("[storage]\nfrm = 'x'\n", "C901", "sds2gen3.toml:2", "Did you mean 'storage.from'?"),
        ("[storage]\nfrom = 'x'\njobs = 'many'\n", "C902", "sds2gen3.toml:3", "Give a number, 0 or more."),
    ],
)
def test_what_is_not_understood_is_said_with_its_line(
    dataset: Path, text: str, code: str, place: str, hint: str
) -> None:
    (dataset / FILE).write_text(text)
    with pytest.raises(UsageError) as raised:
        load({}, dataset, environ={})
    (diagnostic,) = raised.value.diagnostics
    assert (diagnostic.code, str(diagnostic.place)) == (code, place)
    assert diagnostic.hint.startswith(hint)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"mapping = '\xe9'"])
def test_a_file_that_is_no_text_is_said(dataset: Path, content: bytes) -> None:
    (dataset / FILE).write_bytes(content)
    with pytest.raises(UsageError, match="it is not UTF-8 text"):
        load({}, dataset, environ={})


def test_the_storage_of_data_files_has_a_table(dataset: Path) -> None:
    (dataset / "files").mkdir()
    (dataset / FILE).write_text("[storage]\nfrom = 'files'\nhosts = ['a.org', 'b.org']\n")
    settings = load({}, dataset, environ={"SDS2GEN3_STORAGE_JOBS": "2"})
    assert settings.storage_from == Setting(str(dataset / "files"), "sds2gen3.toml:2")
    assert (settings.storage_hosts.value, settings.storage_jobs.value) == (("a.org", "b.org"), 2)


def test_a_wrong_variable_or_option_is_named(dataset: Path) -> None:
    with pytest.raises(UsageError, match=r"'x' does not fit the setting 'strict' \(environment SDS2GEN3_STRICT\)"):
        load({}, dataset, environ={"SDS2GEN3_STRICT": "x"})
    with pytest.raises(SdsError, match=r"'pink' does not fit the setting 'color' \(option\)"):
        load({"color": "pink"}, dataset, environ={})


def test_every_setting_has_a_kind() -> None:
    settings = load({}, environ={})
    assert set(KINDS) == {name for name in vars(settings) if name not in ("needs", "severity")}


STRICTER = """
[[severity]]
code = "s236"
is = "error"

[[severity]]
code = "S2"
is = "off"
files = "primary/*"
"""


def test_severities_of_all_files_count_the_strongest_last(dataset: Path, tmp_path: Path) -> None:
    (dataset / FILE).write_text('[[severity]]\ncode = "S236"\nis = "info"\n')
    profile = tmp_path / "commons"
    profile.mkdir()
    (profile / FILE).write_text(STRICTER)
    settings = load({"profile": str(profile)}, dataset, environ={})
    assert settings.severity.value == (
        Change("S236", Severity.INFO),
        Change("S236", Severity.ERROR),
        Change("S2", None, "primary/*"),
    )


def test_a_profile_beats_the_dataset_and_options_beat_both(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "commons").mkdir()
    (tmp_path / "commons" / FILE).write_text('strict = true\nmapping = "theirs"\n')
    (dataset / FILE).write_text('strict = false\nprofile = "../../commons"\n')
    assert load({}, dataset, environ={}).strict.value
    assert load({"mapping": "mine"}, dataset, environ={}).mapping.value == "mine"
    assert load({}, dataset, environ={}).mapping.value == "theirs"


def test_a_profile_that_is_not_there_is_told(dataset: Path) -> None:
    with pytest.raises(UsageError) as told:
        load({"profile": "nowhere"}, dataset, environ={})
    assert told.value.diagnostics[0].code == "C914"


@pytest.mark.parametrize(
    "text",
    [
        'severity = "error"',
        '[[severity]]\ncode = "S2"',
        '[[severity]]\nis = "error"',
        '[[severity]]\ncode = "S2"\nis = "bad"',
        '[[severity]]\ncode = "S2"\nis = "error"\nfile = "a"',
    ],
)
def test_a_severity_that_is_not_understood_is_told(dataset: Path, text: str) -> None:
    (dataset / FILE).write_text(text)
    with pytest.raises(UsageError) as told:
        load({}, dataset, environ={})
    assert told.value.diagnostics[0].code == "C902"
