// Fetching what the plot shows: one request for all visible pens, the range on screen first, then
// half a width more on each side. A new range ends the request before it.

import { ApiError, fetchHistory, type Series } from '../api';
import { serverNow } from '../stream';
import { appendLive, penData } from './data';
import { setData, type Pen } from './model';

const BAR_AFTER_MS = 150;
const CANCEL_AFTER_MS = 2000;
/** A range that ends this near to now takes live samples. */
const OPEN_MS = 2000;

export type LoadState = 'idle' | 'loading' | 'slow' | 'failed';

export interface LoaderEvents {
  /** New rows are in the pens. */
  onData: () => void;
  onState: (state: LoadState, error?: unknown) => void;
}

export class Loader {
  private stop: AbortController | null = null;
  private timers: number[] = [];
  /** The range that the pens' rows cover, and the width of a pixel that they were asked for. */
  private covered: { from: number; to: number; perPixel: number; tags: string } | null = null;

  constructor(private readonly events: LoaderEvents) {}

  cancel(): void {
    this.stop?.abort();
    this.stop = null;
    this.quiet('idle');
  }

  private quiet(state: LoadState, error?: unknown): void {
    this.timers.forEach((timer) => clearTimeout(timer));
    this.timers = [];
    this.events.onState(state, error);
  }

  /** Whether a range is within what was loaded, at a resolution near enough. */
  covers(pens: Pen[], from: number, to: number, width: number): boolean {
    const c = this.covered;
    if (!c || c.tags !== tagsKey(pens)) return false;
    const ratio = (to - from) / width / c.perPixel;
    return from >= c.from && to <= c.to && ratio > 0.99 && ratio < 1.01;
  }

  async load(pens: Pen[], from: number, to: number, width: number): Promise<void> {
    this.stop?.abort();
    const wanted = pens.filter((pen) => !pen.hidden && !pen.difference);
    if (wanted.length === 0) {
      this.quiet('idle');
      return;
    }
    const stop = new AbortController();
    this.stop = stop;
    this.timers.push(
      window.setTimeout(() => this.events.onState('loading'), BAR_AFTER_MS),
      window.setTimeout(() => this.events.onState('slow'), CANCEL_AFTER_MS));
    try {
      if (!this.covers(wanted, from, to, width)) await this.fetchInto(wanted, from, to, width, stop.signal);
      if (stop.signal.aborted) return;
      this.quiet('idle');
      const half = (to - from) / 2;
      await this.fetchInto(wanted, from - half, to + half, width * 2, stop.signal);
      if (!stop.signal.aborted) {
        this.covered = { from: from - half, to: to + half, perPixel: (to - from) / width, tags: tagsKey(wanted) };
      }
    } catch (error) {
      if (!stop.signal.aborted) this.quiet('failed', error);
    }
  }

  private async fetchInto(pens: Pen[], from: number, to: number, points: number, signal: AbortSignal): Promise<void> {
    const isOpen = to >= serverNow() - OPEN_MS;
    const answers = await this.fetchEach(pens, Math.max(0, from), to, points, signal);
    if (signal.aborted) return;
    for (const pen of pens) {
      const answer = answers.get(pen.tag);
      if (!answer || answer.error) {
        pen.error = answer?.error ?? { code: 'no_answer', message: pen.tag };
        continue;
      }
      pen.error = null;
      const data = penData(answer, from, to, points);
      data.open = isOpen;
      for (const live of pen.recent) appendLive(data, live);
      setData(pen, data, (to - from) / points);
    }
    this.events.onData();
  }

  /** One request; when it is refused, one for each pen, so that a pen that fails stands alone. */
  private async fetchEach(pens: Pen[], from: number, to: number, points: number, signal: AbortSignal): Promise<Map<string, Series>> {
    const tags = pens.map((pen) => pen.tag);
    try {
      const series = await fetchHistory({ tags, from, to, points, bounds: true }, signal);
      return new Map(series.map((s) => [s.tag, s]));
    } catch (error) {
      const refused = error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 401;
      if (!refused) throw error;
    }
    const found = new Map<string, Series>();
    await Promise.all(tags.map(async (tag) => {
      try {
        const [one] = await fetchHistory({ tags: [tag], from, to, points, bounds: true }, signal);
        if (one) found.set(tag, one);
      } catch (error) {
        if (signal.aborted) throw error;
        const { code, message } = error instanceof ApiError ? error : { code: 'page_error', message: String(error) };
        found.set(tag, { tag, type: 'double', columns: [], rows: [], error: { code, message } });
      }
    }));
    return found;
  }
}

function tagsKey(pens: Pen[]): string {
  return pens.filter((pen) => !pen.hidden).map((pen) => pen.tag).join('\n');
}
