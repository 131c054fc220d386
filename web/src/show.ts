// How values, qualities and ages look everywhere: one place for all pages.

import type { LiveValue, TagInfo } from './api';
import { setClass, setText } from './dom';
import { formatValue, MISSING, numberStyle, withUnit } from './format';
import { currentLanguage, t, type Key } from './i18n';
import { qualityKey } from './quality';
import { ageOf, confirmedAt, type Condition } from './values';
import { clockText, DAY, dateText, HOUR, MINUTE, SECOND } from './zone';
import { zone } from './zones';
import type { Sample } from './api';

const MARKS: Record<Condition, string> = { none: '', good: '', uncertain: '?', bad: '✕', stale: '◷' };

export function mark(condition: Condition): string {
  return MARKS[condition];
}

export function sampleText(value: Sample, tag: Pick<TagInfo, 'type' | 'decimals'> | null): string {
  if (tag?.type === 'datetime' && typeof value === 'number') return `${dateText(zone(), value)} ${clockText(zone(), value)}`;
  return formatValue(value, tag?.decimals, numberStyle(currentLanguage()), [t('value.on'), t('value.off')]);
}

export function sampleWithUnit(value: Sample, tag: Pick<TagInfo, 'type' | 'decimals' | 'unit'> | null): string {
  return withUnit(sampleText(value, tag), tag?.unit);
}

export function qualityText(quality: number): string {
  return t(qualityKey(quality) as Key);
}

export function ageText(ms: number): string {
  const age = ageOf(ms);
  return t(`age.${age.unit}`, { n: age.n });
}

/** `2 h 15 min`: a length of time in its two largest units. */
export function durationWords(ms: number): string {
  const parts: [Key, number][] = [['length.d', DAY], ['length.h', HOUR], ['length.min', MINUTE], ['length.s', SECOND]];
  if (ms < SECOND) return t('length.ms', { n: Math.round(ms) });
  let at = parts.findIndex(([, unit]) => ms >= unit);
  if (at === parts.length - 1) at--;
  const [[big, bigUnit], [small, smallUnit]] = [parts[at], parts[at + 1]];
  const total = Math.round(ms / smallUnit);
  const per = bigUnit / smallUnit;
  const words = [[big, Math.floor(total / per)], [small, total % per]] as [Key, number][];
  return words.filter(([, n]) => n > 0).map(([key, n]) => t(key, { n })).join(' ');
}

/** One phrase for a point's condition; empty for good. */
export function conditionText(condition: Condition, value: LiveValue | undefined, tag: TagInfo | null, now: number): string {
  if (condition === 'none' || !value) return t('condition.none');
  if (condition === 'stale') return t('condition.stale', { age: ageText(now - confirmedAt(value, tag)) });
  if (condition === 'good') return '';
  return qualityText(value.quality);
}

/** A time as short as it can be: the clock today, the date otherwise. */
export function shortTime(time: number, now: number): string {
  return now - time < DAY && dateText(zone(), time) === dateText(zone(), now)
    ? clockText(zone(), time)
    : `${dateText(zone(), time)} ${clockText(zone(), time)}`;
}

/** Fills a cell made of `.mark` and `.value`. */
export function paintValue(
  cell: HTMLElement, markBox: HTMLElement, valueBox: HTMLElement, condition: Condition,
  value: LiveValue | undefined, tag: TagInfo | null,
): void {
  const text = value ? sampleText(value.value, tag) : MISSING;
  setClass(cell, `${cell.dataset.base ?? ''} q-${condition}${text === MISSING ? ' missing' : ''}`);
  setText(markBox, MARKS[condition]);
  setText(valueBox, text);
}
