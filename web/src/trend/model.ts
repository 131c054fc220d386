// What a trend is made of: pens in their order, and the axes and lanes that they are drawn on.

import type { LiveValue, TagInfo, TagType } from '../api';
import { emptyData, extent, type PenData } from './data';

export const PALETTE_SIZE = 8;
/** Pens 9 to 32 repeat the colours with these dashes. */
const DASHES: number[][] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];
export const MAX_AXES_DRAWN = 4;
/** Above this many pens only the focused one's envelope is filled. */
export const MAX_FILLED = 8;

export interface PenError {
  code: string;
  message: string;
}

export interface Pen {
  tag: string;
  number: number; // 1-based, as on screen
  info: TagInfo | null;
  data: PenData;
  /** The newest live samples, to go on from after an answer that was on its way meanwhile. */
  recent: LiveValue[];
  hidden: boolean;
  error: PenError | null;
}

export interface Axis {
  key: string; // scale name
  number: number; // 1-based, as in the address
  unit: string;
  pens: Pen[];
  min: number;
  max: number;
  fixed: boolean;
  drawn: boolean;
}

export function newPen(tag: string, number: number, info: TagInfo | null): Pen {
  return { tag, number, info, data: emptyData(info?.type ?? 'double'), recent: [], hidden: false, error: null };
}

export function penColor(number: number): number {
  return (number - 1) % PALETTE_SIZE;
}

export function penDash(number: number): number[] {
  return DASHES[Math.floor((number - 1) / PALETTE_SIZE) % DASHES.length];
}

export function penType(pen: Pen): TagType {
  return pen.info?.type ?? pen.data.type;
}

/** Booleans and texts are drawn as lanes of states below the curves. */
export function isLane(pen: Pen): boolean {
  const type = penType(pen);
  return type === 'boolean' || type === 'string';
}

/** Whether the value holds until the next sample, or runs straight towards it. */
export function isStep(pen: Pen): boolean {
  return penType(pen) !== 'double';
}

export function penUnit(pen: Pen): string {
  return pen.info?.unit ?? '';
}

/** One axis for each unit, or for each pen. Pens without a unit share an axis by unit too. */
export function assignAxes(pens: Pen[], mode: 'unit' | 'pen'): Axis[] {
  const axes: Axis[] = [];
  const byKey = new Map<string, Axis>();
  for (const pen of pens) {
    if (isLane(pen)) continue;
    const key = mode === 'pen' ? `pen ${pen.number}` : penUnit(pen);
    let axis = byKey.get(key);
    if (!axis) {
      const number = axes.length + 1;
      axis = { key: `y${number}`, number, unit: penUnit(pen), pens: [], min: 0, max: 1, fixed: false, drawn: false };
      byKey.set(key, axis);
      axes.push(axis);
    }
    axis.pens.push(pen);
  }
  return axes;
}

/** Marks the axes that are drawn: those with something visible, the focused pen's first. */
export function chooseDrawn(axes: Axis[], focused: Pen | undefined): void {
  const visible = axes.filter((axis) => axis.pens.some((pen) => !pen.hidden));
  const first = visible.filter((axis) => focused !== undefined && axis.pens.includes(focused));
  const order = [...first, ...visible.filter((axis) => !first.includes(axis))].slice(0, MAX_AXES_DRAWN);
  for (const axis of axes) axis.drawn = order.includes(axis);
}

/** A round step of 1, 2 or 5 times a power of ten, not below `least`. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const lead = least / power;
  return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}

/** A range around values that stays where it is while they move a little. */
export function niceRange(low: number, high: number): [number, number] {
  if (!(high > low)) {
    const half = Math.abs(low) * 0.02 || 1;
    return niceRange(low - half, low + half);
  }
  const step = niceStep((high - low) / 10);
  const pad = (high - low) * 0.03;
  let min = Math.floor((low - pad) / step) * step;
  const max = Math.ceil((high + pad) / step) * step;
  // Readings that are never negative do not get room below zero.
  if (low >= 0 && min < 0) min = 0;
  return [min, max];
}

/** Fits the axes that are not fixed to what is visible in [from, to]. */
export function fitAxes(axes: Axis[], from: number, to: number): void {
  for (const axis of axes) {
    if (axis.fixed) continue;
    let low = Infinity;
    let high = -Infinity;
    for (const pen of axis.pens) {
      const range = pen.hidden ? null : extent(pen.data, from, to);
      if (!range) continue;
      low = Math.min(low, range[0]);
      high = Math.max(high, range[1]);
    }
    if (low <= high) [axis.min, axis.max] = niceRange(low, high);
  }
}
