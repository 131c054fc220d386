// Tick positions and labels of a time axis, from zone offsets: uPlot's own ticks are wrong in zones
// with summer time. A step below a day is aligned to the wall clock between two offset changes, so
// 03:00 stands twice on a day of 25 hours; days, months and years follow the calendar.

import {
  changes, clockText, dateText, DAY, dayStart, HOUR, MINUTE, offsetAt, offsetText, SECOND, wallAt,
} from './zone';

export type Step =
  | { unit: 'ms'; size: number }
  | { unit: 'day' | 'month' | 'year'; size: number };

const CLOCK = [
  1, 2, 5, 10, 20, 50, 100, 200, 500,
  SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND,
  MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
  HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
];
const CALENDAR: [Step & { unit: 'day' | 'month' | 'year' }, number][] = [
  [{ unit: 'day', size: 1 }, DAY],
  [{ unit: 'day', size: 2 }, 2 * DAY],
  [{ unit: 'day', size: 7 }, 7 * DAY],
  [{ unit: 'month', size: 1 }, 30.4 * DAY],
  [{ unit: 'month', size: 3 }, 91 * DAY],
  [{ unit: 'month', size: 6 }, 182 * DAY],
  [{ unit: 'year', size: 1 }, 365 * DAY],
  [{ unit: 'year', size: 2 }, 730 * DAY],
  [{ unit: 'year', size: 5 }, 1826 * DAY],
  [{ unit: 'year', size: 10 }, 3652 * DAY],
];

/** The smallest step whose ticks stand at least `minPixels` apart. */
export function pickStep(span: number, pixels: number, minPixels: number): Step {
  const least = (span * minPixels) / Math.max(pixels, 1);
  for (const size of CLOCK) if (size >= least) return { unit: 'ms', size };
  for (const [step, length] of CALENDAR) if (length >= least) return step;
  return CALENDAR[CALENDAR.length - 1][0];
}

/** Tick instants in [from, to]. */
export function ticks(zone: string, from: number, to: number, step: Step): number[] {
  return step.unit === 'ms' ? clockTicks(zone, from, to, step.size) : calendarTicks(zone, from, to, step);
}

function clockTicks(zone: string, from: number, to: number, size: number): number[] {
  const found: number[] = [];
  let start = from;
  const bounds = [...changes(zone, from, to + 1).map((c) => c.time), to + 1];
  for (const end of bounds) {
    const offset = offsetAt(zone, start);
    for (let t = Math.ceil((start + offset) / size) * size - offset; t < end; t += size) {
      // After a change the clock's grid may fall onto the old one's neighbour: keep steps legible.
      const last = found[found.length - 1];
      if (last === undefined || t - last >= Math.min(size, HOUR) / 2) found.push(t);
    }
    start = end;
  }
  return found;
}

function calendarTicks(
  zone: string, from: number, to: number, step: Step & { unit: 'day' | 'month' | 'year' },
): number[] {
  const w = wallAt(zone, from);
  let at: (n: number) => number;
  if (step.unit === 'day' && step.size === 7) {
    const weekday = (new Date(Date.UTC(w.year, w.month - 1, w.day)).getUTCDay() + 6) % 7; // Monday 0
    at = (n) => dayStart(zone, w.year, w.month, w.day - weekday + 7 * n);
  } else if (step.unit === 'day') {
    // Counted from 1970, so that panning does not move every second day.
    const number = Math.floor(Date.UTC(w.year, w.month - 1, w.day) / DAY);
    const back = number % step.size;
    at = (n) => dayStart(zone, w.year, w.month, w.day - back + step.size * n);
  } else if (step.unit === 'month') {
    const first = w.month - ((w.month - 1) % step.size);
    at = (n) => dayStart(zone, w.year, first + step.size * n, 1);
  } else {
    const first = w.year - (w.year % step.size);
    at = (n) => dayStart(zone, first + step.size * n, 1, 1);
  }
  const found: number[] = [];
  for (let n = 0; ; n++) {
    const t = at(n);
    if (t > to) return found;
    if (t >= from) found.push(t);
  }
}

/** One label of at most two lines; the second line names the day where it changes, or
 * the new offset from UTC. */
export function tickLabels(zone: string, times: number[], step: Step): string[] {
  let lastDay = '';
  let lastOffset: number | undefined;
  return times.map((time) => {
    const date = dateText(zone, time);
    if (step.unit === 'year') return date.slice(0, 4);
    if (step.unit === 'month') return date.slice(0, 7);
    if (step.unit === 'day') {
      const label = lastDay.slice(0, 4) === date.slice(0, 4) ? date.slice(5) : `${date.slice(5)}\n${date.slice(0, 4)}`;
      lastDay = date;
      return label;
    }
    const text = clockText(zone, time, step.size < SECOND);
    const clock = step.size < MINUTE ? text : text.slice(0, 5);
    const offset = offsetAt(zone, time);
    const isNewDay = date !== lastDay;
    const isChanged = lastOffset !== undefined && offset !== lastOffset;
    lastDay = date;
    lastOffset = offset;
    if (isChanged && !isNewDay) return `${clock}\n${offsetText(offset)}`;
    return isNewDay ? `${clock}\n${date}` : clock;
  });
}
