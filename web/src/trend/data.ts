// The samples of one pen, raw or in buckets, as columns. Made from an answer of /api/v1/history, and
// extended by what the stream brings.

import type { LiveValue, Sample, Series, TagType } from '../api';
import { bucketWidth } from '../ladder';
import { qualityClass } from '../quality';
import { DAY } from '../zone';

export interface PenData {
  kind: 'raw' | 'bucket';
  type: TagType;
  width: number; // of a bucket, ms; 0 for raw
  time: number[]; // rising
  value: number[]; // the sample, or the average; NaN where there is none (bad)
  min: number[];
  max: number[];
  first: number[];
  last: number[];
  count: number[]; // good samples in the bucket; raw: 1 or 0
  bad: number[]; // samples that are not good
  quality: number[]; // raw only; a bucket has 192, 64 (some bad) or 0 (all bad)
  text: (string | null)[] | null; // of a text pen
  open: boolean; // reaches up to now, so that live samples go on from its last row
}

export function emptyData(type: TagType, kind: PenData['kind'] = 'raw', width = 0): PenData {
  return {
    kind, type, width, time: [], value: [], min: [], max: [], first: [], last: [], count: [], bad: [],
    quality: [], text: type === 'string' ? [] : null, open: false,
  };
}

function asNumber(value: Sample | undefined): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return NaN;
}

/** The columns are read by their names, in whatever order the server sends them. */
export function penData(series: Series, from: number, to: number, points: number): PenData {
  const at = (name: string): number => series.columns.indexOf(name);
  const raw = at('value') >= 0;
  const data = emptyData(series.type, raw ? 'raw' : 'bucket');
  if (raw) {
    const [time, value, quality] = [at('time'), at('value'), at('quality')];
    for (const row of series.rows) pushRaw(data, row[time] as number, row[value], (row[quality] as number) ?? 192);
    return data;
  }
  const [time, min, max, avg, first, last, count, bad] =
    ['time', 'min', 'max', 'avg', 'first', 'last', 'count', 'bad'].map(at);
  for (const row of series.rows) {
    // A text has no number: 0 says that there is one.
    const word = data.text && typeof row[last] === 'string' ? 0 : NaN;
    const low = data.text ? word : asNumber(row[min]);
    const high = data.text ? word : asNumber(row[max]);
    const middle = data.text ? word : avg >= 0 ? asNumber(row[avg]) : (low + high) / 2;
    const good = count >= 0 ? asNumber(row[count]) : Number.isNaN(middle) ? 0 : 1;
    const wrong = bad >= 0 ? asNumber(row[bad]) || 0 : 0;
    data.time.push(row[time] as number);
    data.min.push(low);
    data.max.push(high);
    data.value.push(middle);
    data.first.push(first >= 0 ? asNumber(row[first]) : middle);
    data.last.push(last >= 0 ? asNumber(row[last]) : middle);
    data.count.push(good);
    data.bad.push(wrong);
    data.quality.push(wrong === 0 ? 192 : Number.isNaN(middle) ? 0 : 64);
    data.text?.push(textOf(row[first], row[last]));
  }
  data.width = series.every_ms ?? bucketWidth(data.time, from, to, points);
  return data;
}

/** What a bucket of texts says: the one state, or the first and the last of several. */
function textOf(first: Sample | undefined, last: Sample | undefined): string | null {
  if (typeof last !== 'string') return null;
  return typeof first === 'string' && first !== last ? `${first} → ${last}` : last;
}

function pushRaw(data: PenData, time: number, sample: Sample, quality: number): void {
  const isBad = qualityClass(quality) === 'bad';
  const value = isBad ? NaN : typeof sample === 'string' ? 0 : asNumber(sample);
  data.time.push(time);
  data.value.push(value);
  data.quality.push(quality);
  data.count.push(Number.isNaN(value) ? 0 : 1);
  data.bad.push(isBad ? 1 : 0);
  data.text?.push(isBad || typeof sample !== 'string' ? null : sample);
  // A raw pen's envelope is the sample itself: the same arrays under all four names.
  data.min = data.max = data.first = data.last = data.value;
}

/** Adds a live sample at the end; false when it is not newer, or there are rows unknown before it. */
export function appendLive(data: PenData, live: LiveValue): boolean {
  if (!data.open) return false;
  const n = data.time.length;
  if (data.kind === 'raw' || data.width === 0) {
    if (n > 0 && live.time <= data.time[n - 1]) return false;
    pushRaw(data, live.time, live.value, live.quality);
    return true;
  }
  const value = qualityClass(live.quality) === 'bad' ? NaN : asNumber(live.value);
  const isBad = Number.isNaN(value);
  const lastStart = n > 0 ? data.time[n - 1] : -Infinity;
  if (live.time < lastStart) return false;
  if (live.time < lastStart + data.width) {
    const i = n - 1;
    if (isBad) data.bad[i]++;
    else {
      const count = data.count[i];
      data.value[i] = count > 0 ? (data.value[i] * count + value) / (count + 1) : value;
      data.min[i] = count > 0 ? Math.min(data.min[i], value) : value;
      data.max[i] = count > 0 ? Math.max(data.max[i], value) : value;
      if (count === 0) data.first[i] = value;
      data.last[i] = value;
      data.count[i]++;
    }
    data.quality[i] = data.bad[i] === 0 ? 192 : data.count[i] === 0 ? 0 : 64;
  } else {
    const phase = n > 0 ? lastStart : 0;
    data.time.push(phase + Math.floor((live.time - phase) / data.width) * data.width);
    for (const column of [data.value, data.min, data.max, data.first, data.last]) column.push(value);
    data.count.push(isBad ? 0 : 1);
    data.bad.push(isBad ? 1 : 0);
    data.quality.push(isBad ? 0 : 192);
    data.text?.push(typeof live.value === 'string' ? live.value : null);
  }
  return true;
}

/** Index of the last row at or before `time`; -1 when there is none. */
export function indexAt(times: number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** How long after a row the pen still counts as known: beyond it there is a gap. */
export function gapAfter(data: PenData, periodSeconds: number | undefined): number {
  if (!periodSeconds) return Infinity; // recorded on change: the value holds
  const three = periodSeconds * 3000;
  // A bucket holds a whole width; its neighbours may be a day of 25 hours apart.
  return data.kind === 'raw' ? three : Math.max(three, data.width * (data.width >= DAY ? 1.1 : 1.001));
}

/** Least and greatest value in [from, to], the row that holds at `from` included; null without any. */
export function extent(data: PenData, from: number, to: number): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (let i = Math.max(0, indexAt(data.time, from)); i < data.time.length && data.time[i] <= to; i++) {
    if (data.min[i] < low) low = data.min[i];
    if (data.max[i] > high) high = data.max[i];
  }
  return low <= high ? [low, high] : null;
}
