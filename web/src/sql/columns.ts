// What can be drawn of an answer: which column is time, in which unit, and which are numbers.

import type { SqlAnswer, SqlColumn, SqlValue } from './ask';

const TIME_NAMES = /(^|_)(time|timestamp|tm|date)($|_|\d)|time$|timestamp$|^tm$/i;
/** Whole numbers above are milliseconds of this century, below seconds. */
const LEAST_MS = 1e11;
const LEAST_S = 1e8;
const MOST_MS = 1e14;

const firstValue = (rows: SqlValue[][], at: number): SqlValue => rows.find((row) => row[at] !== null)?.[at] ?? null;

/** Milliseconds in one unit of a time column; null where it is none. */
export function timeUnit(column: SqlColumn, sample: SqlValue): number | null {
  if (column.type === 'time') return 1;
  if (typeof sample !== 'number' || !TIME_NAMES.test(column.name) || sample < LEAST_S || sample > MOST_MS) return null;
  return sample >= LEAST_MS ? 1 : 1000;
}

export interface Drawable {
  time: number; // position of the time column
  unit: number; // ms
  values: number[]; // positions of columns of numbers
}

/** Null when there is no time column, or nothing to draw over it. */
export function drawable({ columns, rows }: SqlAnswer): Drawable | null {
  const units = columns.map((column, i) => timeUnit(column, firstValue(rows, i)));
  const time = units.findIndex((unit) => unit !== null);
  if (time < 0) return null;
  const values = columns.map((_, i) => i).filter((i) => units[i] === null && ['number', 'boolean'].includes(typeof firstValue(rows, i)));
  return values.length > 0 ? { time, unit: units[time]!, values } : null;
}

/** Times and one list of values for each column, in order of time. */
export function curves({ rows }: SqlAnswer, { time, unit, values }: Drawable): [number[], ...(number | null)[][]] {
  const known = rows.filter((row) => typeof row[time] === 'number').sort((a, b) => (a[time] as number) - (b[time] as number));
  const numbers = (at: number): (number | null)[] => known.map((row) => {
    const value = row[at];
    return typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : null;
  });
  return [known.map((row) => (row[time] as number) * unit), ...values.map(numbers)];
}
