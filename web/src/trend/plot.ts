// The plot: uPlot lays out the axes and the grid, we draw the pens. The scales are ours: the page
// says which times and values are on screen, uPlot never guesses.

import uPlot from 'uplot';
import type { Palette } from '../theme';
import { palette as readPalette } from '../theme';
import { formatNumber, numberStyle } from '../format';
import { currentLanguage, t } from '../i18n';
import { pickStep, tickLabels, ticks, type Step } from '../ticks';
import { changes, dayHours } from '../zone';
import { zone } from '../zones';
import { drawPens } from './draw';
import { LANE_HEIGHT } from './lanes';
import { isLane, niceStep, penColor, type Axis, type Pen } from './model';
import { drawTag, type Box } from './scene';

const TICK_PIXELS = 76;
const Y_TICK_PIXELS = 44;
const AXIS_FONT = 12;
/** The one scale of all strips; a pen's key is never this. */
const STRIPS = 'strips';

export interface Picture {
  pens: Pen[];
  axes: Axis[];
  focus: Pen | undefined;
  from: number;
  to: number;
  now: number;
  envelope: boolean;
  /** Each axis has a strip of the plot for itself. */
  strips: boolean;
  /** A drag is under way: a picture of twice the width is moved instead of drawn anew. */
  moving: boolean;
}

/** Round values inside an axis that is `pixels` high, and their step. */
function valueTicks({ min, max }: Axis, pixels: number): { values: number[]; step: number } {
  const step = niceStep((max - min) / Math.max(1, pixels / Y_TICK_PIXELS));
  const values: number[] = [];
  for (let n = Math.ceil(min / step - 1e-9); n * step <= max + step * 1e-9; n++) values.push(n * step);
  return { values, step };
}

function tickText(value: number, step: number): string {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return formatNumber(value, decimals > 9 ? undefined : decimals, numberStyle(currentLanguage()));
}

/** The pens drawn over more than is on screen, for moving. */
interface Layer {
  canvas: HTMLCanvasElement;
  from: number;
  to: number;
  span: number; // on screen, when it was drawn
}

export class Plot {
  private u: uPlot | null = null;
  private built = '';
  private palette: Palette = readPalette();
  private picture: Picture | null = null;
  private step: Step = { unit: 'day', size: 1 };
  private layer: Layer | null = null;
  private areaWidth = 0;
  private areaHeight = 0;
  private readonly observer: ResizeObserver;

  /** `onLayout` is called when the plot area has another size or is a new element. */
  constructor(readonly host: HTMLElement, private readonly onLayout: (over: HTMLElement) => void) {
    this.observer = new ResizeObserver(() => {
      if (!this.u || !this.picture || host.clientWidth === 0) return;
      this.u.setSize({ width: host.clientWidth, height: host.clientHeight });
      this.measure();
      this.show(this.picture);
      this.onLayout(this.u.over);
    });
    this.observer.observe(host);
  }

  dispose(): void {
    this.observer.disconnect();
    this.u?.destroy();
  }

  /** The element over the plot area, which takes pointers and carries cursor and selection. */
  get over(): HTMLElement | null {
    return this.u?.over ?? null;
  }

  /** Width of the plot area in CSS pixels. */
  get width(): number {
    return this.areaWidth || Math.max(100, this.host.clientWidth - 80);
  }

  /** Height of the curves' area in CSS pixels, without the lanes. */
  get height(): number {
    return Math.max(1, this.areaHeight - this.laneHeight());
  }

  /** Kept, so that drawing does not ask the browser for a layout. */
  private measure(): void {
    this.areaWidth = this.u?.over.clientWidth ?? 0;
    this.areaHeight = this.u?.over.clientHeight ?? 0;
  }

  timeAt(x: number): number {
    const p = this.picture!;
    return p.from + (x / this.width) * (p.to - p.from);
  }

  xOf(time: number): number {
    const p = this.picture!;
    return ((time - p.from) / (p.to - p.from)) * this.width;
  }

  valueAt(axis: Axis, y: number): number {
    return axis.max - ((y / this.height - axis.top) / axis.height) * (axis.max - axis.min);
  }

  yOf(axis: Axis, value: number): number {
    return this.height * (axis.top + (axis.height * (axis.max - value)) / (axis.max - axis.min));
  }

  /** The image as it is, for saving. */
  canvas(): HTMLCanvasElement | null {
    return this.u?.ctx.canvas ?? null;
  }

  /** New rows came: what was drawn for moving is old. */
  forgetLayer(): void {
    this.layer = null;
  }

  themeChanged(): void {
    this.palette = readPalette();
    this.built = '';
    if (this.picture) this.show(this.picture);
  }

  show(picture: Picture): void {
    this.picture = picture;
    if (this.host.clientWidth === 0) return;
    const drawn = picture.strips ? [] : picture.axes.filter((axis) => axis.drawn);
    const key = JSON.stringify([drawn.map((axis) => [axis.key, axis.unit, this.axisPens(axis).map((pen) => pen.number), this.axisColor(axis)]), picture.strips, currentLanguage()]);
    if (!this.u || key !== this.built) {
      this.built = key;
      this.build(drawn);
    }
    const u = this.u!;
    u.batch(() => {
      u.setScale('x', { min: picture.from, max: picture.to });
      for (const axis of drawn) u.setScale(axis.key, { min: this.scaleMin(axis), max: axis.max });
      // The strips' scale runs from 0 at the top to -1 at the end of the curves.
      if (picture.strips) u.setScale(STRIPS, { min: -1 - this.laneHeight() / this.height, max: 0 });
    });
    // The same scales with new samples need a new picture too.
    u.redraw(false, true);
    // The width of the value axes may have changed with their numbers.
    if (!picture.moving) this.measure();
  }

  private laneHeight(): number {
    const lanes = this.picture?.pens.filter((pen) => isLane(pen) && !pen.hidden).length ?? 0;
    return lanes * LANE_HEIGHT;
  }

  /** The lanes take the lowest part of the area: the scale goes on below the curves. */
  private scaleMin(axis: Axis): number {
    return axis.min - (axis.max - axis.min) * (this.laneHeight() / this.height);
  }

  private axisPens(axis: Axis): Pen[] {
    return axis.pens.filter((pen) => !pen.hidden);
  }

  private axisColor(axis: Axis): string {
    const pens = this.axisPens(axis);
    const own = pens.find((pen) => pen === this.picture?.focus) ?? (pens.length === 1 ? pens[0] : undefined);
    return own ? this.palette.pens[penColor(own.number)] : this.palette.border;
  }

  private build(drawn: Axis[]): void {
    this.u?.destroy();
    const { host, palette } = this;
    const font = `${AXIS_FONT}px ${palette.font}`;
    const scales: uPlot.Scales = { x: { time: false, auto: false, range: (_u, min, max) => [min, max] } };
    const keys = this.picture!.strips ? [STRIPS] : drawn.map((axis) => axis.key);
    for (const key of keys) scales[key] = { auto: false, range: (_u, min, max) => [min, max] };
    const options: uPlot.Options = {
      width: host.clientWidth,
      height: host.clientHeight,
      padding: [14, drawn.length > 1 ? 4 : 28, 0, keys.length > 0 ? 4 : 28],
      legend: { show: false },
      cursor: { show: false },
      scales,
      series: [{}, ...keys.map((key) => ({ scale: key, show: true, paths: () => null, points: { show: false } }))],
      axes: [this.timeAxis(font), ...(this.picture!.strips ? [this.stripAxis(font)] : drawn.map((axis, i) => this.valueAxis(axis, i, font)))],
      hooks: {
        drawAxes: [(u) => this.drawDays(u)],
        draw: [(u) => {
          this.drawContent(u);
          if (this.picture!.strips) this.drawStrips(u);
        }],
      },
    };
    const span = [this.picture!.from, this.picture!.to];
    this.u = new uPlot(options, [span, ...keys.map(() => [0, 1])], host);
    this.measure();
    this.onLayout(this.u.over);
  }

  private timeAxis(font: string): uPlot.Axis {
    const { palette } = this;
    return {
      scale: 'x',
      font,
      stroke: palette.text2,
      size: 44,
      gap: 4,
      grid: { stroke: palette.grid, width: 1 },
      ticks: { stroke: palette.border, width: 1, size: 5 },
      border: { show: true, stroke: palette.border, width: 1 },
      splits: (_u, _axis, min, max) => {
        this.step = pickStep(max - min, this.width, TICK_PIXELS);
        return ticks(zone(), Math.ceil(min), Math.floor(max), this.step);
      },
      values: (_u, splits) => tickLabels(zone(), splits, this.step),
    };
  }

  private valueAxis(axis: Axis, position: number, font: string): uPlot.Axis {
    const { palette } = this;
    const color = this.axisColor(axis);
    const numbers = this.axisPens(axis).map((pen) => pen.number);
    const names = numbers.length > 6 ? `${numbers.slice(0, 5).join(' ')} …` : numbers.join(' ');
    let step = 1;
    return {
      scale: axis.key,
      side: position % 2 === 0 ? 3 : 1,
      font,
      labelFont: `600 ${font}`,
      stroke: palette.text2,
      label: axis.unit ? `${names}   ${axis.unit}` : names,
      labelSize: 18,
      labelGap: 2,
      gap: 4,
      size: (u, values) => this.axisSize(u, values),
      grid: { show: position === 0, stroke: palette.grid, width: 1 },
      ticks: { stroke: color, width: 1, size: 5 },
      border: { show: true, stroke: color, width: 2 },
      splits: () => {
        // Axes are made anew with every change of the pens; the plot may outlive them.
        const found = valueTicks(this.picture!.axes.find((a) => a.key === axis.key) ?? axis, this.height);
        step = found.step;
        return found.values;
      },
      values: (_u, splits) => splits.map((value) => tickText(value, step)),
    };
  }

  /** Wide enough for the numbers, in steps, so that it does not tremble with them. */
  private axisSize(u: uPlot, values: string[] | null): number {
    let widest = 24;
    u.ctx.save();
    u.ctx.font = `${AXIS_FONT * devicePixelRatio}px ${this.palette.font}`;
    for (const value of values ?? []) if (value) widest = Math.max(widest, u.ctx.measureText(value).width / devicePixelRatio);
    u.ctx.restore();
    return Math.ceil(widest / 8) * 8 + 12;
  }

  /** One column of numbers beside the strips, each strip with its own. */
  private stripAxis(font: string): uPlot.Axis {
    const { palette } = this;
    let labels: string[] = [];
    return {
      scale: STRIPS,
      side: 3,
      font,
      stroke: palette.text2,
      gap: 4,
      size: (u, values) => this.axisSize(u, values),
      grid: { show: true, stroke: palette.grid, width: 1 },
      ticks: { stroke: palette.border, width: 1, size: 5 },
      border: { show: true, stroke: palette.border, width: 1 },
      splits: () => {
        const rows: [number, string][] = [];
        for (const axis of this.picture!.axes) {
          if (this.axisPens(axis).length === 0) continue;
          const { values, step } = valueTicks(axis, this.height * axis.height);
          for (const value of values) rows.push([-this.yOf(axis, value) / this.height, tickText(value, step)]);
        }
        rows.sort((a, b) => a[0] - b[0]);
        labels = rows.map(([, text]) => text);
        return rows.map(([at]) => at);
      },
      values: () => labels,
    };
  }

  /** The numbers and units of the strips, and lines between them. */
  private drawStrips(u: uPlot): void {
    const { left, top, width } = u.bbox;
    const ratio = devicePixelRatio;
    const { ctx } = u;
    let first = true;
    ctx.save();
    for (const axis of this.picture!.axes) {
      const pens = this.axisPens(axis);
      if (pens.length === 0) continue;
      const y = top + this.height * axis.top * ratio;
      ctx.strokeStyle = this.palette.border;
      ctx.lineWidth = ratio;
      ctx.beginPath();
      ctx.moveTo(left, Math.round(y - 4 * ratio) + 0.5);
      ctx.lineTo(left + width, Math.round(y - 4 * ratio) + 0.5);
      if (!first) ctx.stroke();
      first = false;
      const color = this.palette.pens[penColor(pens[0].number)];
      drawTag({ ctx, ratio, palette: this.palette }, `${pens[0].number} ${axis.unit}`.trim(), color, left + 4 * ratio, y + 8 * ratio, 'left');
    }
    ctx.restore();
  }

  /** Days of another length than 24 hours: a dashed line at the change, and a badge. */
  private drawDays(u: uPlot): void {
    const p = this.picture!;
    const { ctx, bbox } = u;
    const ratio = devicePixelRatio;
    for (const change of changes(zone(), p.from, p.to)) {
      const x = bbox.left + ((change.time - p.from) / (p.to - p.from)) * bbox.width;
      ctx.save();
      ctx.strokeStyle = this.palette.text2;
      ctx.lineWidth = ratio;
      ctx.setLineDash([5 * ratio, 4 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      const text = t('trend.dayHours', { n: dayHours(zone(), change.time) });
      ctx.font = `600 ${11 * ratio}px ${this.palette.font}`;
      const width = ctx.measureText(text).width + 8 * ratio;
      ctx.setLineDash([]);
      ctx.fillStyle = this.palette.surface;
      ctx.fillRect(x - width / 2, bbox.top - 14 * ratio, width, 16 * ratio);
      ctx.strokeRect(x - width / 2, bbox.top - 14 * ratio, width, 16 * ratio);
      ctx.fillStyle = this.palette.text;
      ctx.textAlign = 'center';
      ctx.textBaseline = 'middle';
      ctx.fillText(text, x, bbox.top - 5.5 * ratio);
      ctx.restore();
    }
  }

  private drawContent(u: uPlot): void {
    const p = this.picture!;
    const lanes = this.laneHeight() * devicePixelRatio;
    const { left, top, width, height } = u.bbox;
    const box = { left, top, width, height: height - lanes, lanes };
    if (!p.moving) {
      this.layer = null;
      this.drawScene(u.ctx, box, p.from, p.to, true);
      return;
    }
    const span = p.to - p.from;
    if (!this.layer || p.from < this.layer.from || p.to > this.layer.to || Math.abs(span / this.layer.span - 1) > 1e-9) {
      const canvas = document.createElement('canvas');
      canvas.width = width * 2;
      canvas.height = height;
      this.layer = { canvas, from: p.from - span / 2, to: p.to + span / 2, span };
      this.drawScene(canvas.getContext('2d')!, { ...box, left: 0, top: 0, width: width * 2 }, this.layer.from, this.layer.to, false);
    }
    const shift = Math.round(((p.from - this.layer.from) / span) * width);
    u.ctx.drawImage(this.layer.canvas, shift, 0, width, height, left, top, width, height);
  }

  private drawScene(ctx: CanvasRenderingContext2D, box: Box, from: number, to: number, numbers: boolean): void {
    const p = this.picture!;
    drawPens({
      ctx, box, from, to, now: p.now, ratio: devicePixelRatio, palette: this.palette,
      envelope: p.envelope, focus: p.focus, numbers,
    }, p.pens, p.axes);
  }
}
