// What each pen reads at an instant: the sample at or before it, or the bucket that holds it, with
// its own time and quality.

import { gapAfter, indexAt } from './data';
import type { Pen } from './model';

export interface Reading {
  time: number; // the sample's own, or the bucket's start
  value: number; // NaN: there is a row, but it is bad
  min: number;
  max: number;
  quality: number;
  text: string | null;
  bucket: boolean;
  held: boolean; // the row is older than its gap allows: nothing is known at the instant
}

export function readingAt(pen: Pen, time: number): Reading | null {
  const { data } = pen;
  const i = indexAt(data.time, time);
  if (i < 0) return null;
  const gap = gapAfter(data, pen.info?.period_s);
  return {
    time: data.time[i],
    value: data.value[i],
    min: data.min[i],
    max: data.max[i],
    quality: data.quality[i],
    text: data.text?.[i] ?? null,
    bucket: data.kind === 'bucket',
    held: time - data.time[i] > gap,
  };
}

/** The instant of the row after (or before) `time`, for moving the cursor by keys. */
export function neighbour(pen: Pen, time: number, direction: 1 | -1): number | null {
  const { data } = pen;
  const i = indexAt(data.time, time);
  if (direction === 1) return data.time[i + 1] ?? null;
  return data.time[i] < time ? data.time[i] : data.time[i - 1] ?? null;
}

export interface Comparison {
  seconds: number;
  difference: number | null;
  slope: number | null; // per hour
}

/** Between two cursors: Δt, Δvalue and slope. */
export function compare(pen: Pen, first: number, second: number): Comparison {
  const seconds = (second - first) / 1000;
  const a = readingAt(pen, first);
  const b = readingAt(pen, second);
  if (!a || !b || Number.isNaN(a.value) || Number.isNaN(b.value) || a.text !== null) {
    return { seconds, difference: null, slope: null };
  }
  const difference = b.value - a.value;
  return { seconds, difference, slope: seconds === 0 ? null : (difference / seconds) * 3600 };
}
