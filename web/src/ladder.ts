// The ladder of bucket widths that the server snaps to, so that panning does not shimmer.

import { DAY, HOUR, MINUTE, SECOND } from './zone';

export const LADDER = [
  SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND,
  MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
  HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY,
];

/** The width of the buckets an answer came in: the smallest distance between two of its times. */
export function bucketWidth(times: ArrayLike<number>, from: number, to: number, points: number): number {
  let least = Infinity;
  for (let i = 1; i < times.length; i++) {
    const step = times[i] - times[i - 1];
    if (step > 0 && step < least) least = step;
  }
  if (least !== Infinity) return least > DAY * 0.95 ? DAY * Math.max(1, Math.round(least / DAY)) : least;
  const wanted = (to - from) / Math.max(points, 1);
  return LADDER.find((rung) => rung >= wanted) ?? DAY;
}
