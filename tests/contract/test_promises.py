"""Promises of the reference systems that no other test shows; capabilities.yaml says which promise is shown where."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from command_line import Cli
from requests.auth import HTTPBasicAuth
from stub_commons import ENDPOINT, Answer, Stub, session, token

pytest.importorskip("werkzeug")
pytest.importorskip("cryptography")

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from full_commons import FullCommons

from sds2gen3.commons import connect
from sds2gen3.dtp import Auth
from sds2gen3.dtp.gen3 import auth as dtp_auth
from sds2gen3.errors import UnreachableError, UsageError

VAGUS = Path(__file__).parents[2] / "sample_datasets" / "vagus-stimulation-2.0.0" / "dataset"


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No credentials of the machine, and an empty folder to work in."""
    for name in ("GEN3_API_KEY", "GEN3_CLIENT_ID", "GEN3_CLIENT_SECRET", "GEN3_ENDPOINT", "NAMESPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def commons() -> Iterator[FullCommons]:
    """A served sandbox with 25 cases of the experiment `e` in the project `p`."""
    made = FullCommons()
    made.fill(25)
    with made.sandbox.serve():
        yield made


def test_a_key_that_may_only_read_reads_all_and_changes_nothing(
    cli: Cli, commons: FullCommons, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("key.json").write_text(json.dumps(commons.sandbox.credentials("reader")))
    monkeypatch.setenv("GEN3_CRED_FILE", "key.json")
    assert len(json.loads(cli("export", "case").out)) == 26
    assert json.loads(cli("browse", "p", "--json").out)["nodes"]["case"] == 26
    assert len(json.loads(cli("query", "{ case { id } }").out)["case"]) == 26
    before = commons.sandbox.counts()
    run = cli("submit", VAGUS, "--program", "prog", "--project", "p", "--yes")
    assert run.code == 3
    assert "U620" in run.err + run.out
    assert "sds2gen3 auth check" in run.err + run.out
    assert commons.sandbox.counts() == before


def test_records_of_a_commons_are_drawn_once_they_are_exported(
    cli: Cli, commons: FullCommons, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("key.json").write_text(json.dumps(commons.sandbox.credentials()))
    monkeypatch.setenv("GEN3_API_KEY", "key.json")
    assert cli("export", "--all", "-o", "out").code == 0
    drawn, every = cli("graph", "out"), cli("graph", "out", "--nodes", "all")
    assert (drawn.code, every.code) == (0, 0), drawn.err
    assert "26 records" in drawn.out
    assert "sample" not in drawn.out, "a node without records is left out"
    assert "sample" in every.out


@pytest.mark.parametrize("name", ["My Dataset_1", "my dataset 1", "MY-DATASET"])
def test_the_name_of_a_dataset_is_never_rewritten(cli: Cli, name: str) -> None:
    """No short name is made up of it, none is counted up, and it can be given instead of taken from the folder."""
    assert cli("convert", VAGUS, "-o", "out", "--set", f"dataset={name}").code == 0
    records = [one for file in Path("out/nodes").iterdir() for one in json.loads(file.read_bytes())]
    assert len(records) == 58
    assert {one["submitter_id"].partition(":")[0] for one in records} == {name}


def test_program_and_project_may_come_from_the_variables_of_other_scripts(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEN3_PROGRAM", "theirs")
    monkeypatch.setenv("GEN3_PROJECT", "study")
    assert cli("convert", VAGUS, "-o", "out").code == 0
    needs = json.loads(Path("out/report.json").read_bytes())["needs"]
    assert (needs["program"], needs["project"]) == ("theirs", "study")
    Path("mine").mkdir()
    Path("mine/mapping.yaml").write_text("title: mine\ndictionary: sds\nneeds: {dataset: {default: '{folder}'}}\n")
    rule = "node: experiment\nfrom: dataset_description\nid: '{dataset}'\nlinks:\n  projects: {code: dataset}\n"
    Path("mine/experiment.yaml").write_text(rule)
    run = cli("validate", VAGUS, "--mapping", "mine")
    assert "C963" not in run.err + run.out, "a mapping that does not ask for them is left alone"


@pytest.fixture
def own_certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody else vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "institute")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "institute.pem").write_bytes(made.public_bytes(pem))
    (tmp_path / "secret.pem").write_bytes(secret)
    return tmp_path / "institute.pem", tmp_path / "secret.pem"


class _NoPrograms(BaseHTTPRequestHandler):
    """A commons that shows nothing."""

    def do_GET(self) -> None:
        content = b'{"links": []}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture
def institute(own_certificate: tuple[Path, Path]) -> Iterator[str]:
    """The address of a commons with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*own_certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _NoPrograms)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_commons_with_the_institutes_own_certificate_is_trusted_when_that_is_given(
    cli: Cli, institute: str, own_certificate: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, login = own_certificate[0], HTTPBasicAuth("a", "b")
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    with pytest.raises(UnreachableError, match="is not trusted"):
        connect(login, institute).programs()
    assert connect(login, institute, ca_bundle=bundle).programs() == []
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", requests.certs.where())
    assert connect(login, institute, ca_bundle=bundle).programs() == [], "what is given counts, not the environment"
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    key = f"accesstoken:///{token(iss=f'{institute}/user')}"
    monkeypatch.setenv("GEN3_API_KEY", key)
    assert cli("auth", "check").code == 3
    monkeypatch.setenv("GEN3_SSL_CERT", str(bundle))
    assert cli("auth", "check").code == 0
    monkeypatch.setenv("GEN3_ENDPOINT", "https://other.example.org")
    assert "https://other.example.org" in cli("auth", "check").err, "the key is not of that commons"


class TestLoginsOfScripts:
    """Ways to log in that `sds2gen3.dtp.Auth` takes, with the requests that leave the machine."""

    @pytest.fixture
    def answering(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Stub]:
        """`answering(answer, ...)` puts a stub in the place of the network."""

        def make(*answers: Answer) -> Stub:
            stub = Stub(*answers)
            monkeypatch.setattr(dtp_auth, "make_session", lambda: session(stub))
            return stub

        return make

    @pytest.mark.parametrize(("scopes", "asked"), [(None, "user data openid"), ("user openid", "user openid")])
    def test_a_client_asks_in_its_own_name_for_its_scopes(
        self, answering: Callable[..., Stub], scopes: str | None, asked: str
    ) -> None:
        stub = answering(Answer(200, {"access_token": token()}))
        auth = Auth(ENDPOINT, client_credentials=("robot", "s3cret"), client_scopes=scopes)
        assert auth.get_access_token()
        (sent,) = stub.requests
        assert sent.url == f"{ENDPOINT}/user/oauth2/token"
        assert parse_qs(str(sent.body)) == {"grant_type": ["client_credentials"], "scope": [asked]}
        assert sent.headers["Authorization"].startswith("Basic ")
        assert "s3cret" not in repr(auth) + str(sent.url)

    def test_the_token_service_of_the_workspace_gives_a_token_of_another_commons(
        self, answering: Callable[..., Stub]
    ) -> None:
        given = token()
        stub = answering(Answer(200, {"token": given}))
        auth = Auth(refresh_file="idp://wts/other")
        assert auth.endpoint == ENDPOINT
        assert auth.get_access_token_from_wts() == given
        assert {one.rpartition("/")[2] for one in stub.sent} == {"?idp=other"}

    @pytest.mark.parametrize("variable", ["GEN3_API_KEY", "GEN3_CRED_FILE"])
    def test_a_key_that_is_named_and_not_there_is_told_and_no_other_login_taken(
        self, monkeypatch: pytest.MonkeyPatch, variable: str
    ) -> None:
        monkeypatch.setenv(variable, "keys/mine.json")
        with pytest.raises(UsageError, match=r"'keys/mine\.json' does not exist"):
            Auth()

    def test_no_token_is_kept_on_the_disk(self, commons: FullCommons, tmp_path: Path) -> None:
        auth = Auth(refresh_token=commons.sandbox.credentials())
        assert auth.curl("/api/v0/submission/").status_code == 200
        assert auth.refresh_access_token()
        assert list(tmp_path.rglob("*")) == []
