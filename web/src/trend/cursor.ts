// What each pen reads at an instant: the sample at or before it, or the bucket that holds it, with
// its own time and quality.

import { gapAfter, indexAt, type PenData } from './data';
import { isLane, isStep, type Pen } from './model';

export interface Reading {
  time: number; // the sample's own, or the bucket's start
  value: number; // NaN: there is a row, but it is bad
  min: number;
  max: number;
  quality: number;
  text: string | null;
  bucket: boolean;
  held: boolean; // the row is older than its gap allows: nothing is known at the instant
  interpolated: boolean; // between two samples: `time` is then the instant itself
}

/** `interpolate`: between two good samples of a line that is not stepped, the value on that line. */
export function readingAt(pen: Pen, time: number, interpolate = false, data: PenData = pen.data): Reading | null {
  const i = indexAt(data.time, time);
  if (i < 0) return null;
  const gap = gapAfter(data, pen.info?.period_s);
  const next = data.value[i + 1];
  const between = interpolate && data.kind === 'raw' && !isLane(pen) && !isStep(pen) && time > data.time[i]
    && i + 1 < data.time.length && data.time[i + 1] - data.time[i] <= gap
    && !Number.isNaN(data.value[i]) && !Number.isNaN(next);
  if (between) {
    const part = (time - data.time[i]) / (data.time[i + 1] - data.time[i]);
    const value = data.value[i] + part * (next - data.value[i]);
    const quality = Math.min(data.quality[i], data.quality[i + 1]);
    return { time, value, min: value, max: value, quality, text: null, bucket: false, held: false, interpolated: true };
  }
  return {
    time: data.time[i],
    value: data.value[i],
    min: data.min[i],
    max: data.max[i],
    quality: data.quality[i],
    text: data.text?.[i] ?? null,
    bucket: data.kind === 'bucket',
    held: time - data.time[i] > gap,
    interpolated: false,
  };
}

export interface StateSpan {
  start: number;
  end: number;
  /** It lasts at least so long: its first or last row is the end of what was loaded. */
  atLeast: boolean;
}

/** Whether two rows of a lane say the same. */
export function sameState(data: PenData, a: number, b: number): boolean {
  return Object.is(data.min[a], data.min[b]) && Object.is(data.max[a], data.max[b]) && data.text?.[a] === data.text?.[b]
    && (data.bad[a] > 0) === (data.bad[b] > 0);
}

/** How long the state of the rows [first, last] lasts, as far as they tell. */
export function stateSpan(data: PenData, first: number, last: number, now: number): StateSpan {
  const isLast = last + 1 >= data.time.length;
  return {
    start: data.time[first],
    end: !isLast ? data.time[last + 1] : data.open ? Math.max(now, data.time[last]) : data.time[last] + data.width,
    atLeast: first === 0 || (isLast && !data.open),
  };
}

/** The same for the state that holds at an instant; null before the first row. */
export function stateAt(data: PenData, at: number, now: number): StateSpan | null {
  let first = indexAt(data.time, at);
  let last = first;
  if (first < 0) return null;
  while (first > 0 && sameState(data, first, first - 1)) first--;
  while (last + 1 < data.time.length && sameState(data, last, last + 1)) last++;
  return stateSpan(data, first, last, now);
}

/** The instant of the row after (or before) `time`, for moving the cursor by keys. */
export function neighbour(pen: Pen, time: number, direction: 1 | -1): number | null {
  const { data } = pen;
  const i = indexAt(data.time, time);
  if (direction === 1) return data.time[i + 1] ?? null;
  return data.time[i] < time ? data.time[i] : data.time[i - 1] ?? null;
}
