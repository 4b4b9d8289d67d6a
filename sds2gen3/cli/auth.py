"""`sds2gen3 auth`: the login to a commons."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sds2gen3.cli.options import CONNECT, Given, shared

if TYPE_CHECKING:
    from sds2gen3.commons import Identity
    from sds2gen3.diagnostics import Diagnostic

SOON = 10.0
"""Days before its end from which on a key is to be renewed."""

app = typer.Typer(
    name="auth",
    no_args_is_help=True,
    help="The login to a commons.",
    epilog="Examples:\n  sds2gen3 auth check\n  sds2gen3 auth check --credentials other-commons",
)


@app.command(
    "check",
    epilog="Examples:\n  sds2gen3 auth check\n  sds2gen3 auth check --credentials ~/Downloads/credentials.json",
)
@shared("format", "quiet", "verbose", "config", *CONNECT)
def check(given: Given) -> None:
    """Log in and tell whose key it is, of which commons, and how many days it is good for.

    Exit code 0: the commons accepts it. 3: it refused, or cannot be reached. 2: there are no usable credentials.
    """
    from sds2gen3 import config
    from sds2gen3.cli.cargo import connected
    from sds2gen3.cli.output import complain, emit, table
    from sds2gen3.commons import Auth

    client = connected(given)
    programs = client.programs()
    assert isinstance(client.auth, Auth)
    identity, allowed = client.auth.identity(), client.allowance
    complain(list(_remarks(identity)))
    days = identity.days_left
    ends = identity.key_expires or identity.token_expires
    if config.load(given.options(), config=given.config).format.value == "json":
        document = {
            "v": 1,
            "user": identity.user,
            "commons": identity.endpoint,
            "source": identity.source,
            "expires": datetime.fromtimestamp(ends, UTC).isoformat(timespec="seconds") if ends else None,
            "days_left": None if days is None else round(days, 2),
            "programs": programs,
            "rate_limit": None if allowed is None else asdict(allowed),
        }
        emit(json.dumps(document, indent=2) + "\n")
        return
    shown = ", ".join(programs) or "none that it shows you"
    rows = (
        ("User:", identity.user),
        ("Commons:", identity.endpoint),
        ("Key from:", identity.source),
        ("Good for:", _life(days)),
        ("Programs:", shown),
        *([("Requests:", f"it {allowed}")] if allowed is not None else []),
    )
    emit(table(rows) + "\n")


def _remarks(identity: Identity) -> Iterator[Diagnostic]:
    """U606 for a key that ends within ten days; U607 for a file of it that other users of the machine can read."""
    from sds2gen3.diagnostics import finding

    days = identity.days_left
    if identity.key_expires is not None and days is not None and days < SOON:
        yield finding("U606", f"The key from {identity.source} is good for {_life(days)} only.")
    file = Path(identity.source)
    if os.name == "posix" and file.is_file() and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield finding("U607", f"Other users of this machine can read the key in {file}.")


def _life(days: float | None) -> str:
    if days is None:
        return "it does not say"
    if days >= 2:
        return f"{days:.0f} days"
    return f"{days * 24:.0f} hours" if days * 24 >= 2 else f"{max(days, 0) * 1440:.0f} minutes"
