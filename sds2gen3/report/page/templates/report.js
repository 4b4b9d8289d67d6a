'use strict';
const all = (query, from = document) => [...from.querySelectorAll(query)];
const form = document.querySelector('.filters');
const tip = document.getElementById('tip');

// Filter: what no longer fits is hidden; a marked cell that no longer fits looks like any other.
if (form) {
  form.hidden = false;
  const apply = () => {
    const severities = new Set(all('[name=severity]:checked', form).map(box => box.value));
    const code = form.elements.code.value, file = form.elements.file.value;
    const filtered = code !== '' || file !== '' || all('[name=severity]:not(:checked)', form).length > 0;
    const fits = mark => mark.split('|').some(one => {
      const [severity, its] = one.split(' ');
      return severities.has(severity) && (!code || its === code);
    });
    let shown = 0, total = 0;
    for (const fix of all('.fix')) {
      let here = 0;
      for (const line of all('li', fix)) {
        const fit = fits(line.dataset.s + ' ' + line.dataset.c) && (!file || line.dataset.f === file);
        line.classList.toggle('none', !fit);
        total += Number(line.dataset.n);
        if (fit) { here += 1; shown += Number(line.dataset.n); }
      }
      fix.classList.toggle('none', here === 0);
    }
    for (const notes of all('.notes-of')) notes.classList.toggle('none', !notes.querySelector('.fix:not(.none)'));
    for (const sheet of all('.sheet')) {
      const here = !file || !sheet.dataset.f || sheet.dataset.f === file;
      let left = 0;
      if (here) {
        for (const mark of all('[data-m]', sheet)) {
          const fit = fits(mark.dataset.m) && (!file || !mark.dataset.f || mark.dataset.f === file);
          mark.classList.toggle(mark.tagName === 'LI' ? 'none' : 'off', !fit);
          if (fit) left += 1;
        }
        for (const row of all('tbody tr', sheet)) {
          const marked = row.querySelector('.bad');
          const wanted = row.querySelector('.bad:not(.off)');
          row.classList.toggle('none', filtered && !wanted && (marked !== null || row.className.startsWith('gap')));
        }
      }
      sheet.classList.toggle('none', left === 0);
    }
    form.elements.shown.value = filtered
      ? `${shown.toLocaleString('en')} of ${total.toLocaleString('en')} findings shown`
      : `${total.toLocaleString('en')} findings`;
  };
  form.addEventListener('change', apply);
  form.addEventListener('reset', () => setTimeout(apply));
  form.addEventListener('submit', event => event.preventDefault());
  apply();
}

// A link to what stands in a closed part opens it.
const reveal = () => {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const closed = target && target.closest('details:not([open])');
  if (closed) { closed.open = true; target.scrollIntoView(); }
};
addEventListener('hashchange', reveal);
reveal();

// Messages of marked cells: on pointing, on focus, and kept open by a click until Escape or another click.
let kept = null;
for (const link of all('.bad > a')) { link.dataset.tip = link.title; link.setAttribute('aria-description', link.title); link.removeAttribute('title'); }
const show = link => {
  const cell = link.parentElement;
  tip.replaceChildren();
  for (const [at, text] of link.dataset.tip.split('\n').entries()) {
    const line = document.createElement('p');
    line.textContent = text;
    if (/^(error|warning|info) [A-Z]\d{3}: /.test(text)) line.className = 'tone';
    tip.append(line);
  }
  const more = document.createElement('a');
  more.href = link.getAttribute('href'); more.textContent = 'Go to what to do';
  tip.append(more);
  tip.className = ['error', 'warning', 'info'].find(one => cell.classList.contains(one)) || '';
  tip.hidden = false;
  const box = cell.getBoundingClientRect(), own = tip.getBoundingClientRect();
  const below = box.bottom + own.height + 6 < innerHeight;
  tip.style.top = `${Math.max(4, below ? box.bottom + 3 : box.top - own.height - 3)}px`;
  tip.style.left = `${Math.max(4, Math.min(box.left, innerWidth - own.width - 8))}px`;
};
const hide = () => { if (kept) show(kept); else tip.hidden = true; };
const marked = event => { const cell = event.target.closest && event.target.closest('.bad:not(.off)'); return cell && cell.querySelector('a'); };
document.addEventListener('pointerover', event => { const link = event.pointerType === 'mouse' && marked(event); if (link) show(link); else if (!tip.contains(event.target)) hide(); });
document.addEventListener('focusin', event => { const link = marked(event); if (link) show(link); else if (!tip.contains(event.target)) { kept = null; hide(); } });
document.addEventListener('click', event => {
  if (tip.contains(event.target)) { if (event.target.tagName === 'A') { kept = null; tip.hidden = true; } return; }
  const link = marked(event);
  kept = link && link !== kept ? link : null;
  if (link) event.preventDefault();
  hide();
});
document.addEventListener('keydown', event => { if (event.key === 'Escape') { kept = null; tip.hidden = true; } });
document.addEventListener('scroll', () => { if (kept) show(kept); else tip.hidden = true; }, {capture: true, passive: true});
