// Times as people type them: `now-2h`, RFC 3339, `2024-11-05 14:30` in the zone on screen, epoch.
// A wall time that does not exist is refused and one that exists twice is asked about.

import { addMonths, DAY, HOUR, MINUTE, resolve, SECOND } from './zone';

export type TypedTime =
  | { kind: 'time'; time: number; relative: number | null } // relative: milliseconds before now
  | { kind: 'two'; first: number; second: number }
  | { kind: 'gap' }
  | { kind: 'wrong' };

const UNITS: Record<string, number> = {
  ms: 1, s: SECOND, m: MINUTE, min: MINUTE, h: HOUR, d: DAY, w: 7 * DAY, y: 365 * DAY,
};

/** `1h30m` → milliseconds; null when it is no duration. */
export function parseDuration(text: string): number | null {
  if (!/^(\d+(\.\d+)?(ms|min|mo|[smhdwy]))+$/.test(text)) return null;
  let total = 0;
  for (const m of text.matchAll(/(\d+(?:\.\d+)?)(ms|min|mo|[smhdwy])/g)) {
    total += Number(m[1]) * (m[2] === 'mo' ? 30 * DAY : UNITS[m[2]]);
  }
  return total;
}

/** The shortest duration text that stands for exactly this many milliseconds. */
export function durationText(ms: number): string {
  const whole = Math.round(ms);
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (whole !== 0 && whole % UNITS[unit] === 0) return `${whole / UNITS[unit]}${unit}`;
  }
  return `${whole}ms`;
}

const LOCAL = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?$/;
const FULL = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)? ?(Z|[+\-−]\d{2}:?\d{2})$/i;

export function parseTime(raw: string, zone: string, now: number): TypedTime {
  const text = raw.trim();
  const low = text.toLowerCase();
  if (low === 'now') return { kind: 'time', time: now, relative: 0 };
  const months = /^now-(\d+)mo$/.exec(low);
  if (months) return { kind: 'time', time: addMonths(zone, now, -Number(months[1])), relative: null };
  if (low.startsWith('now-') || low.startsWith('-')) {
    const span = parseDuration(low.replace(/^(now)?-/, ''));
    return span === null ? { kind: 'wrong' } : { kind: 'time', time: now - span, relative: span };
  }
  if (FULL.test(text)) {
    const time = Date.parse(
      text.replace('−', '-').replace(/ (?=[+\-Z])/i, '').replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
    return Number.isNaN(time) ? { kind: 'wrong' } : { kind: 'time', time, relative: null };
  }
  const m = LOCAL.exec(text);
  if (m) return wallTime(m, zone);
  if (/^\d{9,14}$/.test(text)) {
    const n = Number(text);
    return { kind: 'time', time: n < 1e11 ? n * SECOND : n, relative: null };
  }
  return { kind: 'wrong' };
}

function wallTime(m: RegExpExecArray, zone: string): TypedTime {
  const [year, month, day, hour, minute, second] = m.slice(1, 7).map((part) => Number(part ?? 0));
  const ms = Number((m[7] ?? '').padEnd(3, '0') || 0);
  const check = new Date(Date.UTC(year, month - 1, day));
  if (check.getUTCMonth() !== month - 1 || hour > 23 || minute > 59 || second > 59) return { kind: 'wrong' };
  const r = resolve(zone, { year, month, day, hour, minute, second, ms });
  if (r.kind === 'one') return { kind: 'time', time: r.time, relative: null };
  if (r.kind === 'two') return { kind: 'two', first: r.first, second: r.second };
  return { kind: 'gap' };
}
