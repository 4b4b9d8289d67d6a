"""The HTTP session: certificates are checked, nothing is sent twice by itself, nothing is followed elsewhere or waited for
without end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests
from requests.adapters import BaseAdapter

from sds2gen3 import __version__
from sds2gen3.commons.pace import PacedAdapter
from sds2gen3.errors import UsageError


def make_session(ca_bundle: Path | None = None, adapter: BaseAdapter | None = None) -> requests.Session:
    """A session. `ca_bundle` holds the certificates to trust; `adapter` answers in place of the network.

    Raises UsageError U613 where there is no such bundle.
    """
    session = _Session()
    session.headers["User-Agent"] = f"sds2gen3/{__version__}"
    if ca_bundle is not None:
        if not ca_bundle.exists():
            raise UsageError.of("U613", f"There is no file of certificates '{ca_bundle}'.", value=str(ca_bundle))
        session.verify = str(ca_bundle)
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter or PacedAdapter())
    return session


class _Session(requests.Session):
    """A bundle of certificates that was given counts, whatever REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE name."""

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        given = self.verify if isinstance(self.verify, str) else verify
        return super().merge_environment_settings(url, proxies, stream, given, cert)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: `requests` looks where a redirect leads even if it shall not follow, and reads all of its page first."""
