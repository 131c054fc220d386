// An answer drawn over its time column. Ticks and zone are those of the trend.

import uPlot from 'uplot';
import { h } from '../dom';
import { formatNumber, MISSING, numberStyle } from '../format';
import { currentLanguage, t } from '../i18n';
import { palette } from '../theme';
import { pickStep, tickLabels, ticks, type Step } from '../ticks';
import { fullText } from '../zone';
import { onZone, zone } from '../zones';
import type { SqlAnswer } from './ask';
import { curves, type Drawable } from './columns';

const TICK_PIXELS = 90;
const MOST_CURVES = 8;
const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

export interface Chart {
  element: HTMLElement;
  dispose(): void;
}

export function chart(answer: SqlAnswer, what: Drawable): Chart {
  const shown = { ...what, values: what.values.slice(0, MOST_CURVES) };
  const data = curves(answer, shown);
  const plot = h('div', { class: 'sql-plot', role: 'img', 'aria-label': t('sql.chartOf', { columns: shown.values.map((i) => answer.columns[i].name).join(', ') }) });
  const reading = h('p', { class: 'muted pad', role: 'status' });
  const element = h('div', { class: 'sql-chart' }, plot, reading);
  const style = numberStyle(currentLanguage());
  let u: uPlot | null = null;
  let step: Step = { unit: 'day', size: 1 };
  const legend = (): void => {
    const at = u?.cursor.idx;
    reading.textContent = at === null || at === undefined
      ? shown.values.map((i, n) => `${n + 1} ${answer.columns[i].name}`).join(' · ')
      : [fullText(zone(), data[0][at]), ...shown.values.map((i, n) => `${answer.columns[i].name} ${data[n + 1][at] === null ? MISSING : formatNumber(data[n + 1][at]!, undefined, style)}`)].join(' · ');
  };
  const build = (): void => {
    u?.destroy();
    if (plot.clientWidth === 0) return;
    const { pens, grid, text2, font } = palette();
    const [first, last] = [data[0][0] ?? 0, data[0][data[0].length - 1] ?? 1];
    const axis = { stroke: text2, font: `12px ${font}`, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
    u = new uPlot({
      width: plot.clientWidth, height: plot.clientHeight, padding: [14, 28, 0, 4], legend: { show: false },
      cursor: { y: false, drag: { x: true, y: false } },
      scales: { x: { time: false, range: (_u, min, max) => (max > min ? [min, max] : [first - 1000, last + 1000]) } },
      series: [{}, ...shown.values.map((_, n) => ({
        scale: 'y', stroke: pens[n % pens.length], width: 1.25, dash: DASHES[Math.floor(n / pens.length)], points: { show: data[0].length < 60 }, spanGaps: false,
      }))],
      axes: [{
        ...axis,
        splits: (self, _i, min, max) => {
          step = pickStep(max - min, self.over?.clientWidth || plot.clientWidth, TICK_PIXELS);
          return ticks(zone(), Math.ceil(min), Math.floor(max), step);
        },
        values: (_u, splits) => tickLabels(zone(), splits, step),
      }, { ...axis, scale: 'y', size: 64, values: (_u, splits) => splits.map((v) => formatNumber(v, undefined, style)) }],
      hooks: { setCursor: [legend] },
    }, data as uPlot.AlignedData, plot);
    legend();
  };
  const resized = new ResizeObserver(build);
  resized.observe(plot);
  const offZone = onZone(build);
  document.addEventListener('themechange', build);
  return {
    element,
    dispose() {
      resized.disconnect();
      offZone();
      document.removeEventListener('themechange', build);
      u?.destroy();
    },
  };
}
