// Drawing pens into the plot's canvas. All lengths are device pixels; nothing here keeps state.

import { gapAfter, type PenData } from './data';
import { drawLane } from './lanes';
import { isLane, isStep, MAX_FILLED, penColor, penDash, type Axis, type Ghost, type Pen } from './model';
import { drawTag, hatch, visible, type Scene } from './scene';

const DOT_SPACING = 10;
/** Compared periods by their order: paler and dashed otherwise. */
const GHOST_DASHES = [[], [5, 2], [2, 2], [7, 2, 2, 2]];

export function drawPens(scene: Scene, pens: Pen[], axes: Axis[]): void {
  const { ctx, box } = scene;
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.left, box.top, box.width, box.height + box.lanes);
  ctx.clip();
  const shown = pens.filter((pen) => !pen.hidden && pen.data.time.length > 0);
  const curves = shown.filter((pen) => !isLane(pen));
  const order = [...curves.filter((pen) => pen !== scene.focus), ...curves.filter((pen) => pen === scene.focus)];
  const ends: { pen: Pen; x: number; y: number }[] = [];
  const axisOf = (pen: Pen): Axis | undefined => axes.find((a) => a.pens.includes(pen));
  order.forEach((pen) => drawBad(scene, pen, curves.indexOf(pen)));
  const limited = scene.focus && !scene.focus.hidden && !scene.focus.delta ? axisOf(scene.focus) : undefined;
  if (scene.focus && limited) drawLimits(scene, scene.focus, limited);
  for (const pen of order) {
    const axis = axisOf(pen);
    if (!axis) continue;
    within(scene, axis, () => {
      pen.ghosts.forEach((ghost, i) => drawGhost(scene, pen, ghost, axis, i));
      const end = drawCurve(scene, pen, axis, curves.length > MAX_FILLED && pen !== scene.focus);
      if (end) ends.push({ pen, ...end });
    });
  }
  pens.filter((pen) => isLane(pen) && !pen.hidden).forEach((pen, i) => drawLane(scene, pen, i));
  if (scene.numbers) drawEnds(scene, ends);
  ctx.restore();
}

interface Mapping {
  x: (time: number) => number;
  y: (value: number) => number;
}

function mapping({ box, from, to }: Scene, axis: Axis): Mapping {
  const sx = box.width / (to - from);
  const height = box.height * axis.height;
  const bottom = box.top + box.height * axis.top + height;
  const sy = height / (axis.max - axis.min);
  return {
    x: (time) => box.left + (time - from) * sx,
    y: (value) => bottom - (value - axis.min) * sy,
  };
}

/** Draws inside the axis' strip where it has one: a fixed scale would reach over its neighbours. */
function within(scene: Scene, axis: Axis, draw: () => void): void {
  if (axis.height === 1) {
    draw();
    return;
  }
  const { ctx, box, ratio } = scene;
  const slack = 3 * ratio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.left, box.top + box.height * axis.top - slack, box.width, box.height * axis.height + 2 * slack);
  ctx.clip();
  draw();
  ctx.restore();
}

/** The limits of the point, and which they are. */
function drawLimits(scene: Scene, pen: Pen, axis: Axis): void {
  const { ctx, box, ratio, palette } = scene;
  const map = mapping(scene, axis);
  const limits: [string, number | undefined, string][] = [
    ['Max2', pen.info?.max2, palette.critical], ['Max1', pen.info?.max1, palette.medium],
    ['Min1', pen.info?.min1, palette.medium], ['Min2', pen.info?.min2, palette.critical],
  ];
  ctx.save();
  ctx.font = `${11 * ratio}px ${palette.font}`;
  ctx.lineWidth = ratio;
  ctx.setLineDash([8 * ratio, 4 * ratio]);
  for (const [name, value, color] of limits) {
    if (value === undefined || value < axis.min || value > axis.max) continue;
    const y = Math.round(map.y(value)) + 0.5;
    ctx.strokeStyle = ctx.fillStyle = color;
    ctx.beginPath();
    ctx.moveTo(box.left, y);
    ctx.lineTo(box.left + box.width, y);
    ctx.stroke();
    // Outside the normal range, but inside the plot.
    const room = 14 * ratio;
    const above = name.startsWith('Max') ? y - box.top > room : y > box.top + box.height - room;
    ctx.textAlign = 'left';
    ctx.textBaseline = above ? 'bottom' : 'top';
    ctx.fillText(name, box.left + 6 * ratio, y + (above ? -2 : 2) * ratio);
  }
  ctx.restore();
}

/** A compared period: the same colour, thinner and paler, with its band as thin columns. */
function drawGhost(scene: Scene, pen: Pen, ghost: Ghost, axis: Axis, order: number): void {
  const { ctx, box, ratio, palette } = scene;
  const { data } = ghost;
  const map = mapping(scene, axis);
  const [first, last] = visible(data, scene.from, scene.to);
  const gap = gapAfter(data, pen.info?.period_s);
  const step = isStep(pen) && data.kind === 'raw';
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = palette.pens[penColor(pen.number)];
  if (data.kind === 'bucket' && scene.envelope) {
    ctx.globalAlpha = 0.16;
    for (let i = first; i <= last; i++) {
      if (Number.isNaN(data.min[i])) continue;
      const top = Math.round(map.y(data.max[i]));
      ctx.fillRect(Math.round(map.x(data.time[i] + data.width / 2)), top, ratio, Math.max(Math.round(map.y(data.min[i])) - top, ratio));
    }
  }
  ctx.globalAlpha = 0.6;
  ctx.lineWidth = ratio;
  ctx.setLineDash(GHOST_DASHES[order % GHOST_DASHES.length].map((n) => n * ratio));
  ctx.beginPath();
  let open = false;
  let label: { x: number; y: number } | null = null;
  for (let i = first; i <= last; i++) {
    const value = data.value[i];
    const joined = open && data.time[i] - data.time[i - 1] <= gap;
    open = !Number.isNaN(value);
    if (!open) continue;
    const x = map.x(data.time[i] + data.width / 2);
    const y = map.y(value);
    if (!joined) ctx.moveTo(x, y);
    else if (step) ctx.lineTo(x, map.y(data.value[i - 1]));
    ctx.lineTo(x, y);
    if (x >= box.left && x <= box.left + box.width) label ??= { x, y };
  }
  ctx.stroke();
  ctx.restore();
  if (label && scene.numbers && pen === scene.focus) {
    drawTag(scene, ghost.label, palette.pens[penColor(pen.number)], box.left + (4 + order * 52) * ratio, Math.max(label.y, box.top + 9 * ratio), 'left');
  }
}

function drawCurve(scene: Scene, pen: Pen, axis: Axis, thin: boolean): { x: number; y: number } | null {
  const { ctx, ratio, palette } = scene;
  const { data } = pen;
  const map = mapping(scene, axis);
  const [first, last] = visible(data, scene.from, scene.to);
  ctx.strokeStyle = ctx.fillStyle = palette.pens[penColor(pen.number)];
  if (pen.delta) return drawColumns(scene, data, map, first, last);
  if (data.kind === 'bucket' && scene.envelope && !pen.difference) drawEnvelope(scene, data, map, first, last, thin);
  return drawLine(scene, pen, map, first, last, ratio);
}

/** Growth as columns that stand on zero. */
function drawColumns(scene: Scene, data: PenData, map: Mapping, first: number, last: number): { x: number; y: number } | null {
  const { ctx, box, ratio } = scene;
  const zero = Math.round(map.y(0));
  let end: { x: number; y: number } | null = null;
  for (let i = first; i <= last; i++) {
    if (Number.isNaN(data.value[i])) continue;
    const left = Math.round(map.x(data.time[i]));
    const width = Math.max(Math.round(map.x(data.time[i] + data.width)) - left - ratio, ratio);
    const top = Math.round(map.y(data.value[i]));
    ctx.globalAlpha = 0.45;
    ctx.fillRect(left, Math.min(top, zero), width, Math.abs(zero - top));
    ctx.globalAlpha = 1;
    ctx.fillRect(left, top - ratio, width, 2 * ratio);
    if (left + width <= box.left + box.width) end = { x: left + width, y: top };
  }
  return end;
}

/**
 * The band from minimum to maximum of each bucket; never thinner than a pixel, so no spike is lost.
 * Filled rectangles on whole pixels: many times faster than one path, and without seams.
 */
function drawEnvelope(scene: Scene, data: PenData, map: Mapping, first: number, last: number, thin: boolean): void {
  const { ctx } = scene;
  const line = Math.max(1, Math.round(scene.ratio));
  const edges: number[] = [];
  let lastRight = NaN;
  let lastTop = 0;
  let lastLow = 0;
  ctx.globalAlpha = thin ? 0.45 : 0.2;
  for (let i = first; i <= last; i++) {
    if (Number.isNaN(data.min[i])) continue;
    const left = Math.round(map.x(data.time[i]));
    const right = Math.max(Math.round(map.x(data.time[i] + data.width)), left + line);
    const top = Math.round(map.y(data.max[i]));
    const low = Math.max(Math.round(map.y(data.min[i])), top + line);
    if (thin) {
      ctx.fillRect((left + right) >> 1, top, line, low - top);
      continue;
    }
    ctx.fillRect(left, top, right - left, low - top);
    edges.push(left, top, right - left, line, left, low - line, right - left, line);
    if (left === lastRight) {
      edges.push(left, Math.min(top, lastTop), line, Math.abs(top - lastTop) + line);
      edges.push(left, Math.min(low, lastLow) - line, line, Math.abs(low - lastLow) + line);
    } else edges.push(left, top, line, low - top);
    lastRight = right;
    lastTop = top;
    lastLow = low;
  }
  ctx.globalAlpha = 0.6;
  for (let i = 0; i < edges.length; i += 4) ctx.fillRect(edges[i], edges[i + 1], edges[i + 2], edges[i + 3]);
  ctx.globalAlpha = 1;
}

function drawLine(scene: Scene, pen: Pen, map: Mapping, first: number, last: number, ratio: number): { x: number; y: number } | null {
  const { ctx, box } = scene;
  const { data } = pen;
  const focused = pen === scene.focus;
  const step = isStep(pen) && data.kind === 'raw';
  const gap = gapAfter(data, pen.info?.period_s);
  const half = data.width / 2;
  const good = new Path2D();
  const unsure = new Path2D();
  const dots: number[] = [];
  let goodEnd = -1;
  let unsureEnd = -1;
  let end: { x: number; y: number } | null = null;
  const sparse = ((last - first) * DOT_SPACING * ratio) < box.width;
  for (let i = first; i <= last; i++) {
    const value = data.value[i];
    if (Number.isNaN(value)) continue;
    const x = map.x(data.time[i] + half);
    const y = map.y(value);
    const joined = i > first && !Number.isNaN(data.value[i - 1]) && data.time[i] - data.time[i - 1] <= gap;
    const joinsNext = i < last && !Number.isNaN(data.value[i + 1]) && data.time[i + 1] - data.time[i] <= gap;
    if (joined) {
      const doubtful = data.kind === 'raw' && ((data.quality[i] & 0xc0) === 0x40 || (data.quality[i - 1] & 0xc0) === 0x40);
      const path = doubtful ? unsure : good;
      if ((doubtful ? unsureEnd : goodEnd) !== i - 1) path.moveTo(map.x(data.time[i - 1] + half), map.y(data.value[i - 1]));
      if (step) path.lineTo(x, map.y(data.value[i - 1]));
      path.lineTo(x, y);
      if (doubtful) unsureEnd = i;
      else goodEnd = i;
    }
    if ((!joined && !joinsNext) || (sparse && data.kind === 'raw')) dots.push(x, y);
    if (x >= box.left && x <= box.left + box.width) end = { x, y };
  }
  ctx.lineWidth = (focused ? 2 : 1.4) * ratio;
  ctx.lineJoin = 'bevel';
  ctx.setLineDash(penDash(pen.number).map((n) => n * ratio));
  ctx.stroke(good);
  ctx.setLineDash([1.5 * ratio, 3 * ratio]);
  ctx.stroke(unsure);
  ctx.setLineDash([]);
  ctx.beginPath();
  for (let i = 0; i < dots.length; i += 2) {
    ctx.moveTo(dots[i] + 2.5 * ratio, dots[i + 1]);
    ctx.arc(dots[i], dots[i + 1], 2.2 * ratio, 0, 2 * Math.PI);
  }
  ctx.fill();
  return drawHeld(scene, pen, map, last, gap) ?? end;
}

/** A value recorded on change holds until now: a paler line says that nothing was recorded there. */
function drawHeld(scene: Scene, pen: Pen, map: Mapping, last: number, gap: number): { x: number; y: number } | null {
  const { ctx, box, ratio } = scene;
  const { data } = pen;
  if (gap !== Infinity || last !== data.time.length - 1 || last < 0) return null;
  const value = data.kind === 'raw' ? data.value[last] : data.last[last];
  const start = map.x(data.time[last] + data.width / 2);
  const right = Math.min(map.x(scene.now), box.left + box.width);
  if (Number.isNaN(value) || right <= start) return null;
  const y = map.y(value);
  ctx.globalAlpha = 0.45;
  ctx.lineWidth = 1.2 * ratio;
  ctx.beginPath();
  ctx.moveTo(Math.max(start, box.left), y);
  ctx.lineTo(right, y);
  ctx.stroke();
  ctx.globalAlpha = 1;
  return { x: right, y };
}

/** A hatched strip for each pen while it is bad; behind the focused pen over the whole height. */
function drawBad(scene: Scene, pen: Pen, position: number): void {
  const { ctx, box, ratio, palette } = scene;
  const { data } = pen;
  const [first, last] = visible(data, scene.from, scene.to);
  const sx = box.width / (scene.to - scene.from);
  const strips: [number, number][] = [];
  for (let i = first; i <= last; i++) {
    if (data.bad[i] === 0) continue;
    const next = data.kind === 'bucket' ? data.time[i] + data.width
      : i < data.time.length - 1 ? data.time[i + 1] : Math.min(scene.now, data.time[i] + gapAfter(data, pen.info?.period_s));
    const left = box.left + (data.time[i] - scene.from) * sx;
    const right = Math.max(box.left + (next - scene.from) * sx, left + 2 * ratio);
    const previous = strips[strips.length - 1];
    if (previous && left <= previous[1] + ratio) previous[1] = right;
    else strips.push([left, right]);
  }
  if (strips.length === 0) return;
  const color = palette.pens[penColor(pen.number)];
  const height = 5 * ratio;
  const y = box.top + box.height - (position + 1) * (height + ratio);
  ctx.fillStyle = hatch(scene, color);
  for (const [left, right] of strips) ctx.fillRect(left, y, right - left, height);
  if (pen !== scene.focus) return;
  ctx.globalAlpha = 0.16;
  ctx.fillStyle = hatch(scene, palette.critical);
  for (const [left, right] of strips) ctx.fillRect(left, box.top, right - left, box.height);
  ctx.globalAlpha = 1;
}

/** The pens' numbers at the ends of their lines, moved apart where they would cover each other. */
function drawEnds(scene: Scene, ends: { pen: Pen; x: number; y: number }[]): void {
  const { box, ratio, palette } = scene;
  const distance = 15 * ratio;
  const right = box.left + box.width - 3 * ratio;
  ends.sort((a, b) => a.y - b.y);
  let floor = box.top + 9 * ratio;
  const places = ends.map((end) => {
    const y = Math.max(Math.min(Math.max(end.y, box.top + 9 * ratio), box.top + box.height - 9 * ratio), floor);
    floor = y + distance;
    return { ...end, y };
  });
  for (const { pen, x, y } of places) {
    drawTag(scene, String(pen.number), palette.pens[penColor(pen.number)], Math.min(x + 18 * ratio, right), y, 'right');
  }
}
