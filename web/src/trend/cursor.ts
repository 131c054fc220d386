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

/** How long the state of a lane has lasted and will, as far as its rows tell: [start, end). */
export function stateSpan(data: PenData, at: number, now: number): [number, number] {
  let first = indexAt(data.time, at);
  let last = first;
  if (first < 0) return [at, at];
  const same = (a: number, b: number): boolean =>
    data.min[a] === data.min[b] && data.max[a] === data.max[b] && data.text?.[a] === data.text?.[b]
    && Number.isNaN(data.value[a]) === Number.isNaN(data.value[b]);
  while (first > 0 && same(first, first - 1)) first--;
  while (last + 1 < data.time.length && same(last, last + 1)) last++;
  return [data.time[first], data.time[last + 1] ?? Math.max(now, data.time[last])];
}

/** The instant of the row after (or before) `time`, for moving the cursor by keys. */
export function neighbour(pen: Pen, time: number, direction: 1 | -1): number | null {
  const { data } = pen;
  const i = indexAt(data.time, time);
  if (direction === 1) return data.time[i + 1] ?? null;
  return data.time[i] < time ? data.time[i] : data.time[i - 1] ?? null;
}
