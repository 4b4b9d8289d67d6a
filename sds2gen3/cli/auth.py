"""`sds2gen3 auth`: the login to a commons."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import typer

from sds2gen3.cli.options import CONNECT, Given, shared

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
    from sds2gen3.cli.output import emit, table
    from sds2gen3.commons import Auth

    client = connected(given)
    programs = client.programs()
    assert isinstance(client.auth, Auth)
    identity = client.auth.identity()
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
    )
    emit(table(rows) + "\n")


def _life(days: float | None) -> str:
    if days is None:
        return "it does not say"
    if days >= 2:
        return f"{days:.0f} days"
    return f"{days * 24:.0f} hours" if days * 24 >= 2 else f"{max(days, 0) * 1440:.0f} minutes"
