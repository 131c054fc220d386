// The views that were looked at, for going back: 50 of them.

import type { FixedScale } from '../address';

const REMEMBERED = 50;

export interface View {
  from: number;
  to: number;
  follow: boolean;
  fixed: FixedScale[];
  engineering: number[];
}

export class Views {
  private past: View[] = [];

  /** Remembers a view that is about to be left. */
  push(view: View): void {
    const last = this.past[this.past.length - 1];
    if (last && last.from === view.from && last.to === view.to && last.fixed.length === view.fixed.length) return;
    this.past.push(view);
    if (this.past.length > REMEMBERED) this.past.shift();
  }

  pop(): View | undefined {
    return this.past.pop();
  }

  get size(): number {
    return this.past.length;
  }
}

export interface Bounds {
  min: number;
  max: number;
}

/** A range kept between the least and greatest span, around its middle. */
export function clampRange(from: number, to: number, span: Bounds): [number, number] {
  const wanted = to - from;
  const kept = Math.min(Math.max(wanted, span.min), span.max);
  if (kept === wanted) return [from, to];
  const middle = (from + to) / 2;
  return [middle - kept / 2, middle + kept / 2];
}

/** Zooms by a factor (below 1: in) keeping the instant `at` where it is on screen. */
export function zoomAround(from: number, to: number, at: number, factor: number): [number, number] {
  return [at - (at - from) * factor, at + (to - at) * factor];
}
