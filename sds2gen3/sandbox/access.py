"""Who may do what: the users of the commons and their permissions on every project."""

from __future__ import annotations

from collections.abc import Mapping

READ, CREATE, UPDATE, DELETE, RELEASE = "read", "create", "update", "delete", "release"
ADMIN = "admin"
"""May make programs and projects."""

Users = Mapping[str, frozenset[str]]

USERS: Users = {
    "admin": frozenset({READ, CREATE, UPDATE, DELETE, RELEASE, "review", "submit", ADMIN}),
    "writer": frozenset({READ, CREATE, UPDATE, DELETE}),
    "reader": frozenset({READ}),
    "nobody": frozenset(),
}
