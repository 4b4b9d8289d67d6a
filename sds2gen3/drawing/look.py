"""The colours of a picture, for light and dark; each category keeps its own wherever it is drawn."""

from __future__ import annotations

from collections.abc import Iterable

FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"

# Category -> (fill, edge) by light, then by dark. Text on the fills has a contrast of at least 7:1.
_KNOWN: dict[str, tuple[str, str, str, str]] = {
    "administrative": ("#eef1f5", "#5b6b80", "#262d36", "#8fa3bd"),
    "biospecimen": ("#e7f4ea", "#2f7d4a", "#1d3325", "#6fc28c"),
    "clinical": ("#e6f0fb", "#2767ab", "#1b2e45", "#77b2ee"),
    "data_file": ("#fdf1dd", "#a76400", "#3a2d16", "#e0ad57"),
    "metadata_file": ("#f6ecdf", "#8a5a2b", "#33291e", "#cfa377"),
    "index_file": ("#f1eafb", "#7146b3", "#2d2440", "#b99af0"),
    "notation": ("#e2f3f3", "#157a7a", "#163233", "#5fc4c4"),
    "analysis": ("#fbe9f1", "#a8326f", "#3b1f2d", "#ef8dbc"),
}
_OTHERS = (
    ("#f2f3dc", "#6c7218", "#2d2f17", "#c3c96a"),
    ("#e9ebfb", "#4a54b8", "#232747", "#9aa4f2"),
    ("#fbeae5", "#a9472a", "#3b231c", "#ee9d85"),
    ("#ededed", "#666666", "#2c2c2c", "#b0b0b0"),
)


def classes(categories: Iterable[str]) -> dict[str, str]:
    """Category -> its class in `style`: that of the category, else one of the others, in alphabetical order."""
    strangers = sorted(set(categories) - set(_KNOWN))
    known = {category: f"k{at}" for at, category in enumerate(_KNOWN)}
    return known | {category: f"o{at % len(_OTHERS)}" for at, category in enumerate(strangers)}


def style(name: str) -> str:
    """The style sheet of a picture within an element of class `name`. Plain colours: not every viewer knows variables."""
    colours = [(f"k{at}", four) for at, four in enumerate(_KNOWN.values())]
    colours += [(f"o{at}", four) for at, four in enumerate(_OTHERS)]
    light = [_filled(name, one, fill, edge) for one, (fill, edge, _, _) in colours]
    dark = [_filled(name, one, fill, edge) for one, (_, _, fill, edge) in colours]
    shapes = (
        f".{name}{{font-family:{FONT}}}"
        f".{name} .b{{stroke-width:1.2}}"
        f".{name} .l{{fill:none;stroke:#76818f;stroke-width:1.3}}.{name} .l.opt{{stroke-dasharray:5 4}}"
        f".{name} .n{{font-size:13px;font-weight:bold;fill:#14181d}}.{name} .c{{font-size:11px;fill:#3b444f}}"
        f".{name} .m{{font-size:10px;fill:#3b444f;stroke:#fff;stroke-width:3px;paint-order:stroke}}"
        f".{name} .g{{font-size:12px;fill:#3b444f}}"
        f".{name} .bad .b{{stroke:#c0182b;stroke-width:3}}.{name} .bad .e{{fill:#a30f20;font-weight:bold}}"
        f".{name} .none .b{{stroke-dasharray:3 3;fill-opacity:.35}}.{name} .none .n{{font-weight:normal}}"
    )
    night = (
        f".{name} .l{{stroke:#97a3b3}}.{name} .n{{fill:#f2f5f8}}.{name} .c,.{name} .m,.{name} .g{{fill:#c9d1da}}"
        f".{name} .m{{stroke:#14181d}}.{name} .bad .b{{stroke:#ff6b7a}}.{name} .bad .e{{fill:#ff9aa5}}"
    )
    errors_last = f".{name} .bad .b{{stroke:#c0182b}}"
    return "".join([*light, shapes, errors_last, "@media screen and (prefers-color-scheme:dark){", *dark, night, "}"])


def _filled(name: str, one: str, fill: str, edge: str) -> str:
    return f".{name} .{one} .b{{fill:{fill};stroke:{edge}}}.{name} .{one} .s{{fill:{edge}}}"
