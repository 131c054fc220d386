// Rows of one table, page by page, as its address says: filters, order and place are the very
// parameters of /api/v1/tables, so that a list can be sent to someone or asked for by a program.

import { h } from '../dom';
import { numberStyle, formatNumber } from '../format';
import { currentLanguage, t } from '../i18n';
import { emptyNotice, errorNotice } from '../notice';
import { clockText, dateText } from '../zone';
import { onZone, zone } from '../zones';
import { choiceText } from './form';
import { button } from './frame';
import { listRows, type Page as RowsPage } from './rows';
import { isNumber, type Cell, type Column, type Row, type Table } from './schema';

export const PAGE_ROWS = 100;
const LONG = 120;

export interface BrowseOptions {
  table: Table;
  columns?: string[];
  query: URLSearchParams;
  titles?: (column: Column) => string;
  cell?: (column: Column, row: Row) => Node | string | undefined;
  /** The row was chosen. */
  onRow?: (row: Row, etag: string) => void;
  /** The query changed and is to stand in the address. */
  onQuery: (query: URLSearchParams) => void;
}

/** A value as it stands in a list. */
export function cellText(column: Column, value: Cell): string {
  if (value === null) return '';
  if (column.type === 'datetime' && typeof value === 'number') return `${dateText(zone(), value)} ${clockText(zone(), value)}`;
  if (typeof value === 'number' && column.type === 'double') return formatNumber(value, undefined, numberStyle(currentLanguage()));
  const choice = column.choices?.find((c) => c.value === value && c.name !== String(value));
  const text = choice ? `${value} ${choiceText(choice.name)}` : String(value);
  return text.length > LONG ? `${text.slice(0, LONG)}…` : text;
}

export class Browse {
  readonly element = h('div', { class: 'browse' });
  private readonly place = h('div', { class: 'browse-rows' });
  private readonly count = h('span', { class: 'muted', role: 'status' });
  private readonly earlier = button('‹', () => this.turn(-1), 'framed square');
  private readonly later = button('›', () => this.turn(1), 'framed square');
  private readonly columns: Column[];
  private asked: AbortController | null = null;
  private shown: RowsPage | null = null;
  private readonly off: () => void;

  constructor(private readonly options: BrowseOptions) {
    const { table, columns } = options;
    this.columns = columns ? columns.map((name) => table.columns.find((c) => c.name === name)!) : table.columns.filter((c) => !c.secret);
    this.earlier.setAttribute('aria-label', t('page.earlier'));
    this.later.setAttribute('aria-label', t('page.later'));
    this.element.append(this.place, h('div', { class: 'pager' }, this.earlier, this.later, this.count));
    this.off = onZone(() => this.paint());
    void this.load();
  }

  dispose(): void {
    this.off();
    this.asked?.abort();
  }

  get query(): URLSearchParams {
    return this.options.query;
  }

  /** Another filter, order or place. */
  change(change: (query: URLSearchParams) => void, keepPlace = false): void {
    change(this.query);
    if (!keepPlace) this.query.delete('offset');
    this.options.onQuery(this.query);
    void this.load();
  }

  async load(): Promise<void> {
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    this.place.setAttribute('aria-busy', 'true');
    const query = new URLSearchParams(this.query);
    query.set('limit', String(PAGE_ROWS));
    query.set('count', '1');
    query.set('etags', '1');
    if (!query.has('order') && query.has('offset')) query.set('order', this.options.table.key.join(','));
    try {
      const page = await listRows(this.options.table.name, query, asked.signal);
      if (asked.signal.aborted) return;
      this.shown = page;
      this.paint();
    } catch (error) {
      if (asked.signal.aborted) return;
      this.shown = null;
      this.count.textContent = '';
      this.place.replaceChildren(errorNotice(error, () => void this.load()));
    } finally {
      if (this.asked === asked) this.place.removeAttribute('aria-busy');
    }
  }

  private get offset(): number {
    return Number(this.query.get('offset') ?? '0');
  }

  private turn(by: number): void {
    const next = Math.max(0, this.offset + by * PAGE_ROWS);
    this.change((query) => (next === 0 ? query.delete('offset') : query.set('offset', String(next))), true);
  }

  /** Numbers stand right, words made of them left. */
  private isRight(column: Column, row: Row | undefined): boolean {
    return isNumber(column) && (!row || this.options.cell?.(column, row) === undefined);
  }

  private heading(column: Column): HTMLElement {
    const order = this.query.get('order') ?? '';
    const mine = order.replace('-', '') === column.name;
    const falling = mine && order.startsWith('-');
    return h('th', { scope: 'col', class: this.isRight(column, this.shown?.rows[0]) ? 'number' : null, 'aria-sort': mine ? (falling ? 'descending' : 'ascending') : null, title: column.doc },
      h('button', { class: 'button', type: 'button', onclick: () => this.change((query) => query.set('order', mine && !falling ? `-${column.name}` : column.name)) },
        this.options.titles?.(column) ?? column.name, mine ? (falling ? ' ▾' : ' ▴') : ''));
  }

  private paint(): void {
    if (!this.shown) return;
    const { rows, count, etags } = this.shown;
    const { cell, onRow } = this.options;
    const total = count ?? rows.length;
    this.count.textContent = rows.length === 0 ? t('page.rows', { n: total })
      : t('page.part', { from: this.offset + 1, to: this.offset + rows.length, n: total });
    this.earlier.disabled = this.offset === 0;
    this.later.disabled = this.offset + rows.length >= total;
    if (rows.length === 0) {
      this.place.replaceChildren(emptyNotice(t('page.none'), t(this.query.size > 0 ? 'page.noneFiltered' : 'page.noneYet')));
      return;
    }
    this.place.replaceChildren(h('div', { class: 'scroll-x', tabindex: '0', role: 'region', 'aria-label': this.options.table.name }, h('table', { class: 'grid' },
      h('thead', {}, h('tr', {}, onRow && h('th', { class: 'offscreen-cell' }, h('span', { class: 'offscreen' }, t('action.edit'))), this.columns.map((c) => this.heading(c)))),
      h('tbody', {}, rows.map((row, i) => h('tr', { ondblclick: onRow ? () => onRow(row, etags?.[i] ?? '') : null },
        onRow && h('td', {}, h('button', {
          class: 'button square small', type: 'button', title: t('action.edit'), onclick: () => onRow(row, etags?.[i] ?? ''),
          'aria-label': t('form.changeIn', { table: this.options.table.name, key: this.options.table.key.map((k) => row[k]).join(', ') }),
        }, '✎')),
        this.columns.map((column) => h('td', { class: this.isRight(column, row) ? 'number' : null },
          row[column.name] === null ? h('span', { class: 'null' }, 'NULL') : cell?.(column, row) ?? cellText(column, row[column.name])))))))));
  }
}
