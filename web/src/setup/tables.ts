// Tables: the catalogue's tables, and the rows of each ledger table to look at and to change.

import { debounce, h } from '../dom';
import { t } from '../i18n';
import { errorNotice } from '../notice';
import { matchesWords, searchWords } from '../path';
import { rewrite, type Page } from '../router';
import { Browse } from './browse';
import { editRow } from './editor';
import { button, plainTable, systemFrame } from './frame';
import { csvHref } from './rows';
import { allTables, tableOf, type Table, type TableInfo } from './schema';

const OPERATORS = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'null'] as const;
type Operator = (typeof OPERATORS)[number];
const SIGNS: Record<Operator, string> = { eq: '=', ne: '≠', lt: '<', le: '≤', gt: '>', ge: '≥', null: 'NULL' };
const NOT_FILTERS = ['order', 'offset', 'limit', 'after'];

interface Filter {
  column: string;
  operator: Operator;
  value: string;
}

export function filtersOf(query: URLSearchParams): Filter[] {
  return [...query].filter(([name]) => !NOT_FILTERS.includes(name)).map(([name, value]) => {
    const [column, operator = 'eq'] = name.split('.');
    return { column, operator: OPERATORS.find((o) => o === operator) ?? 'eq', value };
  });
}

/** What filters are added by, and those that hold, each to be taken away. */
function filterBar(table: Table, browse: Browse): HTMLElement {
  const columns = table.columns.filter((c) => !c.secret && c.type !== 'blob');
  const column = h('select', { class: 'select', 'aria-label': t('filter.column') }, columns.map((c) => h('option', { value: c.name }, c.name)));
  const operator = h('select', { class: 'select', 'aria-label': t('filter.operator') },
    OPERATORS.map((o) => h('option', { value: o }, o === 'null' ? t('filter.isNull') : SIGNS[o])));
  const value = h('input', { class: 'field narrow-field', type: 'text', 'aria-label': t('filter.value'), placeholder: t('filter.value') });
  const held = h('span', { class: 'chips' });
  const show = (): void => {
    held.replaceChildren(...filtersOf(browse.query).map((f) => h('button', {
      class: 'button framed chip', type: 'button', title: t('filter.remove'), onclick: () => {
        browse.change((query) => query.delete(f.operator === 'eq' && query.has(f.column) ? f.column : `${f.column}.${f.operator}`));
        show();
      },
    }, f.operator === 'null' ? `${f.column} ${f.value === '1' ? '' : '≠ '}NULL` : `${f.column} ${SIGNS[f.operator]} ${f.value}`, ' ×')));
  };
  const add = (): void => {
    const isNull = operator.value === 'null';
    browse.change((query) => query.set(`${column.value}.${operator.value}`, isNull ? '1' : value.value));
    value.value = '';
    show();
  };
  operator.addEventListener('change', () => (value.hidden = operator.value === 'null'));
  show();
  return h('form', { class: 'filters', onsubmit: (event: Event) => {
    event.preventDefault();
    add();
  } }, column, operator, value, button(t('filter.add'), add), held);
}

function showTable(body: HTMLElement, table: Table, query: URLSearchParams): () => void {
  const href = `/tables/${encodeURIComponent(table.name)}`;
  const csv = h('a', { class: 'button framed', download: `${table.name}.csv` }, 'CSV');
  const toSql = h('a', { class: 'button framed' }, 'SQL');
  const browse = new Browse({
    table,
    query,
    onQuery: (now) => {
      rewrite(now.size > 0 ? `${href}?${now}` : href);
      links(now);
    },
    onRow: table.changes ? (row, etag) => editRow(table, { row, etag }, () => void browse.load()) : undefined,
  });
  const links = (now: URLSearchParams): void => {
    const filtered = new URLSearchParams(now);
    for (const name of ['offset', 'after']) filtered.delete(name);
    csv.href = csvHref(table.name, filtered);
    toSql.href = `/sql?${new URLSearchParams({ q: `SELECT * FROM ${table.name} LIMIT 100` })}`;
  };
  links(query);
  body.append(
    h('div', { class: 'bar' }, h('a', { class: 'button', href: '/tables' }, `‹ ${t('nav.tables')}`), h('h2', {}, table.name),
      h('span', { class: 'muted grow' }, table.doc),
      table.changes && button(t('form.new'), () => editRow(table, null, () => void browse.load()), 'primary'), csv, toSql),
    !table.changes && table.closed ? h('p', { class: 'hint' }, t('tables.closed', { why: table.closed })) : '',
    filterBar(table, browse), browse.element);
  return () => browse.dispose();
}

function showList(body: HTMLElement, tables: TableInfo[], url: URL): void {
  const filter = h('input', { class: 'field grow', type: 'search', placeholder: t('tables.filter'), 'aria-label': t('tables.filter') });
  filter.value = url.searchParams.get('q') ?? '';
  const place = h('div');
  const show = (): void => {
    const words = searchWords(filter.value);
    const seen = tables.filter((table) => matchesWords(`${table.name} ${table.family} ${table.doc}`.toLowerCase(), words));
    place.replaceChildren(plainTable([t('tables.name'), t('tables.family'), t('tables.rows'), t('tables.doc')], seen.map((table) => [
      h('a', { href: table.kind === 'ledger' ? `/tables/${table.name}` : `/sql?${new URLSearchParams({ q: `SELECT * FROM ${table.name} LIMIT 100` })}` }, table.name),
      table.family, table.rows ?? h('span', { class: 'muted' }, t('tables.stratum')), table.doc])));
    rewrite(filter.value ? `/tables?${new URLSearchParams({ q: filter.value })}` : '/tables');
  };
  filter.addEventListener('input', debounce(60, show));
  body.append(h('div', { class: 'bar' }, filter), place);
  show();
}

export function mount(main: HTMLElement, url: URL): Page {
  const body = systemFrame(main, 'tables');
  const name = decodeURIComponent(url.pathname.replace(/^\/tables\/?/, ''));
  let dispose = (): void => undefined;
  let gone = false;
  const failed = (error: unknown): void => body.replaceChildren(errorNotice(error, start));
  const start = (): void => {
    body.replaceChildren();
    if (name === '') void allTables().then((tables) => gone || showList(body, tables, url), failed);
    else {
      void tableOf(name).then((table) => {
        if (!gone) dispose = showTable(body, table, new URLSearchParams(url.searchParams));
      }, failed);
    }
  };
  start();
  return {
    dispose() {
      gone = true;
      dispose();
    },
  };
}

