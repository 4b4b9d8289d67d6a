"""One property's column from one Table: transform, translate words, bring into the dictionary's type - on distinct values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from sds2gen3.convert.coerce import RETYPED, coerce
from sds2gen3.convert.sources import Source
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import Property
from sds2gen3.distinct import on_distinct
from sds2gen3.mapping.rules import PropertyRule
from sds2gen3.mapping.transforms import applied_at_once, apply, as_text
from sds2gen3.model import OMIT, Table, Unmapped
from sds2gen3.nearest import Guesses
from sds2gen3.place import Place

_UNAGREED = "'{}': a word that the mapping does not take"
_MOST_CELLS = 500  # how many cells an info finding lists; its message has the full count


@dataclass
class Made:
    """A property's column (None where the sheet has no such column) with what there is to say about it."""

    column: list[Any] | None = None
    origins: tuple[str, ...] = ()
    gathered: tuple[tuple[Table, str], ...] = ()
    findings: list[Diagnostic] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one distinct value."""

    value: Any
    note: str = ""
    refused: tuple[str, ...] = ()


def make(rule: PropertyRule, wanted: Property, source: Source, rows: Sequence[int]) -> Made:
    """The column of the property for the table's records `rows`."""
    if not rule.sources:
        return Made([rule.constant] * len(rows))
    if rule.each is not None:
        return _gather(rule, wanted, source, rows)
    if rule.sources == ("user_columns",):
        return _user_columns(source, rows)
    name = source.first_filled(rule.sources)
    column = source.column(name)
    made = Made(origins=() if name in source.needs else (name,))
    if column is None and rule.blank is None:
        return made
    values = [None] * len(rows) if column is None else _take(column, rows)
    _convert_column(made, rule, name, wanted, source.table, values, rows)
    _fill_blanks(made, rule, name, wanted, source.table, rows)
    return made


def _convert_column(
    made: Made,
    rule: PropertyRule,
    name: str,
    wanted: Property,
    table: Table,
    values: list[Any],
    rows: Sequence[int],
) -> None:
    transformed = _transformed(rule, table, values)
    split = table.splits.get(name)
    if _plain_text(rule, wanted, transformed, split):
        made.column = transformed
        return
    telling: list[_Outcome] = []

    def one(value: Any) -> _Outcome:
        outcome = _one(value, rule, wanted, split)
        if outcome.note or outcome.refused or _too_many(outcome.value, wanted):
            telling.append(outcome)
        return outcome

    outcomes = on_distinct(transformed, one)
    made.column = [outcome.value for outcome in outcomes]
    if telling:
        _tell(made, rule, name, wanted, table, values, outcomes, rows)


def _plain_text(rule: PropertyRule, wanted: Property, values: list[Any], split: str | None) -> bool:
    """Whether the column can be taken as it is: text into a text property, nothing to translate or to split."""
    simple = rule.values is None and wanted.enum is None and "string" in wanted.types
    simple = simple and not (split and "array" in wanted.types)
    return simple and "date-time" not in wanted.formats and _are_texts(values)


def _are_texts(values: list[Any]) -> bool:
    return set(map(type, values)) <= {str, type(None)}


def _transformed(rule: PropertyRule, table: Table, values: list[Any]) -> list[Any]:
    """The values after all transforms of the rule."""
    steps = _steps(rule, table)
    while steps and set(map(type, values)) == {str}:
        at_once = applied_at_once(values, *steps[0])
        if at_once is None:
            break
        values, steps = list(at_once), steps[1:]
    return on_distinct(values, _transform(steps)) if steps else values


def _steps(rule: PropertyRule, table: Table) -> list[tuple[str, Any]]:
    """The transforms of the rule, each with its argument."""
    return [(step.name, table.folder if step.name == "in_folder" else step.argument) for step in rule.transforms]


def _transform(steps: Sequence[tuple[str, Any]]) -> Callable[[Any], Any]:
    """All transforms as one function of a value."""

    def transformed(value: Any) -> Any:
        for name, argument in steps:
            value = apply(value, name, argument)
        return value

    return transformed


def _one(value: Any, rule: PropertyRule, wanted: Property, split: str | None) -> _Outcome:
    refused: list[str] = []
    if rule.values is not None:
        value = _translate(value, rule, refused)
    done = coerce(value, wanted, split)
    return _Outcome(done.value, done.note, tuple(refused))


def _translate(value: Any, rule: PropertyRule, refused: list[str]) -> Any:
    """The word of the commons for the word of the sheet; exact spelling first, then regardless of case."""
    if value is None or rule.values is None:
        return None
    if isinstance(value, list):
        words = [_translate(item, rule, refused) for item in value]
        return [word for word in words if word is not None] or None
    text = as_text(value).strip()
    if text in rule.values:
        return rule.values[text]
    folded = {known.casefold(): word for known, word in rule.values.items()}
    if text.casefold() in folded:
        return folded[text.casefold()]
    if rule.unmapped == "keep":
        return value
    refused.append(text)
    return None


def _tell(
    made: Made,
    rule: PropertyRule,
    name: str,
    wanted: Property,
    table: Table,
    values: list[Any],
    outcomes: list[_Outcome],
    rows: Sequence[int],
) -> None:
    """The findings about refused words, several values in place of one, and values written in another way."""
    label = table.labels.get(name, name).strip()
    noted: dict[tuple[str, str], list[Place]] = {}
    guesses = Guesses(rule.values or ())
    for row, value, outcome in zip(rows, values, outcomes, strict=True):
        for word in outcome.refused:
            made.findings.append(_refused(word, rule, label, table.place(row, name), guesses))
            made.unmapped.append(Unmapped(table, name, _UNAGREED.format(label), (row,)))
        if _too_many(outcome.value, wanted):
            message = f"'{label}' has {len(outcome.value)} values, but there is room for one."
            first, second = table.place(row, name, 0), table.place(row, name, 1)
            made.findings.append(finding("M306", message, second, value=outcome.value[1], related=[first]))
        if outcome.note:
            text = "" if outcome.note == RETYPED else f"'{_shown(value)}' is written '{_shown(outcome.value)}'."
            noted.setdefault((outcome.note, text), []).append(table.place(row, name))
    made.findings.extend(_noted(note, text, label, wanted, places) for (note, text), places in noted.items())


def _too_many(value: Any, wanted: Property) -> bool:
    return isinstance(value, list) and "array" not in wanted.types


def _refused(word: str, rule: PropertyRule, label: str, place: Place, guesses: Guesses) -> Diagnostic:
    words = list(rule.values or {})
    hint = f"{guesses.did_you_mean(word)} Use one of: {', '.join(words)}.".lstrip()
    code = "M301" if rule.unmapped == "error" else "M302"
    return finding(code, f"'{word}' is not one of the agreed words for '{label}'.", place, hint=hint, value=word)


def _noted(note: str, text: str, label: str, wanted: Property, places: list[Place]) -> Diagnostic:
    if note == RETYPED:
        kind = "text" if "string" in wanted.types else "/".join(sorted(wanted.types - {"null"})) or "an agreed word"
        message = f"{_count(len(places), 'value')} of '{label}' written as {kind}, as the dictionary wants."
        return finding("M303", message, places[0], related=places[1:_MOST_CELLS])
    return finding("M304", text, places[0], related=places[1:_MOST_CELLS])


def _shown(value: Any) -> str:
    return ", ".join(map(as_text, value)) if isinstance(value, list) else as_text(value)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _fill_blanks(
    made: Made, rule: PropertyRule, name: str, wanted: Property, table: Table, rows: Sequence[int]
) -> None:
    """The mapping's declared text for blanks; else nothing, as an explicit null where the dictionary takes one."""
    column = made.column
    if column is None or None not in column:
        return
    if rule.blank is not None:
        filler = coerce(rule.blank, wanted).value
        blank = [row for row, value in zip(rows, column, strict=True) if value is None]
        made.column = [filler if value is None else value for value in column]
        places = [table.place(row, name) for row in blank[:_MOST_CELLS]]
        label = table.labels.get(name, name).strip()
        message = f"{_count(len(blank), 'blank')} of '{label}' written as '{rule.blank}', as the mapping declares."
        made.findings.append(finding("M305", message, places[0], related=places[1:], property=rule.name))
    elif wanted.required or not wanted.nullable:
        made.column = [OMIT if value is None else value for value in column]


def _gather(rule: PropertyRule, wanted: Property, source: Source, rows: Sequence[int]) -> Made:
    """A list gathered from a group: item n comes from the group's record n, so lists of one group stay aligned.

    A blank without declared text stays in its place as null, which validation tells at its cell: dropping it would give
    the next person's value to this one.
    """
    name = rule.sources[0]
    groups = [table for table in source.dataset.tables.get(rule.each or "", ()) if len(table)]
    made = Made(gathered=tuple((table, name) for table in groups))
    items: list[Any] = []
    blanks: list[Place] = []
    guesses = Guesses(rule.values or ())
    for table in groups:
        transform = _transform(_steps(rule, table))
        values = table.columns.get(name, [None] * len(table))
        for record, value in enumerate(values):
            outcome = _one(transform(value), rule, wanted.items or wanted, table.splits.get(name))
            for word in outcome.refused:
                label = table.labels.get(name, name).strip()
                made.findings.append(_refused(word, rule, label, table.place(record, name), guesses))
                made.unmapped.append(Unmapped(table, name, _UNAGREED.format(label), (record,)))
            if outcome.value is None and rule.blank is not None:
                blanks.append(table.place(record, name))
            items.append(rule.blank if outcome.value is None else outcome.value)
    if not groups and rule.blank is not None and rows:
        items.append(rule.blank)
        blanks.append(source.table.place(0))
    if blanks:
        what = f"{_count(len(blanks), 'blank')} of '{name}' written as '{rule.blank}'"
        message = f"{what}, as the mapping declares."
        made.findings.append(finding("M305", message, blanks[0], related=blanks[1:], property=rule.name))
    empty = OMIT if wanted.required or not wanted.nullable else None
    filled = any(item is not None for item in items)
    made.column = [items if filled else empty for _ in rows]
    return made


def _user_columns(source: Source, rows: Sequence[int]) -> Made:
    """The user's own columns as one JSON text per record, header -> value, blanks left out."""
    names = source.free_user_columns
    if not names:
        return Made()
    table = source.table
    labels = [table.labels.get(name) or name for name in names]  # two rows without a name are two
    columns = [_take(table.columns[name], rows) for name in names]
    made = Made(origins=tuple(names))
    records = list(zip(*columns, strict=True))
    if all(map(_are_texts, columns)):
        known = {record: _json(zip(labels, record, strict=True)) for record in set(records)}
        made.column = [known[record] for record in records]
    else:
        made.column = [_json(zip(labels, record, strict=True)) for record in records]
    return made


def _json(pairs: Iterable[tuple[str, Any]]) -> str | None:
    filled = {label: value for label, value in pairs if value is not None}
    return orjson.dumps(filled).decode() if filled else None


def _take(column: list[Any], rows: Sequence[int]) -> list[Any]:
    return column if len(rows) == len(column) else [column[row] for row in rows]
