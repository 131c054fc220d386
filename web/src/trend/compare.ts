// Earlier periods under the present one: the same pens over shifted times, drawn where the present
// ones stand, each row with its true time; and the difference of a pen from its first period.

import { fetchHistory } from '../api';
import { zone } from '../zones';
import { readingAt } from './cursor';
import { emptyData, gapAfter, penData } from './data';
import { isLane, newPen, type Ghost, type Pen } from './model';
import { shifted, shiftText, unshifted, type Shift } from './shift';

const MINUS = '\u2212';

/** `−1d`, or the day that a period at a fixed time begins on. */
export function shiftLabel(shift: Shift, from: number): string {
  return shift.kind === 'start' ? shiftText(shift, from).slice(0, 16).replace('T', ' ') : shift.text.replace('-', MINUS);
}

export class Compared {
  private stop: AbortController | null = null;
  private covered = { key: '', from: 0, to: 0, perPixel: 0 };

  constructor(private readonly onData: () => void, private readonly onError: (error: unknown) => void) {}

  cancel(): void {
    this.stop?.abort();
    this.stop = null;
  }

  /** Fetches the periods of all visible pens, half a view more on each side. */
  async load(pens: Pen[], shifts: Shift[], from: number, to: number, width: number): Promise<void> {
    this.cancel();
    const wanted = pens.filter((pen) => !pen.hidden && !pen.difference && !pen.delta && !isLane(pen));
    if (shifts.length === 0 || wanted.length === 0) {
      this.covered.key = '';
      for (const pen of pens) pen.ghosts = [];
      return;
    }
    const key = JSON.stringify([zone(), wanted.map((pen) => pen.tag), shifts.map((s) => (s.kind === 'start' ? s.offset : s.text))]);
    const perPixel = (to - from) / width;
    const c = this.covered;
    if (c.key === key && from >= c.from && to <= c.to && Math.abs(perPixel / c.perPixel - 1) < 0.01) return;
    const stop = new AbortController();
    this.stop = stop;
    const half = (to - from) / 2;
    try {
      const periods = await Promise.all(shifts.map((shift) => fetchHistory({
        tags: wanted.map((pen) => pen.tag), from: Math.max(0, shifted(shift, zone(), from - half)),
        to: Math.max(1, shifted(shift, zone(), to + half)), points: width * 2, bounds: true,
      }, stop.signal)));
      if (stop.signal.aborted) return;
      for (const pen of wanted) {
        pen.ghosts = shifts.map((shift, i) => {
          const series = periods[i].find((s) => s.tag === pen.tag && !s.error);
          return ghostOf(shift, from, series ? penData(series, from, to, width) : emptyData(pen.data.type));
        });
      }
      this.covered = { key, from: from - half, to: to + half, perPixel };
      this.onData();
    } catch (error) {
      if (!stop.signal.aborted) this.onError(error);
    }
  }
}

/** Moves the rows to where they are drawn. Where the clock was put back two hours fall into one. */
function ghostOf(shift: Shift, from: number, data: Ghost['data']): Ghost {
  const trueTime = data.time;
  let last = -Infinity;
  data.time = trueTime.map((time) => (last = Math.max(last, unshifted(shift, zone(), time))));
  return { shift, label: shiftLabel(shift, from), data, trueTime };
}

/** The pen of differences, numbered behind all others; its rows are those of `of`. */
export function differencePen(of: Pen, number: number): Pen {
  const ghost = of.ghosts[0];
  const pen = newPen(`Δ ${of.tag}`, number, of.info ? { ...of.info, min1: undefined, min2: undefined, max1: undefined, max2: undefined } : null);
  const { data } = of;
  pen.difference = true;
  pen.data = { ...data, open: false, text: null, bad: data.bad.map(() => 0), quality: data.quality.map(() => 192), count: data.count.map(() => 1) };
  const gap = ghost ? gapAfter(ghost.data, of.info?.period_s) : 0;
  pen.data.value = data.time.map((time, i) => {
    const before = ghost ? readingAt(of, time + data.width / 2, false, ghost.data) : null;
    return before && time - before.time <= Math.max(gap, data.width) ? data.value[i] - before.value : NaN;
  });
  pen.data.min = pen.data.max = pen.data.first = pen.data.last = pen.data.value;
  pen.loaded = pen.data;
  return pen;
}
