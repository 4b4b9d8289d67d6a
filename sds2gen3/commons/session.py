"""The HTTP session: certificates are checked, nothing is sent twice by itself, nothing is followed elsewhere."""

from __future__ import annotations

from pathlib import Path

import requests
from requests.adapters import BaseAdapter

from sds2gen3 import __version__
from sds2gen3.errors import UsageError


def make_session(ca_bundle: Path | None = None, adapter: BaseAdapter | None = None) -> requests.Session:
    """A session. `ca_bundle` holds the certificates to trust; `adapter` answers in place of the network.

    Raises UsageError U613 where there is no such bundle.
    """
    session = requests.Session()
    session.headers["User-Agent"] = f"sds2gen3/{__version__}"
    if ca_bundle is not None:
        if not ca_bundle.exists():
            raise UsageError.of("U613", f"There is no file of certificates '{ca_bundle}'.", value=str(ca_bundle))
        session.verify = str(ca_bundle)
    if adapter is not None:
        session.mount("https://", adapter)
        session.mount("http://", adapter)
    return session
