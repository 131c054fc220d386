// An answer as a table of which only the rows on screen exist. Numbers stand right, NULL is told from
// an empty text, and an instant tells its time when it is pointed at.

import { h, setClass, setText } from '../dom';
import { t } from '../i18n';
import { fullText } from '../zone';
import { zone } from '../zones';
import { VirtualList, type RowView } from '../virtual';
import type { SqlAnswer, SqlValue } from './ask';
import { timeUnit } from './columns';

const ROW_HEIGHT = 28;
const SAMPLE = 200;
const MOST_CHARS = 60;
const LEAST_CHARS = 6;
const CHAR_PIXELS = 8.4;
const CELL_PADDING = 24;

const text = (value: SqlValue): string => (value === null ? 'NULL' : String(value).replace(/\s*\n\s*/g, ' ⏎ '));

interface Line extends RowView {
  cells: HTMLElement[];
}

export interface ResultTable {
  element: HTMLElement;
  dispose(): void;
}

export function resultTable({ columns, rows }: SqlAnswer): ResultTable {
  const units = columns.map((column, i) => timeUnit(column, rows.find((row) => row[i] !== null)?.[i] ?? null));
  const numeric = columns.map((column, i) => ['integer', 'double', 'time'].includes(column.type) || typeof rows.find((row) => row[i] !== null)?.[i] === 'number');
  const widths = columns.map((column, i) => {
    const longest = Math.max(column.name.length, ...rows.slice(0, SAMPLE).map((row) => text(row[i]).length));
    return Math.round(Math.min(MOST_CHARS, Math.max(LEAST_CHARS, longest)) * CHAR_PIXELS + CELL_PADDING);
  });
  const grid = widths.map((width) => `${width}px`).join(' ');
  const full = widths.reduce((sum, width) => sum + width, 0);
  const lay = (line: HTMLElement): HTMLElement => {
    line.style.gridTemplateColumns = grid;
    line.style.minWidth = `${full}px`;
    return line;
  };
  const head = lay(h('div', { class: 'sql-row sql-head', role: 'row' }, columns.map((column, i) =>
    h('div', { role: 'columnheader', class: numeric[i] ? 'number' : null, title: column.type }, column.name))));
  const scroller = h('div', { class: 'sql-scroll', role: 'table', tabindex: '0', 'aria-rowcount': rows.length + 1, 'aria-label': t('sql.result') }, head);
  const list = new VirtualList<Line>({
    scroller,
    rowHeight: ROW_HEIGHT,
    create: () => {
      const cells = columns.map(() => h('div', { role: 'cell' }));
      return { element: lay(h('div', { class: 'sql-row', role: 'row' }, cells)), cells, index: -1 };
    },
    update: ({ element, cells, index }) => {
      element.setAttribute('aria-rowindex', String(index + 2));
      cells.forEach((cell, i) => {
        const value = rows[index][i];
        const unit = units[i];
        setText(cell, text(value));
        setClass(cell, `${numeric[i] ? 'number' : ''}${value === null ? ' null' : ''}`);
        cell.title = unit !== null && typeof value === 'number' ? fullText(zone(), value * unit) : text(value);
      });
    },
  });
  list.body.style.minWidth = `${full}px`;
  requestAnimationFrame(() => list.setCount(rows.length));
  return { element: scroller, dispose: () => list.dispose() };
}
