// The list of keys, on `?`.

import { h } from './dom';
import { t, type Key } from './i18n';

const KEYS: [string[], Key][] = [
  [['/'], 'key.search'],
  [['g', 'o'], 'key.goOverview'],
  [['g', 'p'], 'key.goPoints'],
  [['g', 't'], 'key.goTrend'],
  [['g', 'v'], 'key.goViews'],
  [['g', 's'], 'key.goSystem'],
  [['g', 'd'], 'key.goDevices'],
  [['g', 'h'], 'key.goHistories'],
  [['g', 'j'], 'key.goJournal'],
  [['g', 'l'], 'key.goTables'],
  [['g', 'q'], 'key.goSql'],
  [['←', '→'], 'key.cursor'],
  [['Shift ←', 'Shift →'], 'key.pan'],
  [['+', '−'], 'key.zoom'],
  [['[', ']'], 'key.period'],
  [['Backspace'], 'key.back'],
  [['f'], 'key.follow'],
  [['b'], 'key.second'],
  [['1 … 9'], 'key.pen'],
  [['h'], 'key.hide'],
  [['y'], 'key.fit'],
  [['n'], 'key.note'],
  [['t'], 'key.table'],
  [['e'], 'key.export'],
  [['Esc'], 'key.escape'],
];

export function openHelp(): void {
  if (document.querySelector('dialog[open]')) return;
  const dialog = h('dialog', { 'aria-labelledby': 'keys-title' },
    h('h2', { id: 'keys-title' }, t('help.title')),
    h('dl', { class: 'keys' }, KEYS.flatMap(([keys, text]) => [
      h('dt', {}, keys.flatMap((key) => [h('kbd', {}, key), ' '])),
      h('dd', {}, t(text)),
    ])),
    h('div', { class: 'actions' },
      h('button', { class: 'button framed', type: 'button', onclick: () => dialog.close() }, t('action.close'))));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
