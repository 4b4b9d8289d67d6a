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
    const told = (count, of, noun) => {
      const n = `${of.toLocaleString('en')}${noun === '' ? '\u00d7' : of === 1 ? noun : noun + 's'}`;
      return count === of ? n : `${count.toLocaleString('en')} of ${n}`;
    };
    let shown = 0, total = 0;
    for (const fix of all('.fix')) {
      let here = 0, fitting = 0, every = 0;
      for (const line of all('li', fix)) {
        const fit = fits(line.dataset.s + ' ' + line.dataset.c) && (!file || line.dataset.f === file);
        line.classList.toggle('none', !fit);
        every += Number(line.dataset.n);
        if (fit) { here += 1; fitting += Number(line.dataset.n); }
      }
      total += every; shown += fitting;
      const times = fix.querySelector('.times');
      if (times) times.textContent = told(fitting, every, '');
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
        const rows = all('tbody tr', sheet), wanted = rows.map(row => row.querySelector('.bad:not(.off)') !== null);
        for (const [at, row] of rows.entries()) {
          const near = wanted[at] || ((wanted[at - 1] || wanted[at + 1]) && !row.classList.contains('gap'));
          row.classList.toggle('none', filtered && !near && !row.classList.contains('top'));
        }
        const times = sheet.querySelector('.times'), counts = (sheet.dataset.k || '').split('|').filter(Boolean);
        const sum = some => some.reduce((so, one) => so + Number(one.split(' ')[2]), 0);
        if (times) times.textContent = told(sum(counts.filter(fits)), sum(counts), ' finding');
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

// A jump ends at what it is meant for. What is drawn only when it comes near moves what stands below it, so the jump is
// made again until all stands still; a closed part is opened, and what was filtered away is shown again.
let jump = 0;
const bar = () => form && getComputedStyle(form).position === 'sticky' ? form.offsetHeight : 0;
const reveal = () => {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const closed = target.closest('details:not([open])');
  if (closed) closed.open = true;
  if (form && target.closest('.none,.off')) form.reset();
  document.documentElement.style.scrollPaddingTop = `${bar() + 12}px`;
  const cell = target.matches('.bad'), mine = ++jump;
  let before = '', still = 0, left = 60;
  const step = () => {
    if (mine !== jump) return;
    target.scrollIntoView(cell ? {block: 'center', inline: 'center'} : {block: 'start', inline: 'nearest'});
    const box = target.getBoundingClientRect(), now = `${box.top} ${box.left} ${box.height}`;
    still = now === before ? still + 1 : 0;
    before = now;
    if (still < 3 && --left) requestAnimationFrame(step);
    else if (cell) target.querySelector('a').focus({preventScroll: true});
  };
  setTimeout(step);
};
for (const type of ['wheel', 'touchmove', 'keydown', 'pointerdown']) addEventListener(type, () => { jump += 1; }, {passive: true});
addEventListener('hashchange', reveal);
document.addEventListener('click', event => {  // a second click on the same link changes no address
  const link = event.target.closest && event.target.closest('a[href^="#"]');
  if (link && !event.defaultPrevented && link.hash === location.hash) reveal();
});
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
    const [, severity] = text.match(/^(error|warning|info) [A-Z]\d{3}: /) || [];
    if (severity) line.className = `tone ${severity}`;
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
// A popup that was kept open follows its cell as long as that is in sight.
const inSight = link => {
  const box = link.parentElement.getBoundingClientRect(), around = link.closest('.scroll').getBoundingClientRect();
  const top = Math.max(bar(), around.top), bottom = Math.min(innerHeight, around.bottom);
  return box.bottom > top && box.top < bottom && box.right > Math.max(0, around.left) && box.left < Math.min(innerWidth, around.right);
};
document.addEventListener('scroll', event => {
  if (tip.contains(event.target)) return;
  if (kept && inSight(kept)) show(kept); else { kept = null; tip.hidden = true; }
}, {capture: true, passive: true});
