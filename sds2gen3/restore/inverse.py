"""A property's value turned back into what stood in the sheet: the mapping's rule, read from right to left."""

from __future__ import annotations

from typing import Any

from sds2gen3.mapping.rules import PropertyRule
from sds2gen3.mapping.transforms import ONE_WAY, as_text, undo


def back(value: Any, rule: PropertyRule, folder: str) -> Any:
    """The value that the sheet had, None for a blank; `folder` is that of the sheet's file."""
    if is_filler(value, rule):
        return None
    value = _word(value, rule)
    for step in reversed(rule.transforms):
        value = undo(value, step.name, folder if step.name == "in_folder" else step.argument)
    return value


def is_filler(value: Any, rule: PropertyRule) -> bool:
    """Whether the value is what the mapping writes for a blank; nobody can tell it from the same word in the sheet."""
    return rule.blank is not None and value in (rule.blank, [rule.blank])


def one_way(rule: PropertyRule) -> str:
    """Why the sheet may have had other words than those that come back; '' where it cannot."""
    steps = [step.name for step in rule.transforms if step.name in ONE_WAY]
    if steps:
        return f"the mapping changes it with '{steps[0]}'"
    if rule.values is not None and len(set(map(str, rule.values.values()))) < len(rule.values):
        return "the mapping has one word for several of the sheet's"
    return ""


def _word(value: Any, rule: PropertyRule) -> Any:
    """The sheet's word for the commons': of several the one that is spelt alike, else the first."""
    if rule.values is None or value is None:
        return value
    if isinstance(value, list):
        return [_word(item, rule) for item in value]
    words = [word for word, meant in rule.values.items() if meant == value and type(meant) is type(value)]
    alike = [word for word in words if word.casefold() == as_text(value).casefold()]
    return (alike or words or [value])[0]
