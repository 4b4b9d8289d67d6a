"""Which project is meant."""

from __future__ import annotations

from sds2gen3.commons.client import Client
from sds2gen3.commons.project import Project
from sds2gen3.errors import UsageError
from sds2gen3.nearest import did_you_mean


def find_project(client: Client, program: str | None = None, project: str | None = None) -> Project:
    """The project, which is there; its name may be its code, `program/code` or the server's `program-code`.

    The program may be left out; the project too, where you see only one. Raises UsageError U621 for one that is not
    there, U671 where it is not said which.
    """
    listed = visible(client, program)
    if project is None:
        if len(listed) == 1:
            return Project(client, *listed[0])
        shown = ", ".join(f"{one}/{code}" for one, code in listed[:10])
        hint = f"Name it with --project. You see: {shown}." if listed else "You see none: ask for the right to read."
        raise UsageError.of("U671", "It is not said which project is meant.", hint=hint)
    for one, code in listed:
        if project in (code, f"{one}/{code}", f"{one}-{code}"):
            return Project(client, one, code)
    codes = [code for _, code in listed]
    hint = did_you_mean(project, codes) or f"Those that it shows you: {', '.join(sorted(codes)[:20]) or 'none'}."
    where = f"The program '{program}' has" if program else f"{client.endpoint} has"
    raise UsageError.of("U621", f"{where} no project '{project}'.", hint=hint, value=project)


def visible(client: Client, program: str | None = None) -> list[tuple[str, str]]:
    """Program and code of every project that you see, of one program or of all. Raises UsageError U621."""
    programs = sorted(client.programs())
    if program is not None and program not in programs:
        hint = did_you_mean(program, programs) or f"Those that it shows you: {', '.join(programs[:20]) or 'none'}."
        raise UsageError.of("U621", f"The commons has no program '{program}'.", hint=hint, value=program)
    wanted = [program] if program is not None else programs
    return [(one, code) for one in wanted for code in sorted(client.projects(one))]
