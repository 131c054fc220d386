// The trend as a table: the same rows that the plot draws, for readers who cannot see a plot and for
// exact figures.

import { h, setText } from '../dom';
import { MISSING } from '../format';
import { t } from '../i18n';
import { qualityClass } from '../quality';
import { mark, sampleText } from '../show';
import { VirtualList, type RowView } from '../virtual';
import { fullText } from '../zone';
import { zone } from '../zones';
import { indexAt } from './data';
import { isLane, type Pen } from './model';

const ROW_HEIGHT = 28;

interface TableRow extends RowView {
  time: HTMLElement;
  cells: HTMLElement[];
}

/** The instants at which any visible pen has a row in [from, to], in order. */
export function tableTimes(pens: Pen[], from: number, to: number): number[] {
  const times = new Set<number>();
  for (const pen of pens) {
    const { time } = pen.data;
    for (let i = Math.max(0, indexAt(time, from - 1) + 1); i < time.length && time[i] <= to; i++) times.add(time[i]);
  }
  return [...times].sort((a, b) => a - b);
}

function cellText(pen: Pen, time: number): string {
  const i = indexAt(pen.data.time, time);
  if (i < 0 || pen.data.time[i] !== time) return '';
  const { data } = pen;
  const quality = qualityClass(data.quality[i]);
  const prefix = quality === 'good' ? '' : `${mark(quality)} `;
  if (Number.isNaN(data.value[i])) return `${mark('bad')} ${MISSING}`;
  if (data.text) return prefix + (data.text[i] ?? MISSING);
  if (isLane(pen)) return prefix + (data.min[i] === data.max[i] ? sampleText(data.min[i] === 1, pen.info) : `${t('value.off')}/${t('value.on')}`);
  const value = sampleText(data.value[i], pen.info);
  if (data.kind === 'raw' || data.min[i] === data.max[i]) return prefix + value;
  return `${prefix}${value} (${sampleText(data.min[i], pen.info)} … ${sampleText(data.max[i], pen.info)})`;
}

export class TrendTable {
  readonly element: HTMLElement;
  private readonly head = h('div', { class: 'trow thead', role: 'row' });
  private readonly scroller: HTMLElement;
  private list: VirtualList<TableRow> | null = null;
  private pens: Pen[] = [];
  private times: number[] = [];

  constructor() {
    this.scroller = h('div', { class: 'tscroll', role: 'table', tabindex: '0', 'aria-label': t('trend.table') }, this.head);
    this.element = h('div', { class: 'ttable' }, this.scroller);
  }

  show(all: Pen[], from: number, to: number): void {
    const pens = all.filter((pen) => !pen.hidden);
    if (!this.list || pens.length !== this.pens.length || pens.some((pen, i) => pen !== this.pens[i])) {
      this.pens = pens;
      this.head.replaceChildren(h('div', { role: 'columnheader', class: 't-time' }, t('trend.time')),
        ...pens.map((pen) => h('div', { role: 'columnheader', title: pen.tag }, `${pen.number} · ${pen.tag}${pen.info?.unit ? ` (${pen.info.unit})` : ''}`)));
      this.list?.dispose();
      this.list?.body.remove();
      this.list = new VirtualList<TableRow>({
        scroller: this.scroller,
        rowHeight: ROW_HEIGHT,
        create: () => {
          const time = h('div', { role: 'cell', class: 't-time' });
          const cells = pens.map(() => h('div', { role: 'cell' }));
          return { element: h('div', { class: 'trow', role: 'row' }, time, cells), index: -1, time, cells };
        },
        update: (row) => {
          const at = this.times[row.index];
          if (at === undefined) return;
          row.element.setAttribute('aria-rowindex', String(row.index + 2));
          setText(row.time, fullText(zone(), at));
          row.cells.forEach((cell, i) => setText(cell, cellText(pens[i], at)));
        },
      });
    }
    this.times = tableTimes(pens, from, to);
    this.scroller.setAttribute('aria-rowcount', String(this.times.length + 1));
    this.list.setCount(this.times.length);
    this.list.refresh();
  }

  dispose(): void {
    this.list?.dispose();
  }
}
