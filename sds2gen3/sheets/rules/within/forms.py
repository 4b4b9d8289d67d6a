"""The form of single values: what each field declared as an ORCID, a date, an age ... is held to, in every version."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.model import Table
from sds2gen3.sheets.layouts.facts import FieldFacts, Form
from sds2gen3.sheets.layouts.graded import GRADES
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.layouts.versions import Version
from sds2gen3.sheets.rules.values import dates, identifiers
from sds2gen3.sheets.rules.values.awards import award
from sds2gen3.sheets.rules.values.licences import licence
from sds2gen3.sheets.rules.values.lists import Lists
from sds2gen3.sheets.rules.values.quantities import quantity
from sds2gen3.sheets.rules.values.verdict import Verdict
from sds2gen3.sheets.rules.within.odd import AllFit
from sds2gen3.sheets.rules.within.told import Fault, Judge, tell
from sds2gen3.sheets.tables.outcome import SheetRead

_WHOLE = re.compile(r"[0-9]+")
_GRADED = frozenset({"S250", "S256"})  # how much these matter differs from field to field
_WHOLE_DECIMAL = re.compile(r"([0-9]+)[.,]0+")


@dataclass(frozen=True)
class Held:
    """What values are held to: the version's words and the declared lists. Never the clock: the same file, the same report.

    `saved`: the day on which the workbook was last saved, after which nothing of it can have happened.
    """

    version: Version
    lists: Lists
    saved: dt.date | None = None

    @classmethod
    def to(cls, version: Version, layouts: Layouts) -> Held:
        """By the declarations that the layouts come from."""
        return cls(version, Lists(layouts.declarations))

    @property
    def latest(self) -> dt.date:
        """The last day that the sheet may speak of. The properties of a workbook are in UTC: somewhere it is a day later."""
        declared = self.lists.latest
        if self.saved is None or self.saved >= declared:
            return declared
        return self.saved + dt.timedelta(days=1)


def check_forms(read: SheetRead, held: Held, layouts: Layouts) -> Iterator[Diagnostic]:
    """A finding for each value of the sheet that does not have the form of its field; words for nothing have none."""
    layout = layouts.sheet(read.kind)
    past = replace(held, saved=read.saved)
    for tables in read.tables.values():
        for table in tables:
            for name in table.headers:
                facts = layout.field(_own_row(table, name))
                make = _JUDGES.get(facts.held_to)
                if make is not None and table.columns[name].count(None) < len(table):
                    yield from _check(table, name, facts, make, held if facts.planned else past)


def _own_row(table: Table, name: str) -> str:
    """The field by which the sheet has the values: SDS 1.x has a row of its own for each relation of an identifier."""
    said = table.columns.get("sds_field")
    return str(said[0]) if said and name not in said and table.headers[name] == min(table.headers.values()) else name


def _check(
    table: Table, name: str, facts: FieldFacts, make: Callable[[Held], Judge], held: Held
) -> Iterator[Diagnostic]:
    nothing = {word.casefold() for word in (*held.version.nothing, *held.version.missing_codes)}
    judge = make(held)
    grade = GRADES[facts.severity] if facts.severity else None

    def judged(text: str) -> Fault | None:
        fault = judge(text)
        if fault is None:  # the most usual, among many thousand values
            return None
        if text.casefold().rstrip(".") in nothing or (text.startswith("-") and is_sentinel(text, held.version)):
            return None
        if grade is None or fault.code not in _GRADED:
            return fault
        return Fault(fault.code, fault.what, fault.hint, grade)

    whole = replace(table, splits={}) if facts.held_to == "dataset" else table
    make_all = _ALL_FIT.get(facts.held_to)
    yield from tell(whole, name, judged, hint=facts.hint, all_fit=make_all(held) if make_all else None)


def is_sentinel(text: str, version: Version) -> bool:
    """Whether the text is one of the version's numbers that stand for nothing, such as -999."""
    return bool(re.fullmatch(r"-?[0-9]+(\.0+)?", text)) and int(float(text)) in version.sentinels


def judged_as(verdict: Verdict, text: str, code: str, usual: str = "", grade: Severity | None = None) -> Fault | None:
    """The code's fault for what is wrong, `usual` as the code for what is right but written in another way."""
    if verdict.canonical is None:
        return Fault(code, verdict.wrong, verdict.hint, grade)
    if usual and verdict.canonical != text:
        return Fault(usual, "is right, but usually written in another way", f"Write {verdict.canonical}")
    return None


def _identifier(read: Callable[[str], Verdict], code: str) -> Callable[[Held], Judge]:
    def make(held: Held) -> Judge:
        usual = "" if held.version.bare else "S241"
        return lambda text: judged_as(read(text), text, code, usual)

    return make


def _ror(held: Held) -> Judge:
    def judge(text: str) -> Fault | None:
        if identifiers.claims_ror(text):
            return judged_as(identifiers.ror(text), text, "S242", "S241")
        if held.version.bare:
            return None
        return Fault("S243", "is a name, not the ROR link of an institution", "Look the institution up at ror.org.")

    return judge


def _rrid(held: Held) -> Judge:
    return lambda text: judged_as(identifiers.rrid(text, held.lists.rrid), text, "S244", "S241")


def _dataset(held: Held) -> Judge:
    """Of a whole cell, which may hold several."""

    def judge(text: str) -> Fault | None:
        several = [part for part in re.split(r"[\s,;]+", text) if part]
        if len(several) > 1 and all(identifiers.dataset(part).canonical for part in several):
            return Fault("S267", f"holds {len(several)} ids in one cell", "Give one.", Severity.WARNING)
        return judged_as(identifiers.dataset(text), text, "S248", "" if held.version.bare else "S241")

    return judge


def _term(held: Held) -> Judge:
    return lambda text: judged_as(identifiers.term(text, held.lists.term), text, "S249", "S241")


def _licence(held: Held) -> Judge:
    return lambda text: judged_as(licence(text, held.lists.licences), text, "S252", "S241")


def _award(held: Held) -> Judge:
    def judge(text: str) -> Fault | None:
        verdict = award(text)
        if verdict.canonical not in (None, text):
            return Fault("S253", "is not the plain number of the award", f"Write {verdict.canonical}.")
        return judged_as(verdict, text, "S253")

    return judge


def _count(held: Held) -> Judge:
    def judge(text: str) -> Fault | None:
        if _WHOLE.fullmatch(text):
            return None
        if found := _WHOLE_DECIMAL.fullmatch(text):
            return Fault("S251", "is a whole number with decimals", f"Write {found[1]}.")
        return Fault("S250", "is not a whole number of 0 or more")

    return judge


def _quantity(kind: str) -> Callable[[Held], Judge]:
    def make(held: Held) -> Judge:
        def judge(text: str) -> Fault | None:
            verdict = quantity(text, kind, held.lists.units)
            if verdict.canonical is None and not any(map(str.isdigit, text)):
                return Fault("S236", "has no number in digits")
            return judged_as(verdict, text, "S254", "S241")

        return judge

    return make


def _any_quantity(held: Held) -> Judge:
    return lambda text: None if any(map(str.isdigit, text)) else Fault("S236", "has no number in digits")


def _date(held: Held) -> Judge:
    latest = held.latest.isoformat()

    def judge(text: str) -> Fault | None:
        verdict = dates.date(text)
        if verdict.canonical is None:
            ambiguous = "two different dates" in verdict.wrong
            return Fault("S257" if ambiguous else "S256", verdict.wrong, verdict.hint)
        if verdict.canonical > latest:
            return _to_come(held)
        if dates.has_time(text):
            return Fault("S258", "has a time where a date is enough", f"Write {verdict.canonical}.")
        if verdict.canonical != text:
            return Fault("S257", "is not written as YYYY-MM-DD", f"Write {verdict.canonical}.")
        return None

    return judge


def _to_come(held: Held) -> Fault:
    if held.saved is None or held.latest == held.lists.latest:
        return Fault("S261", f"is after {held.latest.isoformat()}, so it must be a slip", "Correct the date.")
    saved = held.saved.isoformat()
    return Fault("S261", f"was still to come on {saved}, when this workbook was last saved", "Correct the date.")


def _moment(held: Held) -> Judge:
    latest = held.latest
    last_day = latest.isoformat()

    def judge(text: str) -> Fault | None:
        day = dates.usual_day(text)
        if day is not None and day <= last_day:
            return None
        verdict = dates.moment(text)
        if verdict.canonical is None:
            return Fault("S259", verdict.wrong, verdict.hint)
        when = dates.compared(text)
        if when is not None and when.date() > latest:
            return _to_come(held)
        if not dates.has_time(text) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return Fault("S259", "is not written as ISO 8601", f"Write {verdict.canonical}, better with time and zone.")
        if held.version.bare or dates.has_zone(text):
            return None
        what = "does not say in which time zone it is" if dates.has_time(text) else "is a date without a time"
        return Fault("S260", what, "Add the zone, e.g. 2021-09-08T12:28:05-07:00.")

    return judge


def _all_usual_moments(held: Held) -> AllFit:
    last_day = held.latest.isoformat()

    def all_fit(texts: Collection[str]) -> bool:
        days = dates.usual_days(texts)
        return days is not None and max(days, default="") <= last_day

    return all_fit


_ALL_FIT: Mapping[Form, Callable[[Held], AllFit]] = {"moment": _all_usual_moments}  # a manifest has one for each file
_JUDGES: Mapping[Form, Callable[[Held], Judge]] = {
    "orcid": _identifier(identifiers.orcid, "S240"),
    "ror": _ror,
    "doi": _identifier(identifiers.doi, "S245"),
    "link": _identifier(identifiers.link, "S245"),
    "rrid": _rrid,
    "dataset": _dataset,
    "term": _term,
    "license": _licence,
    "award": _award,
    "count": _count,
    "age": _quantity("time"),
    "mass": _quantity("mass"),
    "quantity": _any_quantity,
    "date": _date,
    "moment": _moment,
}
