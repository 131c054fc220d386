// The address of a trend holds everything that is on screen, so that it can be sent to someone.
// `/trend?tag=A/b&tag=C/d&from=now-2h&to=now&focus=2&hide=1&axes=pen&view=table&y=1:0:10&cmp=-1d`

import { durationText, parseTime } from './timeinput';
import { parseShift, shiftText, type Shift } from './trend/shift';

export const MAX_PENS = 32;
export const DEFAULT_SPAN = 15 * 60_000;
/** From 10 ms to 50 years. */
export const MIN_SPAN = 10;
export const MAX_SPAN = 50 * 366 * 86_400_000;
export const MAX_COMPARED = 4;

export interface FixedScale {
  axis: number; // 1-based, as numbered on screen
  min: number;
  max: number;
}

/** An axis for each unit, for each pen, one for all, or a strip of the plot for each pen. */
export const AXES = ['unit', 'pen', 'shared', 'lanes'] as const;
export type AxesMode = (typeof AXES)[number];

export interface TrendState {
  tags: string[];
  hidden: number[]; // 0-based positions in tags
  focus: number; // 0-based
  from: number;
  to: number;
  follow: boolean; // `to` is now, and moves
  axes: AxesMode;
  view: 'plot' | 'table';
  envelope: boolean;
  fixed: FixedScale[];
  engineering: number[]; // axes in their pens' engineering range, 1-based
  at: number | null; // the cursor, where it is pinned
  second: number | null;
  interpolate: boolean; // the cursor reads between samples
  delta: number[]; // pens drawn as what they grew by, 0-based
  states: number[]; // pens of whole numbers drawn as lanes, 0-based
  compared: Shift[];
  difference: boolean; // of the focused pen and its first compared period
  notes: boolean;
  saved: number | null; // the number of the saved view that this is
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/%2F/g, '/').replace(/%3A/g, ':').replace(/%20/g, '+');

/** The query part, with its question mark. */
export function trendQuery(state: TrendState): string {
  const parts: string[] = state.tags.map((tag) => `tag=${encode(tag)}`);
  if (state.follow) parts.push(`from=now-${durationText(state.to - state.from)}`, 'to=now');
  else parts.push(`from=${isoShort(state.from)}`, `to=${isoShort(state.to)}`);
  if (state.hidden.length > 0) parts.push(`hide=${state.hidden.map((i) => i + 1).join(',')}`);
  if (state.focus > 0) parts.push(`focus=${state.focus + 1}`);
  if (state.axes !== 'unit') parts.push(`axes=${state.axes}`);
  if (state.view !== 'plot') parts.push(`view=${state.view}`);
  if (!state.envelope) parts.push('envelope=0');
  for (const { axis, min, max } of state.fixed) parts.push(`y=${axis}:${min}:${max}`);
  for (const axis of state.engineering) parts.push(`y=${axis}:eng`);
  if (state.at !== null) parts.push(`c=${isoShort(state.at)}`);
  if (state.second !== null) parts.push(`d=${isoShort(state.second)}`);
  if (state.interpolate) parts.push('read=line');
  if (state.delta.length > 0) parts.push(`delta=${state.delta.map((i) => i + 1).join(',')}`);
  if (state.states.length > 0) parts.push(`states=${state.states.map((i) => i + 1).join(',')}`);
  for (const shift of state.compared) parts.push(`cmp=${shiftText(shift, state.from)}`);
  if (state.difference) parts.push('diff=1');
  if (!state.notes) parts.push('notes=0');
  if (state.saved !== null) parts.push(`saved=${state.saved}`);
  return `?${parts.join('&')}`;
}

/** The address of one tag's trend over the default time. */
export function trendHref(tags: string[]): string {
  return `/trend?${tags.map((tag) => `tag=${encode(tag)}`).join('&')}`;
}

/** The address of a point or branch. */
export function pointHref(path: string): string {
  return path === '' ? '/points' : `/points/${encodeURIComponent(path).replace(/%2F/g, '/').replace(/%3A/g, ':')}`;
}

/** The path that an address of a point names. */
export function pointOf(pathname: string): string {
  try {
    return decodeURIComponent(pathname.replace(/^\/points\/?/, ''));
  } catch {
    return '';
  }
}

function isoShort(time: number): string {
  return new Date(Math.round(time)).toISOString().replace(/\.000Z$/, 'Z').replace(/:00Z$/, 'Z');
}

/** Reads an address; what is missing or unusable takes its default. */
export function parseTrend(query: string, zone: string, now: number): TrendState {
  const q = new URLSearchParams(query);
  const tags = [...new Set(q.getAll('tag').filter((tag) => tag !== ''))].slice(0, MAX_PENS);
  const instant = (key: string, fallback: string): { time: number; relative: number | null } | null => {
    const typed = parseTime((q.get(key) ?? fallback).replace(/ (?=\d{2}:\d{2}$)/, '+'), zone, now);
    if (typed.kind === 'two') return { time: typed.first, relative: null };
    return typed.kind === 'time' ? typed : null;
  };
  let to = instant('to', 'now') ?? { time: now, relative: 0 };
  let from = instant('from', `now-${durationText(DEFAULT_SPAN)}`) ?? { time: to.time - DEFAULT_SPAN, relative: null };
  if (from.time >= to.time) {
    to = { time: now, relative: 0 };
    from = { time: now - DEFAULT_SPAN, relative: DEFAULT_SPAN };
  }
  const index = (text: string): number => Number(text) - 1;
  const exists = (i: number): boolean => Number.isInteger(i) && i >= 0 && i < tags.length;
  const focus = index(q.get('focus') ?? '1');
  const list = (key: string): number[] =>
    [...new Set((q.get(key) ?? '').split(',').filter((s) => s !== '').map(index).filter(exists))];
  const only = (key: string): number | null => (q.has(key) ? instant(key, '')?.time ?? null : null);
  const fixed: FixedScale[] = [];
  const engineering: number[] = [];
  for (const text of q.getAll('y')) {
    const [axis, min, max] = text.split(':').map(Number);
    if (Number.isInteger(axis) && axis > 0 && text.endsWith(':eng')) engineering.push(axis);
    else if (Number.isInteger(axis) && axis > 0 && Number.isFinite(min) && max > min) fixed.push({ axis, min, max });
  }
  const span = Math.min(Math.max(to.time - from.time, MIN_SPAN), MAX_SPAN);
  return {
    tags,
    hidden: list('hide'),
    focus: exists(focus) ? focus : 0,
    from: to.time - span,
    to: to.time,
    follow: to.relative === 0,
    axes: AXES.find((mode) => mode === q.get('axes')) ?? 'unit',
    view: q.get('view') === 'table' ? 'table' : 'plot',
    envelope: q.get('envelope') !== '0',
    fixed,
    engineering,
    at: only('c'),
    second: only('d'),
    interpolate: q.get('read') === 'line',
    delta: list('delta'),
    states: list('states'),
    compared: q.getAll('cmp').slice(0, MAX_COMPARED)
      .flatMap((text) => parseShift(text, zone, now, to.time - span) ?? []),
    difference: q.get('diff') === '1',
    notes: q.get('notes') !== '0',
    saved: /^\d+$/.test(q.get('saved') ?? '') ? Number(q.get('saved')) : null,
  };
}
