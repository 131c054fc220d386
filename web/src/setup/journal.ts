// Journal: what was done to the plant and its data, by whom, from where, before and after.

import { openDialog } from '../dialog';
import { h } from '../dom';
import { t } from '../i18n';
import { errorNotice } from '../notice';
import { rewrite, type Page } from '../router';
import { serverNow } from '../stream';
import { parseTime } from '../timeinput';
import { fullText, SECOND } from '../zone';
import { zone } from '../zones';
import { Browse, cellText } from './browse';
import { choiceText } from './form';
import { systemFrame } from './frame';
import { csvHref, everyRow } from './rows';
import { tableOf, type Row, type Table } from './schema';

const COLUMNS = ['Tm', 'Category', 'Prior', 'Event', 'UserId', 'Origin'];
const MARKS = ['', '▲', '■'];

/** The parameters of the page in those of the table. */
function rowsQuery(page: URLSearchParams): URLSearchParams {
  const query = new URLSearchParams();
  query.set('order', page.get('order') ?? '-LogId');
  for (const name of ['Category', 'offset']) if (page.has(name)) query.set(name, page.get(name)!);
  if (page.get('prior') === '1') query.set('Prior.ge', '1');
  for (const [name, filter] of [['from', 'Tm.ge'], ['to', 'Tm.lt']]) {
    const typed = parseTime(page.get(name) ?? '', zone(), serverNow());
    if (typed.kind === 'time') query.set(filter, String(Math.floor(typed.time / SECOND)));
  }
  return query;
}

function show(body: HTMLElement, table: Table, users: Map<number, string>, page: URLSearchParams): () => void {
  const kinds = table.columns.find((c) => c.name === 'Category')!.choices ?? [];
  const user = (id: unknown): string => (id ? users.get(id as number) ?? t('note.user', { n: String(id) }) : t('note.nobody'));
  const csv = h('a', { class: 'button framed', download: 'journal.csv', href: csvHref('TB_Log', rowsQuery(page)) }, 'CSV');
  const details = (row: Row): void => {
    openDialog(String(row.Event ?? ''), [h('dl', { class: 'facts wide-facts' }, ([
      [t('journal.time'), fullText(zone(), (row.Tm as number) * SECOND)], [t('journal.kind'), cellText(table.columns.find((c) => c.name === 'Category')!, row.Category)],
      [t('journal.who'), user(row.UserId)], [t('journal.origin'), String(row.Origin ?? '—')],
      [t('journal.before'), String(row.Before ?? '—')], [t('journal.after'), String(row.After ?? '—')],
    ]).flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]))]).classList.add('wide-dialog');
  };
  const browse = new Browse({
    table,
    columns: COLUMNS,
    query: rowsQuery(page),
    titles: (column) => t(`journal.${column.name as 'Tm' | 'Category' | 'Prior' | 'Event' | 'UserId' | 'Origin'}`),
    cell: (column, row) => {
      if (column.name === 'Tm') return fullText(zone(), (row.Tm as number) * SECOND);
      if (column.name === 'Prior') return MARKS[row.Prior as number] ?? '';
      if (column.name === 'UserId') return row.UserId ? user(row.UserId) : '';
      if (column.name === 'Event') return h('button', { class: 'button link-like', type: 'button', onclick: () => details(row) }, String(row.Event ?? '—'));
      return column.name === 'Category' ? choiceText(kinds.find((k) => k.value === row.Category)?.name ?? String(row.Category)) : undefined;
    },
    onQuery: (query) => {
      for (const name of ['offset', 'order']) {
        const value = query.get(name);
        if (value && value !== '-LogId') page.set(name, value);
        else page.delete(name);
      }
      rewrite(page.size > 0 ? `/journal?${page}` : '/journal');
      csv.href = csvHref('TB_Log', rowsQuery(page));
    },
  });
  const filtered = (): void => {
    const wanted = rowsQuery(page);
    browse.change((query) => {
      for (const name of [...query.keys()]) query.delete(name);
      wanted.forEach((value, name) => query.set(name, value));
    });
  };
  const set = (name: string, value: string): void => {
    if (value === '') page.delete(name);
    else page.set(name, value);
    page.delete('offset');
    filtered();
  };
  const kind = h('select', { class: 'select', 'aria-label': t('journal.kind'), onchange: () => set('Category', kind.value) },
    h('option', { value: '' }, t('journal.all')), kinds.map((k) => h('option', { value: String(k.value) }, choiceText(k.name))));
  kind.value = page.get('Category') ?? '';
  const prior: HTMLInputElement = h('input', { type: 'checkbox', checked: page.get('prior') === '1', onchange: () => set('prior', prior.checked ? '1' : '') });
  const time = (name: 'from' | 'to'): HTMLElement => {
    const field: HTMLInputElement = h('input', { class: 'field time', type: 'text', placeholder: name === 'from' ? 'now-8h' : 'now', 'aria-label': t(`trend.${name}`), onchange: () => {
      const wrong = field.value !== '' && parseTime(field.value, zone(), serverNow()).kind !== 'time';
      field.setAttribute('aria-invalid', String(wrong));
      field.title = wrong ? t('trend.timeWrong', { text: field.value }) : '';
      if (!wrong) set(name, field.value.trim());
    } });
    field.value = page.get(name) ?? '';
    return h('label', { class: 'inline-field' }, h('span', {}, t(`trend.${name}`)), field);
  };
  body.append(h('div', { class: 'bar' }, kind, time('from'), time('to'),
    h('label', { class: 'tick' }, prior, h('span', {}, t('journal.serious'))), h('span', { class: 'spacer' }), csv), browse.element);
  return () => browse.dispose();
}

export function mount(main: HTMLElement, url: URL): Page {
  const body = systemFrame(main, 'journal');
  let dispose = (): void => undefined;
  let gone = false;
  const start = (): void => {
    body.replaceChildren();
    const users = everyRow('TB_User').catch((): Row[] => []);
    void Promise.all([tableOf('TB_Log'), users]).then(([table, rows]) => {
      if (!gone) dispose = show(body, table, new Map(rows.map((u) => [u.UserId as number, String(u.Name)])), new URLSearchParams(url.searchParams));
    }, (error: unknown) => body.replaceChildren(errorNotice(error, start)));
  };
  start();
  return {
    dispose() {
      gone = true;
      dispose();
    },
  };
}
