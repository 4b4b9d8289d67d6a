"""Download: all files that are wanted, a few at a time; one bad row, file or host never stops the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.download.beside import metadata_of
from sds2gen3.download.names import Names
from sds2gen3.download.outcomes import DownloadReport, Outcome
from sds2gen3.download.patience import Patience
from sds2gen3.download.pool import Pool
from sds2gen3.download.rows import Row
from sds2gen3.download.safe_names import judged
from sds2gen3.download.stores.protocol import Store
from sds2gen3.download.target import Target
from sds2gen3.download.wanted import Wanted, brief, fits, wanted_of
from sds2gen3.download.work import Job, Worker, broke_off

Step = Callable[[str, int, int], None]
_WHOLE = Wanted("", "")


def download(
    rows: Iterable[Row],
    store: Store | None,
    dest: Path,
    *,
    jobs: int = 4,
    only: Sequence[str] = (),
    dry_run: bool = False,
    whole: bool = False,
    beside: Store | None = None,
    hosts: Sequence[str] = (),
    patience: Patience | None = None,
    step: Step = lambda what, done, total: None,
) -> DownloadReport:
    """The files of the rows in DEST, with the metadata beside them, and what became of each.

    `store` may be None where rows have addresses of their own, which are followed at its host and at `hosts` only. `only` are
    patterns of paths, in which * also stands for /; metadata always come. `beside` holds the metadata; without it they are
    looked for in the store. `whole` fetches all that the store lists. Nothing is written in a `dry_run`.
    Raises UsageError U697 where DEST cannot be written to at all.
    """
    wanted, told = wanted_of(rows, dicom=store is not None and store.dicom)
    run = _Run(store, Target(dest), patience or Patience(), tuple(only), tuple(hosts), dry_run)
    run.tell(told)
    todo = [*run.listed(wanted, whole), *run.beside(beside, wanted)]
    if dry_run:
        run.all(todo, jobs, step)
    else:
        with run.target.opened():
            run.all(todo, jobs, step)
    outcomes = sorted(run.outcomes, key=lambda one: one.path)
    return DownloadReport(dest.as_posix(), store.shown if store is not None else "", outcomes, run.findings, dry_run)


class _Run:
    def __init__(
        self,
        store: Store | None,
        target: Target,
        patience: Patience,
        only: tuple[str, ...],
        hosts: tuple[str, ...],
        dry_run: bool,
    ) -> None:
        self.store, self.target, self.only = store, target, only
        self.names, self.patience = Names(), patience
        self.worker = Worker(store, target, self.names, hosts, patience, dry_run)
        self.outcomes: list[Outcome] = []
        self.findings: list[Diagnostic] = []
        self._first: dict[str, Wanted] = {}
        self._failures, self._had, self._hopeless = 0, False, False
        self._left: list[Job] = []

    def tell(self, told: Iterable[Diagnostic]) -> None:
        """What is wrong with rows: an error stands for a file that is not fetched."""
        for one in told:
            if one.severity == Severity.ERROR:
                self.outcomes.append(Outcome(str(one.value), "refused", findings=(one,)))
            else:
                self.findings.append(one)

    def beside(self, given: Store | None, wanted: Sequence[Wanted]) -> Iterator[Job]:
        """The metadata files: all of the store that was given, else those that may be in the store of the data."""
        store = given or self.store
        if store is None or store.dicom:
            return
        for one in metadata_of(given, wanted):
            path = judged(one.path)
            if path.wrong:
                message = f"'{brief(one.path)}' is not written: {path.wrong}."
                self.outcomes.append(Outcome(one.path, "refused", findings=(one.finding("U691", message),)))
            elif one.optional or self.names.claim(path.path)[0] == "free":
                yield Job(replace(one, path=path.path), store)

    def listed(self, wanted: Sequence[Wanted], whole: bool) -> list[Job]:
        """The files of rows, each once. Which of two rows has a name is decided by their order."""
        found = [Job(one) for one in wanted if self._is_asked_for(one, maybe_folder=True) and self._claimed(one)]
        return [*found, Job(_WHOLE)] if whole else found

    def _is_asked_for(self, wanted: Wanted, maybe_folder: bool = False) -> bool:
        if not self.only or (maybe_folder and (wanted.pattern or not _names_a_file(wanted.path))):
            return True
        return any(fnmatchcase(wanted.path, pattern) for pattern in self.only)

    def _claimed(self, wanted: Wanted) -> bool:
        """Whether the row has its name for itself; a row that lists a file again is no other file."""
        if wanted.pattern or (self.store is not None and self.store.dicom and "/instances/" not in wanted.key):
            return True
        return self._is_its_own(wanted)

    def _is_its_own(self, wanted: Wanted) -> bool:
        claim, other = self.names.claim(wanted.path)
        if claim == "free":
            self._first[wanted.path] = wanted
            return True
        first = self._first.get(wanted.path)
        if claim == "taken" and self._is_asked_by_name(other):
            self.names.share(wanted.path)
            self._first[wanted.path] = wanted
            return True
        if claim == "taken":
            message = f"'{brief(wanted.path)}' and '{brief(other)}' are one file on some systems."
        elif first is not None and _differ(first, wanted):
            message = f"Two rows lead to '{brief(wanted.path)}', with different sizes, checksums, addresses or images."
        else:
            return False
        self.outcomes.append(Outcome(wanted.path, "refused", findings=(wanted.finding("U692", message),)))
        return False

    def _is_asked_by_name(self, path: str) -> bool:
        """Whether the storage of the run can tell by its path if it has the file; then a row that it has not stops no other."""
        first = self._first.get(path)
        return self.store is not None and not self.store.dicom and (first is None or not first.address)

    def all(self, todo: Iterable[Job], jobs: int, step: Step) -> None:
        """Work on all jobs, and on those that come of folders."""
        pool: Pool[Job, Outcome | Mapping[str, str]] = Pool(self.worker.work, jobs, self.patience.stall)
        total = 0
        for total, job in enumerate(todo, 1):  # noqa: B007
            pool.add(job)
        for done, (job, result) in enumerate(pool.results(), 1):
            if isinstance(result, Mapping):
                for child in self._children(job, result):
                    total += 1
                    self._left.append(child) if self._hopeless else pool.add(child)
            else:
                outcome = result or broke_off(job.wanted, "nothing came any more")
                self.outcomes.append(replace(outcome, beside=job.wanted.beside))
                if not self._hopeless and self._is_hopeless(outcome):
                    self._hopeless = True
                    self._left += pool.rest()
            step(job.wanted.path, done, total)
        self._tell_of_the_rest()

    def _children(self, job: Job, files: Mapping[str, str]) -> Iterator[Job]:
        """The files of a folder that was listed, as far as no row of their own lists them. A store may say anything, too."""
        parent = job.wanted
        single = len(files) == 1 and parent.key.startswith("studies/") and _names_a_file(parent.path)
        for below, key in files.items():
            if parent.pattern and not fits(parent.pattern, below):
                continue
            path = judged(parent.path if single else f"{parent.path}/{below}" if parent.path else below)
            child = replace(parent, path=path.path, key=key, pattern="", size=None, sums=(), top="", listed=False)
            if wrong := judged(below).wrong or path.wrong:
                message = f"'{brief(below)}' is not written: {wrong}."
                self.outcomes.append(Outcome(below, "refused", findings=(child.finding("U691", message),)))
            elif self._is_asked_for(child) and self._is_its_own(child):
                yield Job(child, job.store)

    def _is_hopeless(self, outcome: Outcome) -> bool:
        """Whether no other file will come either: the disk is full, or the storage fails again and again.

        A refusal counts only as long as nothing has come: S3 answers so for a single file that is not there.
        """
        self._had = self._had or outcome.action in ("fetched", "replaced")
        refused = not self._had and any(one.code == "U696" for one in outcome.findings)
        self._failures = self._failures + 1 if refused or outcome.action == "broke off" else 0
        return self.worker.full or self._failures >= self.patience.give_up

    def _tell_of_the_rest(self) -> None:
        """The files that were not tried, and why."""
        rest = [job.wanted for job in self._left if not job.wanted.optional]
        self.outcomes += [Outcome(one.path, "not tried", beside=one.beside) for one in rest]
        if rest:
            where = self.store.shown if self.store is not None else "the storages"
            why = "the disk is full" if self.worker.full else f"{where} failed at {self._failures} files in a row"
            are = "1 file was" if len(rest) == 1 else f"{len(rest):,} files were"
            code = "U697" if self.worker.full else "U695"
            self.findings.append(finding(code, f"{are} not tried: {why}."))


def _names_a_file(path: str) -> bool:
    """Whether a path ends as those of files do; that of a folder called by a UID ends in digits."""
    _, dot, suffix = path.rpartition("/")[2].rpartition(".")
    return bool(dot) and not suffix.isdigit()


def _differ(one: Wanted, other: Wanted) -> bool:
    """Whether two rows say different things of one file."""
    kinds = {two.kind: two.digits for two in one.sums}
    if one.key != other.key:  # in a PACS
        return True
    if not other.listed:  # a file of a folder, about which the row of the file has more to say
        return False
    sums = any(kinds.get(two.kind, two.digits) != two.digits for two in other.sums)
    sizes = None not in (one.size, other.size) and one.size != other.size
    return sums or sizes or one.address != other.address
