"""Logging in: tokens are fresh, renewed once when refused, and go nowhere else."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from requests.auth import AuthBase, HTTPBasicAuth
from stub_commons import ENDPOINT, Answer, Clock, Stub, captured, session, token

from sds2gen3.commons.auth import Auth, log_in, of_workspace
from sds2gen3.commons.credentials import Credentials, Workspace, parse
from sds2gen3.commons.fence import Fence
from sds2gen3.commons.workspace import TokenService
from sds2gen3.errors import SdsError, UnreachableError, UsageError

LOGIN = "/user/credentials/cdis/access_token"


class FakeCommons:
    """Gives tokens that are told apart by their number, and answers 401 to those it calls bad."""

    def __init__(self, clock: Clock, life: float = 3600) -> None:
        self.clock = clock
        self.life = life
        self.given: list[str] = []
        self.bad: set[str] = set()
        self.stub = Stub(self.answer)

    def answer(self, request: requests.PreparedRequest) -> Answer:
        if request.path_url.startswith(("/user/credentials", "/user/oauth2")):
            asked = parse_qs(request.path_url.partition("?")[2]).get("expires_in")
            life = float(asked[0]) if asked else self.life
            self.given.append(token(life, self.clock.time, jti=len(self.given)))
            return Answer(200, {"access_token": self.given[-1]})
        bearer = request.headers["Authorization"].removeprefix("bearer ")
        return Answer(401, {"message": "expired"}) if bearer in self.bad else Answer(200, {"with": bearer})

    def get(self, auth: AuthBase) -> requests.Response:
        return session(self.stub).get(f"{ENDPOINT}/api/x", auth=auth)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def key(clock: Clock, life: float = 86400 * 20) -> Credentials:
    return parse(json.dumps({"api_key": token(life, clock.time), "key_id": "k"}), "key.json")


def logged_in(credentials: Credentials | AuthBase, stub: Stub, clock: Clock, endpoint: str | None = None) -> Auth:
    auth = log_in(credentials, endpoint, Fence(session(stub), clock.patience()))
    assert isinstance(auth, Auth)
    return auth


def raised(call: Any) -> SdsError:
    with pytest.raises(SdsError) as caught:
        call()
    return caught.value


def test_the_token_is_got_once_and_used_until_five_minutes_before_its_end(clock: Clock) -> None:
    commons = FakeCommons(clock)
    auth = logged_in(key(clock), commons.stub, clock)
    for _ in range(3):
        assert commons.get(auth).json() == {"with": commons.given[0]}
    clock.time += 3299
    assert commons.get(auth).json() == {"with": commons.given[0]}
    clock.time += 2
    assert commons.get(auth).json() == {"with": commons.given[1]}


def test_a_wrong_clock_of_ours_does_not_matter(clock: Clock) -> None:
    commons = FakeCommons(clock)
    auth = logged_in(key(clock), commons.stub, clock)
    server_time = clock.time
    clock.time += 7200
    commons.clock = Clock()
    commons.clock.time = server_time
    commons.get(auth)
    commons.get(auth)
    assert len(commons.given) == 1


def test_a_401_brings_a_really_new_token_and_the_same_request_once(clock: Clock) -> None:
    commons = FakeCommons(clock)
    auth = logged_in(key(clock), commons.stub, clock)
    commons.get(auth)
    commons.bad.add(commons.given[0])
    assert commons.get(auth).json() == {"with": commons.given[1]}
    commons.bad.add(commons.given[1])
    commons.bad.update(token(3600, clock.time, jti=n) for n in range(10))
    before = len(commons.stub.requests)
    assert commons.get(auth).status_code == 401
    assert [one.path_url.startswith("/user") for one in commons.stub.requests[before:]] == [False, True, False]


def test_a_key_in_its_last_hour_asks_for_less_and_is_still_renewed_in_time(clock: Clock) -> None:
    commons = FakeCommons(clock)
    auth = logged_in(key(clock, 1800), commons.stub, clock)
    commons.get(auth)
    assert commons.stub.requests[0].path_url == f"{LOGIN}?expires_in=1500"
    clock.time += 1201
    commons.get(auth)
    assert commons.stub.requests[2].path_url == f"{LOGIN}?expires_in=299"
    commons.get(auth)
    assert len(commons.given) == 2


def test_an_expired_key_is_told_without_asking(clock: Clock) -> None:
    commons = FakeCommons(clock)
    auth = logged_in(key(clock, -5), commons.stub, clock)
    error = raised(auth.token)
    assert isinstance(error, UnreachableError)
    assert error.diagnostics[0].code == "U603"
    assert commons.stub.requests == []


def test_an_oidc_client_logs_in_with_basic_auth(clock: Clock) -> None:
    commons = FakeCommons(clock)
    client = parse('{"client_id": "robot", "client_secret": "s3cret"}', "client.json")
    auth = logged_in(client, commons.stub, clock, ENDPOINT)
    assert commons.get(auth).json() == {"with": commons.given[0]}
    asked = commons.stub.requests[0]
    assert asked.path_url == "/user/oauth2/token"
    assert asked.headers["Authorization"].startswith("Basic ")
    assert parse_qs(str(asked.body)) == {"grant_type": ["client_credentials"], "scope": ["user data openid"]}


def test_a_given_token_is_used_as_it_is_and_a_401_is_final(clock: Clock) -> None:
    commons = FakeCommons(clock)
    given = token(3600, clock.time)
    auth = logged_in(parse(given, "stdin"), commons.stub, clock)
    assert commons.get(auth).json() == {"with": given}
    commons.bad.add(given)
    assert commons.get(auth).status_code == 401
    assert (
        raised(logged_in(parse(token(-9, clock.time), "stdin"), commons.stub, clock).token).diagnostics[0].code
        == "U603"
    )


class Gen3Auth(AuthBase):
    """Has what `gen3.auth.Gen3Auth` has, as far as it is used."""

    def __init__(self, clock: Clock) -> None:
        self.endpoint = ENDPOINT
        self.clock = clock
        self.made = 0

    def get_access_token(self) -> str:
        return token(3600, self.clock.time, jti="first")

    def refresh_access_token(self) -> str:
        self.made += 1
        if self.made > 1:
            raise RuntimeError(f"no token from {self.get_access_token()}")
        return token(3600, self.clock.time, jti=self.made)


def test_a_gen3auth_object_gives_the_tokens_and_really_new_ones(clock: Clock) -> None:
    commons = FakeCommons(clock)
    sdk = Gen3Auth(clock)
    auth = logged_in(sdk, commons.stub, clock)
    first = commons.get(auth).json()["with"]
    assert first == sdk.get_access_token()
    commons.bad.add(first)
    assert commons.get(auth).status_code == 200
    assert sdk.made == 1
    commons.bad.add(token(3600, clock.time, jti=1))
    error = raised(lambda: commons.get(auth))
    assert error.diagnostics[0].code == "U604"
    assert first not in str(error)
    assert error.__cause__ is None


def test_any_other_requests_auth_is_used_as_it_is(clock: Clock) -> None:
    basic = HTTPBasicAuth("a", "b")
    assert log_in(basic, None, Fence(session(Stub(Answer())), clock.patience())) is basic


@pytest.mark.parametrize("endpoint", [None, ENDPOINT, f"{ENDPOINT}/", f"{ENDPOINT}:443/api", "commons.example.org"])
def test_the_endpoint_is_that_of_the_key(clock: Clock, endpoint: str | None) -> None:
    assert logged_in(key(clock), FakeCommons(clock).stub, clock, endpoint).endpoint == ENDPOINT


@pytest.mark.parametrize("endpoint", ["https://other.org", "http://commons.example.org", f"{ENDPOINT}:8443"])
def test_another_endpoint_is_an_error_that_names_both(clock: Clock, endpoint: str) -> None:
    error = raised(lambda: logged_in(key(clock), FakeCommons(clock).stub, clock, endpoint))
    assert isinstance(error, UsageError)
    assert endpoint in str(error)
    assert ENDPOINT in str(error)


def test_without_any_endpoint_there_is_no_login(clock: Clock) -> None:
    client = parse('{"client_id": "robot", "client_secret": "s3cret"}', "client.json")
    assert raised(lambda: logged_in(client, FakeCommons(clock).stub, clock)).diagnostics[0].code == "U602"
    assert raised(lambda: logged_in(client, FakeCommons(clock).stub, clock, "://")).diagnostics[0].code == "U602"


def test_the_token_goes_to_no_other_host(clock: Clock) -> None:
    commons = FakeCommons(clock)
    auth = logged_in(key(clock), commons.stub, clock)
    with pytest.raises(UsageError, match=r"not sent to https://evil\.org"):
        session(commons.stub).get("https://evil.org/api/x", auth=auth)
    assert commons.stub.requests == []


@pytest.mark.parametrize("number", ["B00b", "B00c", "B00d", "B00e"])
def test_error_pages_of_fence_are_told_plainly(clock: Clock, number: str) -> None:
    page = captured(number)
    error = raised(logged_in(key(clock), Stub(page), clock).token)
    assert isinstance(error, UnreachableError)
    assert error.diagnostics[0].code == "U604"
    assert str(page.status) in str(error)
    assert "<" not in str(error)


def test_a_page_that_repeats_the_key_does_not_give_it_away(clock: Clock) -> None:
    secret = key(clock)
    said = f"<html><body><h1>401</h1><p>bad key {secret.key.reveal()}</p></body></html>"  # type: ignore[union-attr]
    error = raised(logged_in(secret, Stub(Answer(401, said)), clock).token)
    assert "401 bad key <hidden>" in str(error)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"access_token": 3}', "<html>log in</html>"])
def test_an_answer_without_a_token_is_none_of_a_commons(clock: Clock, body: str) -> None:
    assert raised(logged_in(key(clock), Stub(Answer(200, body)), clock).token).diagnostics[0].code == "U611"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "U604"),
        (401, "U604"),
        (403, "U604"),
        (404, "U611"),
        (405, "U611"),
        (408, "U610"),
        (413, "U610"),
        (429, "U610"),
    ],
)
def test_only_a_refusal_is_called_one(clock: Clock, status: int, code: str) -> None:
    page = Answer(status, f"<html><body><h1>{status} Something Else!</h1></body></html>")
    error = raised(logged_in(key(clock), Stub(page), clock).token)
    assert error.diagnostics[0].code == code
    assert str(status) in str(error)
    assert ("profile page" in error.diagnostics[0].hint) == (code == "U604")
    assert "!." not in str(error)


def test_a_login_service_that_is_away_for_a_moment_is_waited_for(clock: Clock) -> None:
    good = Answer(200, {"access_token": token(3600, clock.time)})
    stub = Stub(requests.ConnectionError(), Answer(503, "busy"), good)
    assert logged_in(key(clock), stub, clock).token()
    assert clock.slept == [1.0, 2.0]
    assert clock.said[0] == "The login service gave no token: no connection; waiting 1 s."


def test_a_login_service_that_stays_away_ends_it(clock: Clock) -> None:
    error = raised(logged_in(key(clock), Stub(requests.Timeout()), clock).token)
    assert error.diagnostics[0].code == "U610"
    assert error.exit_code == 3


def test_a_certificate_that_is_not_trusted_is_told_at_once(clock: Clock) -> None:
    error = raised(logged_in(key(clock), Stub(requests.exceptions.SSLError()), clock).token)
    assert error.diagnostics[0].code == "U612"
    assert clock.slept == []


def test_a_login_is_not_redirected(clock: Clock) -> None:
    stub = Stub(Answer(307, "", {"Location": "https://evil.org/user"}))
    assert raised(logged_in(key(clock), stub, clock).token).diagnostics[0].code == "U614"
    assert len(stub.requests) == 1


def test_identity_says_whose_login_it_is_and_how_long(clock: Clock) -> None:
    identity = logged_in(key(clock, 86400 * 12), FakeCommons(clock).stub, clock).identity()
    assert (identity.user, identity.endpoint, identity.source) == ("curator@example.org", ENDPOINT, "key.json")
    assert identity.days_left == 12
    assert identity.token_expires == clock.time + 3600


def test_no_repr_shows_a_secret(clock: Clock) -> None:
    commons = FakeCommons(clock)
    auth = logged_in(key(clock), commons.stub, clock)
    shown = auth.token() in repr(auth) or auth.token() in repr(vars(auth)) or auth.token() in repr(auth.identity())
    assert not shown


class TestTheTokenServiceOfAWorkspace:
    """Tokens for those who work in a Gen3 workspace (gen3.auth: `idp`)."""

    def test_its_token_says_which_commons_it_is_of(self, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NAMESPACE", "jupyter-pods")
        tokens = [token(3600, clock.time, jti=number) for number in range(3)]
        stub = Stub(*(Answer(200, {"token": one}) for one in tokens))
        auth = logged_in(Workspace("other idp", "test"), stub, clock)
        assert (auth.endpoint, auth.token()) == (ENDPOINT, tokens[0])
        assert auth.renewed() == tokens[1] == auth.token()
        host = "http://workspace-token-service.jupyter-pods.svc.cluster.local"
        assert stub.sent == [f"GET {host}/token/?idp=other+idp"] * 2
        assert "Authorization" not in stub.requests[0].headers

    def test_its_own_commons_needs_no_name(self, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NAMESPACE", raising=False)
        stub = Stub(Answer(200, {"token": token(3600, clock.time)}))
        logged_in(Workspace("local", "test"), stub, clock)
        assert stub.sent == ["GET http://workspace-token-service.default.svc.cluster.local/token/"]

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (Answer(400, "no"), "U604"),
            (Answer(200, "<html>"), "U604"),
            (Answer(200, {"token": "no token"}), "U604"),
            (Answer(302, "", {"location": "https://b.example.org"}), "U604"),
            (requests.ConnectionError(), "U610"),
        ],
    )
    def test_no_token_is_told(self, clock: Clock, answer: Answer | Exception, code: str) -> None:
        error = raised(lambda: logged_in(Workspace("local", "test"), Stub(answer), clock))
        assert (error.diagnostics[0].code, error.exit_code) == (code, 3)

    def test_a_token_of_another_commons_than_the_one_meant_is_not_used(self, clock: Clock) -> None:
        stub = Stub(Answer(200, {"token": token(3600, clock.time)}))
        error = raised(lambda: logged_in(Workspace("local", "test"), stub, clock, "https://b.example.org"))
        assert error.diagnostics[0].code == "U602"

    def test_a_namespace_cannot_lead_elsewhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NAMESPACE", "x.example.org/?")
        assert raised(TokenService.of_this_workspace).diagnostics[0].code == "U601"

    def test_a_commons_gives_tokens_of_those_it_is_linked_with(self, clock: Clock) -> None:
        commons = FakeCommons(clock)
        own = logged_in(key(clock), commons.stub, clock)
        other = token(3600, clock.time)
        stub = Stub(Answer(200, {"token": other}))
        service = TokenService(f"{ENDPOINT}/wts", own)
        auth = of_workspace(service, Workspace("b", "test"), None, Fence(session(stub), clock.patience()))
        assert auth.token() == other
        assert stub.sent == [f"GET {ENDPOINT}/wts/token/?idp=b"]
        assert stub.requests[0].headers["Authorization"] == f"bearer {commons.given[0]}"

    def test_a_token_that_was_given_cannot_be_renewed(self, clock: Clock) -> None:
        auth = logged_in(parse(token(at=clock.time), "stdin"), Stub(Answer()), clock)
        assert raised(auth.renewed).diagnostics[0].code == "U603"
