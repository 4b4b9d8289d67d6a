"""What every handler works with: the store, the dictionary, the tokens, the users."""

from __future__ import annotations

from dataclasses import dataclass

from sds2gen3.sandbox.access import ADMIN, Users
from sds2gen3.sandbox.http import Call, Refusal
from sds2gen3.sandbox.logs import Logs
from sds2gen3.sandbox.schemas import Schemas
from sds2gen3.sandbox.store import Record, Store
from sds2gen3.sandbox.tokens import Tokens, listing_user, project_user
from sds2gen3.sandbox.upload import Uploads


@dataclass(frozen=True)
class Commons:
    """The parts of an embedded commons. Handlers are functions of this and a Call."""

    store: Store
    logs: Logs
    schemas: Schemas
    tokens: Tokens
    uploads: Uploads
    users: Users

    def program(self, name: str) -> Record | None:
        return next((one for one in self.store.find("program", keys=[name]) if one.props.get("name") == name), None)

    def project(self, program: str, code: str) -> Record | None:
        """The project of that code, if it is one of the program's."""
        found = [one for one in self.store.find("project", keys=[code]) if one.props.get("code") == code]
        above = [parent.props.get("name") for one in found for parent in self.store.parents(one, "programs")]
        return found[0] if program in above else None

    def projects(self, program: Record) -> list[Record]:
        return self.store.children(program, "project", "programs")

    def readable(self, user: str) -> list[str]:
        """The ids of all projects that the user may read."""
        if "read" not in self.users.get(user, ()):
            return []
        programs = self.store.find("program")
        return [f"{one.props['name']}-{p.props['code']}" for one in programs for p in self.projects(one)]

    def lister(self, call: Call) -> str:
        """The user of a valid token, whatever the permissions. Raises Refusal 401."""
        return listing_user(call, self.tokens)

    def allowed(self, call: Call, *roles: str) -> str:
        """The user, who has all of these roles. Raises Refusal 401 or 403."""
        user = project_user(call, self.tokens)
        if not set(roles) <= self.users.get(user, frozenset()):
            raise Refusal(403, "You don't have access to this resource: user is unauthorized")
        return user

    def admin(self, call: Call, what: str) -> str:
        """The user, who may make programs or projects. Raises Refusal 401 or 403."""
        user = project_user(call, self.tokens)
        if ADMIN not in self.users.get(user, ()):
            told = f"Unauthorized: User must be Sheepdog {what} admin"
            raise Refusal(403, f"You don't have access to this resource: {told}")
        return user

    def known_program(self, call: Call) -> Record:
        """The program of the path. Raises Refusal 404, before anybody asks who it is [626, 637]."""
        record = self.program(call.program)
        if record is None:
            raise Refusal(404, f"program {call.program} not found")
        return record

    def known_project(self, call: Call) -> Record:
        """The project of the path. Raises Refusal 404."""
        if self.program(call.program) is None:
            raise Refusal(404, f"Program {call.program} not found")
        record = self.project(call.program, call.project)
        if record is None:
            raise Refusal(404, f"Project {call.project} not found")
        return record

    def require_state(self, project: Record, call: Call, *states: str) -> None:
        """Raises Refusal 400 unless the project is in one of the states (contract section 10)."""
        state = project.props.get("state")
        if state not in states:
            prevents = f"Project is in state '{state}', which prevents {call.route}."
            must = f"In order to perform this action, the project must be in state <{' or '.join(states)}>."
            raise Refusal(400, f"{prevents} {must}")
