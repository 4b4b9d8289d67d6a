"""The Gen3 server side: log in, compare, plan, send, verify, and keep a ledger of it."""

from sds2gen3.commons.auth import Auth, Identity
from sds2gen3.commons.client import Client, connect
from sds2gen3.commons.credentials import find as find_credentials
from sds2gen3.commons.diff import Diff, compare
from sds2gen3.commons.ensure import ensure, missing
from sds2gen3.commons.patience import Patience
from sds2gen3.commons.plan import Plan, make_plan
from sds2gen3.commons.preflight import served_dictionary
from sds2gen3.commons.project import Project
from sds2gen3.commons.submission import Choices, submit
from sds2gen3.commons.tally import Tally

__all__ = [
    "Auth",
    "Choices",
    "Client",
    "Diff",
    "Identity",
    "Patience",
    "Plan",
    "Project",
    "Tally",
    "compare",
    "connect",
    "ensure",
    "find_credentials",
    "make_plan",
    "missing",
    "served_dictionary",
    "submit",
]
