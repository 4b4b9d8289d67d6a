"""What `sds2gen3 batch` does with one dataset: the same as the command for one, without a word on any stream."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from sds2gen3.batch.fingerprint import of_tree, of_value
from sds2gen3.batch.one import Done
from sds2gen3.cli import pipeline
from sds2gen3.cli.convert import Form, write_unless_failed
from sds2gen3.cli.declared import Declared
from sds2gen3.cli.options import Given
from sds2gen3.cli.pipeline import Job
from sds2gen3.config import Settings
from sds2gen3.dictionary import Dictionary

_SHOWN = ("format", "color", "max_per_group", "schemas", "profile")  # how it looks, and what is judged by its content


def silent(what: str, done: int, total: int) -> None:
    """The progress of a worker, which nobody watches."""


@dataclass(frozen=True)
class Desk:
    """The settings and declarations of datasets; those that many share are loaded once in each worker."""

    given: Given
    whole: bool = False
    sends: bool = False
    loaded: dict[tuple[object, ...], Declared] = field(default_factory=dict)
    hashes: dict[int, str] = field(default_factory=dict)
    served: dict[str, Dictionary] = field(default_factory=dict)

    def job(self, path: Path) -> Job:
        """Raises UsageError where the dataset's settings or their declarations cannot be used."""
        served = self._served() if self.sends and self._wants_served(path) else None
        return pipeline.jobs([path], self.given, self.whole, served, self.loaded)[0]

    def _wants_served(self, path: Path) -> bool:
        from sds2gen3.cli.cargo import wants_served  # with all that talks to a commons, which only a submission needs

        return wants_served(self.given, path)

    def _served(self) -> Dictionary:
        """The dictionary of the commons, asked for once."""
        from sds2gen3.cli.cargo import SERVED, connected
        from sds2gen3.commons import served_dictionary

        if SERVED not in self.served:
            self.served[SERVED] = served_dictionary(connected(self.given))
        return self.served[SERVED]

    def basis(self, path: Path, *options: Any) -> str:
        """All that a result depends on but the dataset: its settings, the content of the declarations, and the options."""
        job = self.job(path)
        return repr((_values(job.settings), self._hash(job.declared), options))

    def _hash(self, declared: Declared) -> str:
        """`loaded` keeps every Declared, so that its id stays its own."""
        if id(declared) not in self.hashes:
            sheets = [of_tree(folder / "sds") for folder in declared.declarations.folders]
            self.hashes[id(declared)] = of_value([declared.mapping, declared.dictionary, sheets])
        return self.hashes[id(declared)]


def _values(settings: Settings) -> dict[str, Any]:
    """The settings by their values: where they come from changes no result."""
    plain = {f.name: getattr(settings, f.name).value for f in fields(settings) if f.name not in (*_SHOWN, "needs")}
    return {**plain, "needs": sorted((name, need.value) for name, need in settings.needs.items())}


@dataclass(frozen=True)
class Validating:
    """`validate`: nothing is written but the findings."""

    desk: Desk

    def basis(self, path: Path) -> str:
        return self.desk.basis(path, "validate")

    def __call__(self, path: Path, folder: Path) -> Done:
        outcome = pipeline.run(self.desk.job(path), silent)
        return Done(outcome.report, int(outcome.failed))


@dataclass(frozen=True)
class Converting:
    """`convert`: the records in the dataset's folder, unless it has errors."""

    desk: Desk
    form: Form
    keep_going: bool

    def basis(self, path: Path) -> str:
        return self.desk.basis(path, "convert", self.form.value, self.keep_going)

    def __call__(self, path: Path, folder: Path) -> Done:
        outcome = pipeline.run(self.desk.job(path), silent)
        if outcome.graph is not None:
            with pipeline.undisturbed():
                write_unless_failed(outcome, outcome.graph, folder, self.form, self.keep_going)
        return Done(outcome.report, int(outcome.failed))
