// Small curves of the last minutes, without axes. Any number of them share one request, made again now
// and then while they are on screen.

import { fetchHistory } from './api';
import { h } from './dom';
import { extent, gapAfter, penData, type PenData } from './trend/data';
import { serverNow } from './stream';
import { tagInfo } from './tags';
import { palette } from './theme';

const REFRESH_MS = 20_000;

export interface Sparkline {
  dispose(): void;
}

function draw(canvas: HTMLCanvasElement, data: PenData, tag: string, from: number, to: number): void {
  const ratio = devicePixelRatio;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (width === 0) return;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const ctx = canvas.getContext('2d')!;
  ctx.scale(ratio, ratio);
  const range = extent(data, from, to);
  if (!range) return;
  const { pens, text2 } = palette();
  const least = Math.max(Math.abs(range[0]), Math.abs(range[1]), 1e-9) * 1e-3;
  const middle = (range[0] + range[1]) / 2;
  const half = Math.max((range[1] - range[0]) / 2, least);
  const x = (time: number): number => ((time - from) / (to - from)) * width;
  const y = (value: number): number => height / 2 - ((value - middle) / half) * (height / 2 - 3);
  const gap = gapAfter(data, tagInfo(tag)?.period_s);
  const step = data.type === 'boolean' || data.type === 'integer';
  ctx.lineWidth = 1.25;
  ctx.strokeStyle = pens[0] || text2;
  ctx.fillStyle = ctx.strokeStyle;
  ctx.globalAlpha = 0.25;
  if (data.kind === 'bucket') {
    for (let i = 0; i < data.time.length; i++) {
      if (Number.isNaN(data.value[i])) continue;
      const top = y(data.max[i]);
      ctx.fillRect(x(data.time[i]), top, Math.max(1, x(data.time[i] + data.width) - x(data.time[i])), Math.max(1, y(data.min[i]) - top));
    }
  }
  ctx.globalAlpha = 1;
  ctx.beginPath();
  let pen = false;
  for (let i = 0; i < data.time.length; i++) {
    const value = data.value[i];
    if (Number.isNaN(value)) {
      pen = false;
      continue;
    }
    const at = x(data.time[i] + data.width / 2);
    if (pen && data.time[i] - data.time[i - 1] <= gap) {
      if (step) ctx.lineTo(at, y(data.value[i - 1]));
      ctx.lineTo(at, y(value));
    } else ctx.moveTo(at, y(value));
    pen = true;
  }
  ctx.stroke();
}

/** One canvas for each tag, put into `box` or into the box that `place` gives for it. */
export function sparkline(
  box: HTMLElement, tags: string[], span: number, options: { height: number; place?: (tag: string) => HTMLElement },
): Sparkline {
  const stop = new AbortController();
  const canvases = new Map(tags.map((tag) => {
    const canvas = h('canvas', { class: 'spark', 'aria-hidden': 'true' });
    canvas.style.height = `${options.height}px`;
    (options.place?.(tag) ?? box).append(canvas);
    return [tag, canvas];
  }));
  let timer = 0;
  let last: (() => void) | null = null;
  const load = async (): Promise<void> => {
    try {
      const to = serverNow();
      const from = to - span;
      const points = Math.max(40, [...canvases.values()][0]?.clientWidth || 200);
      const answer = await fetchHistory({ tags, from, to, points }, stop.signal);
      last = () => {
        for (const series of answer) {
          const canvas = canvases.get(series.tag);
          if (canvas && !series.error) draw(canvas, penData(series, from, to, points), series.tag, from, to);
        }
      };
      last();
    } catch {
      // A small curve that cannot be had is left as it is; values and banner tell the state.
    }
    if (!stop.signal.aborted) timer = window.setTimeout(() => void load(), REFRESH_MS);
  };
  const redraw = (): void => last?.();
  document.addEventListener('themechange', redraw);
  if (tags.length > 0) void load();
  return {
    dispose() {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('themechange', redraw);
    },
  };
}
