"""Cells to plain values, one distinct value of a column at a time; text stays as it is typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sds2gen3.catalogue import CATALOGUE, Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.distinct import distinct
from sds2gen3.place import Place
from sds2gen3.sheets.grid import CellError, UncachedFormula

EXCEL_TEXT_LIMIT = 32_767
EXCEL_DIGITS = 10**15
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_STRICT_KINDS = frozenset({"id", "path"})
_CLEAN_KINDS = _STRICT_KINDS | {"url", "doi", "orcid", "rrid"}


@dataclass(frozen=True)
class Values:
    """A column's plain values, what is to be said of them, and the positions whose cell has no value (CellError ...)."""

    values: list[Any]
    findings: list[Diagnostic]
    lost: list[int]


def clean_values(raw: Sequence[Any], kind: str, label: str, place: Callable[[int], Place]) -> Values:
    """Plain values for the cells of one field: str, int, float, bool or None; dates and times as ISO 8601 text.

    A column of dates that Excel stores with midnight as time is a column of dates. `place` tells where a position is.
    """
    types = set(map(type, raw))
    empty = types == {type(None)}
    texts = types <= {str, type(None)}
    if empty or (texts and _are_clean_texts([text for text in distinct(raw) if text is not None])):
        return Values(raw if isinstance(raw, list) else list(raw), [], [])
    keys: Sequence[Any] = raw
    if len(types & {int, float, bool}) > 1:  # 1, 1.0 and True are equal to Python, but not to the curator
        keys = list(zip(map(type, raw), raw, strict=True))
    midnight = dt.datetime in types and all(_is_midnight(v) for v in raw if isinstance(v, dt.datetime))
    plain: dict[Any, Any] = {}
    noted: dict[Any, str] = {}
    for key, value in dict(zip(keys, raw, strict=True)).items():
        plain[key], code = _clean(value, kind, midnight)
        if code:
            noted[key] = code
    values = list(map(plain.__getitem__, keys))
    findings, lost = _findings(keys, raw, noted, label, place) if noted else ([], [])
    return Values(values, findings, lost)


def _are_clean_texts(texts: list[str]) -> bool:
    """Whether `_clean` would give each text back without a word, whatever its kind; without a Python call per text."""
    together = "".join(texts)
    if not together.isascii() or not all(texts) or list(map(str.strip, texts)) != texts:
        return False
    return len(together) < EXCEL_TEXT_LIMIT or max(map(len, texts)) < EXCEL_TEXT_LIMIT


def all_blank(values: Sequence[Any]) -> bool:
    """Whether no cell holds anything."""
    return all(is_blank(value) for value in values if value is not None)


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing: no value, or only white space and characters without any width."""
    if not isinstance(value, str):
        return value is None
    text = value.strip()
    return not text or (not text.isascii() and not text.translate(_INVISIBLE).strip())


def _clean(value: Any, kind: str, midnight: bool) -> tuple[Any, str]:
    """The plain value and the code of what there is to say, '' for nothing."""
    if value is None:
        return None, ""
    if isinstance(value, str):
        return _clean_text(value, kind)
    if isinstance(value, CellError):
        return None, "R154"
    if isinstance(value, UncachedFormula):
        return None, "R155"
    if isinstance(value, int | float):
        return _clean_number(value, kind)
    text = _iso(value, midnight)
    return text, "S204" if kind == "id" else ""


def _clean_text(value: str, kind: str) -> tuple[str | None, str]:
    text = value.strip()
    if is_blank(text):
        return None, ""
    if kind in _CLEAN_KINDS and not text.isascii():
        visible = text.translate(_INVISIBLE).replace("\u00a0", " ").strip()
        visible = visible.translate(_DASHES) if kind == "id" else visible
        if visible != text:
            return visible, "S206"
    if len(value) == EXCEL_TEXT_LIMIT:
        return text, "R156"
    if kind in _STRICT_KINDS and text != value:
        return text, "S207"
    return text, ""


def _clean_number(value: int | float, kind: str) -> tuple[Any, str]:
    if kind != "id":
        return value, "R157" if not isinstance(value, bool) and abs(value) >= EXCEL_DIGITS else ""
    if isinstance(value, bool):
        return str(value).upper(), "S204"
    text = str(int(value)) if float(value).is_integer() else repr(value)
    return text, "R157" if abs(value) >= EXCEL_DIGITS else "S203"


def _is_midnight(value: dt.datetime) -> bool:
    return value.time() == dt.time(0)


def _iso(value: Any, midnight: bool) -> str:
    """ISO 8601: 2020-01-02, 2020-01-02T10:30:00, 10:30:00, PT90M."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, dt.timedelta):
        return _duration(value)
    return str(value.isoformat()) if isinstance(value, dt.date | dt.time) else str(value)


def _duration(value: dt.timedelta) -> str:
    sign, value = ("-", -value) if value < dt.timedelta(0) else ("", value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{value.microseconds:06d}".rstrip("0") if value.microseconds else ""
    days = f"{value.days}D" if value.days else ""
    time = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M")) if number)
    time += f"{seconds}{fraction}S" if seconds or fraction else ""
    return f"{sign}P{days}T{time}" if time else f"{sign}P{days or '0D'}"


_MESSAGES = {
    "R154": "The cell shows {value} instead of a value.",
    "R155": "The formula {value} has no stored result.",
    "R156": "This text at '{label}' is exactly as long as Excel allows, so its end may be cut off.",
    "R157": "The number {value} at '{label}' has more digits than Excel can keep.",
    "S203": "The id {value} at '{label}' is a number in Excel.",
    "S204": "The id {value} at '{label}' is a date, a time or TRUE/FALSE in Excel.",
    "S206": "The characters of {value} at '{label}' only look right; plain ones were read instead.",
    "S207": "White space around {value} at '{label}' was removed.",
}


def _findings(
    keys: Sequence[Any], raw: Sequence[Any], noted: dict[Any, str], label: str, place: Callable[[int], Place]
) -> tuple[list[Diagnostic], list[int]]:
    """Errors one by one, each at its cell; the notes of one kind as one finding, which names the first value."""
    positions: dict[str, dict[Any, list[int]]] = {}
    for position, key in enumerate(keys):
        if key in noted:
            positions.setdefault(noted[key], {}).setdefault(key, []).append(position)
    found: list[Diagnostic] = []
    lost: list[int] = []
    for code, by_value in positions.items():
        where = sorted(position for some in by_value.values() for position in some)
        if CATALOGUE[code].severity == Severity.ERROR:
            lost += where
            found += [finding(code, _say(code, raw[p], label), place(p), value=_shown(raw[p])) for p in where]
        else:
            more = f", and so with {len(by_value) - 1:,} more." if len(by_value) > 1 else "."
            message = _say(code, raw[where[0]], label)[:-1] + more
            related = [place(position) for position in where[1:]]
            found.append(finding(code, message, place(where[0]), value=_shown(raw[where[0]]), related=related))
    return found, sorted(lost)


def _say(code: str, value: Any, label: str) -> str:
    return _MESSAGES[code].format(value=f"'{_shown(value)}'", label=label)


def _shown(value: Any) -> str:
    """The value as the curator sees it, in one line, and cut where it is a whole page."""
    text = " ".join(str(getattr(value, "text", value)).splitlines())
    return text if len(text) <= 80 else f"{text[:77]}..."
