// What pens are drawn into, and what all of the drawing shares. All lengths are device pixels.

import type { Palette } from '../theme';
import { indexAt, type PenData } from './data';
import type { Pen } from './model';

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number; // of the curves, without the lanes
  lanes: number; // height of the lanes below
}

export interface Scene {
  ctx: CanvasRenderingContext2D;
  box: Box;
  from: number;
  to: number;
  now: number;
  ratio: number;
  palette: Palette;
  envelope: boolean;
  focus: Pen | undefined;
  numbers: boolean; // the pens' numbers at their ends
}

/** Diagonal lines in a colour, for what is bad. */
export function hatch(scene: Scene, color: string): CanvasPattern | string {
  const size = Math.round(6 * scene.ratio);
  const tile = document.createElement('canvas');
  tile.width = tile.height = size;
  const ctx = tile.getContext('2d')!;
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.4 * scene.ratio;
  ctx.beginPath();
  for (const shift of [-size, 0, size]) {
    ctx.moveTo(shift, size);
    ctx.lineTo(shift + size, 0);
  }
  ctx.stroke();
  return scene.ctx.createPattern(tile, 'repeat') ?? color;
}

/** The rows to draw: those in view and one on each side. */
export function visible(data: PenData, from: number, to: number): [number, number] {
  const first = Math.max(0, indexAt(data.time, from) - 1);
  const last = Math.min(data.time.length - 1, indexAt(data.time, to) + 1);
  return [first, last];
}

/** What drawing a tag needs of a scene. */
export type Ground = Pick<Scene, 'ctx' | 'ratio' | 'palette'>;

export function drawTag(scene: Ground, text: string, color: string, x: number, y: number, align: 'left' | 'right'): void {
  const { ctx, ratio, palette } = scene;
  ctx.font = `600 ${11 * ratio}px ${palette.font}`;
  const width = ctx.measureText(text).width + 6 * ratio;
  const left = align === 'left' ? x : x - width;
  ctx.fillStyle = palette.surface;
  ctx.strokeStyle = color;
  ctx.lineWidth = ratio;
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.rect(left, y - 7 * ratio, width, 14 * ratio);
  ctx.fill();
  ctx.stroke();
  ctx.fillStyle = palette.text;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.fillText(text, left + width / 2, y + 0.5 * ratio);
}
