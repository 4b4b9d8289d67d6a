"""Work: what a thread does with one file, and how each way of ending is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from sds2gen3.download.fetch import NotAsListed, fetch, is_there
from sds2gen3.download.names import Names
from sds2gen3.download.outcomes import Outcome
from sds2gen3.download.patience import Patience
from sds2gen3.download.safe_names import same_file_key
from sds2gen3.download.stores import store_of
from sds2gen3.download.stores.protocol import Found, Pulse, Store, StoreError
from sds2gen3.download.target import CannotWrite, Target, cannot
from sds2gen3.download.wanted import Wanted, brief
from sds2gen3.errors import SdsError
from sds2gen3.storage import shown

_SCHEMES = ("http", "https", "s3")
"""What an address in a row may be: others would lead to this machine or to a login of its own."""

_CODES = {"absent": "U693", "refused": "U696", "broken": "U695", "wrong": "U695", "outside": "U693"}


@dataclass(frozen=True, slots=True)
class Job:
    """A file, or a folder of them, and the store that holds it where that is not the store of the run."""

    wanted: Wanted
    store: Store | None = None


def broke_off(wanted: Wanted, reason: str) -> Outcome:
    """A file that may come another time."""
    message = f"'{brief(wanted.path)}' could not be fetched: {reason}."
    return Outcome(wanted.path, "broke off", findings=(wanted.finding("U695", message),))


class Worker:
    """Works on jobs by several threads. `full` says that the disk is: nothing more can be written."""

    def __init__(
        self,
        store: Store | None,
        target: Target,
        names: Names,
        hosts: Sequence[str],
        patience: Patience,
        dry_run: bool,
    ) -> None:
        self._store, self._target, self._names, self._patience = store, target, names, patience
        self._hosts, self._dry_run = {host.lower() for host in hosts}, dry_run
        self.full = False
        self._known: dict[str, bool] = {}  # of paths that are in the way of others: whether they are files

    def work(self, job: Job, pulse: Pulse) -> Outcome | Mapping[str, str]:
        """What became of the file; of a folder its files."""
        wanted = job.wanted
        try:
            pulse()
            if wanted.path and wanted.listed and not wanted.pattern and is_there(wanted, None, self._target, pulse):
                return Outcome(wanted.path, "same", wanted.size)
            store = job.store or self._store
            if wanted.address and (self._is_own(wanted.address) or not self._holds(wanted, pulse)):
                return self._at_address(wanted, pulse)
            if store is None:
                message = f"It is not said where '{brief(wanted.path)}' is stored."
                return Outcome(wanted.path, "failed", findings=(wanted.finding("U690", message),))
            return self._from_store(wanted, store, pulse)
        except StoreError as error:
            return self._not_had(wanted, error)
        except CannotWrite as error:
            return self._not_written(wanted, error)
        except OSError as error:
            return self._not_written(wanted, cannot(error))
        except NotAsListed as error:
            message = f"'{brief(wanted.path)}' is not what was listed: {error.told}."
            return Outcome(wanted.path, "failed", findings=(wanted.finding("U694", message),))

    def _holds(self, wanted: Wanted, pulse: Pulse) -> bool:
        """Whether the storage of the run has the file of the row: then its address need not be followed."""
        return self._store is not None and self._store.look(wanted.key, pulse) is not None

    def _at_address(self, wanted: Wanted, pulse: Pulse) -> Outcome | Mapping[str, str]:
        """The file at the address of its row, if that may be asked."""
        try:
            parts = urlsplit(wanted.address)
            host, wrong = (parts.hostname or "").lower(), ""
        except ValueError:
            host, wrong = "", "it is no address"
        if not wrong and (parts.scheme.lower() not in _SCHEMES or not host):
            wrong = "only http, https and s3 addresses are"
        own = not wrong and self._is_own(wanted.address)
        if not (wrong or own or host in self._hosts):
            wrong = f"the host '{brief(host)}' was not named"
        if not wrong:
            try:
                store = store_of(wanted.address, with_login=own)
            except SdsError as error:
                wrong = str(error).rstrip(".")
            else:
                try:
                    return self._from_store(replace(wanted, key="", top=""), store, pulse)
                finally:
                    store.close()
        message = f"The address '{brief(shown(wanted.address))}' is not followed: {wrong}."
        return Outcome(wanted.path, "refused", findings=(wanted.finding("U698", message),))

    def _is_own(self, address: str) -> bool:
        """Whether an address lies in the storage of the run."""
        return self._store is not None and shown(address).startswith(self._store.shown.rstrip("/") + "/")

    def _from_store(self, wanted: Wanted, store: Store, pulse: Pulse) -> Outcome | Mapping[str, str]:
        found = store.look(wanted.key, pulse)
        if found is None and wanted.top and (found := store.look(wanted.top, pulse)) is not None:
            if self._names.claim(wanted.top)[0] != "free":  # another row lists it
                return Outcome(wanted.path, "absent")
            wanted = replace(wanted, path=wanted.top, key=wanted.top)
        if found is None:
            if wanted.optional:
                return Outcome(wanted.path, "absent")
            raise StoreError("absent", "")
        if found.folder or wanted.pattern:
            return self._listing(wanted, store, pulse)
        if wanted.optional and self._names.claim(wanted.path)[0] != "free":
            return Outcome(wanted.path, "absent")
        return self._file(wanted, store, found, pulse)

    def _listing(self, wanted: Wanted, store: Store, pulse: Pulse) -> Outcome | Mapping[str, str]:
        if wanted.optional:
            return Outcome(wanted.path, "absent")
        if wanted.address:
            raise StoreError("wrong", "its address leads to a folder")
        files = store.below(wanted.key, pulse)
        if files is None:
            raise StoreError("wrong", "the storage cannot list folders")
        if not files and store.dicom:
            raise StoreError("absent", "")
        return files

    def _file(self, wanted: Wanted, store: Store, found: Found, pulse: Pulse) -> Outcome:
        rival = next((one for one in self._names.rivals(wanted.path) if self._is_file(one, pulse)), None)
        if rival is not None:
            message = f"'{brief(wanted.path)}' and '{brief(rival)}' are one file on some systems."
            if same_file_key(rival) != same_file_key(wanted.path):
                folder, file = sorted((wanted.path, rival), key=len)
                message = f"'{brief(folder)}' is a file, and the folder of '{brief(file)}', which is listed too."
            return Outcome(wanted.path, "refused", findings=(wanted.finding("U692", message),))
        if is_there(wanted, found, self._target, pulse):
            return Outcome(wanted.path, "same", found.size)
        if self._dry_run:
            return Outcome(wanted.path, "would fetch", found.size if found.size is not None else wanted.size)
        action, size = fetch(wanted, store, wanted.key, found, self._target, self._patience, pulse)
        return Outcome(wanted.path, action, size)

    def _is_file(self, path: str, pulse: Pulse) -> bool:
        """Whether the storage of the run has a file of that name, as far as it can tell: one that nobody has stops no other."""
        if self._store is None or self._store.dicom:
            return True
        if path not in self._known:
            try:
                found = self._store.look(path, pulse)
            except StoreError as error:
                return error.kind == "broken"
            self._known[path] = found is not None and not found.folder
        return self._known[path]

    def _not_written(self, wanted: Wanted, error: CannotWrite) -> Outcome:
        self.full = self.full or error.full
        message = f"'{brief(wanted.path)}' cannot be written: {error.reason}."
        return Outcome(
            wanted.path, "broke off" if error.full else "failed", findings=(wanted.finding("U697", message),)
        )

    def _not_had(self, wanted: Wanted, error: StoreError) -> Outcome:
        if wanted.optional and error.kind in ("absent", "refused", "wrong", "outside"):  # it was only looked for
            return Outcome(wanted.path, "absent")
        if error.kind == "broken":
            return broke_off(wanted, error.reason)
        where = (
            shown(wanted.address) if wanted.address else self._store.shown if self._store is not None else "the storage"
        )
        message = f"'{brief(wanted.path)}' could not be fetched: {error.reason}."
        if error.kind == "absent":
            message = f"'{brief(wanted.path)}' is not in {where}."
        hint = error.hint or ("Ask those who keep the storage." if error.kind == "wrong" else "")
        return Outcome(wanted.path, "failed", findings=(wanted.finding(_CODES[error.kind], message, hint=hint),))
