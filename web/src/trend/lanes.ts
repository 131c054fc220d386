// Lanes of states below the curves: true is a full block, false a line, several states in one bucket
// half; texts and numbers carry their word, and how long they lasted where there is room.

import { durationWords } from '../show';
import { sameState, stateSpan } from './cursor';
import { gapAfter, type PenData } from './data';
import { penColor, penType, type Pen } from './model';
import { drawTag, hatch, visible, type Scene } from './scene';

export const LANE_HEIGHT = 22; // CSS pixels

/** What a row of a lane says. */
function wordOf(pen: Pen, data: PenData, i: number): string | null {
  if (data.text) return data.text[i] ?? '';
  if (penType(pen) === 'boolean') return null;
  return data.min[i] === data.max[i] ? String(data.min[i]) : `${data.min[i]} … ${data.max[i]}`;
}

/** How long a state lasted, or at least lasted. */
function lengthText(data: PenData, first: number, last: number, now: number): string {
  const { start, end, atLeast } = stateSpan(data, first, last, now);
  return `${atLeast ? '≥ ' : ''}${durationWords(end - start)}`;
}

export function drawLane(scene: Scene, pen: Pen, position: number): void {
  const { ctx, box, ratio, palette } = scene;
  const { data } = pen;
  const height = (LANE_HEIGHT - 6) * ratio;
  const top = box.top + box.height + (position * LANE_HEIGHT + 4) * ratio;
  const color = palette.pens[penColor(pen.number)];
  const [first, last] = visible(data, scene.from, scene.to);
  const sx = box.width / (scene.to - scene.from);
  const x = (time: number): number => box.left + (time - scene.from) * sx;
  ctx.fillStyle = palette.grid;
  ctx.globalAlpha = 0.5;
  ctx.fillRect(box.left, top, box.width, height);
  ctx.globalAlpha = 1;
  const bad = hatch(scene, palette.critical);
  const gap = gapAfter(data, pen.info?.period_s);
  const same = (a: number, b: number): boolean => sameState(data, a, b) && data.time[b] - data.time[b - 1] <= gap;
  for (let i = first; i <= last; ) {
    let j = i + 1;
    while (j < data.time.length && same(i, j)) j++;
    while (i > 0 && same(i - 1, i)) i--;
    const lastTime = data.time[j - 1];
    const stop = j < data.time.length && data.time[j] - lastTime <= gap ? data.time[j]
      : data.kind === 'bucket' && gap !== Infinity ? lastTime + data.width : Math.min(Math.max(scene.now, lastTime), lastTime + gap);
    const left = x(data.time[i]);
    const width = Math.max(x(stop) - left, ratio);
    const lasted = lengthText(data, i, j - 1, scene.now);
    const word = wordOf(pen, data, i);
    if (data.bad[i] > 0 && Number.isNaN(data.min[i])) {
      ctx.fillStyle = bad;
      ctx.fillRect(left, top, width, height);
    } else if (word !== null) {
      ctx.fillStyle = color;
      ctx.globalAlpha = 0.25;
      ctx.fillRect(left, top, width, height);
      ctx.globalAlpha = 1;
      ctx.fillRect(left, top, ratio * 2, height);
      writeState(scene, [`${word}  ${lasted}`, word], palette.text, left, top, width, height);
    } else {
      ctx.fillStyle = color;
      const on = data.min[i] === 1;
      if (on) ctx.fillRect(left, top, width, height);
      else if (data.max[i] === 0) ctx.fillRect(left, top + height - 2 * ratio, width, 2 * ratio);
      else {
        ctx.globalAlpha = 0.5;
        ctx.fillRect(left, top, width, height);
        ctx.globalAlpha = 1;
      }
      if (on || data.max[i] === 0) writeState(scene, [lasted], on ? inkOn(color) : palette.text2, left, top, width, height);
    }
    i = j;
  }
  if (scene.numbers) drawTag(scene, String(pen.number), color, box.left + 3 * ratio, top + height / 2, 'left');
}

/** Black or white, whichever is read better on a colour (`#rrggbb`). */
function inkOn(color: string): string {
  const parts = [1, 3, 5].map((i) => (parseInt(color.slice(i, i + 2), 16) / 255) ** 2.2);
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] > 0.18 ? '#000000' : '#ffffff';
}

/** The first of the texts that fits into what is seen of a block. */
function writeState(scene: Scene, texts: string[], color: string, left: number, top: number, width: number, height: number): void {
  const { ctx, ratio, palette, box } = scene;
  const from = Math.max(left, box.left + 18 * ratio) + 6 * ratio;
  const room = Math.min(left + width, box.left + box.width) - from - 2 * ratio;
  ctx.font = `${12 * ratio}px ${palette.font}`;
  const text = texts.find((t) => ctx.measureText(t).width <= room);
  if (!text) return;
  ctx.fillStyle = color;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.fillText(text, from, top + height / 2);
}
