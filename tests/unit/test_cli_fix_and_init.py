"""The commands `fix` and `init`, as a curator runs them."""

from __future__ import annotations

from pathlib import Path

from command_line import Cli
from sheet_makers import SUBJECTS, dataset, description


def test_fix_lists_what_was_made_and_what_is_offered(cli: Cli, tmp_path: Path) -> None:
    about = description(Type=["experimantal"])
    dataset(tmp_path / "a", about, subjects=[SUBJECTS[0], ["sub-1 ", *SUBJECTS[1][1:]]])
    run = cli("fix", tmp_path / "a", "--output", tmp_path / "b")
    assert run.code == 0
    assert "subjects.csv\n  made  A2  blanks  'sub-1 ' -> 'sub-1'\n" in run.out
    assert "dataset_description.csv\n  offered  B3  S230  'experimantal' -> 'experimental'\n" in run.out
    assert "1 repair made in 1 file, 1 offered." in run.out
    assert (tmp_path / "b/fixes.jsonl").exists()


def test_fix_says_little_when_asked_to_be_quiet(cli: Cli, tmp_path: Path) -> None:
    dataset(tmp_path / "a", subjects=[SUBJECTS[0], ["sub-1 ", *SUBJECTS[1][1:]]])
    run = cli("fix", tmp_path / "a", "-o", tmp_path / "b", "--quiet")
    assert run.out.startswith("1 repair made in 1 file, 0 offered.")
    assert run.err == ""


def test_fix_says_which_files_are_not_in_the_copy(cli: Cli, tmp_path: Path) -> None:
    dataset(tmp_path / "a")
    (tmp_path / "a/out.dat").symlink_to(tmp_path)
    run = cli("fix", tmp_path / "a", "-o", tmp_path / "b")
    assert "Not copied: 'out.dat'" in run.err


def test_fix_without_a_dataset_is_a_wrong_call(cli: Cli, tmp_path: Path) -> None:
    assert cli("fix", tmp_path / "none", "-o", tmp_path / "b").code == 2
    assert not (tmp_path / "b").exists()


def test_init_names_its_files_and_validate_recognises_them(cli: Cli, tmp_path: Path) -> None:
    run = cli("init", tmp_path / "a", "--sds", "2.0.0")
    assert run.code == 0
    assert f"{(tmp_path / 'a/subjects.xlsx').as_posix()}\n" in run.out
    assert "sds2gen3 validate" in run.err
    checked = cli("validate", tmp_path / "a")
    assert checked.code == 1
    assert "(SDS 2.0.0," in checked.out
    assert "This dataset is still blank: its" in checked.out


def test_init_a_second_time_is_refused(cli: Cli, tmp_path: Path) -> None:
    cli("init", tmp_path / "a", "--quiet")
    run = cli("init", tmp_path / "a")
    assert run.code == 2
    assert "C941" in run.err
