"""Help texts of a field: what the official templates say of it, and the hint of its declaration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sds2gen3.resources import Declarations
from sds2gen3.sheets.layouts.facts import TemplateTexts
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.yaml_document import read_yaml

_SENTENCE = 25  # letters; what is shorter is an example


@dataclass(frozen=True)
class Helps:
    """The texts of all templates up to a version; what a newer one says of a field counts more."""

    texts: tuple[dict[str, TemplateTexts], ...]

    @classmethod
    def of(cls, version: str, layouts: Layouts) -> Helps:
        until = layouts.versions[: layouts.versions.index(version) + 1]
        return cls(tuple(_texts(name, layouts.declarations) for name in reversed(until)))

    def explained(self, kind: str, field: str) -> str:
        """What the template says beside the field (its Description), '' for nothing."""
        return _first(text for texts in self.texts if kind in texts for text in texts[kind].explained.get(field, ()))

    def told(self, kind: str, field: str) -> str:
        """What any template says of the field, be it beside it or in a row of instructions under the headers."""
        rows = (row for texts in self.texts if kind in texts for row in texts[kind].rows)
        return self.explained(kind, field) or _first((row[field] for row in rows if field in row), shortest=10)


def _texts(version: str, declarations: Declarations) -> dict[str, TemplateTexts]:
    path = declarations.find("sds", version, "template.yaml")
    data = (read_yaml(path).data or {}) if path else {}
    return {kind: TemplateTexts.model_validate(texts) for kind, texts in data.items()}


def _first(texts: Iterator[str | int | float], shortest: int = _SENTENCE) -> str:
    return next((text for text in texts if isinstance(text, str) and len(text) >= shortest), "")
