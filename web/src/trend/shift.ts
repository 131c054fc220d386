// How far back a compared period lies: by the calendar (-1d, -7d, -1mo, -1y: the same wall time, so
// that days of 23 and 25 hours stay aligned), or so that it begins at a given time.

import { parseTime } from '../timeinput';
import { addDays, addMonths, HOUR, MINUTE } from '../zone';

export type Shift =
  | { kind: 'days' | 'months' | 'ms'; n: number; text: string } // n before
  | { kind: 'start'; offset: number }; // ms added to a time on screen

const UNITS: Record<string, { kind: 'days' | 'months' | 'ms'; factor: number }> = {
  m: { kind: 'ms', factor: MINUTE }, h: { kind: 'ms', factor: HOUR },
  d: { kind: 'days', factor: 1 }, w: { kind: 'days', factor: 7 },
  mo: { kind: 'months', factor: 1 }, y: { kind: 'months', factor: 12 },
};

/** `-7d`, or a time at which the period begins when the view begins at `from`; null when it is neither. */
export function parseShift(text: string, zone: string, now: number, from: number): Shift | null {
  const m = /^[-−](\d{1,4})(mo|[mhdwy])$/.exec(text.trim());
  if (m && Number(m[1]) > 0) {
    const { kind, factor } = UNITS[m[2]];
    return { kind, n: Number(m[1]) * factor, text: `-${Number(m[1])}${m[2]}` };
  }
  const typed = parseTime(text, zone, now);
  const start = typed.kind === 'time' && typed.relative === null ? typed.time : typed.kind === 'two' ? typed.first : null;
  return start === null || start === from ? null : { kind: 'start', offset: start - from };
}

/** The form that parseShift reads. */
export function shiftText(shift: Shift, from: number): string {
  return shift.kind === 'start' ? new Date(Math.round(from + shift.offset)).toISOString() : shift.text;
}

/** The true time of the compared period that is drawn at `time`. */
export function shifted(shift: Shift, zone: string, time: number): number {
  if (shift.kind === 'start') return time + shift.offset;
  if (shift.kind === 'ms') return time - shift.n;
  return shift.kind === 'days' ? addDays(zone, time, -shift.n) : addMonths(zone, time, -shift.n);
}

/** Where a true time of the compared period is drawn. */
export function unshifted(shift: Shift, zone: string, time: number): number {
  if (shift.kind === 'start') return time - shift.offset;
  if (shift.kind === 'ms') return time + shift.n;
  return shift.kind === 'days' ? addDays(zone, time, shift.n) : addMonths(zone, time, shift.n);
}
