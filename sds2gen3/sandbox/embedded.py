"""An embedded commons: the same HTTP as a real one, for rehearsal and tests."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from werkzeug.serving import WSGIRequestHandler, make_server

from sds2gen3.dictionary import Dictionary
from sds2gen3.errors import UsageError
from sds2gen3.sandbox.access import USERS, Users
from sds2gen3.sandbox.adapter import InProcess
from sds2gen3.sandbox.app import App
from sds2gen3.sandbox.commons import Commons
from sds2gen3.sandbox.faults import Fault, Faults
from sds2gen3.sandbox.logs import Log, Logs
from sds2gen3.sandbox.schemas import Schemas
from sds2gen3.sandbox.store import Store
from sds2gen3.sandbox.tokens import KEY_LIFETIME, LIFETIME, Tokens
from sds2gen3.sandbox.upload import Uploads

ADDRESS = "http://sandbox.localhost"
"""Where the commons is for those who talk to it in-process."""
_POLL = 0.05  # seconds until a server notices that it is to end


class Sandbox:
    """A commons with its records in memory, or in an SQLite file where `data` names one.

    `dictionary` is a Dictionary or the document that a commons serves under `_dictionary/_all`; `faults` are Fault
    objects or their text, such as `timeout-written@3`; `users` are names with their permissions (default: admin,
    writer, reader, nobody). It may be used from several threads, which are served one after the other. Raises
    UsageError C982 for a `data` file that is none of a sandbox.
    """

    def __init__(
        self,
        dictionary: Dictionary | Mapping[str, Any],
        data: Path | None = None,
        faults: Iterable[Fault | str] = (),
        users: Users = USERS,
    ) -> None:
        store, schemas = Store(data), Schemas(dictionary)
        logs = Logs(store)
        self._commons = Commons(store, logs, schemas, Tokens(store), Uploads(store, logs, schemas), users)
        self.faults = Faults(faults)
        self.wsgi = App(self._commons, self.faults)
        self.url = ADDRESS

    @contextmanager
    def serve(self, port: int = 0) -> Iterator[str]:
        """Serve on loopback while the context lasts; gives the address. Port 0 takes any that is free.

        Raises UsageError C983 for a port that cannot be had.
        """
        with _listen(port) as listening:
            server = make_server(
                "127.0.0.1", port, self.wsgi, threaded=True, request_handler=_Silent, fd=listening.fileno()
            )
        thread = threading.Thread(target=server.serve_forever, args=(_POLL,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        try:
            yield self.url
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            self.url = ADDRESS

    def adapter(self) -> InProcess:
        """A transport adapter for requests: `session.mount(sandbox.url, sandbox.adapter())`."""
        return InProcess(self.wsgi)

    def session(self, user: str | None = None) -> requests.Session:
        """A session that talks to the commons without a socket, with a token of the user if one is named."""
        session = requests.Session()
        session.trust_env = False
        session.mount(ADDRESS, self.adapter())
        if user is not None:
            session.headers["Authorization"] = f"Bearer {self.token(user)}"
        return session

    def credentials(self, user: str = "admin", lifetime: int = KEY_LIFETIME) -> dict[str, str]:
        """What a credentials.json holds, `api_key` and `key_id`; the key names this commons as its issuer."""
        return self._commons.tokens.api_key(user, f"{self.url}/user", lifetime)

    def token(self, user: str = "admin", lifetime: int = LIFETIME) -> str:
        """An access token; one that has expired already where the lifetime is negative."""
        return self._commons.tokens.access_token(user, f"{self.url}/user", lifetime)

    def ensure(self, program: str, project: str) -> None:
        """Make the program and the project where they are not there yet."""
        session, root = self.session("admin"), f"{ADDRESS}/v0/submission"
        answers = [session.put(root, json={"type": "program", "name": program, "dbgap_accession_number": program})]
        asked = {"type": "project", "code": project, "name": project, "dbgap_accession_number": project}
        answers.append(session.put(f"{root}/{program}", json=asked))
        for one in answers:
            one.raise_for_status()

    def set_state(self, program: str, project: str, state: str) -> None:
        """Put a project into any state; no endpoint closes one. Raises KeyError for a project that there is not."""
        with self.wsgi.lock:
            record = self._commons.project(program, project)
            if record is None:
                raise KeyError(f"{program}-{project}")
            record.props["state"] = state
            self._commons.store.update(record, [project])

    def counts(self) -> dict[str, int]:
        """How many records there are of each node that has any, in alphabetical order."""
        with self.wsgi.lock:
            found = {name: self._commons.store.count(name) for name in sorted(self._commons.schemas.shapes)}
        return {name: count for name, count in found.items() if count}

    def transactions(self) -> list[Log]:
        """All transaction logs, oldest first."""
        with self.wsgi.lock:
            return self._commons.logs.all()

    def close(self) -> None:
        """Let go of the data file; nothing works afterwards."""
        self._commons.store.close()


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        hint = "Use another --port, or none for any that is free."
        raise UsageError.of("C983", f"Port {port} cannot be used: {error.strerror}.", hint=hint) from error


class _Silent(WSGIRequestHandler):
    """Says nothing about requests; speaks HTTP/1.1, for bodies of unknown length."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""
