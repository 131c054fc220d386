// Working shifts: when they begin, as wall times of the zone on screen.

import { instantOf, wallAt } from './zone';

/** `06:00 14:00 22:00` as minutes of the day, in order; null when it is not that. */
export function parseShifts(text: string): number[] | null {
  const parts = text.trim().split(/[\s,;]+/).map((part) => /^(\d{1,2}):(\d{2})$/.exec(part));
  const minutes = parts.map((m) => (m && Number(m[1]) < 24 && Number(m[2]) < 60 ? Number(m[1]) * 60 + Number(m[2]) : NaN));
  if (minutes.some((n) => Number.isNaN(n))) return null;
  return [...new Set(minutes)].sort((a, b) => a - b);
}

/**
 * The beginnings of shifts around `now`, in order: the last but one is that of the present shift.
 * A beginning that a change of the clock skips is the moment of the change.
 */
export function shiftStarts(zone: string, now: number, text: string): number[] {
  const minutes = parseShifts(text) ?? [0];
  const today = wallAt(zone, now);
  const starts: number[] = [];
  for (let day = -2; day <= 2; day++) {
    for (const minute of minutes) {
      starts.push(instantOf(zone, { ...today, day: today.day + day, hour: Math.floor(minute / 60), minute: minute % 60, second: 0, ms: 0 }));
    }
  }
  const next = starts.findIndex((start) => start > now);
  return starts.slice(0, next + 1);
}
