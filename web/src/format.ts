// Values as text. On screen the language's decimal sign and a narrow blank between thousands and
// before the unit; in CSV always a point and no grouping. What is missing is a dash, never 0.

import { rfc3339 } from './zone';

export type Value = number | string | boolean | null;

export const MISSING = '—';
const NARROW = '\u202f';
const MINUS = '\u2212';
const SIGNIFICANT = 5;

export interface NumberStyle {
  decimalSign: string;
}

/** The style of a language. */
export function numberStyle(language: string): NumberStyle {
  return { decimalSign: language === 'ru' ? ',' : '.' };
}

function grouped(digits: string): string {
  if (digits.length < 5) return digits;
  return digits.replace(/\B(?=(\d{3})+$)/g, NARROW);
}

/** A number with the tag's decimals, else with five significant digits. */
export function formatNumber(value: number, decimals: number | undefined, style: NumberStyle): string {
  if (!Number.isFinite(value)) return MISSING;
  const size = Math.abs(value);
  let text: string;
  if (decimals === undefined && size !== 0 && (size >= 1e12 || size < 1e-4)) {
    text = size.toExponential(SIGNIFICANT - 1).replace(/\.?0+e/, 'e').replace('e+', 'e');
  } else if (decimals !== undefined) {
    text = size.toFixed(Math.min(Math.max(decimals, 0), 15));
  } else if (Number.isInteger(value)) {
    text = size.toFixed(0);
  } else {
    const whole = size < 1 ? Math.floor(Math.log10(size)) + 1 : Math.floor(size).toString().length;
    text = size.toFixed(Math.min(Math.max(SIGNIFICANT - whole, 0), 12));
    if (text.includes('.')) text = text.replace(/\.?0+$/, '');
  }
  const [whole, fraction] = text.split('.');
  const body = (whole.includes('e') ? whole : grouped(whole)) + (fraction ? style.decimalSign + fraction : '');
  return value < 0 && /[1-9]/.test(text) ? MINUS + body : body;
}

/** Any value without its unit; `onOff` are the words of a Boolean. */
export function formatValue(
  value: Value, decimals: number | undefined, style: NumberStyle, onOff: readonly [string, string],
): string {
  if (value === null) return MISSING;
  if (typeof value === 'boolean') return value ? onOff[0] : onOff[1];
  if (typeof value === 'string') return value;
  return formatNumber(value, decimals, style);
}

/** `12.5 bar` with a narrow blank; a missing value has no unit. */
export function withUnit(text: string, unit: string | undefined): string {
  return unit && text !== MISSING ? `${text}${NARROW}${unit}` : text;
}

/** A CSV cell. Text that a spreadsheet would take for a formula is made harmless, numbers are not touched. */
export function csvCell(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** A whole CSV text; columns named `time` hold instants and are written with their offset. */
export function csvText(zone: string, columns: string[], rows: Value[][]): string {
  const lines = [columns.map(csvCell).join(',')];
  for (const row of rows) {
    lines.push(row.map((cell, i) =>
      columns[i].endsWith('time') && typeof cell === 'number' ? rfc3339(zone, cell) : csvCell(cell)).join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}
