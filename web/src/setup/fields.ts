// What people type, against a column's description: the value to send, or why it cannot be.

import { parseTime } from '../timeinput';
import { rfc3339 } from '../zone';
import type { Cell, Column } from './schema';

export type Problem =
  | { key: 'form.needed' | 'form.whole' | 'form.number' | 'form.time'; values: Record<string, string> }
  | { key: 'form.range'; values: { least: string; most: string } }
  | { key: 'form.long'; values: { width: string; length: string } };

export type Checked = { value: Cell | undefined } | { problem: Problem };

/** A value as it stands in a field. */
export function fieldText(column: Column, value: Cell | undefined, zone: string): string {
  if (value === null || value === undefined) return '';
  if (column.type === 'datetime' && typeof value === 'number') return rfc3339(zone, value);
  return String(value);
}

const no = (key: 'form.needed' | 'form.whole' | 'form.number' | 'form.time', text = ''): Checked => ({ problem: { key, values: { text } } });

/** `undefined`: leave the column out, so that it gets its default or its number. */
export function checkField(column: Column, text: string, zone: string, now: number): Checked {
  if (text.trim() === '' && !(column.type === 'text' && text !== '')) {
    if (column.numbered || column.default !== undefined) return { value: column.not_null || column.numbered ? undefined : null };
    return column.not_null ? no('form.needed') : { value: null };
  }
  switch (column.type) {
    case 'text': {
      const length = [...text].length;
      return column.width && length > column.width
        ? { problem: { key: 'form.long', values: { width: String(column.width), length: String(length) } } }
        : { value: text };
    }
    case 'boolean':
      return { value: text === 'true' };
    case 'datetime': {
      const typed = parseTime(text.trim(), zone, now);
      return typed.kind === 'time' ? { value: Math.round(typed.time) } : no('form.time', text);
    }
    case 'double':
    case 'tinyint':
    case 'int':
    case 'bigint': {
      const whole = column.type !== 'double';
      const number = Number(text.trim().replace(',', '.').replace('\u2212', '-'));
      if (!Number.isFinite(number)) return no('form.number', text);
      if (whole && !Number.isInteger(number)) return no('form.whole', text);
      const { least, most } = column;
      if (least !== undefined && most !== undefined && (number < least || number > most)) {
        return { problem: { key: 'form.range', values: { least: String(least), most: String(most) } } };
      }
      return { value: number };
    }
    default:
      return { value: undefined };
  }
}
