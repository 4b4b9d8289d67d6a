"""Downloads from a web server: continued where they broke off, bounded in time, logins at their own host only."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from downloads import QUICK, actions, codes, fetched, row, tree
from file_server import Files, served

from sds2gen3.download import Patience, download, open_store
from sds2gen3.errors import UsageError

LARGE = bytes(range(256)) * 4_000  # 1 MB
SHA = hashlib.sha256(LARGE).hexdigest()


@pytest.fixture
def web() -> Iterator[Files]:
    with served() as files:
        yield files


def test_a_transfer_that_breaks_goes_on_where_it_was(web: Files, tmp_path: Path) -> None:
    web.content, web.breaks = {"my study/\u00fc.bin": LARGE}, [300_000, 400_000]
    done = fetched(f"{web.url}/my study", tmp_path, row("\u00fc.bin", sha256=SHA))
    assert (actions(done), tree(tmp_path)) == ({"\u00fc.bin": "fetched"}, {"\u00fc.bin": LARGE})
    starts = [int(ranged.removeprefix("bytes=").removesuffix("-") or 0) for _, ranged in web.gets()]
    assert starts[0] == 0 < starts[1] < starts[2] < len(LARGE)


def test_what_came_is_kept_for_the_next_run(web: Files, tmp_path: Path) -> None:
    web.content, web.breaks = {"a.bin": LARGE}, [500_000] * 3
    first = fetched(web.url, tmp_path, row("a.bin"), patience=Patience(30, 1, 0))
    assert (codes(first), first.exit_code, "a.bin" in tree(tmp_path)) == (["U695"], 3, False)
    web.breaks = []
    second = fetched(web.url, tmp_path, row("a.bin", sha256=SHA))
    assert (second.exit_code, tree(tmp_path)) == (0, {"a.bin": LARGE})
    assert web.gets()[-1][1].startswith("bytes=")


def test_a_file_that_changed_meanwhile_is_fetched_from_its_start(web: Files, tmp_path: Path) -> None:
    web.content, web.breaks = {"a.bin": LARGE}, [500_000]
    fetched(web.url, tmp_path, row("a.bin"), patience=Patience(30, 1, 0))
    web.content = {"a.bin": LARGE[::-1]}
    done = fetched(web.url, tmp_path, row("a.bin"))
    assert (done.exit_code, tree(tmp_path)["a.bin"]) == (0, LARGE[::-1])


@pytest.mark.parametrize("lacking", ["ranges", "etag"])
def test_a_server_without_ranges_is_read_from_the_start(web: Files, tmp_path: Path, lacking: str) -> None:
    setattr(web, lacking, False)
    web.content, web.breaks = {"a.bin": LARGE}, [300_000]
    done = fetched(web.url, tmp_path, row("a.bin", sha256=SHA))
    assert (done.exit_code, tree(tmp_path)) == (0, {"a.bin": LARGE})
    assert {ranged for _, ranged in web.gets()} == {""}


def test_a_server_that_refuses_to_tell_is_asked_for_the_file(web: Files, tmp_path: Path) -> None:
    web.no_head, web.content = True, {"a.bin": LARGE}
    assert fetched(f"{web.url}/?sig=secret", tmp_path, row("a.bin")).exit_code == 0
    assert {path for path, _ in web.gets()} == {"/a.bin?sig=secret"}


@pytest.mark.parametrize(
    ("status", "code", "exit_code"),
    [(404, "U693", 1), (403, "U696", 3), (401, "U696", 3), (503, "U695", 3), (418, "U695", 1)],
)
def test_each_answer_has_its_finding(web: Files, tmp_path: Path, status: int, code: str, exit_code: int) -> None:
    web.status = {"a.bin": status}
    done = fetched(web.url, tmp_path, row("a.bin"))
    assert (codes(done), done.exit_code) == ([code], exit_code)


@pytest.mark.parametrize("fault", ["hang", "trickle"])
def test_a_server_that_hangs_or_trickles_holds_up_nobody(web: Files, tmp_path: Path, fault: str) -> None:
    setattr(web, fault, {"slow.bin"})
    web.content = {"slow.bin": LARGE, "quick.bin": b"quick"}
    begun = time.monotonic()
    patience = Patience(stall=2.0, attempts=2, pause=0)
    done = fetched(web.url, tmp_path, row("slow.bin"), row("quick.bin"), patience=patience, jobs=1)
    assert time.monotonic() - begun < 25
    assert (actions(done), done.exit_code) == ({"quick.bin": "fetched", "slow.bin": "broke off"}, 4)


def test_a_server_that_is_not_there_is_given_up(tmp_path: Path) -> None:
    with served() as gone:
        url = gone.url
    done = fetched(url, tmp_path, *(row(f"{number}.bin") for number in range(200)), jobs=2)
    assert done.counts["not tried"] > 50
    assert (done.exit_code, set(codes(done))) == (3, {"U695"})


def test_more_than_was_announced_is_not_taken(web: Files, tmp_path: Path) -> None:
    web.content, web.endless = {"a.bin": b"x"}, {"a.bin"}
    done = fetched(web.url, tmp_path, row("a.bin", size=100_000))
    assert (codes(done), tree(tmp_path)) == (["U694"], {})


def test_a_page_to_log_in_is_no_file(web: Files, tmp_path: Path) -> None:
    web.content, web.moved = {"login": b"<html>"}, {"a.bin": "/login"}
    assert codes(fetched(web.url, tmp_path, row("a.bin"))) == ["U696"]


def test_a_web_server_cannot_list_folders(web: Files, tmp_path: Path) -> None:
    from sds2gen3.download import Row

    web.content = {"a.csv": b"", "": b""}
    done = fetched(web.url, tmp_path, Row({"pattern": "*.csv"}))
    assert codes(done) == ["U695"]
    assert "cannot list" in done.report.diagnostics[0].message


def test_metadata_are_taken_where_they_are(web: Files, tmp_path: Path) -> None:
    web.content = {"s/subjects.xlsx": b"x", "s/primary/manifest.csv": b"m", "s/primary/a.bin": b"a"}
    with open_store(f"{web.url}/s") as store:
        done = download([row("primary/a.bin")], store, tmp_path, patience=QUICK)
    assert (done.exit_code, set(tree(tmp_path))) == (0, {"subjects.xlsx", "primary/manifest.csv", "primary/a.bin"})


def test_the_login_goes_to_its_own_host_only(web: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDS2GEN3_STORAGE_TOKEN", "t0p-secret")
    with served(content={"b.bin": b"b", "c.bin": b"c"}) as other:
        web.content, web.moved = {"a.bin": b"a"}, {"b.bin": f"{other.url}/b.bin"}
        rows = (row("a.bin"), row("b.bin"), row("c.bin", url=f"{other.url}/c.bin"))
        done = fetched(web.url, tmp_path, *rows, hosts=("127.0.0.1",))
        assert (done.exit_code, set(other.logins)) == (0, {""})
    assert set(web.logins) == {"Bearer t0p-secret"}


def test_an_address_in_a_row_is_followed_only_where_it_was_allowed(web: Files, tmp_path: Path) -> None:
    web.content = {"x/1": b"one", "y/2": b"two"}
    rows = (row("1.bin", url=f"{web.url}/x/1"), row("2.bin", url=f"{web.url}/y/2?sig=s3cret"))
    done = fetched(f"{web.url}/x", tmp_path / "a", *rows)
    assert (actions(done), codes(done)) == ({"1.bin": "fetched", "2.bin": "refused"}, ["U698"])
    assert "s3cret" not in str(done.report.diagnostics)
    assert actions(fetched(f"{web.url}/x", tmp_path / "b", *rows, hosts=["127.0.0.1"]))["2.bin"] == "fetched"


@pytest.mark.parametrize(
    "address",
    ["file:///etc/hostname", "local:///etc/hostname", "http://[::1", "simplecache::http://127.0.0.1/x", "ftp://h/x"],
)
def test_an_address_in_a_row_never_leads_to_this_machine(web: Files, tmp_path: Path, address: str) -> None:
    web.content = {}
    done = fetched(web.url, tmp_path, row("1.bin", url=address), hosts=["127.0.0.1", "h", ""])
    assert (codes(done)[0] in ("U698", "U693"), tree(tmp_path)) == (True, {})


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://lab:s3cret@example.org/x", "U605"),
        ("htps://example.org", "U690"),
        ("https:///x", "U690"),
        ("http://[::1", "U690"),
        ("http://h:port/x", "U690"),
        ("no/such/folder", "U690"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_its_secret(address: str, code: str) -> None:
    with pytest.raises(UsageError) as caught, open_store(address):
        pass
    assert caught.value.diagnostics[0].code == code
    assert "s3cret" not in str(caught.value.diagnostics)


KILLED = """
import sys
from pathlib import Path
from downloads import fetched, row
fetched(sys.argv[1], Path(sys.argv[2]), row("a.bin"))
"""


def test_a_killed_download_goes_on(web: Files, tmp_path: Path) -> None:
    web.content, web.breaks = {"a.bin": LARGE * 40}, []
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen([sys.executable, "-c", KILLED, web.url, str(tmp_path)], env=environ)
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until and not any(
            path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()
        ):
            time.sleep(0.001)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = fetched(web.url, tmp_path, row("a.bin", sha256=hashlib.sha256(LARGE * 40).hexdigest()))
    assert (done.exit_code, set(tree(tmp_path))) == (0, {"a.bin"})
