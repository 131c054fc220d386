// A list of which only the rows on screen exist. Rows are reused, so scrolling through 100,000 of
// them makes no element after the first screen.

import { h, oncePerFrame } from './dom';

const OVERSCAN = 6;

export interface RowView {
  element: HTMLElement;
  index: number;
}

export interface VirtualOptions<R extends RowView> {
  scroller: HTMLElement;
  rowHeight: number;
  create: () => R;
  /** Writes row `row.index` into the reused element. */
  update: (row: R) => void;
  /** The rows on screen changed: [first, end). */
  onRange?: (first: number, end: number) => void;
}

export class VirtualList<R extends RowView> {
  readonly body = h('div', { class: 'virtual', role: 'presentation' });
  private rows: R[] = [];
  private count = 0;
  private first = 0;
  private end = 0;
  private readonly resize: ResizeObserver;

  constructor(private readonly options: VirtualOptions<R>) {
    const layout = oncePerFrame(() => this.layout());
    options.scroller.append(this.body);
    options.scroller.addEventListener('scroll', layout, { passive: true });
    this.resize = new ResizeObserver(layout);
    this.resize.observe(options.scroller);
  }

  dispose(): void {
    this.resize.disconnect();
  }

  setCount(count: number): void {
    this.count = count;
    this.body.style.height = `${count * this.options.rowHeight}px`;
    this.layout(true);
  }

  /** Writes all rows on screen again. */
  refresh(): void {
    for (const row of this.rows) if (!row.element.hidden) this.options.update(row);
  }

  range(): [number, number] {
    return [this.first, this.end];
  }

  rowAt(index: number): R | undefined {
    return this.rows.find((row) => row.index === index && !row.element.hidden);
  }

  scrollTo(index: number): void {
    const { scroller, rowHeight } = this.options;
    const head = this.body.offsetTop;
    const top = index * rowHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + rowHeight + head > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top + rowHeight + head - scroller.clientHeight;
    }
    this.layout();
  }

  private layout(force = false): void {
    const { scroller, rowHeight } = this.options;
    const top = scroller.scrollTop;
    const first = Math.max(0, Math.min(Math.floor(top / rowHeight) - OVERSCAN, this.count));
    const end = Math.min(this.count, Math.ceil((top + scroller.clientHeight) / rowHeight) + OVERSCAN);
    if (!force && first === this.first && end === this.end) return;
    this.first = first;
    this.end = end;
    const size = end - first;
    while (this.rows.length < size) {
      const row = this.options.create();
      this.rows.push(row);
      this.body.append(row.element);
    }
    // An index keeps its element while it stays on screen: index modulo the number of rows.
    const total = this.rows.length;
    for (let i = 0; i < total; i++) {
      const row = this.rows[i];
      const index = first + ((((i - first) % total) + total) % total);
      const visible = index < end;
      if (row.element.hidden === visible) row.element.hidden = !visible;
      if (!visible || (!force && row.index === index)) continue;
      row.index = index;
      row.element.style.transform = `translateY(${index * rowHeight}px)`;
      this.options.update(row);
    }
    this.options.onRange?.(first, end);
  }
}
