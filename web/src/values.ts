// The newest value of each tag that this page has heard of, and how it is to be shown.

import type { LiveValue, TagInfo } from './api';
import { qualityClass, staleAfter } from './quality';

export type Values = Map<string, LiveValue>;

/** Keeps what is newer; a poll that found the same value still moves `received`. */
export function keepValues(into: Values, values: LiveValue[]): void {
  for (const value of values) {
    const old = into.get(value.tag);
    if (!old || value.time >= old.time) into.set(value.tag, value);
  }
}

export type Condition = 'none' | 'good' | 'uncertain' | 'bad' | 'stale';

/**
 * When a value was last known to be so: a polled point at its last poll, however long it has not
 * changed; what a client writes at its own time, however late it came.
 */
export function confirmedAt(value: LiveValue, tag: TagInfo | null): number {
  return tag?.period_s ? value.received : Math.min(value.time, value.received);
}

/** How a point is shown: its quality, or stale when nobody has confirmed it for too long. */
export function conditionOf(value: LiveValue | undefined, tag: TagInfo | null, now: number): Condition {
  if (!value) return 'none';
  if (now - confirmedAt(value, tag) > staleAfter(tag?.period_s)) return 'stale';
  return qualityClass(value.quality);
}

export type Tally = Record<Condition, number>;

export function tally(tags: Iterable<TagInfo>, values: Values, now: number): Tally {
  const sum: Tally = { none: 0, good: 0, uncertain: 0, bad: 0, stale: 0 };
  for (const tag of tags) sum[conditionOf(values.get(tag.tag), tag, now)]++;
  return sum;
}

export interface Age {
  n: number;
  unit: 's' | 'min' | 'h' | 'd';
}

/** An age in its largest whole unit. */
export function ageOf(ms: number): Age {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 120) return { n: s, unit: 's' };
  if (s < 7200) return { n: Math.floor(s / 60), unit: 'min' };
  if (s < 172_800) return { n: Math.floor(s / 3600), unit: 'h' };
  return { n: Math.floor(s / 86_400), unit: 'd' };
}
