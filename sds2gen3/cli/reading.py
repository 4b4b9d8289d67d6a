"""What the commands that read a commons share: the commons, its dictionary, the project that is meant."""

from __future__ import annotations

from dataclasses import dataclass

from sds2gen3 import config
from sds2gen3.cli.cargo import connected
from sds2gen3.cli.options import CONNECT, Given
from sds2gen3.commons import Client, Project, served_dictionary
from sds2gen3.commons.reading import find_project
from sds2gen3.config import Settings
from sds2gen3.dictionary import Dictionary

OPTIONS = ("program", "project", "color", "quiet", "verbose", "config", *CONNECT)
"""What a command takes that reads a commons."""


@dataclass(frozen=True)
class Library:
    """A commons to read from, with the settings of the command."""

    client: Client
    settings: Settings

    def dictionary(self) -> Dictionary:
        """What the commons itself serves: it alone says what its records are."""
        return served_dictionary(self.client)

    def named(self, need: str) -> str | None:
        """The program or the project of the options, the environment or the settings file."""
        setting = self.settings.needs.get(need)
        return setting.value if setting is not None else None

    def project(self) -> Project:
        """The project of the settings, or the only one. Raises UsageError U621, U671."""
        return find_project(self.client, self.named("program"), self.named("project"))


def opened(given: Given) -> Library:
    """The commons of the options; nothing is sent yet. Raises as `connected`."""
    settings = config.load(given.options(), config=given.config)
    return Library(connected(given), settings)
