"""Images of a PACS through DICOMweb (DICOM PS3.18): searched with QIDO-RS, retrieved as they are stored with WADO-RS.

Instances are asked for as bulk data of the type application/dicom: the client's own way to retrieve them parses them, and
what is written from that need not have the checksum of the stored file. A PACS has no ranges: an instance comes as a whole.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests

from sds2gen3.download.rows import is_uid
from sds2gen3.download.stores.login import login
from sds2gen3.download.stores.protocol import Found, Pulse, StoreError, Stream
from sds2gen3.download.stores.web import TIMEOUT
from sds2gen3.storage import missing, reason_of, shown

PREFIX = "dicomweb+"
_SERIES, _INSTANCE = "0020000E", "00080018"
_ACCEPT = 'multipart/related; type="application/dicom"; transfer-syntax=*'
_MAGIC = slice(128, 132)  # "DICM" (PS3.10 section 7.1)


class DicomStore:
    """A DICOMweb service. A key is `studies/UID`, `studies/UID/series/UID` or `studies/UID/series/UID/instances/UID`."""

    dicom = True

    def __init__(self, address: str) -> None:
        self.shown = shown(address)
        self._base = address.removeprefix(PREFIX).rstrip("/")
        self._here = threading.local()
        self._sessions: list[requests.Session] = []
        try:
            import dicomweb_client  # noqa: F401
        except ImportError as error:
            raise missing(address, error, "dicomweb") from error

    def look(self, key: str, pulse: Pulse) -> Found | None:
        """Nothing is asked yet: a study or series is a folder, an instance is tried."""
        if not key:
            return None
        one = key.rpartition("/")[0].endswith("/instances")
        return Found(folder=not one, fixed=one)

    def read(self, key: str, found: Found, start: int, pulse: Pulse) -> Stream:
        with _told():
            parts = list(self._client(pulse).iter_bulkdata(f"{self._base}/{key}"))
        if len(parts) != 1 or parts[0][_MAGIC] != b"DICM":
            raise StoreError("wrong", "the PACS does not send it as a DICOM file")
        return Stream(0, iter(parts))

    def below(self, key: str, pulse: Pulse) -> Mapping[str, str] | None:
        if not key:
            return None
        names = key.split("/")
        study, series = names[1], names[3] if len(names) > 3 else None
        with _told():
            found = self._client(pulse).search_for_instances(
                study, series, fields=[_SERIES, _INSTANCE], get_remaining=True
            )
        files: dict[str, str] = {}
        for one in found:
            of, uid = series or _value(one, _SERIES), _value(one, _INSTANCE)
            if is_uid(of) and is_uid(uid):
                path = f"{uid}.dcm" if series else f"{of}/{uid}.dcm"
                files[path] = f"studies/{study}/series/{of}/instances/{uid}"
        return dict(sorted(files.items()))

    def close(self) -> None:
        for session in self._sessions:
            session.close()

    def _client(self, pulse: Pulse) -> Any:
        """The client of this thread, which tells with `pulse` of all that comes."""
        from dicomweb_client import DICOMwebClient

        self._here.pulse = pulse
        if not hasattr(self._here, "client"):
            session = _Session(self._base, self._here)
            self._sessions.append(session)
            client = DICOMwebClient(self._base, session=session, timeout=TIMEOUT)
            client.set_http_retry_params(retry=False)  # what breaks off is tried again by us
            self._here.client = client
        return self._here.client


class _Session(requests.Session):
    """A session that asks for instances as DICOM files, and calls the pulse of its thread with each piece that comes."""

    def __init__(self, base: str, here: threading.local) -> None:
        super().__init__()
        self._here = here
        self.auth = login(base)
        self.hooks["response"] = [self._watch]

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        if request.headers.get("Accept", "").startswith("multipart/"):
            request.headers["Accept"] = _ACCEPT
        return super().send(request, **options)

    def _watch(self, answer: requests.Response, **_: Any) -> None:
        pieces = answer.iter_content

        def watched(*given: Any, **named: Any) -> Iterator[bytes]:
            for piece in pieces(*given, **named):
                self._here.pulse()
                yield piece

        answer.iter_content = watched  # type: ignore[method-assign]


def _value(found: Mapping[str, Any], tag: str) -> str:
    """The first value of an attribute in DICOM JSON, '' where there is none."""
    values = found.get(tag, {}).get("Value") or [""]
    return str(values[0])


@contextmanager
def _told() -> Iterator[None]:
    """What the client raises, as a StoreError."""
    try:
        yield
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        if error.response is not None:
            error.response.close()
        reason = f"the PACS answers {status}"
        if status in (404, 410):
            raise StoreError("absent", reason) from error
        if status in (401, 403):
            raise StoreError("refused", reason) from error
        raise StoreError("broken" if status >= 500 or status in (408, 429) else "wrong", reason) from error
    except requests.Timeout as error:
        raise StoreError("broken", "the PACS does not answer in time") from error
    except requests.RequestException as error:
        raise StoreError("broken", reason_of(error)) from error
    except StoreError:
        raise
    except Exception as error:  # an answer that is not DICOMweb makes the client fail in many ways
        raise StoreError("wrong", f"the PACS does not answer as DICOMweb asks: {reason_of(error)}") from error
