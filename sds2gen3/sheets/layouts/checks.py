"""Checks of a sheet that an SDS version declares: what the values of several fields or records must be to each other.

Each is one entry of `checks` in `sds/<version>/<kind>.yaml`, told apart by its `check`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sds2gen3.sheets.layouts.graded import Graded


class Number(Graded):
    """A field has at least and at most so many values."""

    check: Literal["number"]
    field: str
    least: int = 0
    most: int | None = None


class OneEach(Graded):
    """A cell of the field holds one value, though several can be read from it."""

    check: Literal["one each"]
    field: str


class OneRecord(Graded):
    """The sheet has one record: its template has one Value column."""

    check: Literal["one record"]


class Order(Graded):
    """`first` is not later, or larger, than `then` in the same record."""

    check: Literal["order"]
    first: str
    then: str


class Twice(Graded):
    """No two records have the same words in one of these fields, unless they agree in all of them and differ in `apart`."""

    check: Literal["twice"]
    fields: tuple[str, ...]
    apart: str = ""


class Alike(Graded):
    """No two ids of the field differ only by case, spaces, underscores and dashes."""

    check: Literal["alike"]
    field: str


class Accompanied(Graded):
    """The word does not stand alone in the field: one of the same `of` has another word too."""

    check: Literal["accompanied"]
    field: str
    word: str
    of: str


class Paired(Graded):
    """Where `field` has the word, the field `with` reads as `must`."""

    check: Literal["paired"]
    field: str
    word: str
    other: str
    must: str


class Typed(Graded):
    """The identifier is of the kind that `type` names, as `forms` says for each word. Other kinds are not judged."""

    check: Literal["typed"]
    field: str
    type: str
    forms: dict[str, Literal["doi", "pmid", "rrid", "url"]]


class Names(Graded):
    """One person, `Last, First Middle`; `unless`: words of another field by which it is no person."""

    check: Literal["names"]
    field: str
    unless: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Some(Graded):
    """At least one record has one of the words in `field`, or some record of the dataset fills one of the fields `or_any`.

    Nothing is asked of a dataset whose counts `unless_zero` are all 0.
    """

    check: Literal["some"]
    noun: str
    field: str
    words: tuple[str, ...]
    or_any: tuple[str, ...] = ()
    unless_zero: tuple[str, ...] = ()


class Listed(Graded):
    """The count in `field` is the number of records of the table."""

    check: Literal["listed"]
    field: str
    table: str


class Untouched(Graded):
    """Not all of these fields still hold what the template came with."""

    check: Literal["untouched"]
    fields: tuple[str, ...]


class Extension(Graded):
    """Where `field` gives a file name extension, the name in `of` has it."""

    check: Literal["extension"]
    field: str
    of: str


class Free(Graded):
    """No words and numbers that stand for nothing in the sheet, but in those `fields`; `answers` are words that say something."""

    check: Literal["free words"]
    fields: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


Check = Annotated[
    Number
    | OneEach
    | OneRecord
    | Order
    | Twice
    | Alike
    | Accompanied
    | Paired
    | Typed
    | Names
    | Some
    | Listed
    | Untouched
    | Extension
    | Free,
    Field(discriminator="check"),
]
