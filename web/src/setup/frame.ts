// What the pages below System share: the row of links between them, and a heading.

import { h } from '../dom';
import { t } from '../i18n';
import { HREFS, SYSTEM, type RouteName } from '../router';

export function systemFrame(main: HTMLElement, route: RouteName, className = ''): HTMLElement {
  const body = h('div', { class: `sys-body ${className}` });
  main.classList.add('sys');
  main.append(
    h('h1', { class: 'offscreen' }, t(`nav.${route}`)),
    h('nav', { class: 'sys-nav', 'aria-label': t('nav.system') }, SYSTEM.map((name) =>
      h('a', { href: HREFS[name], 'aria-current': name === route ? 'page' : null }, t(`nav.${name}`)))),
    body);
  return body;
}

export const button = (text: string, onclick: () => void, kind = 'framed'): HTMLButtonElement =>
  h('button', { class: `button ${kind}`, type: 'button', onclick }, text);

/** A table with headings; cells that are numbers stand right. */
export function plainTable(heads: (string | HTMLElement)[], rows: (Node | string | number | null)[][], className = ''): HTMLElement {
  const isNumber = (cell: Node | string | number | null | undefined): boolean =>
    typeof cell === 'number' || (cell instanceof Element && cell.classList.contains('number'));
  return h('div', { class: 'scroll-x', tabindex: '0' }, h('table', { class: `grid ${className}` },
    h('thead', {}, h('tr', {}, heads.map((text, i) => h('th', { scope: 'col', class: isNumber(rows[0]?.[i]) ? 'number' : null }, text)))),
    h('tbody', {}, rows.map((cells) => h('tr', {}, cells.map((cell) =>
      h('td', { class: isNumber(cell) ? 'number' : null }, cell)))))));
}
