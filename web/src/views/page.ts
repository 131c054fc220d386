// Saved views: open, rename, share, delete; which of them are seen is in the address.

import type { View } from './view';
import { viewHref } from './view';
import { debounce, h } from '../dom';
import { t } from '../i18n';
import { labelled, openDialog, Problem } from '../dialog';
import { changeRow, deleteRow, readRows } from '../ledger';
import { emptyNotice, errorNotice, errorSentence, toast } from '../notice';
import { matchesWords, searchWords } from '../path';
import { rewrite, type Page } from '../router';
import { fullText } from '../zone';
import { onZone, zone } from '../zones';

type Column = 'Name' | 'Owner' | 'ChangedAt';
const COLUMNS: Column[] = ['Name', 'Owner', 'ChangedAt'];

export function mount(main: HTMLElement, url: URL): Page {
  const q = url.searchParams;
  let views: View[] = [];
  let order: Column = COLUMNS.find((c) => c === q.get('sort')?.replace('-', '')) ?? 'Name';
  let falling = q.get('sort')?.startsWith('-') ?? false;
  let gone = false;
  const filter = h('input', { class: 'field grow', type: 'search', placeholder: t('views.filter'), 'aria-label': t('views.filter') });
  filter.value = q.get('q') ?? '';
  const place = h('div', { class: 'views-place' });
  main.append(h('div', { class: 'bar' }, h('h1', {}, t('views.title')), filter,
    h('a', { class: 'button framed', href: '/api/v1/tables/vv_view?format=csv', download: 'views.csv' }, t('views.csv'))), place);

  const compare = (a: View, b: View): number => {
    const sign = falling ? -1 : 1;
    return sign * (order === 'Name' ? a.Name.localeCompare(b.Name) : (a[order] ?? 0) - (b[order] ?? 0));
  };
  const show = (): void => {
    const words = searchWords(filter.value);
    const seen = views.filter((view) => matchesWords(view.Name.toLowerCase(), words)).sort(compare);
    if (views.length === 0) place.replaceChildren(emptyNotice(t('views.none'), t('views.noneText'), h('a', { class: 'button primary', href: '/trend' }, t('nav.trend'))));
    else if (seen.length === 0) place.replaceChildren(emptyNotice(t('views.noneFound'), ''));
    else place.replaceChildren(table(seen));
    const query = new URLSearchParams();
    if (filter.value !== '') query.set('q', filter.value);
    if (order !== 'Name' || falling) query.set('sort', `${falling ? '-' : ''}${order}`);
    rewrite(`/views${query.size > 0 ? `?${query}` : ''}`);
  };
  const heading = (column: Column, text: string): HTMLElement => h('th', {
    scope: 'col', 'aria-sort': column !== order ? 'none' : falling ? 'descending' : 'ascending',
  }, h('button', { class: 'button', type: 'button', onclick: () => {
    falling = column === order && !falling;
    order = column;
    show();
  } }, text, column === order ? (falling ? ' ▾' : ' ▴') : ''));
  const table = (seen: View[]): HTMLElement => h('table', { class: 'views' },
    h('thead', {}, h('tr', {}, heading('Name', t('views.name')), heading('Owner', t('views.owner')), heading('ChangedAt', t('views.changed')),
      h('th', { scope: 'col' }, t('views.share')), h('th', {}, ''))),
    h('tbody', {}, seen.map(line)));
  const line = (view: View): HTMLElement => {
    const href = viewHref(view);
    const shared: HTMLInputElement = h('input', { type: 'checkbox', checked: view.Shared, 'aria-label': `${t('views.share')}: ${view.Name}`, onchange: () => {
      void change(view, { Shared: shared.checked }).catch((error: unknown) => {
        shared.checked = view.Shared;
        toast(errorSentence(error));
      });
    } });
    return h('tr', {},
      h('th', { scope: 'row' }, href === null ? `${view.Name} (${t('views.other')})` : h('a', { href }, view.Name)),
      h('td', {}, view.Owner ? t('note.user', { n: String(view.Owner) }) : t('note.nobody')),
      h('td', {}, fullText(zone(), Math.floor(view.ChangedAt / 1000) * 1000)),
      h('td', {}, shared),
      h('td', {}, h('div', { class: 'views-actions' },
        href === null ? null : h('a', { class: 'button framed', href, 'aria-label': `${t('views.open')}: ${view.Name}` }, t('views.open')),
        h('button', { class: 'button framed', type: 'button', 'aria-label': `${t('views.rename')}: ${view.Name}`, onclick: () => rename(view) }, t('views.rename')),
        h('button', { class: 'button framed danger', type: 'button', 'aria-label': `${t('action.delete')}: ${view.Name}`, onclick: () => remove(view) }, t('action.delete')))));
  };
  const change = async (view: View, part: Partial<View>): Promise<void> => {
    const next = { ...part, ChangedAt: Date.now() };
    await changeRow<View>('vv_view', view.ViewId, next);
    Object.assign(view, next);
  };
  const rename = (view: View): void => {
    const name = h('input', { class: 'field', type: 'text', maxlength: 128 });
    name.value = view.Name;
    const problem = new Problem();
    const save = (): Promise<void> => problem.run(async () => {
      if (name.value.trim() === '') return problem.say(t('view.nameless'));
      await change(view, { Name: name.value.trim() });
      dialog.close();
      show();
    });
    const dialog = openDialog(t('views.rename'), [labelled(t('view.name'), name), problem.element],
      [h('button', { class: 'button primary', type: 'button', onclick: () => void save() }, t('action.save'))]);
    name.select();
  };
  const remove = (view: View): void => {
    const problem = new Problem();
    const sure = (): Promise<void> => problem.run(async () => {
      await deleteRow('vv_view', view.ViewId);
      views = views.filter((v) => v !== view);
      dialog.close();
      show();
    });
    const dialog = openDialog(t('views.deleteAsk', { name: view.Name }), [problem.element],
      [h('button', { class: 'button framed danger', type: 'button', onclick: () => void sure() }, t('action.delete'))]);
  };
  const load = (): void => {
    void readRows<View>('vv_view', { order: 'Name', limit: '10000' }).then(({ rows }) => {
      views = rows;
      if (!gone) show();
    }, (error: unknown) => place.replaceChildren(errorNotice(error, load)));
  };
  filter.addEventListener('input', debounce(60, show));
  const off = onZone(show);
  load();
  return {
    dispose: () => {
      gone = true;
      off();
    },
  };
}
