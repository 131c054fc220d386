// What a trend is made of: pens in their order, and the axes and lanes that they are drawn on.

import type { AxesMode } from '../address';
import type { LiveValue, TagInfo, TagType } from '../api';
import { emptyData, extent, type PenData } from './data';
import { deltaData } from './delta';
import type { Shift } from './shift';

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

/** The same pen over a compared period, its times moved to where they are drawn. */
export interface Ghost {
  shift: Shift;
  label: string;
  data: PenData;
  trueTime: number[];
}

export interface Pen {
  tag: string;
  number: number; // 1-based, as on screen
  info: TagInfo | null;
  loaded: PenData; // as it came, with live samples
  data: PenData; // as it is drawn: the same, or what a counter grew by
  ghosts: Ghost[];
  /** The newest live samples, to go on from after an answer that was on its way meanwhile. */
  recent: LiveValue[];
  hidden: boolean;
  delta: boolean; // drawn as growth
  states: boolean; // a whole number drawn as a lane of states
  difference: boolean; // made on the page from the focused pen and its first compared period
  error: PenError | null;
}

export interface Axis {
  key: string; // scale name
  number: number; // 1-based, as in the address
  unit: string;
  pens: Pen[];
  min: number;
  max: number;
  mode: 'auto' | 'engineering' | 'fixed';
  drawn: boolean;
  top: number; // where it stands in the plot: parts of its height from above
  height: number;
}

export function newPen(tag: string, number: number, info: TagInfo | null): Pen {
  const data = emptyData(info?.type ?? 'double');
  return {
    tag, number, info, loaded: data, data, ghosts: [], recent: [], hidden: false, delta: false, states: false, difference: false, error: null,
  };
}

/** Takes over what came for a pen; the time that a pixel stands for chooses a counter's buckets. */
export function setData(pen: Pen, loaded: PenData, perPixel: number): void {
  pen.loaded = loaded;
  pen.data = pen.delta && canGrow(pen) ? deltaData(loaded, perPixel) : loaded;
}

/** Numbers can be drawn as growth, whole ones as states too. */
export function canGrow(pen: Pen): boolean {
  const type = pen.info?.type ?? pen.loaded.type;
  return type === 'double' || type === 'integer';
}

export function canBeStates(pen: Pen): boolean {
  return (pen.info?.type ?? pen.loaded.type) === 'integer';
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

/** Booleans, texts and, on request, whole numbers are drawn as lanes of states below the curves. */
export function isLane(pen: Pen): boolean {
  const type = penType(pen);
  return type === 'boolean' || type === 'string' || (pen.states && type === 'integer');
}

/** Whether the value holds until the next sample, or runs straight towards it. */
export function isStep(pen: Pen): boolean {
  return pen.info?.line ? pen.info.line === 'step' : penType(pen) !== 'double';
}

/** The engineering range of a pen; null where its point says none. */
export function engineeringRange(pen: Pen): [number, number] | null {
  const { min2, max2 } = pen.info ?? {};
  return min2 !== undefined && max2 !== undefined && max2 > min2 ? [min2, max2] : null;
}

export function penUnit(pen: Pen): string {
  return pen.info?.unit ?? '';
}

const KEYS: Record<AxesMode, (pen: Pen) => string> = {
  unit: (pen) => penUnit(pen),
  pen: (pen) => `pen ${pen.number}`,
  shared: () => 'all',
  lanes: (pen) => `pen ${pen.number}`,
};
/** Left free between two strips, in parts of a strip. */
const STRIP_GAP = 0.12;

/**
 * The axes of the pens. Those without a unit share one by unit too; growth and differences have
 * another zero than readings, and so an axis of their own.
 */
export function assignAxes(pens: Pen[], mode: AxesMode): Axis[] {
  const axes: Axis[] = [];
  const byKey = new Map<string, Axis>();
  for (const pen of pens) {
    if (isLane(pen)) continue;
    const key = `${KEYS[mode](pen)}${pen.difference ? ' difference' : pen.delta ? ' growth' : ''}`;
    let axis = byKey.get(key);
    if (!axis) {
      const number = axes.length + 1;
      axis = { key: `y${number}`, number, unit: penUnit(pen), pens: [], min: 0, max: 1, mode: 'auto', drawn: false, top: 0, height: 1 };
      byKey.set(key, axis);
      axes.push(axis);
    }
    if (axis.unit !== penUnit(pen)) axis.unit = '';
    axis.pens.push(pen);
  }
  if (mode === 'lanes') placeStrips(axes);
  return axes;
}

/** Gives each axis with something visible its strip, from above. */
function placeStrips(axes: Axis[]): void {
  const shown = axes.filter((axis) => axis.pens.some((pen) => !pen.hidden));
  shown.forEach((axis, i) => {
    axis.top = (i + STRIP_GAP / 2) / shown.length;
    axis.height = (1 - STRIP_GAP) / shown.length;
  });
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
    if (axis.mode === 'fixed') continue;
    let low = Infinity;
    let high = -Infinity;
    const take = (range: [number, number] | null): void => {
      if (!range) return;
      low = Math.min(low, range[0]);
      high = Math.max(high, range[1]);
    };
    const shown = axis.pens.filter((pen) => !pen.hidden);
    if (axis.mode === 'engineering') shown.forEach((pen) => take(engineeringRange(pen)));
    if (low < high) {
      [axis.min, axis.max] = [low, high];
      continue;
    }
    for (const pen of shown) {
      take(extent(pen.data, from, to));
      for (const ghost of pen.ghosts) take(extent(ghost.data, from, to));
      if (pen.delta) take([0, 0]); // columns stand on zero
    }
    if (low <= high) [axis.min, axis.max] = niceRange(low, high);
  }
}
