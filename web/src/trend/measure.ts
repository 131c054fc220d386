// Between the two cursors: what each pen reads at both, the difference and slope, and what the server
// computes over the time between them from every sample, whatever is drawn.

import { askHistory, type Sample, type Series } from '../api';
import { h } from '../dom';
import { MISSING, withUnit } from '../format';
import { t, type Key } from '../i18n';
import { qualityClass } from '../quality';
import { durationWords, mark, sampleText } from '../show';
import { clockText, dateText, fullText, HOUR } from '../zone';
import { splitPath } from '../path';
import { zone } from '../zones';
import { errorSentence } from '../notice';
import { readingAt } from './cursor';
import { penColor, penType, type Pen } from './model';

const ASK_AFTER_MS = 150;

/** A sample at a cursor, or the value on the line between two. */
export interface At {
  time: number;
  value: Sample;
  quality: number;
  interpolated: boolean;
}

export interface Measured {
  pen: Pen;
  first: At | null;
  second: At | null;
  /** By the server's function names; null where there is none. */
  between: Record<string, Sample>;
}

const NUMBERS = 'min,max,timeavg,integral,known,count';
const STATES = 'known,counton,countoff,durationon,durationoff,count';

/** The row at or before `time`, of an answer with bounds whose range begins and ends behind it. */
function rowAt(pen: Pen, series: Series | undefined, time: number, interpolate: boolean): At | null {
  const at = (name: string): number => series!.columns.indexOf(name);
  const rows = (series?.rows ?? []).map((row) => ({
    time: row[at('time')] as number, value: row[at('value')], quality: row[at('quality')] as number,
  }));
  const before = rows.filter((row) => row.time <= time).pop();
  const after = rows.find((row) => row.time > time);
  if (!before) {
    // Older than the day that the server looks back: what is drawn may know it.
    const drawn = readingAt(pen, time);
    if (!drawn || drawn.bucket) return null;
    const value = drawn.text ?? (penType(pen) === 'boolean' ? drawn.value === 1 : Number.isNaN(drawn.value) ? null : drawn.value);
    return { time: drawn.time, value, quality: drawn.quality, interpolated: false };
  }
  const straight = interpolate && penType(pen) === 'double' && pen.info?.line !== 'step';
  if (straight && after && before.time < time && typeof before.value === 'number' && typeof after.value === 'number') {
    const part = (time - before.time) / (after.time - before.time);
    return { time, value: before.value + part * (after.value - before.value), quality: Math.min(before.quality, after.quality), interpolated: true };
  }
  return { ...before, interpolated: false };
}

/** Asks the server about the pens at and between two instants (whole milliseconds, from < to). */
export async function measure(pens: Pen[], from: number, to: number, interpolate: boolean, signal?: AbortSignal): Promise<Measured[]> {
  const names = (wanted: (pen: Pen) => boolean): string[] => pens.filter(wanted).map((pen) => pen.tag);
  const isNumber = (pen: Pen): boolean => ['double', 'integer'].includes(penType(pen));
  const isState = (pen: Pen): boolean => penType(pen) === 'boolean';
  const ask = async (tags: string[], params: Record<string, string>): Promise<Map<string, Series>> =>
    new Map(tags.length === 0 ? [] : (await askHistory(tags, params, signal)).filter((s) => !s.error).map((s) => [s.tag, s]));
  // The range begins and ends just behind the cursor: its bounds are the samples on both sides.
  const point = (time: number): Record<string, string> => ({ from: String(time + 1), to: String(time + 1), bounds: '1' });
  const range = { from: String(from), to: String(to), every: 'range' };
  const [first, second, numbers, states] = await Promise.all([
    ask(names(() => true), point(from)), ask(names(() => true), point(to)),
    ask(names(isNumber), { ...range, agg: NUMBERS }), ask(names(isState), { ...range, agg: STATES }),
  ]);
  return pens.map((pen) => {
    const series = numbers.get(pen.tag) ?? states.get(pen.tag);
    const row = series?.rows[0];
    const between = row ? Object.fromEntries(series.columns.map((name, i) => [name, row[i]])) : {};
    return {
      pen, between, first: rowAt(pen, first.get(pen.tag), from, interpolate), second: rowAt(pen, second.get(pen.tag), to, interpolate),
    };
  });
}

const COLUMNS: Key[] = ['measure.first', 'measure.second', 'measure.delta', 'measure.slope', 'measure.average', 'measure.min',
  'measure.max', 'measure.integral', 'measure.known'];

export class MeasurePanel {
  readonly element: HTMLElement;
  private readonly head = h('p', { class: 'measure-head' });
  private readonly body = h('tbody');
  private stop: AbortController | null = null;
  private timer = 0;
  private asked = '';

  /** `say` is told what was found, in words. */
  constructor(close: () => void, private readonly say: (text: string) => void) {
    this.element = h('section', { class: 'measure', 'aria-label': t('measure.title') },
      h('div', { class: 'measure-bar' }, this.head, h('button', { class: 'button', type: 'button', onclick: close }, t('action.close'))),
      h('div', { class: 'measure-scroll', tabindex: '0', role: 'group', 'aria-label': t('measure.title') }, h('table', {},
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('trend.pens')), COLUMNS.map((key) => h('th', { scope: 'col' }, t(key))))),
        this.body)));
  }

  /** Shows what lies between two instants; the same question is not asked twice. */
  show(pens: Pen[], at: number, second: number, interpolate: boolean): void {
    const [from, to] = [Math.round(Math.min(at, second)), Math.round(Math.max(at, second))];
    const shown = pens.filter((pen) => !pen.hidden && !pen.difference);
    const key = JSON.stringify([from, to, interpolate, zone(), shown.map((pen) => pen.tag)]);
    this.element.hidden = false;
    if (key === this.asked) return;
    this.asked = key;
    this.stop?.abort();
    clearTimeout(this.timer);
    this.head.textContent = t('measure.head', { from: stamp(from), to: stamp(to), length: durationWords(to - from) });
    this.element.setAttribute('aria-busy', 'true');
    if (from === to) {
      this.body.replaceChildren();
      return;
    }
    const stop = new AbortController();
    this.stop = stop;
    this.timer = window.setTimeout(() => void measure(shown, from, to, interpolate, stop.signal)
      .then((rows) => {
        this.body.replaceChildren(...rows.map((row) => this.row(row, to - from)));
        this.element.setAttribute('aria-busy', 'false');
        this.say(rows.map((row) => this.words(row)).join('. '));
      })
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        this.asked = '';
        this.body.replaceChildren(h('tr', {}, h('td', { colspan: COLUMNS.length + 1, role: 'alert' }, errorSentence(error))));
      }), ASK_AFTER_MS);
  }

  hide(): void {
    this.element.hidden = true;
    this.asked = '';
    this.stop?.abort();
    clearTimeout(this.timer);
  }

  private words({ pen, first, second, between }: Measured): string {
    const text = (value: Sample | undefined): string => withUnit(sampleText(value ?? null, pen.info), pen.info?.unit);
    return t('measure.spoken', { tag: pen.tag, first: text(first?.value), second: text(second?.value), average: text(between.timeavg) });
  }

  private row({ pen, first, second, between }: Measured, span: number): HTMLElement {
    const { info } = pen;
    // The unit stands with the name, and where it is another one.
    const number = (value: Sample | undefined): string => (typeof value === 'number' ? sampleText(value, info) : MISSING);
    const numeric = typeof first?.value === 'number' && typeof second?.value === 'number';
    const difference = numeric ? (second.value as number) - (first.value as number) : null;
    const unit = info?.unit ?? '';
    const cells: (string | HTMLElement)[] = [
      atCell(first, pen), atCell(second, pen), number(difference),
      difference === null ? MISSING : withUnit(sampleText(difference / (span / HOUR), null), t('measure.perHour', { unit: unit || '1' })),
    ];
    const known = typeof between.known === 'number' ? between.known * 1000 : 0;
    if (typeof between.durationon === 'number') {
      cells.push(h('td', { class: 'wide', colspan: 4 }, t('measure.states', {
        on: durationWords((between.durationon as number) * 1000), off: durationWords((between.durationoff as number) * 1000),
        times: String(between.counton),
      })));
    } else {
      cells.push(number(between.timeavg), number(between.min), number(between.max),
        typeof between.integral === 'number' ? withUnit(sampleText(between.integral / 3600, null), t('measure.hours', { unit }).replace(/^·/, '')) : MISSING);
    }
    cells.push(known > 0 ? `${Math.round((known / span) * 1000) / 10}\u202f%` : MISSING);
    return h('tr', {}, h('th', { scope: 'row', title: pen.tag },
      h('span', { class: `pen-number pen-${penColor(pen.number) + 1}` }, pen.number), ` ${splitPath(pen.tag).pop()!}${unit ? ` (${unit})` : ''}`),
    cells.map((cell) => (typeof cell === 'string' ? h('td', {}, cell) : cell)));
  }
}

function stamp(time: number): string {
  return `${dateText(zone(), time)} ${clockText(zone(), time, true)}`;
}

/** A value with its mark, and below it when it was sampled; one between two samples says so. */
function atCell(at: At | null, pen: Pen): HTMLElement {
  if (!at) return h('td', {}, MISSING);
  const value = sampleText(at.value, pen.info);
  const time = at.interpolated ? t('trend.interpolated') : clockText(zone(), at.time, at.time % 1000 !== 0);
  return h('td', { title: fullText(zone(), at.time) }, `${mark(qualityClass(at.quality))} ${value}`.trim(), h('small', {}, time));
}
