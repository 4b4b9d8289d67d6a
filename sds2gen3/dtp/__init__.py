"""The classes of the `dtp` reference of the 12 LABOURS platform, on top of ours: write `sds2gen3.dtp` where it says `dtp`.

Names, modules, arguments and what comes back are those of the reference; what it lost or got wrong is put right. The
README lists what differs. The names are imported when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sds2gen3.dtp.core.downloader import Downloader
    from sds2gen3.dtp.gen3.auth import Auth
    from sds2gen3.dtp.gen3.convertor import Gen3Convertor
    from sds2gen3.dtp.gen3.exporter import Exporter
    from sds2gen3.dtp.gen3.querier import Querier
    from sds2gen3.dtp.gen3.submitter import Gen3Submitter

__all__ = ["Auth", "Downloader", "Exporter", "Gen3Convertor", "Gen3Submitter", "Querier"]

_HOMES = {
    "Auth": "gen3.auth",
    "Downloader": "core.downloader",
    "Exporter": "gen3.exporter",
    "Gen3Convertor": "gen3.convertor",
    "Gen3Submitter": "gen3.submitter",
    "Querier": "gen3.querier",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sds2gen3.dtp' has no attribute {name!r}")
    return getattr(import_module(f"sds2gen3.dtp.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
