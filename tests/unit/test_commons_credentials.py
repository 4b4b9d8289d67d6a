"""Where credentials are looked for, and that nobody gets to see them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from stub_commons import ENDPOINT, token

from sds2gen3.commons.credentials import AccessToken, ApiKey, ClientSecret, Workspace, find, parse
from sds2gen3.commons.tokens import claims, issuer, origin, without_tokens
from sds2gen3.errors import UsageError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with two keys, and an empty working folder."""
    (tmp_path / ".gen3").mkdir()
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    for name in ("credentials", "heart"):
        key_file(tmp_path / ".gen3" / f"{name}.json", name)
    return tmp_path


def key_file(path: Path, key_id: str) -> None:
    path.write_text(json.dumps({"api_key": token(), "key_id": key_id}), encoding="utf-8")


def key_id(found: object) -> str:
    assert isinstance(found, ApiKey)
    return found.key_id


def test_the_default_is_the_file_of_the_gen3_tools(home: Path) -> None:
    assert key_id(find(None, {}, home)) == "credentials"


def test_a_file_called_credentials_in_the_working_folder_comes_first_as_with_the_gen3_tools(home: Path) -> None:
    key_file(home / "work" / "credentials", "here")
    assert key_id(find(None, {}, home)) == "here"


@pytest.mark.parametrize("name", ["heart", "heart.json"])
def test_a_name_is_looked_up_below_the_home_folder(home: Path, name: str) -> None:
    assert key_id(find(name, {}, home)) == "heart"
    assert key_id(find(None, {"GEN3_API_KEY": name}, home)) == "heart"


def test_a_path_is_taken_as_it_is(home: Path, tmp_path: Path) -> None:
    key_file(tmp_path / "my key.json", "mine")
    assert key_id(find(str(tmp_path / "my key.json"), {}, home)) == "mine"


def test_the_option_comes_before_the_environment_and_that_before_the_default(home: Path) -> None:
    assert key_id(find("credentials", {"GEN3_API_KEY": "heart"}, home)) == "credentials"
    assert (
        key_id(find(None, {"GEN3_API_KEY": "heart", "GEN3_CLIENT_ID": "c", "GEN3_CLIENT_SECRET": "s"}, home)) == "heart"
    )


def test_a_token_and_a_client_come_from_the_environment(home: Path) -> None:
    found = find(None, {"GEN3_API_KEY": f"accesstoken:///{token()}"}, home)
    assert isinstance(found, AccessToken)
    assert found.endpoint == ENDPOINT
    client = find(None, {"GEN3_CLIENT_ID": "robot", "GEN3_CLIENT_SECRET": "s3cret"}, home)
    assert isinstance(client, ClientSecret)
    assert client.secret.reveal() == "s3cret"


def test_stdin_takes_every_form(home: Path) -> None:
    for text, kind in [
        (json.dumps({"api_key": token(), "key_id": "x"}), ApiKey),
        (f"accesstoken:///{token()}\n", AccessToken),
        (token() + "\n", AccessToken),
        (json.dumps({"client_id": "robot", "client_secret": "s"}), ClientSecret),
    ]:
        assert isinstance(find("-", {}, home, lambda text=text: text), kind)  # type: ignore[misc]


@pytest.mark.parametrize("given", ["accesstoken:///abc", token()])
def test_a_token_is_no_option(home: Path, given: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(given, {}, home)
    assert caught.value.diagnostics[0].code == "U605"
    assert given.removeprefix("accesstoken:///") not in str(caught.value.diagnostics[0])


def key_text() -> str:
    return json.dumps({"api_key": token(), "key_id": "k"})


SECRETS = [
    token(),
    token()[:60],
    key_text(),
    key_text() * 20,
    "{",
    "s3cret" * 10,
    f" {token()}\n",
    "x" * 5000,
    "ACCESSTOKEN:x",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("place", ["option", "environment"])
def test_a_secret_in_the_place_of_a_file_name_is_refused_and_never_repeated(
    home: Path, secret: str, place: str
) -> None:
    with pytest.raises(UsageError) as caught:
        find(*((secret, {}) if place == "option" else (None, {"GEN3_API_KEY": secret})), home)
    (told,) = caught.value.diagnostics
    assert told.code == ("U605" if place == "option" else "U601")
    assert (place == "environment") == ("accesstoken:///TOKEN" in told.hint)
    assert secret.strip() not in repr(told) or len(secret) == 1
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "name", ["~nobody-of-this-name/key.json", "a/" * 3000 + "key.json", "my key (1).json", "C:\\k.json"]
)
def test_a_strange_path_is_just_not_there(home: Path, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(name, {}, home)
    assert caught.value.diagnostics[0].code == "U600"


def test_the_file_that_other_scripts_of_the_commons_name_comes_before_the_default_only(home: Path) -> None:
    assert key_id(find(None, {"GEN3_CRED_FILE": "heart"}, home)) == "heart"
    assert key_id(find(None, {"GEN3_CRED_FILE": "heart", "GEN3_API_KEY": "credentials"}, home)) == "credentials"
    client = {"GEN3_CLIENT_ID": "c", "GEN3_CLIENT_SECRET": "s"}
    assert isinstance(find(None, {"GEN3_CRED_FILE": "heart", **client}, home), ClientSecret)
    with pytest.raises(UsageError, match="GEN3_CRED_FILE names a file, but holds a secret"):
        find(None, {"GEN3_CRED_FILE": key_text()}, home)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (None, "neither 'credentials', ~/.gen3/credentials nor ~/.gen3/credentials.json exists."),
        ("elsewhere", "neither 'elsewhere', ~/.gen3/elsewhere nor ~/.gen3/elsewhere.json exists."),
        ("elsewhere.json", "neither 'elsewhere.json' nor ~/.gen3/elsewhere.json exists."),
        ("keys/elsewhere.json", "'keys/elsewhere.json' does not exist."),
    ],
)
def test_no_credentials_say_every_place_where_they_were_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str | None, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        find(name, {}, tmp_path)
    assert caught.value.diagnostics[0].code == "U600"
    assert str(caught.value) == f"There are no credentials: {said}"


@pytest.mark.parametrize(
    "text", ["", "not json", "[]", '{"api_key": 3}', '{"api_key": "no token"}', '{"client_id": "x"}']
)
def test_text_without_credentials_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text, "stdin")
    assert caught.value.diagnostics[0].code == "U601"
    assert caught.value.__cause__ is None
    assert not text or text not in str(caught.value)


def test_an_identity_provider_of_a_workspace_may_be_named(home: Path) -> None:
    found = find(None, {"GEN3_API_KEY": "idp://wts/other-idp"}, home)
    assert isinstance(found, Workspace)
    assert (found.idp, found.endpoint, found.expires) == ("other-idp", None, None)


def test_no_repr_shows_a_secret() -> None:
    secret = token()
    for text in (json.dumps({"api_key": secret}), secret, json.dumps({"client_id": "i", "client_secret": secret})):
        assert secret not in repr(parse(text, "stdin"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://A.org:443/user", "https://a.org"),
        ("http://127.0.0.1:5003/user", "http://127.0.0.1:5003"),
        ("https://[::1]:8443/x", "https://[::1]:8443"),
        ("ftp://a.org", None),
        ("https://a.org:x", None),
        ("", None),
    ],
)
def test_the_origin_of_an_address(url: str, expected: str | None) -> None:
    assert origin(url) == expected


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "a.!!!.c", "e30.W10.x", "x.eyJpc3MiOjN9.y"])
def test_what_is_no_token_has_no_issuer(text: str) -> None:
    assert issuer(text) is None


def test_tokens_are_taken_out_of_texts() -> None:
    secret = token()
    assert claims(secret)
    assert without_tokens(f"bad key '{secret}' given") == "bad key '<hidden>' given"
