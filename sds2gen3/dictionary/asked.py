"""What a condition may compare a property with, by what the dictionary says of it: the same in export, browse and query."""

from __future__ import annotations

from sds2gen3.dictionary.types import Property
from sds2gen3.errors import SdsError, UsageError
from sds2gen3.nearest import did_you_mean

_NUMBERS = frozenset(("integer", "number"))
_FEW = 12


def refused(one: Property, sign: str, value: str) -> SdsError | None:
    """UsageError U673 for a value that no record can have: it would give an empty result that looks like an answer.

    `sign` is one of = != < <= > >=. Where the property takes more than one kind of value, nothing is refused.
    """
    known = of_items(one)
    if known.types == {"boolean"} and known.enum is None:
        return _refused_boolean(known, sign, value)
    if known.types and known.types <= _NUMBERS and not is_number(value):
        return UsageError.of("U673", f"'{one.name}' is a number, not '{value}'.", value=value)
    if known.enum and sign in ("=", "!="):
        return _refused_word(known, value)
    return None


def told_as_text(one: Property, sign: str, value: str) -> str | None:
    """What to say where numbers seem to be meant and the property is text: that it is compared as text."""
    known = of_items(one)
    if sign in ("=", "!=") or known.types != {"string"} or known.formats or not is_number(value):
        return None
    return f"'{one.name}' is text, so '{one.name}{sign}{value}' compares it as text: '10' comes before '9'."


def of_items(one: Property) -> Property:
    """What is said of the items of a list, which are what is compared; else of the property itself."""
    return one.items if one.types == {"array"} and one.items is not None else one


def is_number(text: str) -> bool:
    """Whether the text is a number that JSON can hold."""
    try:
        return abs(float(text)) != float("inf") and float(text) == float(text)
    except ValueError:
        return False


def _refused_boolean(one: Property, sign: str, value: str) -> SdsError | None:
    if sign not in ("=", "!="):
        hint = f"Write {one.name}=true or {one.name}=false."
        return UsageError.of("U673", f"'{one.name}' is true or false, which '{sign}' cannot compare.", hint=hint)
    if value.lower() in ("true", "false"):
        return None
    hint = did_you_mean(value, ("true", "false")) or "Write true or false."
    return UsageError.of("U673", f"'{one.name}' is true or false, not '{value}'.", hint=hint, value=value)


def _refused_word(one: Property, value: str) -> SdsError | None:
    words = [str(word).lower() if isinstance(word, bool) else str(word) for word in one.enum or ()]
    if value in words or (is_number(value) and any(is_number(word) and float(word) == float(value) for word in words)):
        return None
    more = f" and {len(words) - _FEW:,} more" if len(words) > _FEW else ""
    hint = did_you_mean(value, words) or f"It takes: {', '.join(words[:_FEW])}{more}."
    return UsageError.of(
        "U673", f"'{one.name}' takes agreed words, and '{value}' is none of them.", hint=hint, value=value
    )
