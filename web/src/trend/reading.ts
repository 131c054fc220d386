// The two cursors: where they are, what they read, aloud too, and the panel of what lies between them.

import type { TrendState } from '../address';
import { h, oncePerFrame } from '../dom';
import { loadMore, t } from '../i18n';
import { fullText } from '../zone';
import { zone } from '../zones';
import { neighbour, readingAt } from './cursor';
import type { MeasurePanel } from './measure';
import type { Axis, Pen } from './model';
import { Overlay } from './overlay';
import { readingText } from './pens';
import type { Plot } from './plot';

const STEP_PIXELS = 8; // of the cursor where there is no sample to go to

export interface ReadingHost {
  state(): TrendState;
  pens(): Pen[];
  axes(): Axis[];
  focused(): Pen | undefined;
  plot(): Plot;
  /** Keeps where the cursors are; nothing else is drawn anew. */
  keep(part: Pick<TrendState, 'at'> | Pick<TrendState, 'second'>): void;
  /** The cursor moved: the list of pens reads there. */
  moved(): void;
}

export class Reading {
  /** For readers who cannot see the plot. */
  readonly spoken = h('div', { class: 'offscreen', 'aria-live': 'polite' });
  readonly panel = h('div', { class: 'measure-place' });
  private readonly overlay = new Overlay((x) => this.setSecond(this.host.plot().timeAt(x)));
  private hovered: number | null = null;
  private measure: MeasurePanel | null = null;
  private byKeys = false; // the cursor was last moved by them: what is found is said aloud

  constructor(private readonly host: ReadingHost) {}

  dispose(): void {
    this.measure?.hide();
  }

  attach(over: HTMLElement): void {
    this.overlay.attach(over);
  }

  /** What is read: where the pointer is, else where the cursor was pinned. */
  get at(): number | null {
    return this.hovered ?? this.host.state().at;
  }

  hover(time: number | null): void {
    this.hovered = time;
    this.byKeys = false;
    this.show();
  }

  pin(time: number | null): void {
    this.host.keep({ at: time === null ? null : Math.round(time) });
    this.show();
  }

  setSecond(time: number | null): void {
    this.host.keep({ second: time === null ? null : Math.round(time) });
    this.show();
  }

  /** The second cursor stands where the first is, which then goes on; without a first, in the middle. */
  toggleSecond(): void {
    const { from, to, second } = this.host.state();
    this.setSecond(second === null ? this.at ?? (from + to) / 2 : null);
  }

  /** To the next sample of the focused pen. */
  step(direction: 1 | -1): void {
    const { from, to } = this.host.state();
    const pen = this.host.focused();
    const start = this.at ?? (direction === 1 ? from : to);
    const next = pen && !pen.hidden ? neighbour(pen, start, direction) : null;
    const pixel = (to - from) / this.host.plot().width;
    this.hovered = null;
    this.byKeys = true;
    this.pin(Math.min(Math.max(next ?? start + direction * STEP_PIXELS * pixel, from), to));
    this.speak();
  }

  /** Takes one cursor away; false when there is none. */
  clear(): boolean {
    if (this.host.state().second !== null) this.setSecond(null);
    else if (this.at !== null) {
      this.hovered = null;
      this.pin(null);
    } else return false;
    return true;
  }

  private speak(): void {
    const { at, interpolate } = this.host.state();
    if (at === null) return;
    const readings = this.host.pens().filter((pen) => !pen.hidden).map((pen) => {
      const reading = readingAt(pen, at, interpolate);
      return t('trend.spokenPen', { tag: pen.tag, value: reading ? readingText(reading, pen) : t('trend.noSample') });
    });
    this.spoken.textContent = [fullText(zone(), at), ...readings].join('. ');
  }

  readonly show = oncePerFrame(() => {
    const { from, to, at, second, interpolate } = this.host.state();
    this.overlay.show(this.host.plot(), this.host.pens(), this.host.axes(), this.at, second, to - from, interpolate);
    this.host.moved();
    void this.showMeasure(at ?? this.at, second);
  });

  /** The panel is loaded when there first are two cursors. */
  private async showMeasure(first: number | null, second: number | null): Promise<void> {
    if (second === null) {
      this.measure?.hide();
      return;
    }
    if (first === null) return;
    if (!this.measure) {
      const [{ MeasurePanel }] = await Promise.all([import('./measure'), loadMore()]);
      if (this.measure) return;
      this.measure = new MeasurePanel(() => this.setSecond(null), (text) => {
        if (this.byKeys) this.spoken.append(`. ${text}`);
      });
      this.panel.append(this.measure.element);
      this.show();
      return;
    }
    this.measure.show(this.host.pens(), first, second, this.host.state().interpolate);
  }
}
