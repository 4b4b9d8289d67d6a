"""A Fault in plain words: what is wrong, in the label that the curator knows, and what to type instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sds2gen3.nearest import did_you_mean
from sds2gen3.patterns import user_pattern
from sds2gen3.validate.fault import UNUSABLE, Fault, at
from sds2gen3.validate.words import accepted, branches, listed, shown, type_of, types_of


@dataclass(frozen=True, slots=True)
class Wording:
    """The code, message and hint of a finding; an empty hint stands for the catalogue's way out."""

    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A fault with what it takes to word it: the schema part that objects, the value, and the curator's names."""

    fault: Fault
    rule: Mapping[str, Any]
    value: Any
    label: str
    noun: str

    @property
    def limit(self) -> Any:
        """What the keyword demands."""
        return self.rule.get(self.fault.keyword)

    @property
    def subject(self) -> str:
        """`'keywords'`, or `Every value of 'keywords'` for the item of a list."""
        name = f"'{self.label}'"
        return f"Every value of {name}" if any(isinstance(step, int) for step in self.fault.path) else name


def wording(fault: Fault, schema: Mapping[str, Any], value: Any, label: str, noun: str) -> Wording:
    """The fault of a record's `value`, found with the node's `schema`, in words. Never quotes the schema."""
    rule = at(schema, fault.rule[:-1])
    case = Case(fault, rule if isinstance(rule, Mapping) else {}, value, label, noun)
    if value is None and len(fault.path) == 1:
        return missing(label, noun)
    say = _SAY.get(fault.keyword)
    return say(case) if say is not None else _no_form(case)


def missing(label: str, noun: str) -> Wording:
    """A required value that a record lacks."""
    return Wording("D440", f"'{label}' is empty, but every {noun} needs it.")


def _required(case: Case) -> Wording:
    if not case.fault.path:
        return missing(case.label, case.noun)
    return Wording("D440", f"'{case.label}' lacks '{case.fault.names[0]}'.")


def _surplus(case: Case) -> Wording:
    name = case.fault.names[0]
    hint = did_you_mean(name, case.rule.get("properties", ()))
    return Wording("D448", f"The dictionary knows no '{name}' of a {case.noun}.", hint)


def _type(case: Case) -> Wording:
    wanted = accepted(case.rule)
    if case.value is None:  # a blank in a list that is kept in line with others
        return Wording("D441", f"{case.subject} must be {wanted}, not an empty value.", "Fill the cell in.")
    return Wording("D441", f"{case.subject} must be {wanted}, not {shown(case.value)}.", _how_to_type(wanted.types))


def _how_to_type(types: frozenset[str]) -> str:
    for name, hint in (
        ("string", "Format the cell as text in Excel, then type the value again."),
        ("number", "Type a number without its unit, such as 2.5."),
        ("integer", "Type digits only, such as 12."),
        ("boolean", "Type TRUE or FALSE."),
    ):
        if name in types:
            return hint
    return ""


def _word(case: Case) -> Wording:
    return _agreed(case, accepted(case.rule).words)


def _agreed(case: Case, words: tuple[Any, ...]) -> Wording:
    message = f"{_capital(shown(case.value))} is not one of the agreed words for '{case.label}'."
    near = did_you_mean(case.value, (word for word in words if isinstance(word, str)))
    return Wording("D442", message, f"{near} Use one of: {listed(words)}.".lstrip())


def _pattern(case: Case) -> Wording:
    message = f"{_capital(shown(case.value))} is not written in the form that is agreed for '{case.label}'."
    if user_pattern(str(case.limit)).gave_up:
        return Wording(
            "D443", f"Whether {shown(case.value)} fits '{case.label}' cannot be told in time.", _endless(case)
        )
    return Wording("D443", message, _form(str(case.limit), case.rule))


def _name(case: Case) -> Wording:
    """`patternProperties` itself objects only to a name that cannot be held against them."""
    name = str(case.fault.path[-1])
    return Wording("D443", f"Whether a {case.noun} may have '{name}' cannot be told in time.", _endless(case))


def _endless(case: Case) -> str:
    patterns = list(case.limit) if isinstance(case.limit, Mapping) else [str(case.limit)]
    slow = next((pattern for pattern in patterns if user_pattern(pattern).gave_up), patterns[0])
    return f"The pattern '{slow}' takes too long, here and in the commons; tell those who keep the dictionary."


def _form(pattern: str, rule: Mapping[str, Any]) -> str:
    """The form in words, for the patterns that are a set of characters and their number; else what the dictionary says."""
    simple = re.fullmatch(r"\^\[([\w-]+)\](?:\{(\d+)\}|\+)\$", pattern)
    if simple:
        characters = ", ".join(re.findall(r"\w-\w|\w|-", simple[1]))
        return f"Write {f'exactly {simple[2]}' if simple[2] else 'only'} characters out of {characters}."
    described = str(rule.get("description") or "").strip()
    return f"The dictionary says: {' '.join(described.split())}" if described else ""


_FORMATS = {
    "date-time": ("a date and time with time zone", "Write it as 2024-01-31T13:30:00Z, or with +13:00 in place of Z."),
    "date": ("a date", "Write it as 2024-01-31: year, month, day."),
    "time": ("a time", "Write it as 13:30:00."),
    "email": ("an e-mail address", "Write it as name@example.org."),
    "idn-email": ("an e-mail address", "Write it as name@example.org."),
    "ipv4": ("an internet address", "Write it as 192.0.2.1."),
    "ipv6": ("an internet address", "Write it as 2001:db8::1."),
    "uuid": ("a UUID", "Write it as 123e4567-e89b-12d3-a456-426614174000."),
}


def _format(case: Case) -> Wording:
    what, hint = _FORMATS.get(str(case.limit), ("in the agreed form", ""))
    return Wording("D444", f"{_capital(shown(case.value))} is not {what}, as '{case.label}' needs.", hint)


def _range(case: Case) -> Wording:
    value, limit, label = _capital(shown(case.value)), case.limit, case.label
    if case.fault.keyword == "multipleOf":
        return Wording("D445", f"{value} is not a multiple of {limit}, as '{label}' needs.")
    small = case.fault.keyword == "minimum"
    if case.rule.get("exclusiveMinimum" if small else "exclusiveMaximum"):
        message = (
            f"{value} is too {'small' if small else 'large'} for '{label}': it must be {_more(small)} than {limit}."
        )
    else:
        message = f"{value} is too {'small' if small else 'large'} for '{label}': {_most(small)} is {limit}."
    low, high = case.rule.get("minimum"), case.rule.get("maximum")
    return Wording("D445", message, f"Type a number from {low} to {high}." if None not in (low, high) else "")


def _more(small: bool) -> str:
    return "more" if small else "less"


def _most(small: bool) -> str:
    return "the smallest allowed" if small else "the largest allowed"


def _length(case: Case) -> Wording:
    bound = "at most" if case.fault.keyword == "maxLength" else "at least"
    has = len(case.value) if isinstance(case.value, str) else 0
    message = f"{case.subject} must have {bound} {_count(case.limit, 'character')}, {shown(case.value)} has {has}."
    return Wording("D446", message)


def _list(case: Case) -> Wording:
    values = case.value if isinstance(case.value, list) else []
    if case.fault.keyword == "uniqueItems":
        twice = next((one for at, one in enumerate(values) if one in values[:at]), None)
        return Wording("D447", f"'{case.label}' has {shown(twice)} more than once.")
    bound = "at most" if case.fault.keyword == "maxItems" else "at least"
    return Wording("D447", f"'{case.label}' must have {bound} {_count(case.limit, 'value')}, not {len(values)}.")


def _branches(case: Case) -> Wording:
    """oneOf and anyOf: the fault of the one branch that was meant, else all that would have been accepted."""
    fitting = [form for form in branches(case.rule) if type_of(case.value) in _also_integers(types_of(form))]
    if len(fitting) == 1:
        inner = _deepest(fitting[0], case.value)
        if inner is not None:
            fault = Fault((*case.fault.path, *inner.path), inner.keyword, inner.rule, inner.names)
            return wording(fault, fitting[0], at(case.value, inner.path), case.label, case.noun)
    wanted = accepted(case.rule)
    if wanted.words and (not wanted.types or isinstance(case.value, str)):
        if not wanted.types:
            return _agreed(case, wanted.words)
        message = f"{case.subject} must be {wanted}, not {shown(case.value)}."
        return Wording("D442", message, f"The agreed words are: {listed(wanted.words)}.")
    return _type(case) if wanted.types and type_of(case.value) not in wanted.types else _no_form(case)


def _also_integers(types: set[str]) -> set[str]:
    return types | {"integer"} if "number" in types else types


def _deepest(schema: Mapping[str, Any], value: Any) -> Fault | None:
    from sds2gen3.validate import oracle

    return max(oracle.faults(schema, value), key=lambda fault: len(fault.path), default=None)


def _no_form(case: Case) -> Wording:
    return Wording("D449", f"{_capital(shown(case.value))} is not accepted for '{case.label}'.")


def _unusable(case: Case) -> Wording:
    message = f"The dictionary's rules for a {case.noun} are broken, so that nothing can be checked with them."
    return Wording(
        "D453", message, "Ask the maintainer of the dictionary; 'sds2gen3 dictionary check' finds the place."
    )


def _count(number: Any, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_SAY: dict[str, Callable[[Case], Wording]] = {
    UNUSABLE: _unusable,
    "required": _required,
    "additionalProperties": _surplus,
    "type": _type,
    "enum": _word,
    "pattern": _pattern,
    "patternProperties": _name,
    "format": _format,
    **dict.fromkeys(("minimum", "maximum", "multipleOf"), _range),
    **dict.fromkeys(("minLength", "maxLength"), _length),
    **dict.fromkeys(("minItems", "maxItems", "uniqueItems"), _list),
    **dict.fromkeys(("oneOf", "anyOf"), _branches),
}
