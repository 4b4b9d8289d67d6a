"""The grammar of mapping files (DESIGN section 5), as strict pydantic models. Nothing beyond it is accepted."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class NeedEntry(_Strict):
    """A value the caller gives; in its default, `{folder}` stands for the name of the dataset's folder."""

    hint: str
    default: str | None = None


class MappingFile(_Strict):
    """`mapping.yaml`: what the mapping is for and what it needs."""

    title: str
    dictionary: str | None = None
    extends: str | None = None
    needs: dict[str, NeedEntry] = Field(default_factory=dict)
    roots: dict[str, dict[str, str]] = Field(default_factory=dict)
    not_mapped: dict[str, str] = Field(default_factory=dict)


class PropertyEntry(_Strict):
    """`{always: x}` or `{from: field, each?, transform?, values? + unmapped, blank?}`; of several fields the first filled."""

    source: str | list[str] | None = Field(default=None, alias="from")
    always: Any = None
    each: str | None = None
    transform: list[str | dict[str, Any]] = Field(default_factory=list)
    values: dict[str, Any] | None = None
    unmapped: Literal["error", "keep", "drop"] | None = None
    blank: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> PropertyEntry:
        if (self.source is None) == (self.always is None):
            raise ValueError("give either 'from' (a field) or 'always' (a constant)")
        if self.values is not None and self.unmapped is None:
            raise ValueError("'values' needs 'unmapped': error, keep or drop")
        if self.values is None and self.unmapped is not None:
            raise ValueError("'unmapped' is only for 'values'")
        return self


class LinkEntry(_Strict):
    """`{to, where?, inherit?, optional?}` or `{code}`; of several `where`, the first that finds a parent counts."""

    to: str | None = None
    where: dict[str, str] | list[dict[str, str]] | None = None
    optional: bool = False
    code: str | None = None
    inherit: dict[str, str] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> LinkEntry:
        if (self.to is None) == (self.code is None):
            raise ValueError("give either 'to' (a node) or 'code' (a need)")
        return self


class RuleFile(_Strict):
    """One file per rule: `node`, `from` (and `for_each` for a group of that sheet), `id`, `links`, `properties`."""

    node: str
    source: str = Field(alias="from")
    for_each: str | None = None
    id: str | list[str]
    links: dict[str, LinkEntry | None] = Field(default_factory=dict)
    properties: dict[str, str | PropertyEntry | None] = Field(default_factory=dict)
