"""Collections of iRODS, by the login that `iinit` has made (irods_environment.json), or by user and password of the environment.

Proved against a stand-in that answers with the client library's own types and exceptions: no iRODS server is packaged for
the machines that the tests run on. What was not proved: the wire, logins by PAM, and servers with several replicas.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from sds2gen3.download.stores.login import PASSWORD, USER
from sds2gen3.download.stores.protocol import Failure, Found, Pulse, StoreError, Stream
from sds2gen3.download.sums import parsed
from sds2gen3.errors import SdsError, UsageError
from sds2gen3.storage import missing, reason_of, shown, told

_PORT = 1247
_TIMEOUT = 60  # seconds for an answer
_CHUNK = 1 << 20


class IrodsStore:
    """A collection: `irods://host[:port]/zone/home/...`, or `irods:///zone/...` at the host that `iinit` knows."""

    dicom = False

    def __init__(self, address: str, session: Any = None) -> None:
        self.shown = shown(address)
        self._top = unquote(urlsplit(address).path).rstrip("/")
        self._session = session if session is not None else _session(address)

    def look(self, key: str, pulse: Pulse) -> Found | None:
        from irods.exception import CollectionDoesNotExist, DataObjectDoesNotExist

        path = self._full(key)
        with _told():
            try:
                one = self._session.data_objects.get(path)
            except DataObjectDoesNotExist:
                pulse()
                try:
                    self._session.collections.get(path)
                except CollectionDoesNotExist:
                    return None
                return Found(folder=True)
            version = f"{one.modify_time}-{one.size}"
            return Found(int(one.size), version, ranges=True, sum=parsed(one.checksum or ""))

    def read(self, key: str, found: Found, start: int, pulse: Pulse) -> Stream:
        return Stream(start, self._chunks(self._full(key), start))

    def _chunks(self, path: str, start: int) -> Iterator[bytes]:
        with _told(), self._session.data_objects.open(path, "r") as file:
            file.seek(start)
            while chunk := file.read(_CHUNK):
                yield chunk

    def below(self, key: str, pulse: Pulse) -> Mapping[str, str] | None:
        top = self._full(key)
        found: dict[str, str] = {}
        with _told():
            for _, _, objects in self._session.collections.get(top).walk():
                pulse()
                for one in objects:
                    path = one.path.removeprefix(f"{top}/")
                    found[path] = f"{key}/{path}" if key else path
        return dict(sorted(found.items()))

    def close(self) -> None:
        self._session.cleanup()

    def _full(self, key: str) -> str:
        return f"{self._top}/{key}" if key else self._top


def _session(address: str) -> Any:
    """A session that logs in when it is first used. Raises UsageError C980, U690 and UnreachableError C918."""
    try:
        from irods.helpers import make_session
        from irods.session import NonAnonymousLoginWithoutPassword, iRODSSession
    except ImportError as error:
        raise missing(address, error, "irods") from error
    parts = urlsplit(address)
    user, password = parts.username or os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
    with told(address):
        if parts.hostname and user and password:
            zone = parts.path.strip("/").partition("/")[0]
            session = iRODSSession(
                host=parts.hostname, port=parts.port or _PORT, user=unquote(user), password=password, zone=zone
            )
        else:
            try:
                session = make_session()
            except (OSError, NonAnonymousLoginWithoutPassword) as error:
                raise _no_login(address) from error
        if parts.hostname and session.host != parts.hostname:
            raise _other_host(address, str(session.host))
        session.connection_timeout = _TIMEOUT
    return session


def _no_login(address: str) -> SdsError:
    hint = f"Log in with iinit, or set {USER} and {PASSWORD} and name the host in the address."
    return UsageError.of("U690", f"There is no login for '{shown(address)}'.", hint=hint, value=shown(address))


def _other_host(address: str, host: str) -> SdsError:
    message = f"'{shown(address)}' is another host than the one that iinit has logged in to, '{host}'."
    return UsageError.of("U690", message, hint="Log in there with iinit, or leave the host out.", value=shown(address))


@contextmanager
def _told() -> Iterator[None]:
    """What the client raises, as a StoreError."""
    from irods import exception

    try:
        yield
    except StoreError:
        raise
    except (exception.DoesNotExist, exception.CAT_NO_ROWS_FOUND, exception.NoResultFound) as error:
        raise StoreError("absent", "there is no such data object") from error
    except Exception as error:  # logins, the network and the protocol have exceptions of their own
        raise StoreError(_kind(error), reason_of(error)) from error


def _kind(error: Exception) -> Failure:
    from irods import exception

    refused = (
        exception.CAT_INVALID_AUTHENTICATION,
        exception.CAT_INVALID_USER,
        exception.CAT_NO_ACCESS_PERMISSION,
        exception.SYS_NO_PATH_PERMISSION,
    )
    return "refused" if isinstance(error, refused) else "broken"
