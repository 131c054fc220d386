// The search box of the top bar: a list of matching points, each to be opened or put on the trend.

import { pointHref, trendHref } from './address';
import { h } from './dom';
import { icon } from './icons';
import { t } from './i18n';
import { matchesWords, searchWords } from './path';
import { go } from './router';
import { tags } from './tags';

const SHOWN = 12;

export function searchBox(): HTMLElement {
  const list = h('ul', { class: 'hits', id: 'hits', role: 'listbox', 'aria-label': t('search.points'), hidden: true });
  const input = h('input', {
    class: 'field', type: 'text', role: 'combobox', autocomplete: 'off', spellcheck: 'false',
    'aria-expanded': 'false', 'aria-controls': 'hits', 'aria-label': t('search.points'), placeholder: t('search.points'),
  });
  input.id = 'search';
  let found: string[] = [];
  let at = -1;

  const close = (): void => {
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const choose = (path: string, trend: boolean): void => {
    close();
    input.value = '';
    input.blur();
    go(trend ? trendHref([path]) : pointHref(path));
  };
  const mark = (): void => {
    [...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === at)));
    if (at >= 0) input.setAttribute('aria-activedescendant', `hit-${at}`);
    else input.removeAttribute('aria-activedescendant');
  };
  const update = (): void => {
    const words = searchWords(input.value);
    if (words.length === 0) {
      close();
      return;
    }
    found = [];
    for (const point of tags().points) {
      if (!matchesWords(point.folded, words)) continue;
      found.push(point.node.path);
      if (found.length === SHOWN) break;
    }
    at = found.length > 0 ? 0 : -1;
    list.replaceChildren(...found.map((path, i) => h('li', {
      id: `hit-${i}`, role: 'option', 'aria-selected': String(i === at),
      onpointerdown: (event: Event) => {
        event.preventDefault();
        choose(path, (event.target as Element).closest('.to-trend') !== null);
      },
    }, h('span', { class: 'path', title: path }, path), h('span', { class: 'to-trend', title: t('action.trend') }, icon('trend')))));
    if (found.length === 0) list.append(h('li', { class: 'none' }, t('search.none')));
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    mark();
  };

  input.addEventListener('input', update);
  input.addEventListener('focus', update);
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      if (list.hidden) input.blur();
      close();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (found.length === 0) return;
      at = (at + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length;
      mark();
    } else if (event.key === 'Enter' && at >= 0 && !list.hidden) {
      choose(found[at], event.ctrlKey || event.shiftKey);
    } else {
      return;
    }
    event.preventDefault();
  });
  const glass = icon('search');
  return h('div', { class: 'search', role: 'search' }, glass, input, list);
}
