// Time zones: wall clock and calendar arithmetic for any IANA zone, days of 23, 24.5 and 25 hours
// included. Instants are milliseconds since 1970 UTC everywhere; only this module turns them into
// wall time. Offsets come from Intl.DateTimeFormat, the one time zone table a browser has.

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** No zone has changed its offset off a quarter of an hour since 1972, so offsets are kept by it. */
const QUARTER = 15 * MINUTE;
const CACHE_LIMIT = 20_000;

export interface Wall {
  year: number;
  month: number; // 1..12
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
}

/** What a wall time means: one instant, none (skipped by a change), or two (repeated by one). */
export type Resolved =
  | { kind: 'one'; time: number }
  | { kind: 'gap'; before: number; after: number }
  | { kind: 'two'; first: number; second: number };

interface ZoneCache {
  format: Intl.DateTimeFormat;
  offsets: Map<number, number>;
}

const zones = new Map<string, ZoneCache>();

function zoneCache(zone: string): ZoneCache {
  let found = zones.get(zone);
  if (!found) {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    found = { format, offsets: new Map() };
    zones.set(zone, found);
  }
  return found;
}

/** Whether this runtime knows the zone. */
export function zoneExists(zone: string): boolean {
  try {
    zoneCache(zone);
    return true;
  } catch {
    return false;
  }
}

/** The browser's own zone. */
export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/** Offset from UTC in milliseconds, east positive. */
export function offsetAt(zone: string, time: number): number {
  if (zone === 'UTC') return 0;
  const cache = zoneCache(zone);
  const key = Math.floor(time / QUARTER);
  let offset = cache.offsets.get(key);
  if (offset === undefined) {
    const at = key * QUARTER;
    const part: Record<string, string> = {};
    for (const p of cache.format.formatToParts(at)) part[p.type] = p.value;
    const year = part.era?.startsWith('B') ? 1 - Number(part.year) : Number(part.year);
    const wall = Date.UTC(
      year,
      Number(part.month) - 1,
      Number(part.day),
      Number(part.hour),
      Number(part.minute),
      Number(part.second),
    );
    offset = wall - at;
    if (cache.offsets.size >= CACHE_LIMIT) cache.offsets.clear();
    cache.offsets.set(key, offset);
  }
  return offset;
}

export function wallAt(zone: string, time: number): Wall {
  const d = new Date(time + offsetAt(zone, time));
  return {
    year: d.getUTCFullYear(),
    month: d.getUTCMonth() + 1,
    day: d.getUTCDate(),
    hour: d.getUTCHours(),
    minute: d.getUTCMinutes(),
    second: d.getUTCSeconds(),
    ms: d.getUTCMilliseconds(),
  };
}

/** The wall time as if it were UTC; months and days out of range roll over as in Date.UTC. */
function wallNumber(w: Wall): number {
  return Date.UTC(w.year, w.month - 1, w.day, w.hour, w.minute, w.second, w.ms);
}

/** Which instants a wall time stands for. */
export function resolve(zone: string, wall: Wall): Resolved {
  const local = wallNumber(wall);
  const early = offsetAt(zone, local - DAY);
  const late = offsetAt(zone, local + DAY);
  const hits: number[] = [];
  for (const offset of early === late ? [early] : [early, late]) {
    const time = local - offset;
    if (offsetAt(zone, time) === offset) hits.push(time);
  }
  hits.sort((a, b) => a - b);
  if (hits.length === 2 && hits[0] !== hits[1]) {
    return { kind: 'two', first: hits[0], second: hits[1] };
  }
  if (hits.length > 0) return { kind: 'one', time: hits[0] };
  return { kind: 'gap', before: local - late, after: local - early };
}

/** The instant of a wall time for calendar steps: the earlier of two, the first after a gap. */
export function instantOf(zone: string, wall: Wall): number {
  const r = resolve(zone, wall);
  if (r.kind === 'one') return r.time;
  if (r.kind === 'two') return r.first;
  // A skipped wall time stands for the moment of the change itself.
  const change = changes(zone, r.before, r.after + 1)[0];
  return change ? change.time : r.after;
}

/** Midnight of a calendar day; day and month may be out of range and roll over. */
export function dayStart(zone: string, year: number, month: number, day: number): number {
  return instantOf(zone, { year, month, day, hour: 0, minute: 0, second: 0, ms: 0 });
}

/** The first moment of the day that holds `time`, moved by `shift` days. */
export function startOfDay(zone: string, time: number, shift = 0): number {
  const w = wallAt(zone, time);
  return dayStart(zone, w.year, w.month, w.day + shift);
}

/** Moves by calendar months, keeping the wall time and cutting the day to the month's length. */
export function addMonths(zone: string, time: number, months: number): number {
  const w = wallAt(zone, time);
  const last = new Date(Date.UTC(w.year, w.month - 1 + months + 1, 0)).getUTCDate();
  return instantOf(zone, { ...w, month: w.month + months, day: Math.min(w.day, last) });
}

/** Moves by calendar days, keeping the wall time. */
export function addDays(zone: string, time: number, days: number): number {
  const w = wallAt(zone, time);
  return instantOf(zone, { ...w, day: w.day + days });
}

/** How long the day that holds `time` is, in hours. */
export function dayHours(zone: string, time: number): number {
  return (startOfDay(zone, time, 1) - startOfDay(zone, time)) / HOUR;
}

export interface Change {
  time: number; // the first instant with the new offset
  before: number; // offset before it, ms
  after: number;
}

/** Every change of offset in [from, to), in order. */
export function changes(zone: string, from: number, to: number): Change[] {
  const found: Change[] = [];
  if (zone === 'UTC') return found;
  const step = 20 * DAY; // offsets are never held shorter than this in any zone in use
  for (let low = from; low < to; low += step) {
    const high = Math.min(low + step, to);
    const before = offsetAt(zone, low);
    const after = offsetAt(zone, high);
    if (before === after) continue;
    let a = low;
    let b = high;
    while (b - a > 1) {
      const middle = Math.floor((a + b) / 2);
      if (offsetAt(zone, middle) === before) a = middle;
      else b = middle;
    }
    if (b < to) found.push({ time: b, before, after });
  }
  return found;
}

const pad = (n: number, width = 2): string => String(n).padStart(width, '0');

/** `+02:00`, `+05:30`, `+00:00`. */
export function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / MINUTE);
  return `${offset < 0 ? '−' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** `2024-11-05` */
export function dateText(zone: string, time: number): string {
  const w = wallAt(zone, time);
  return `${pad(w.year, 4)}-${pad(w.month)}-${pad(w.day)}`;
}

/** `14:30:05`, with milliseconds when asked for. */
export function clockText(zone: string, time: number, withMs = false): string {
  const w = wallAt(zone, time);
  const text = `${pad(w.hour)}:${pad(w.minute)}:${pad(w.second)}`;
  return withMs ? `${text}.${pad(w.ms, 3)}` : text;
}

/** The full form, which always carries its offset: `2024-11-05 14:30:05.250 +02:00`. */
export function fullText(zone: string, time: number): string {
  const ms = time % SECOND !== 0;
  return `${dateText(zone, time)} ${clockText(zone, time, ms)} ${offsetText(offsetAt(zone, time))}`;
}

/** RFC 3339 with the zone's offset, for addresses and CSV. */
export function rfc3339(zone: string, time: number): string {
  const ms = time % SECOND !== 0;
  const offset = offsetAt(zone, time);
  const tail = offset === 0 ? 'Z' : offsetText(offset).replace('−', '-');
  return `${dateText(zone, time)}T${clockText(zone, time, ms)}${tail}`;
}
