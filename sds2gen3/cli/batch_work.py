"""What `sds2gen3 batch` does with one dataset: the same as the command for one, without a word on any stream."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from sds2gen3.batch.fingerprint import of_tree, of_value
from sds2gen3.batch.one import Done
from sds2gen3.cli import cargo as cargoes
from sds2gen3.cli import pipeline
from sds2gen3.cli.convert import Form, write_unless_failed
from sds2gen3.cli.declared import Declared
from sds2gen3.cli.options import Given
from sds2gen3.cli.pipeline import Job
from sds2gen3.cli.submit import deliver
from sds2gen3.commons import Choices
from sds2gen3.commons.interrupts import stopping
from sds2gen3.config import Settings

_SHOWN = ("format", "color", "max_per_group", "schemas", "profile")  # how it looks, and what is judged by its content


def _silent(what: str, done: int, total: int) -> None:
    pass


@dataclass(frozen=True)
class Desk:
    """The settings and declarations of datasets; those that many share are loaded once in each worker."""

    given: Given
    whole: bool = False
    loaded: dict[tuple[object, ...], Declared] = field(default_factory=dict)
    hashes: dict[int, str] = field(default_factory=dict)

    def job(self, path: Path) -> Job:
        """Raises UsageError where the dataset's settings or their declarations cannot be used."""
        return pipeline.jobs([path], self.given, self.whole, loaded=self.loaded)[0]

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
        outcome = pipeline.run(self.desk.job(path), _silent)
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
        outcome = pipeline.run(self.desk.job(path), _silent)
        if outcome.graph is not None:
            with pipeline.undisturbed():
                write_unless_failed(outcome, outcome.graph, folder, self.form, self.keep_going)
        return Done(outcome.report, int(outcome.failed))


@dataclass(frozen=True)
class Submitting:
    """`submit`: sent to the commons, with the ledger in the dataset's folder. Ctrl-C ends it after the chunk in flight."""

    desk: Desk
    yes: bool
    chunk_size: int

    def basis(self, path: Path) -> str:
        given = self.desk.given
        return self.desk.basis(path, "submit", given.endpoint, given.credentials)

    def __call__(self, path: Path, folder: Path) -> Done:
        given = self.desk.given
        with ExitStack() as stack:
            stop = stack.enter_context(stopping(lambda words: None))
            client = cargoes.connected(given)
            cargo = replace(cargoes.load(path, given, _silent, client), folder=folder)
            if cargo.failed:
                return Done(cargo.report, 1)
            choices = Choices(self.chunk_size, among_others=self.yes, ledger=cargo.ledger, stop=stop)
            delivery = deliver(cargo, client, choices, _silent)
        report = cargo.report
        if delivery.ended is not None:
            report.extend(delivery.ended.diagnostics)
        return Done(report.first_causes(), delivery.exit_code, final=delivery.exit_code in (0, 1))


def project_of(desk: Desk, path: Path) -> str:
    """The project that a dataset goes to, in which one writer at a time is let in; 'other' where nothing says so."""
    job = desk.job(path)
    told = {name: setting.value for name, setting in job.settings.needs.items()}
    defaults: Mapping[str, str | None] = {name: need.default for name, need in job.declared.mapping.needs.items()}
    names = [told.get(name) or defaults.get(name) or "" for name in ("program", "project")]
    return " ".join(name.replace("{folder}", path.name) for name in names).strip() or "other"
