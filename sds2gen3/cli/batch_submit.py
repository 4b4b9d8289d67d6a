"""What `sds2gen3 batch submit` does with one dataset: the same as `submit`, without a word on any stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sds2gen3.batch.one import Done
from sds2gen3.cli import cargo as cargoes
from sds2gen3.cli.batch_work import Desk, silent
from sds2gen3.cli.delivery import deliver
from sds2gen3.commons import Choices
from sds2gen3.commons.interrupts import stopping
from sds2gen3.write import LEDGER


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
        with stopping(lambda words: None) as stop:
            client = cargoes.connected(given)
            cargo = replace(cargoes.load(path, given, silent, client), folder=folder)
            if cargo.failed:
                return Done(cargo.report, 1)
            choices = Choices(self.chunk_size, among_others=self.yes, ledger=cargo.ledger, stop=stop)
            delivery = deliver(cargo, client, choices, silent)
        report = cargo.report
        report.summary["submission"]["ledger"] = f"{folder.name}/{LEDGER}"  # in OUT, wherever that is for this worker
        if delivery.ended is not None:
            report.extend(delivery.ended.diagnostics)
        return Done(report.first_causes(), delivery.exit_code, final=delivery.exit_code == 0)


def project_of(desk: Desk, path: Path) -> str:
    """The project that a dataset goes to, in which one writer at a time is let in; 'other' where nothing says so."""
    job = desk.job(path)
    told = {name: setting.value for name, setting in job.settings.needs.items()}
    defaults: Mapping[str, str | None] = {name: need.default for name, need in job.declared.mapping.needs.items()}
    names = [told.get(name) or defaults.get(name) or "" for name in ("program", "project")]
    return " ".join(name.replace("{folder}", path.name) for name in names).strip() or "other"
