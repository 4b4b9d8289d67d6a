"""Dates and times as people type them, read without the clock and without the language of the machine."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from functools import cache

from sds2gen3.sheets.rules.values.verdict import Verdict, right, wrong

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ISO_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?\s?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_USUAL_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.,][0-9]{1,9})?(?:Z|[+-][01][0-9]:[0-5][0-9])"
)
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})")
_NAMED = re.compile(
    r"(?:([0-9]{1,2})(?:st|nd|rd|th)?[-/. ,]+)?([A-Za-z]{3,9})[.]?[-/. ,]+(?:([0-9]{1,2})(?:st|nd|rd|th)?[-/. ,]+)?([0-9]{4})"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december", "sept"),
)
_SERIAL = re.compile(r"[1-9][0-9]{4}(?:\.[0-9]+)?")
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_WRITE = "Write the date as YYYY-MM-DD."
_WRITE_TIME = "Write date, time and zone, e.g. 2021-09-08T12:28:05-07:00."


def date(text: str) -> Verdict:
    """A day of the calendar; canonical is YYYY-MM-DD. What can be read in two ways is wrong, the hint names both."""
    said = text.strip()
    if found := _ISO.fullmatch(said) or _YEAR_FIRST.fullmatch(said) or _COMPACT.fullmatch(said):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if _ISO_TIME.fullmatch(said):
        return _day(*(int(part) for part in said[:10].split("-")))
    if found := _YEAR_LAST.fullmatch(said):
        return _either(int(found[1]), int(found[2]), int(found[3]))
    if (
        (found := _NAMED.fullmatch(said))
        and (month := _month(found[2]))
        and (found[1] or found[3])
        and not (found[1] and found[3])
    ):
        return _day(int(found[4]), month, int(found[1] or found[3]))
    if _SERIAL.fullmatch(said):
        meant = _EXCEL_EPOCH + dt.timedelta(days=int(float(said)))
        return wrong("is a number, not a date", f"If it is a date of Excel, it is {meant.isoformat()}. {_WRITE}")
    return wrong("is not a date", _WRITE)


def moment(text: str) -> Verdict:
    """A date with a time; canonical is ISO 8601 with a dot before fractions of a second. A date alone is right too."""
    said = text.strip()
    found = _ISO_TIME.fullmatch(said)
    if found is None:
        day = date(said)
        return day if day.canonical is not None else wrong("is not a date and time", _WRITE_TIME)
    if _day(*(int(part) for part in found[1].split("-"))).canonical is None or not _is_time(found[2], found[3]):
        return wrong("is not a date and time of the calendar", _WRITE_TIME)
    fraction = f".{found[4]}" if found[4] else ""
    return right(f"{found[1]}T{found[2]}:{found[3] or '00'}{fraction}{_zone(found[5])}")


def usual_day(text: str) -> str | None:
    """The day of a date and time with zone, in the usual form; None for other forms. For the many times of a manifest."""
    found = _USUAL_TIME.fullmatch(text)
    return found[1] if found and _is_day(found[1]) else None


def usual_days(texts: Collection[str]) -> set[str] | None:
    """`usual_day` of many texts, each day once; None where it is None of any."""
    if not all(map(_USUAL_TIME.fullmatch, texts)):
        return None
    days = {text[:10] for text in texts}
    return days if all(map(_is_day, days)) else None


def has_zone(text: str) -> bool:
    """Whether the date and time says in which time zone it is."""
    found = _ISO_TIME.fullmatch(text.strip())
    return found is not None and found[5] is not None


def has_time(text: str) -> bool:
    """Whether a time stands behind the date."""
    return _ISO_TIME.fullmatch(text.strip()) is not None


def compared(text: str) -> dt.datetime | None:
    """The date or time for comparing with another one, in UTC; without a zone as if it were UTC. None where it is none."""
    found = moment(text).canonical
    if found is None:
        return None
    short = re.sub(r"\.([0-9]{1,6})[0-9]*", lambda part: "." + part[1].ljust(6, "0"), found)
    read = dt.datetime.fromisoformat(short)
    return read.astimezone(dt.UTC) if read.tzinfo else read.replace(tzinfo=dt.UTC)


@cache
def _is_day(day: str) -> bool:
    return date(day).canonical == day


def _day(year: int, month: int, day: int) -> Verdict:
    try:
        return right(dt.date(year, month, day).isoformat())
    except ValueError:
        return wrong("is not a day of the calendar", _WRITE)


def _either(first: int, second: int, year: int) -> Verdict:
    """Day and month in either order, where only one of the two can be a month."""
    day_first, month_first = _day(year, second, first).canonical, _day(year, first, second).canonical
    if day_first and month_first and day_first != month_first:
        return wrong("can be read as two different dates", f"Write {day_first} or {month_first}, whichever is meant.")
    one = day_first or month_first
    return right(one) if one else wrong("is not a day of the calendar", _WRITE)


def _month(word: str) -> int | None:
    if word.casefold() in _MONTHS or word.casefold() in _LONG_MONTHS:
        return _MONTHS.index(word.casefold()[:3]) + 1
    return None


def _is_time(hours: str, seconds: str | None) -> bool:
    hour, minute = (int(part) for part in hours.split(":"))
    return hour < 24 and minute < 60 and int(seconds or 0) < 60


def _zone(zone: str | None) -> str:
    if not zone or zone == "Z":
        return zone or ""
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"
