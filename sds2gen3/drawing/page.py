"""A page with the picture: completed nodes or all, fit or in full size, and the links of a node when it is pointed at."""

from __future__ import annotations

from html import escape

from sds2gen3.drawing.picture import Picture
from sds2gen3.drawing.svg import described, svg

STYLE = """
:root{color-scheme:light dark;--text:#14181d;--back:#fff;--soft:#4a545f;--line:#d5dae0;--accent:#1d5fa8}
@media screen and (prefers-color-scheme:dark){:root{--text:#f2f5f8;--back:#14181d;--soft:#b7c0ca;--line:#3a434d;--accent:#8ec2ff}}
*{box-sizing:border-box}
body{margin:0;padding:1rem;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;
color:var(--text);background:var(--back)}
h1{font-size:1.4rem;margin:0 0 .2rem}p{margin:.2rem 0 .8rem;color:var(--soft)}
fieldset{display:inline-flex;flex-wrap:wrap;gap:.2rem 1rem;margin:0 .6rem .8rem 0;
padding:.2rem .8rem .4rem;border:1px solid var(--line);border-radius:6px}
legend{font-size:.85rem;color:var(--soft)}label{cursor:pointer}
input:focus-visible,.view:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.view{overflow:auto;border:1px solid var(--line);border-radius:6px}
.view svg{display:block;margin:auto}
body:has(#fit:checked) .view svg{max-width:100%;height:auto}
body:has(#completed:checked) .every,body:has(#every:checked) .done{display:none}
.picked .node,.picked .l,.picked .m{opacity:.18}.picked .on{opacity:1}.picked .l.on{stroke-width:2.4}
@media print{fieldset{display:none}.view{border:0;overflow:visible}.view svg{max-width:100%;height:auto}}
"""

SCRIPT = """
for (const view of document.querySelectorAll('.view')) {
  const show = node => {
    const lines = [...view.querySelectorAll('.l[data-c]')];
    for (const one of view.querySelectorAll('.on')) one.classList.remove('on');
    view.classList.toggle('picked', Boolean(node));
    if (!node) return;
    const near = new Set([node.dataset.n]);
    for (const line of lines.filter(l => l.dataset.c === node.dataset.n || l.dataset.p === node.dataset.n)) {
      line.classList.add('on'); near.add(line.dataset.c); near.add(line.dataset.p);
    }
    for (const one of view.querySelectorAll('.node')) if (near.has(one.dataset.n)) one.classList.add('on');
  };
  let kept = null;
  view.addEventListener('pointerover', e => { if (!kept && e.pointerType === 'mouse') show(e.target.closest('.node')); });
  view.addEventListener('click', e => { const n = e.target.closest('.node'); kept = n === kept ? null : n; show(kept); });
}
"""


def page(picture: Picture) -> str:
    """One self-contained HTML page. Without scripts everything but the pointing works too."""
    done = picture.completed() if picture.counted else picture
    both = bool(done.nodes) and len(done.nodes) < len(picture.nodes)
    choices = _choice("Size", "size", (("fit", "fit the window"), ("full", "full size")))
    views = _view(picture, "every")
    if both:
        choices = _choice("Nodes", "nodes", (("completed", "with records"), ("every", "all"))) + choices
        views = _view(done, "done") + views
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'\">\n"
        f"<title>{_safe(picture.title)}</title><style>{STYLE}</style></head>\n"
        f"<body><main><h1>{_safe(picture.title)}</h1>\n<p>{_safe(described(picture))} "
        f"Click a node to see only its links.</p>\n{choices}\n{views}</main><script>{SCRIPT}</script></body></html>\n"
    )


def _safe(text: str) -> str:
    """Text for HTML in pure ASCII."""
    return escape(text).encode("ascii", "xmlcharrefreplace").decode("ascii")


def _choice(legend: str, name: str, options: tuple[tuple[str, str], ...]) -> str:
    buttons = "".join(
        f'<label><input type="radio" name="{name}" id="{key}"{"" if at else " checked"}> {text}</label>'
        for at, (key, text) in enumerate(options)
    )
    return f"<fieldset><legend>{legend}</legend>{buttons}</fieldset>"


def _view(picture: Picture, name: str) -> str:
    label = "Picture of the nodes"
    return f'<div class="view {name}" tabindex="0" role="region" aria-label="{label}">{svg(picture, f"graph-{name}", True)}</div>\n'
